import { expect } from 'vitest';
import {
  ACME,
  appendOf,
  claimedToken,
  contentHashOf,
  endedAs,
  GLOBEX,
  INTENDED,
  kindsOf,
  openedRemediation,
  openingOf,
  outcomeOf,
  reliabilityOf,
  submitted,
  ticketOf,
  upTo,
} from './samples.js';
import type { OpenedStorage, StorageCases } from './world.js';

const DAY = 86_400_000;
const REQUEST = { owner: 'worker-1', leaseMs: 30_000 };
const RESOLUTION = {
  resolver: 'cy',
  atMs: 5,
  text: 'Grew the heap.',
  actions: [{ action: 'restart_service', arguments: { service: 'web' } }],
  timeToResolve: 12.5,
  confirmed: true,
  agreement: 'same' as const,
};

/** Characters that stores get wrong: slashes, quotes, wildcards, other planes, combining marks, control characters. */
const ODD = 'a/b\\c%_\'"`;--😀 é é \u202e\u0001\u001f\t\n\r\u007f 部署 \ufffd';

async function pages(world: OpenedStorage, query: { status?: 'received'; category?: string; limit: number }) {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof world.storage.tickets.list>> = await world.storage.tickets.list(ACME, {
      ...query,
      cursor,
    });
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    seen.push(...page.items.map(({ ticketId }) => ticketId));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return seen;
}

/** What a store must do with tickets. */
export const ticketCases: StorageCases = {
  'latestOfIncident: finds the newest ticket of an incident, of this tenant, with all that it was handed in with':
    async (world) => {
      const { tickets } = world.storage;
      const incidentKey = ODD;
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await submitted(world, { ticketId: 'first', incidentKey });
      await submitted(world, { ticketId: 'other', incidentKey: 'other' });
      await submitted(world, { ticketId: 'second', incidentKey, traceparent });
      await submitted(world, { ticketId: 'none' });
      await submitted(world, { ticketId: 'theirs', tenant: GLOBEX, incidentKey });
      const latest = await tickets.latestOfIncident(ACME, incidentKey);
      expect([latest?.ticketId, latest?.incidentKey, latest?.traceparent]).toEqual([
        'second',
        incidentKey,
        traceparent,
      ]);
      expect((await tickets.latestOfIncident(GLOBEX, incidentKey))?.ticketId).toBe('theirs');
      expect(await tickets.latestOfIncident(ACME, 'unknown')).toBeNull();
      const plain = await tickets.find(ACME, 'none');
      expect([plain && 'incidentKey' in plain, plain && 'traceparent' in plain]).toEqual([false, false]);
    },
  'submit: stores a ticket as received': async ({ storage, clock }) => {
    const ticket = ticketOf();
    const submission = await storage.tickets.submit(ticket, contentHashOf(ticket));
    expect(submission).toEqual({
      kind: 'created',
      record: {
        ...ticket,
        status: 'received',
        createdAtMs: clock.now(),
        updatedAtMs: clock.now(),
        resolvedAtMs: null,
        assessment: null,
        remediationId: null,
        resolution: null,
        reopenings: [],
        adjudication: null,
      },
    });
    expect(await storage.tickets.find(ACME, 'INC-1')).toEqual(submission.record);
  },
  'submit: the same content again is the same ticket, other content is a conflict': async (world) => {
    const ticket = await submitted(world);
    const again = await world.storage.tickets.submit(ticket, contentHashOf(ticket));
    expect(again.kind).toBe('same');
    const other = ticketOf({ description: 'Something else' });
    const conflict = await world.storage.tickets.submit(other, contentHashOf(other));
    expect(conflict.kind).toBe('conflict');
    expect(conflict.record.description).toBe(ticket.description);
  },
  'submit: of parallel submissions of one id exactly one creates': async ({ storage }) => {
    const tickets = upTo(8).map((n) => ticketOf({ description: `telling ${n % 2}` }));
    const answers = await Promise.all(tickets.map((ticket) => storage.tickets.submit(ticket, contentHashOf(ticket))));
    expect(kindsOf(answers)).toEqual({ created: 1, same: 3, conflict: 4 });
  },
  'submit: values come back exactly as they went in': async ({ storage }) => {
    const deep = { list: [1, [2.5, [null, [true, { '': ODD, 'ключ/~0': -1e-9, big: Number.MAX_SAFE_INTEGER }]]]] };
    const ticket = ticketOf({
      tenant: `tenant ${ODD}`,
      ticketId: `id/${ODD}`,
      title: ODD,
      description: `${ODD}${'long 😀 '.repeat(14_000)}`,
      category: `category ${ODD}`,
      priority: '',
      requester: ODD,
      submitter: `${ODD}@example`,
      targets: ['service:a/b', 'service:ü'],
      metadata: { deep, __proto__x: 'no', constructor: 'kept', empty: {}, none: [] },
    });
    await storage.tickets.submit(ticket, contentHashOf(ticket));
    const found = await storage.tickets.find(ticket.tenant, ticket.ticketId);
    expect(found).toMatchObject(ticket);
    expect(Object.keys(found?.metadata ?? {})).toEqual(Object.keys(ticket.metadata));
  },
  'submit: ids differ by case, by accents and by trailing spaces': async (world) => {
    const ids = ['inc-1', 'INC-1', 'INC-1 ', 'ÍNC-1', 'I\u0301NC-1', '1', '01', '1.0'];
    for (const ticketId of ids) await submitted(world, { ticketId, description: `this is ${ticketId}` });
    for (const ticketId of ids) {
      expect((await world.storage.tickets.find(ACME, ticketId))?.description).toBe(`this is ${ticketId}`);
    }
  },
  'find: what it hands out cannot change the store': async (world) => {
    await submitted(world, { metadata: { list: [1] } });
    const found = await world.storage.tickets.find(ACME, 'INC-1');
    try {
      (found as unknown as { metadata: { list: number[] } }).metadata.list.push(2);
    } catch {
      // A frozen value refuses; a copy does not mind. Both are fine.
    }
    expect((await world.storage.tickets.find(ACME, 'INC-1'))?.metadata).toEqual({ list: [1] });
  },
  'submit: what it was handed can change afterwards without changing the store': async ({ storage }) => {
    const targets = ['service:web'];
    const ticket = ticketOf({ targets });
    await storage.tickets.submit(ticket, contentHashOf(ticket));
    targets.push('service:other');
    expect((await storage.tickets.find(ACME, 'INC-1'))?.targets).toEqual(['service:web']);
  },
  'find: an unknown id is null': async ({ storage }) => {
    expect(await storage.tickets.find(ACME, 'nothing')).toBeNull();
  },
  'list: newest first, page by page, complete and without repeats': async (world) => {
    const ids = upTo(23).map((n) => `INC-${n}`);
    for (const [n, ticketId] of ids.entries()) {
      // Some share a millisecond.
      if (n % 3 === 0) world.clock.advance(1);
      await submitted(world, { ticketId });
    }
    expect(await pages(world, { limit: 5 })).toEqual([...ids].reverse());
    expect(await pages(world, { limit: 23 })).toHaveLength(23);
    expect(await pages(world, { limit: 200 })).toHaveLength(23);
  },
  'list: tickets that arrive between two pages neither repeat nor hide others': async (world) => {
    for (const n of upTo(6)) await submitted(world, { ticketId: `INC-${n}` });
    const first = await world.storage.tickets.list(ACME, { limit: 3, cursor: null });
    for (const n of upTo(4)) await submitted(world, { ticketId: `late-${n}` });
    const second = await world.storage.tickets.list(ACME, { limit: 3, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ ticketId }) => ticketId)).toEqual(
      [5, 4, 3, 2, 1, 0].map((n) => `INC-${n}`),
    );
    expect(second.nextCursor).toBeNull();
  },
  'list: filters by status, by category and by both': async (world) => {
    for (const n of upTo(8)) await submitted(world, { ticketId: `INC-${n}`, category: n % 2 ? 'server' : 'network' });
    for (const n of [0, 1, 2]) await world.storage.tickets.claim(ACME, `INC-${n}`, REQUEST);
    expect(await pages(world, { category: 'network', limit: 3 })).toEqual(['INC-6', 'INC-4', 'INC-2', 'INC-0']);
    expect(await pages(world, { status: 'received', limit: 2 })).toEqual([7, 6, 5, 4, 3].map((n) => `INC-${n}`));
    expect(await pages(world, { status: 'received', category: 'network', limit: 1 })).toEqual(['INC-6', 'INC-4']);
  },
  'list: refuses a cursor that it did not give out': async (world) => {
    await openedRemediation(world, { route: 'approval' });
    await openedRemediation(world, { route: 'approval', ticketId: 'INC-2', remediationId: 'rem-2' });
    const approvals = await world.storage.remediations.awaitingApproval(ACME, { limit: 1, cursor: null });
    const strange = ['nonsense', '', 'bnVsbA', 'WzFd', Buffer.from('[1,2,3]').toString('base64url')];
    for (const cursor of [...strange, approvals.nextCursor]) {
      await expect(world.storage.tickets.list(ACME, { limit: 1, cursor })).rejects.toMatchObject({
        code: 'invalid_input',
        faults: [{ pointer: '/cursor' }],
      });
    }
  },
  'list: refuses a limit outside 1..200': async ({ storage }) => {
    for (const limit of [0, -1, 201, 1.5, Number.NaN]) {
      await expect(storage.tickets.list(ACME, { limit, cursor: null })).rejects.toMatchObject({
        code: 'invalid_input',
        faults: [{ pointer: '/limit' }],
      });
    }
  },
  'claim: sets the ticket to analyzing under a lease': async (world) => {
    await submitted(world);
    const claim = await world.storage.tickets.claim(ACME, 'INC-1', REQUEST);
    expect(claim).toEqual({ kind: 'claimed', token: 1, attempt: 1, untilMs: world.clock.now() + 30_000 });
    expect((await world.storage.tickets.find(ACME, 'INC-1'))?.status).toBe('analyzing');
  },
  'claim: of eight parallel claims exactly one wins, the others are told until when': async (world) => {
    await submitted(world);
    const claims = await Promise.all(
      upTo(8).map((n) => world.storage.tickets.claim(ACME, 'INC-1', { owner: `worker-${n}`, leaseMs: 30_000 })),
    );
    expect(kindsOf(claims)).toEqual({ claimed: 1, held: 7 });
    expect(claims.find(({ kind }) => kind === 'held')).toEqual({ kind: 'held', untilMs: world.clock.now() + 30_000 });
  },
  'claim: free again when the lease is over, under a larger token': async (world) => {
    await submitted(world);
    await world.storage.tickets.claim(ACME, 'INC-1', REQUEST);
    world.clock.advance(29_999);
    expect((await world.storage.tickets.claim(ACME, 'INC-1', REQUEST)).kind).toBe('held');
    world.clock.advance(1);
    expect(await world.storage.tickets.claim(ACME, 'INC-1', REQUEST)).toMatchObject({ kind: 'claimed', token: 2 });
  },
  'claim: nothing to claim on a ticket that moved on or does not exist': async (world) => {
    expect((await world.storage.tickets.claim(ACME, 'nothing', REQUEST)).kind).toBe('stale');
    await openedRemediation(world, { route: 'manual' });
    expect((await world.storage.tickets.claim(ACME, 'INC-1', REQUEST)).kind).toBe('stale');
  },
  'release: gives the claim back at once; the token never goes back': async (world) => {
    await submitted(world);
    await world.storage.tickets.claim(ACME, 'INC-1', REQUEST);
    await world.storage.tickets.release(ACME, 'INC-1', 1);
    expect(await world.storage.tickets.claim(ACME, 'INC-1', REQUEST)).toMatchObject({ kind: 'claimed', token: 2 });
  },
  'release: with an old token changes nothing': async (world) => {
    await submitted(world);
    await world.storage.tickets.claim(ACME, 'INC-1', REQUEST);
    world.clock.advance(30_000);
    await world.storage.tickets.claim(ACME, 'INC-1', REQUEST);
    await world.storage.tickets.release(ACME, 'INC-1', 1);
    expect((await world.storage.tickets.claim(ACME, 'INC-1', REQUEST)).kind).toBe('held');
  },
  'claim: counts the attempts until something is decided': async (world) => {
    const { tickets, remediations } = world.storage;
    await submitted(world);
    for (const attempt of [1, 2, 3]) {
      expect(await tickets.claim(ACME, 'INC-1', REQUEST)).toMatchObject({ kind: 'claimed', attempt });
      if (attempt < 3) await tickets.release(ACME, 'INC-1', attempt);
    }
    const parts = { route: 'suggest_only' } as const;
    expect((await remediations.open(openingOf(3, world.clock.now(), parts))).kind).toBe('opened');
    await tickets.setOptIn(ACME, 'INC-1', { optedIn: false, by: 'ana' });
    await tickets.setOptIn(ACME, 'INC-1', { optedIn: true, by: 'ana' });
    expect(await tickets.claim(ACME, 'INC-1', REQUEST)).toMatchObject({ kind: 'claimed', attempt: 1 });
  },
  'heartbeat: prolongs a claim that is alive and ours, and no other': async (world) => {
    const { storage, clock } = world;
    const beat = { token: 1, leaseMs: 30_000 };
    await submitted(world);
    await storage.tickets.claim(ACME, 'INC-1', REQUEST);
    clock.advance(20_000);
    expect(await storage.tickets.heartbeat(GLOBEX, 'INC-1', beat)).toBeNull();
    expect(await storage.tickets.heartbeat(ACME, 'INC-1', { ...beat, token: 2 })).toBeNull();
    expect(await storage.tickets.heartbeat(ACME, 'INC-1', beat)).toEqual({ untilMs: clock.now() + 30_000 });
    clock.advance(29_999);
    expect((await storage.tickets.claim(ACME, 'INC-1', REQUEST)).kind).toBe('held');
    expect((await storage.due(5)).tickets).toEqual([]);
    clock.advance(1);
    expect(await storage.tickets.heartbeat(ACME, 'INC-1', beat)).toBeNull();
    const [claim, late] = await Promise.all([
      storage.tickets.claim(ACME, 'INC-1', REQUEST),
      storage.tickets.heartbeat(ACME, 'INC-1', beat),
    ]);
    expect([claim.kind, late]).toEqual(['claimed', null]);
  },
  'reopen: takes a fix back that did not last: a person has to look, and it was a failure': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    const facts = [outcomeOf(), outcomeOf({ actionType: 'clear_cache' })];
    await storage.remediations.append(appendOf(rows, [endedAs('succeeded')], { token, atMs: 1, facts }));
    const resolvedAtMs = clock.now();
    clock.advance(7 * DAY - 1);
    const reopened = await storage.tickets.reopen(ACME, 'INC-1', { by: 'cy', reason: 'down again' });
    const reopening = {
      by: 'cy',
      atMs: clock.now(),
      reason: 'down again',
      resolvedAtMs,
      resolution: null,
      remediationId: 'rem-1',
      countsAsFailure: true,
    };
    expect(reopened).toMatchObject({
      kind: 'reopened',
      record: { status: 'needs_human', resolvedAtMs: null, reopenings: [reopening], updatedAtMs: clock.now() },
    });
    expect(await storage.tickets.find(ACME, 'INC-1')).toEqual('record' in reopened ? reopened.record : null);
    for (const actionType of ['restart_service', 'clear_cache']) {
      const tally = await storage.patterns.tally(ACME, 'pattern-1', actionType);
      expect(tally).toMatchObject({ occurrences: 0, executed: 1, succeeded: 0, failures: 1 });
    }
  },
  'reopen: a row that comes late to what had resolved it does not close it again': async (world) => {
    const { storage } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    await storage.remediations.append(appendOf(rows, [endedAs('succeeded')], { token, atMs: 1 }));
    await storage.tickets.reopen(ACME, 'INC-1', { by: 'cy', reason: null });
    const all = (await storage.remediations.load(ACME, 'rem-1'))?.rows ?? [];
    const reply = { type: 'late_reply', step: 0, direction: 'do', outcome: 'committed', detail: 'done' } as const;
    expect((await storage.remediations.append(appendOf(all, [reply], { token: null, atMs: 2 }))).kind).toBe('appended');
    const record = await storage.tickets.find(ACME, 'INC-1');
    expect(record).toMatchObject({ status: 'needs_human', resolvedAtMs: null, remediationId: null });
  },
  'reopen: a week later the fix stays what it was': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    const parts = { token, atMs: 1, facts: [outcomeOf()] };
    await storage.remediations.append(appendOf(rows, [endedAs('succeeded')], parts));
    clock.advance(7 * DAY);
    const reopened = await storage.tickets.reopen(ACME, 'INC-1', { by: 'cy', reason: null });
    expect(reopened).toMatchObject({ record: { reopenings: [{ countsAsFailure: false }] } });
    const tally = await storage.patterns.tally(ACME, 'pattern-1', 'restart_service');
    expect(tally).toMatchObject({ occurrences: 1, succeeded: 1 });
  },
  "reopen: a person's next fix does not take the failure of their first one away": async (world) => {
    const { storage, clock } = world;
    await submitted(world);
    const byHand = { remediationId: null, via: 'human', principal: 'cy' } as const;
    await storage.tickets.resolve(ACME, 'INC-1', RESOLUTION, [outcomeOf(byHand)]);
    await storage.tickets.reopen(ACME, 'INC-1', { by: 'bo', reason: null });
    const tallies = async () => storage.patterns.tally(ACME, 'pattern-1', 'restart_service');
    expect(await tallies()).toMatchObject({ executed: 1, succeeded: 0, failures: 1 });
    clock.advance(2 * DAY);
    const again = await storage.tickets.resolve(ACME, 'INC-1', RESOLUTION, [outcomeOf({ ...byHand, atMs: 2 * DAY })]);
    expect(again).toMatchObject({ kind: 'resolved', record: { reopenings: [{ resolution: RESOLUTION }] } });
    expect(await tallies()).toMatchObject({ occurrences: 1, executed: 2, succeeded: 1, failures: 1 });
    await storage.tickets.reopen(ACME, 'INC-1', { by: 'bo', reason: null });
    expect(await tallies()).toMatchObject({ occurrences: 0, executed: 2, succeeded: 0, failures: 2 });
    const record = await storage.tickets.find(ACME, 'INC-1');
    expect(record?.reopenings).toHaveLength(2);
  },
  'reopen: a success that a cap left out is a failure that counts': async (world) => {
    const { storage } = world;
    await submitted(world);
    await storage.patterns.learn(ACME, [outcomeOf({ ticketId: 'INC-0' })]);
    await storage.tickets.resolve(ACME, 'INC-1', RESOLUTION, [outcomeOf({ remediationId: null })]);
    const tallies = async () => storage.patterns.tally(ACME, 'pattern-1', 'restart_service');
    expect(await tallies()).toMatchObject({ executed: 1, failures: 0 });
    await storage.tickets.reopen(ACME, 'INC-1', { by: 'bo', reason: null });
    expect(await tallies()).toMatchObject({ executed: 2, failures: 1 });
  },
  'reopen: only what is resolved, and of parallel ones exactly one': async (world) => {
    const { storage } = world;
    await submitted(world);
    const ask = { by: 'bo', reason: null };
    expect(await storage.tickets.reopen(ACME, 'INC-1', ask)).toEqual({ kind: 'not_resolved' });
    expect(await storage.tickets.reopen(ACME, 'nothing', ask)).toEqual({ kind: 'not_found' });
    await storage.tickets.resolve(ACME, 'INC-1', RESOLUTION, []);
    expect(await storage.tickets.reopen(GLOBEX, 'INC-1', ask)).toEqual({ kind: 'not_found' });
    const answers = await Promise.all(upTo(6).map(() => storage.tickets.reopen(ACME, 'INC-1', ask)));
    expect(kindsOf(answers)).toEqual({ reopened: 1, not_resolved: 5 });
  },
  'adjudicate: the first word stays, of parallel ones exactly one': async (world) => {
    const { storage, clock } = world;
    await submitted(world);
    const words = upTo(6).map((n) => ({ by: `p-${n}`, wouldHaveWorked: n % 2 === 0, comment: null }));
    expect(
      (await storage.tickets.adjudicate(GLOBEX, 'INC-1', { by: 'x', wouldHaveWorked: true, comment: null }, [])).kind,
    ).toBe('not_found');
    const answers = await Promise.all(words.map((word) => storage.tickets.adjudicate(ACME, 'INC-1', word, [])));
    expect(kindsOf(answers)).toEqual({ adjudicated: 1, already: 5 });
    const kept = (await storage.tickets.find(ACME, 'INC-1'))?.adjudication;
    expect(words.map((word) => ({ ...word, atMs: clock.now() }))).toContainEqual(kept);
    for (const answer of answers) expect('record' in answer && answer.record.adjudication).toEqual(kept);
  },
  'adjudicate: teaches what it says, once': async (world) => {
    const { storage } = world;
    await submitted(world);
    const only = { remediationId: null, resolved: false, executed: false, via: 'shadow' } as const;
    const fact = outcomeOf({ ...only, principal: 'bo' });
    const word = { by: 'bo', wouldHaveWorked: true, comment: null };
    await storage.tickets.adjudicate(ACME, 'nothing', word, [{ ...fact, ticketId: 'nothing' }]);
    await storage.tickets.adjudicate(ACME, 'INC-1', word, [fact]);
    await storage.tickets.adjudicate(ACME, 'INC-1', word, [{ ...fact, succeeded: false }]);
    expect(await storage.patterns.facts(ACME, 'pattern-1', 'restart_service')).toEqual([{ ...fact, counted: true }]);
  },
  'resolve: records what a person did and what it teaches': async (world) => {
    await submitted(world);
    const fact = outcomeOf({ via: 'human', executed: false, succeeded: false, principal: 'cy' });
    const resolved = await world.storage.tickets.resolve(ACME, 'INC-1', RESOLUTION, [fact]);
    expect(resolved).toMatchObject({
      kind: 'resolved',
      record: { status: 'resolved', resolvedAtMs: world.clock.now(), resolution: RESOLUTION },
    });
    expect((await world.storage.tickets.find(ACME, 'INC-1'))?.resolution).toEqual(RESOLUTION);
    expect((await world.storage.patterns.tally(ACME, 'pattern-1', 'restart_service')).occurrences).toBe(1);
  },
  'resolve: once only, also of parallel ones': async (world) => {
    await submitted(world);
    const answers = await Promise.all(
      upTo(6).map((n) => world.storage.tickets.resolve(ACME, 'INC-1', { ...RESOLUTION, resolver: `person-${n}` }, [])),
    );
    expect(kindsOf(answers)).toEqual({ resolved: 1, already_resolved: 5 });
  },
  'resolve: an unknown ticket is not found': async ({ storage }) => {
    expect(await storage.tickets.resolve(ACME, 'nothing', RESOLUTION, [])).toEqual({ kind: 'not_found' });
  },
  'resolve: refused while a remediation is executing, and teaches nothing then': async (world) => {
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    await world.storage.remediations.append(appendOf(rows, [INTENDED], { token, atMs: 1 }));
    const fact = outcomeOf({ via: 'human' });
    expect(await world.storage.tickets.resolve(ACME, 'INC-1', RESOLUTION, [fact])).toEqual({ kind: 'unfinished' });
    expect((await world.storage.tickets.find(ACME, 'INC-1'))?.status).toBe('remediating');
    expect((await world.storage.patterns.tally(ACME, 'pattern-1', 'restart_service')).occurrences).toBe(0);
  },
  'resolve: a worker that was about to act is fenced': async (world) => {
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    expect((await world.storage.tickets.resolve(ACME, 'INC-1', RESOLUTION, [])).kind).toBe('resolved');
    const late = await world.storage.remediations.append(appendOf(rows, [INTENDED], { token, atMs: 1 }));
    expect(late).toEqual({ kind: 'fenced' });
  },
  'resolve: possible while a remediation waits or is parked': async (world) => {
    await openedRemediation(world, { route: 'approval' });
    expect((await world.storage.tickets.resolve(ACME, 'INC-1', RESOLUTION, [])).kind).toBe('resolved');
    const rows = await openedRemediation(world, { ticketId: 'INC-2', remediationId: 'rem-2' });
    const token = await claimedToken(world, rows);
    await world.storage.remediations.append(
      appendOf(rows, [INTENDED, endedAs('needs_reconciliation')], { token, atMs: 1 }),
    );
    expect((await world.storage.tickets.resolve(ACME, 'INC-2', RESOLUTION, [])).kind).toBe('resolved');
  },
  'resolve: whoever was analysing the ticket can open nothing any more': async (world) => {
    await submitted(world);
    await world.storage.tickets.claim(ACME, 'INC-1', REQUEST);
    await world.storage.tickets.resolve(ACME, 'INC-1', RESOLUTION, []);
    const opened = await world.storage.remediations.open(openingOf(1, world.clock.now()));
    expect(opened).toEqual({ kind: 'fenced' });
    expect((await world.storage.tickets.find(ACME, 'INC-1'))?.status).toBe('resolved');
    expect((await world.storage.tickets.claim(ACME, 'INC-1', REQUEST)).kind).toBe('stale');
  },
  'cancel: closes what waits to be analysed; whoever analyses it can open nothing any more': async (world) => {
    const { storage, clock } = world;
    await submitted(world);
    await storage.tickets.claim(ACME, 'INC-1', REQUEST);
    const cancelled = await storage.tickets.cancel(ACME, 'INC-1', 'ana');
    expect(cancelled).toMatchObject({ kind: 'cancelled', record: { status: 'closed', resolvedAtMs: null } });
    expect(await storage.remediations.open(openingOf(1, clock.now()))).toEqual({ kind: 'fenced' });
    expect((await storage.tickets.claim(ACME, 'INC-1', REQUEST)).kind).toBe('stale');
    expect(await storage.tickets.setOptIn(ACME, 'INC-1', { optedIn: true, by: 'ana' })).toBeNull();
    expect((await storage.tickets.resolve(ACME, 'INC-1', RESOLUTION, [])).kind).toBe('already_resolved');
  },
  'cancel: told once, however often and however parallel it is said; not what is resolved or unknown': async (
    world,
  ) => {
    const { tickets, outbox } = world.storage;
    await submitted(world);
    await submitted(world, { ticketId: 'INC-2' });
    await tickets.resolve(ACME, 'INC-2', RESOLUTION, []);
    const race = await Promise.all(['ana', 'bo', 'cy'].map((by) => tickets.cancel(ACME, 'INC-1', by)));
    expect(kindsOf(race)).toEqual({ cancelled: 3 });
    const { events } = await outbox.after(ACME, { seq: 0, limit: 20 });
    expect(events.filter(({ type }) => type === 'ticket_cancelled')).toHaveLength(1);
    expect(await tickets.cancel(ACME, 'INC-2', 'ana')).toEqual({ kind: 'over' });
    expect(await tickets.cancel(GLOBEX, 'INC-1', 'ana')).toEqual({ kind: 'not_found' });
  },
  'cancel: refused while a remediation waits, acts or is parked': async (world) => {
    const { tickets, remediations } = world.storage;
    const rows = await openedRemediation(world);
    expect(await tickets.cancel(ACME, 'INC-1', 'ana')).toEqual({ kind: 'unfinished' });
    const token = await claimedToken(world, rows);
    await remediations.append(appendOf(rows, [INTENDED, endedAs('needs_reconciliation')], { token, atMs: 1 }));
    expect(await tickets.cancel(ACME, 'INC-1', 'ana')).toEqual({ kind: 'unfinished' });
  },
  'cancel: a row that comes late to a remediation leaves the ticket closed': async (world) => {
    const { tickets, remediations } = world.storage;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    await remediations.append(appendOf(rows, [endedAs('failed')], { token, atMs: 1 }));
    expect((await tickets.cancel(ACME, 'INC-1', 'ana')).kind).toBe('cancelled');
    const all = (await remediations.load(ACME, 'rem-1'))?.rows ?? [];
    const reply = { type: 'late_reply', step: 0, direction: 'do', outcome: 'committed', detail: 'done' } as const;
    expect((await remediations.append(appendOf(all, [reply], { token: null, atMs: 2 }))).kind).toBe('appended');
    expect((await tickets.find(ACME, 'INC-1'))?.status).toBe('closed');
  },
  'setOptIn: in sets a decided ticket to received, to be decided anew': async (world) => {
    const { tickets } = world.storage;
    await openedRemediation(world, { route: 'suggest_only', ticket: { optedIn: false } });
    expect(await tickets.setOptIn(ACME, 'INC-1', { optedIn: true, by: 'ana' })).toEqual({ again: true });
    expect(await tickets.find(ACME, 'INC-1')).toMatchObject({ optedIn: true, status: 'received' });
    expect((await world.storage.due(5)).tickets).toEqual([{ tenant: ACME, ticketId: 'INC-1' }]);
    expect(await tickets.claim(ACME, 'INC-1', REQUEST)).toMatchObject({ kind: 'claimed', token: 2 });
  },
  'setOptIn: of parallel ones exactly one starts it again': async (world) => {
    await openedRemediation(world, { route: 'suggest_only', ticket: { optedIn: false } });
    const answers = await Promise.all(
      upTo(5).map(() => world.storage.tickets.setOptIn(ACME, 'INC-1', { optedIn: true, by: 'ana' })),
    );
    expect(answers.filter((answer) => answer?.again)).toHaveLength(1);
  },
  'setOptIn: out changes nothing but the permission': async (world) => {
    await openedRemediation(world, { route: 'approval' });
    expect(await world.storage.tickets.setOptIn(ACME, 'INC-1', { optedIn: false, by: 'ana' })).toEqual({
      again: false,
    });
    expect(await world.storage.tickets.find(ACME, 'INC-1')).toMatchObject({
      optedIn: false,
      status: 'awaiting_approval',
    });
    // It is still unfinished: in again starts nothing a second time.
    expect(await world.storage.tickets.setOptIn(ACME, 'INC-1', { optedIn: true, by: 'ana' })).toEqual({ again: false });
    expect((await world.storage.tickets.find(ACME, 'INC-1'))?.status).toBe('awaiting_approval');
  },
  'setOptIn: null for a resolved ticket, an unknown one and another tenant’s': async (world) => {
    const { tickets } = world.storage;
    await submitted(world, { optedIn: false });
    expect(await tickets.setOptIn(GLOBEX, 'INC-1', { optedIn: true, by: 'ana' })).toBeNull();
    expect(await tickets.setOptIn(ACME, 'nothing', { optedIn: true, by: 'ana' })).toBeNull();
    expect((await tickets.find(ACME, 'INC-1'))?.optedIn).toBe(false);
    await tickets.resolve(ACME, 'INC-1', RESOLUTION, []);
    expect(await tickets.setOptIn(ACME, 'INC-1', { optedIn: true, by: 'ana' })).toBeNull();
  },
  'rescore: replaces the reliability and nothing else': async (world) => {
    await openedRemediation(world);
    const before = await world.storage.tickets.find(ACME, 'INC-1');
    await world.storage.tickets.rescore(ACME, 'INC-1', reliabilityOf(61.5));
    const after = await world.storage.tickets.find(ACME, 'INC-1');
    expect(after?.assessment).toEqual({ ...before?.assessment, reliability: reliabilityOf(61.5) });
    expect(after?.status).toBe(before?.status);
  },
  'rescore: without an assessment there is nothing to replace': async (world) => {
    await submitted(world);
    await world.storage.tickets.rescore(ACME, 'INC-1', reliabilityOf(61.5));
    expect((await world.storage.tickets.find(ACME, 'INC-1'))?.assessment).toBeNull();
  },
  'another tenant sees and changes nothing': async (world) => {
    const { storage } = world;
    await submitted(world);
    expect(await storage.tickets.find(GLOBEX, 'INC-1')).toBeNull();
    expect((await storage.tickets.list(GLOBEX, { limit: 10, cursor: null })).items).toEqual([]);
    expect((await storage.tickets.claim(GLOBEX, 'INC-1', REQUEST)).kind).toBe('stale');
    expect((await storage.tickets.resolve(GLOBEX, 'INC-1', RESOLUTION, [])).kind).toBe('not_found');
    await storage.tickets.claim(ACME, 'INC-1', REQUEST);
    await storage.tickets.release(GLOBEX, 'INC-1', 1);
    expect((await storage.tickets.claim(ACME, 'INC-1', REQUEST)).kind).toBe('held');
    await storage.tickets.rescore(GLOBEX, 'INC-1', reliabilityOf(1));
    const theirs = ticketOf({ tenant: GLOBEX, description: 'their own' });
    expect((await storage.tickets.submit(theirs, contentHashOf(theirs))).kind).toBe('created');
    expect((await storage.tickets.find(ACME, 'INC-1'))?.description).toBe('Web service not responding');
  },
};
