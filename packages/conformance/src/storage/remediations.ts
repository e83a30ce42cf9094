import { chainHash, type LogRow, type RemediationEvent } from '@remit/core';
import { expect } from 'vitest';
import {
  ACME,
  appendOf,
  BY_HAND,
  CLAIMED,
  claimedToken,
  endedAs,
  GLOBEX,
  grantedOrder,
  INTENDED,
  kindsOf,
  openedRemediation,
  openingOf,
  orderAsked,
  orderGivenBy,
  outcomeOf,
  SETTLED,
  submitted,
  upTo,
} from './samples.js';
import type { StorageCases } from './world.js';

const REQUEST = { owner: 'worker-2', leaseMs: 30_000 };

/** Fails unless the rows are numbered without gaps and each carries the hash of the one before. */
export function expectChained(rows: readonly LogRow[]): void {
  let before = '';
  for (const [index, row] of rows.entries()) {
    const { previousHash, hash, ...content } = row;
    expect(row.seq).toBe(index + 1);
    expect(previousHash).toBe(before);
    expect(hash).toBe(chainHash(before, content));
    before = hash;
  }
}

/** What a store must do with remediations and their logs. */
export const remediationCases: StorageCases = {
  'open: stores the log, the assessment and the status, and gives the ticket back': async (world) => {
    const rows = await openedRemediation(world, { route: 'approval' });
    const opening = openingOf(1, world.clock.now(), { route: 'approval' });
    expect(rows.map(({ event }) => event)).toEqual(opening.events);
    expect(await world.storage.remediations.load(ACME, 'rem-1')).toEqual({
      tenant: ACME,
      remediationId: 'rem-1',
      ticketId: 'INC-1',
      rows,
      version: 2,
    });
    expect(await world.storage.tickets.find(ACME, 'INC-1')).toMatchObject({
      status: 'awaiting_approval',
      assessment: opening.assessment,
      remediationId: 'rem-1',
    });
    expectChained(rows);
  },
  'open: refused without the ticket’s last token': async (world) => {
    await submitted(world);
    await world.storage.tickets.claim(ACME, 'INC-1', REQUEST);
    world.clock.advance(30_000);
    const late = openingOf(1, world.clock.now());
    expect(await world.storage.remediations.open(late)).toEqual({ kind: 'fenced' });
    await world.storage.tickets.claim(ACME, 'INC-1', REQUEST);
    expect(await world.storage.remediations.open(late)).toEqual({ kind: 'fenced' });
    expect(await world.storage.remediations.open({ ...late, ticketId: 'nothing' })).toEqual({ kind: 'fenced' });
    expect(await world.storage.remediations.load(ACME, 'rem-1')).toBeNull();
    expect((await world.storage.remediations.open({ ...late, ticketToken: 2 })).kind).toBe('opened');
  },
  'open: of parallel openings under one claim exactly one opens': async (world) => {
    await submitted(world);
    await world.storage.tickets.claim(ACME, 'INC-1', REQUEST);
    const answers = await Promise.all(
      upTo(8).map((n) =>
        world.storage.remediations.open(openingOf(1, world.clock.now(), { remediationId: `rem-${n}` })),
      ),
    );
    expect(kindsOf(answers)).toEqual({ opened: 1, fenced: 7 });
    expect(await world.storage.remediations.logOf(ACME, 'INC-1')).toHaveLength(1);
  },
  'open: a ticket has one unfinished remediation at most, a parked one included': async (world) => {
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    const { storage, clock } = world;
    // Superseded is the only end after which a ticket is analysed again: claim it, then park the first one late.
    const parked = await storage.remediations.append(
      appendOf(rows, [endedAs('superseded')], { token, atMs: clock.now() }),
    );
    if (parked.kind !== 'appended') throw new Error(parked.kind);
    const claim = await storage.tickets.claim(ACME, 'INC-1', REQUEST);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    const all = [...rows, ...parked.rows];
    const late = appendOf(all, [endedAs('needs_reconciliation')], { token: null, atMs: clock.now() });
    const projection = { ...late.projection, ticketStatus: 'analyzing' as const };
    expect((await storage.remediations.append({ ...late, projection })).kind).toBe('appended');
    const second = openingOf(claim.token, clock.now(), { remediationId: 'rem-2' });
    expect(await storage.remediations.open(second)).toEqual({ kind: 'unfinished', remediationId: 'rem-1' });
    expect(await storage.remediations.load(ACME, 'rem-2')).toBeNull();
  },
  'open: after an end the next remediation of the ticket can be opened': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    await storage.remediations.append(appendOf(rows, [endedAs('superseded')], { token, atMs: clock.now() }));
    const claim = await storage.tickets.claim(ACME, 'INC-1', REQUEST);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    const second = await storage.remediations.open(openingOf(claim.token, 7, { remediationId: 'rem-2' }));
    expect(second.kind).toBe('opened');
    expect((await storage.tickets.find(ACME, 'INC-1'))?.remediationId).toBe('rem-2');
    const log = await storage.remediations.logOf(ACME, 'INC-1');
    expect(log.map(({ remediationId, seq }) => [remediationId, seq])).toEqual([
      ['rem-1', 1],
      ['rem-1', 2],
      ['rem-2', 1],
    ]);
  },
  'load: an unknown remediation is null, an unknown ticket has no log': async ({ storage }) => {
    expect(await storage.remediations.load(ACME, 'nothing')).toBeNull();
    expect(await storage.remediations.logOf(ACME, 'nothing')).toEqual([]);
  },
  'tenantOf: whose it is, and null where nobody can say': async (world) => {
    const { remediations } = world.storage;
    await openedRemediation(world, { tenant: GLOBEX });
    expect(await remediations.tenantOf('rem-1')).toBe(GLOBEX);
    expect(await remediations.tenantOf('nothing')).toBeNull();
    await openedRemediation(world);
    expect(await remediations.tenantOf('rem-1')).toBeNull();
  },
  'claim: of eight parallel claims exactly one wins': async (world) => {
    const rows = await openedRemediation(world);
    const claims = await Promise.all(
      upTo(8).map((n) =>
        world.storage.remediations.claim(ACME, 'rem-1', {
          owner: `worker-${n}`,
          leaseMs: 30_000,
          expectedVersion: rows.length,
        }),
      ),
    );
    expect(kindsOf(claims)).toEqual({ claimed: 1, held: 7 });
  },
  'claim: refused for another version, an unknown one and an ended one': async (world) => {
    const { remediations } = world.storage;
    const rows = await openedRemediation(world);
    expect((await remediations.claim(ACME, 'rem-1', { ...REQUEST, expectedVersion: 0 })).kind).toBe('stale');
    expect((await remediations.claim(ACME, 'rem-1', { ...REQUEST, expectedVersion: 2 })).kind).toBe('stale');
    expect((await remediations.claim(ACME, 'nothing', { ...REQUEST, expectedVersion: 0 })).kind).toBe('stale');
    const token = await claimedToken(world, rows);
    await remediations.append(appendOf(rows, [endedAs('failed')], { token, atMs: 1 }));
    expect((await remediations.claim(ACME, 'rem-1', { ...REQUEST, expectedVersion: 2 })).kind).toBe('stale');
  },
  'claim: a parked remediation can be claimed': async (world) => {
    const { remediations } = world.storage;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    await remediations.append(appendOf(rows, [INTENDED, endedAs('needs_reconciliation')], { token, atMs: 1 }));
    const claim = await remediations.claim(ACME, 'rem-1', { ...REQUEST, expectedVersion: 3 });
    expect(claim).toMatchObject({ kind: 'claimed', token: 2 });
  },
  'claim: the token grows with every claim, also after release and expiry': async (world) => {
    const { remediations } = world.storage;
    const rows = await openedRemediation(world);
    const ask = { ...REQUEST, expectedVersion: rows.length };
    expect(await remediations.claim(ACME, 'rem-1', ask)).toMatchObject({ token: 1 });
    await remediations.release(ACME, 'rem-1', 1);
    expect(await remediations.claim(ACME, 'rem-1', ask)).toMatchObject({ token: 2 });
    world.clock.advance(30_000);
    expect(await remediations.claim(ACME, 'rem-1', ask)).toMatchObject({ token: 3 });
    await remediations.release(ACME, 'rem-1', 2);
    expect((await remediations.claim(ACME, 'rem-1', ask)).kind).toBe('held');
  },
  'heartbeat: prolongs a living lease of ours and no other': async (world) => {
    const { remediations } = world.storage;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    world.clock.advance(29_000);
    const beat = { token, leaseMs: 30_000 };
    expect(await remediations.heartbeat(ACME, 'rem-1', beat)).toEqual({ untilMs: world.clock.now() + 30_000 });
    world.clock.advance(29_999);
    expect(await remediations.heartbeat(ACME, 'rem-1', { ...beat, token: token + 1 })).toBeNull();
    expect(await remediations.heartbeat(ACME, 'nothing', beat)).toBeNull();
    expect(await remediations.heartbeat(GLOBEX, 'rem-1', beat)).toBeNull();
    world.clock.advance(1);
    expect(await remediations.heartbeat(ACME, 'rem-1', beat)).toBeNull();
  },
  'append: rows are chained and come back exactly': async (world) => {
    const { remediations } = world.storage;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    const odd = { ключ: ['😀', 'e\u0301', '\u0001', 1e-9, -0.1, 1e21, { '': null }], a: { z: 1, a: 2 } };
    const settled = {
      type: 'action_settled',
      step: 0,
      direction: 'do',
      outcome: 'committed',
      detail: 'fine'.repeat(5_000),
      result: odd,
      snapshotAfter: null,
      tookMs: 12.5,
    } as const;
    const first = await remediations.append(appendOf(rows, [CLAIMED, INTENDED], { token, atMs: 11 }));
    if (first.kind !== 'appended') throw new Error(first.kind);
    const second = await remediations.append(appendOf([...rows, ...first.rows], [settled], { token, atMs: 12 }));
    if (second.kind !== 'appended') throw new Error(second.kind);
    const loaded = await remediations.load(ACME, 'rem-1');
    expect(loaded?.rows).toEqual([...rows, ...first.rows, ...second.rows]);
    expect(loaded?.version).toBe(4);
    expect(loaded?.rows.at(-1)).toMatchObject({ event: settled, token, atMs: 12, actor: 'remit' });
    expectChained(loaded?.rows ?? []);
    expect(await remediations.logOf(ACME, 'INC-1')).toEqual(loaded?.rows);
  },
  'append: of twenty parallel appends at one version exactly one is written': async (world) => {
    const { remediations } = world.storage;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    const answers = await Promise.all(
      upTo(20).map(() => remediations.append(appendOf(rows, [CLAIMED], { token, atMs: 1 }))),
    );
    expect(kindsOf(answers)).toEqual({ appended: 1, stale: 19 });
    expect(answers.find(({ kind }) => kind === 'stale')).toEqual({ kind: 'stale', version: 2 });
    expectChained((await remediations.load(ACME, 'rem-1'))?.rows ?? []);
  },
  'append: an unknown remediation is stale at version 0': async (world) => {
    const rows = await openedRemediation(world);
    const append = { ...appendOf(rows, [CLAIMED], { token: null, atMs: 1 }), remediationId: 'nothing' };
    expect(await world.storage.remediations.append(append)).toEqual({ kind: 'stale', version: 0 });
  },
  'append: fenced after a second claim, after the lease is over, and with a token never given': async (world) => {
    const { remediations } = world.storage;
    const rows = await openedRemediation(world);
    const append = appendOf(rows, [CLAIMED], { token: 1, atMs: 1 });
    expect(await remediations.append(append)).toEqual({ kind: 'fenced' });
    await claimedToken(world, rows);
    expect(await remediations.append({ ...append, token: 2 })).toEqual({ kind: 'fenced' });
    world.clock.advance(30_000);
    expect(await remediations.append(append)).toEqual({ kind: 'fenced' });
    await claimedToken(world, rows);
    expect(await remediations.append(append)).toEqual({ kind: 'fenced' });
    expect((await remediations.append({ ...append, token: 2 })).kind).toBe('appended');
    expect((await remediations.load(ACME, 'rem-1'))?.version).toBe(2);
  },
  'append: a row without a token needs no lease, but the right version': async (world) => {
    const { remediations } = world.storage;
    const rows = await openedRemediation(world, { route: 'approval' });
    const append = appendOf(rows, [endedAs('withdrawn')], { token: null, atMs: 9 });
    const answers = await Promise.all([remediations.append(append), remediations.append(append)]);
    expect(kindsOf(answers)).toEqual({ appended: 1, stale: 1 });
    const { ticketStatus } = append.projection;
    expect((await world.storage.tickets.find(ACME, 'INC-1'))?.status).toBe(ticketStatus);
  },
  'append: the ticket follows the projection, and is resolved when it says so': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    clock.advance(1_000);
    const append = appendOf(rows, [endedAs('succeeded')], { token, atMs: clock.now() });
    await storage.remediations.append(append);
    const ticket = await storage.tickets.find(ACME, 'INC-1');
    expect(ticket?.status).toBe(append.projection.ticketStatus);
    expect(ticket?.status).toBe('resolved');
    expect(ticket?.resolvedAtMs).toBe(clock.now());
    expect(ticket?.updatedAtMs).toBe(clock.now());
  },
  'append: leaves a ticket alone that a person resolved': async (world) => {
    const { storage } = world;
    const rows = await openedRemediation(world, { route: 'approval' });
    await storage.tickets.resolve(ACME, 'INC-1', BY_HAND, []);
    await storage.remediations.append(appendOf(rows, [endedAs('withdrawn')], { token: null, atMs: 2 }));
    expect((await storage.tickets.find(ACME, 'INC-1'))?.status).toBe('resolved');
  },
  'append: a late row of an earlier remediation leaves the ticket to the later one': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    const over = await storage.remediations.append(appendOf(rows, [endedAs('superseded')], { token, atMs: 1 }));
    if (over.kind !== 'appended') throw new Error(over.kind);
    const claim = await storage.tickets.claim(ACME, 'INC-1', REQUEST);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    await storage.remediations.open(openingOf(claim.token, clock.now(), { remediationId: 'rem-2', route: 'approval' }));
    const late = { type: 'late_reply', step: 0, direction: 'do', outcome: 'committed', detail: 'late' } as const;
    const answer = await storage.remediations.append(
      appendOf([...rows, ...over.rows], [late], { token: null, atMs: 2 }),
    );
    expect(answer.kind).toBe('appended');
    expect((await storage.tickets.find(ACME, 'INC-1'))?.status).toBe('awaiting_approval');
  },
  'append: the end gives the lease back, and facts are stored with it': async (world) => {
    const { storage } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    const facts = [outcomeOf()];
    const ended = await storage.remediations.append(appendOf(rows, [endedAs('succeeded')], { token, atMs: 1, facts }));
    if (ended.kind !== 'appended') throw new Error(ended.kind);
    expect(await storage.patterns.tally(ACME, 'pattern-1', 'restart_service')).toMatchObject({ succeeded: 1 });
    const again = appendOf([...rows, ...ended.rows], [CLAIMED], { token, atMs: 2 });
    expect(await storage.remediations.append(again)).toEqual({ kind: 'fenced' });
    expect(await storage.remediations.heartbeat(ACME, 'rem-1', { token, leaseMs: 1_000 })).toBeNull();
  },
  'append: a refused append leaves nothing behind': async (world) => {
    const { storage } = world;
    const rows = await openedRemediation(world);
    const before = await storage.tickets.find(ACME, 'INC-1');
    const facts = [outcomeOf()];
    const append = appendOf(rows, [endedAs('succeeded')], { token: 99, atMs: 1, facts });
    await storage.locks.take(ACME, 'rem-1', ['global/service:web']);
    expect((await storage.remediations.append(append)).kind).toBe('fenced');
    expect((await storage.remediations.append({ ...append, token: null, expectedVersion: 7 })).kind).toBe('stale');
    expect(await storage.tickets.find(ACME, 'INC-1')).toEqual(before);
    expect((await storage.patterns.tally(ACME, 'pattern-1', 'restart_service')).occurrences).toBe(0);
    expect((await storage.locks.take(ACME, 'rem-2', ['global/service:web'])).kind).toBe('held');
  },
  'append: an event that has no canonical form is refused whole': async (world) => {
    const { storage } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    const append = appendOf(rows, [CLAIMED, endedAs('failed')], { token, atMs: Number.NaN });
    await expect(storage.remediations.append(append)).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await storage.remediations.load(ACME, 'rem-1'))?.version).toBe(1);
    expect((await storage.tickets.find(ACME, 'INC-1'))?.status).toBe('remediating');
  },
  'awaitingApproval: those that wait, oldest first, page by page': async (world) => {
    const { storage } = world;
    for (const n of upTo(7)) {
      const route = n === 3 ? 'manual' : 'approval';
      await openedRemediation(world, { ticketId: `INC-${n}`, remediationId: `rem-${n}`, route });
    }
    const rows = (await storage.remediations.load(ACME, 'rem-1'))?.rows ?? [];
    await storage.remediations.append(appendOf(rows, [endedAs('withdrawn')], { token: null, atMs: 1 }));
    const first = await storage.remediations.awaitingApproval(ACME, { limit: 3, cursor: null });
    const second = await storage.remediations.awaitingApproval(ACME, { limit: 3, cursor: first.nextCursor });
    expect(second.nextCursor).toBeNull();
    expect(first.items[0]).toEqual({
      tenant: ACME,
      remediationId: 'rem-0',
      ticketId: 'INC-0',
      state: 'awaiting_approval',
    });
    const ids = [...first.items, ...second.items].map(({ remediationId }) => remediationId);
    expect(ids).toEqual(['rem-0', 'rem-2', 'rem-4', 'rem-5', 'rem-6']);
    await expect(storage.remediations.awaitingApproval(ACME, { limit: 3, cursor: 'nonsense' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  },
  'awaitingApproval: orders about something parked too, from their first yes to their last, of their tenant': async (
    world,
  ) => {
    const { storage } = world;
    const waiting = async (tenant: string) =>
      (await storage.remediations.awaitingApproval(tenant, { limit: 5, cursor: null })).items;
    const rows = [...(await openedRemediation(world))];
    const append = async (...events: readonly RemediationEvent[]): Promise<void> => {
      const token = rows.length === 1 ? await claimedToken(world, rows) : null;
      const appended = await storage.remediations.append(appendOf(rows, events, { token, atMs: 1 }));
      if (appended.kind === 'appended') rows.push(...appended.rows);
    };
    await append(CLAIMED, INTENDED, endedAs('needs_reconciliation'));
    expect(await waiting(ACME)).toEqual([]);
    await append(...orderAsked('send_again', 2, 'gil'));
    const state = 'needs_reconciliation';
    expect(await waiting(ACME)).toEqual([{ tenant: ACME, remediationId: 'rem-1', ticketId: 'INC-1', state }]);
    expect(await waiting(GLOBEX)).toEqual([]);
    await append(orderGivenBy('hana'));
    expect(await waiting(ACME)).toEqual([]);
  },
  'takeOver: the new one gets the locks and the ticket, the old one its rows, once': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    await storage.locks.take(ACME, 'rem-1', ['global/service:web']);
    const token = await claimedToken(world, rows);
    // It holds its locks, and so it blocks its ticket: for every other remediation, not for the one that takes it back.
    const kept = appendOf(rows, [INTENDED, SETTLED, endedAs('halted')], { token, atMs: clock.now() });
    expect(kept.projection.holdsLocks).toBe(true);
    const stopped = await storage.remediations.append(kept);
    if (stopped.kind !== 'appended') throw new Error(stopped.kind);
    const all = [...rows, ...stopped.rows];
    const answered = {
      type: 'reconciliation_answered',
      answer: 'roll_back',
      bindingHash: 'shown',
      by: 'gil',
      comment: null,
      steps: [0],
    } as const;
    const { token: _, facts: __, ...from } = appendOf(all, [answered], { token: null, atMs: clock.now() });
    const [first] = rows;
    if (first?.event.type !== 'proposed') throw new Error('The sample begins with its proposal.');
    const events = [
      first.event,
      { type: 'taken_over', from: 'rem-1', by: 'gil', calls: [], steps: [0], approval: grantedOrder(0) } as const,
    ];
    const projection = { ...from.projection, state: 'rolling_back', ended: false, holdsLocks: true } as const;
    const released = { ...from, projection: { ...from.projection, holdsLocks: false } };
    const order = { from: released, events, projection: { ...projection, ticketStatus: 'remediating' } as const };
    const answers = await Promise.all(
      upTo(4).map((n) => storage.remediations.takeOver({ ...order, remediationId: `rem-back-${n}` })),
    );
    expect(kindsOf(answers)).toEqual({ taken_over: 1, stale: 3 });
    const ticket = await storage.tickets.find(ACME, 'INC-1');
    expect(ticket).toMatchObject({ status: 'remediating' });
    const winner = ticket?.remediationId ?? '';
    expect(winner).toMatch(/^rem-back-/);
    const taken = await storage.locks.take(ACME, 'somebody-else', ['global/service:web']);
    expect(taken).toMatchObject({ kind: 'held', holder: { remediationId: winner } });
    expectChained((await storage.remediations.load(ACME, 'rem-1'))?.rows ?? []);
    expectChained((await storage.remediations.load(ACME, winner))?.rows ?? []);
    expect((await storage.due(10)).remediations).toEqual([{ tenant: ACME, remediationId: winner }]);
    expect(
      (await storage.remediations.takeOver({ ...order, from: { ...released, tenant: GLOBEX }, remediationId: 'x' }))
        .kind,
    ).toBe('stale');
  },
  'open: refused when the opt-in is another one by now, and of a race either the one or the other': async (world) => {
    const { storage, clock } = world;
    await submitted(world);
    const claim = await storage.tickets.claim(ACME, 'INC-1', REQUEST);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    await storage.tickets.setOptIn(ACME, 'INC-1', { optedIn: false, by: 'ana' });
    const opening = openingOf(claim.token, clock.now());
    expect(await storage.remediations.open(opening)).toEqual({ kind: 'opt_in_changed' });
    expect((await storage.tickets.find(ACME, 'INC-1'))?.remediationId).toBeNull();
    expect(await storage.remediations.load(ACME, 'rem-1')).toBeNull();
    // The claim is as it was: the same worker may decide again.
    await storage.tickets.setOptIn(ACME, 'INC-1', { optedIn: true, by: 'ana' });
    const [opened] = await Promise.all([
      storage.remediations.open(opening),
      storage.tickets.setOptIn(ACME, 'INC-1', { optedIn: false, by: 'ana' }),
    ]);
    expect(['opened', 'opt_in_changed']).toContain(opened.kind);
    expect((await storage.remediations.load(ACME, 'rem-1')) !== null).toBe(opened.kind === 'opened');
  },
  'open: refused while an ended one still holds locks, whatever it ended as': async (world) => {
    const { storage, clock } = world;
    for (const [n, end] of (['halted', 'withdrawn', 'needs_reconciliation'] as const).entries()) {
      const key = { ticketId: `INC-${n}`, remediationId: `rem-${n}` };
      const rows = await openedRemediation(world, key);
      const token = await claimedToken(world, rows);
      const settled = { ...SETTLED, snapshotAfter: null };
      const events = end === 'needs_reconciliation' ? [INTENDED, endedAs(end)] : [INTENDED, settled, endedAs(end)];
      const append = appendOf(rows, events, { token, atMs: clock.now() });
      expect(append.projection).toMatchObject({ ended: true, holdsLocks: true });
      expect((await storage.remediations.append(append)).kind).toBe('appended');
      expect(await storage.tickets.setOptIn(ACME, key.ticketId, { optedIn: false, by: 'ana' })).toEqual({
        again: false,
      });
      expect(await storage.tickets.setOptIn(ACME, key.ticketId, { optedIn: true, by: 'ana' })).toEqual({
        again: false,
      });
      expect((await storage.tickets.find(ACME, key.ticketId))?.status).toBe('needs_human');
    }
  },
  'due: a parked one when its time has come, and not before': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    const append = appendOf(rows, [INTENDED, endedAs('needs_reconciliation')], { token, atMs: clock.now() });
    const dueAtMs = append.projection.dueAtMs ?? 0;
    expect(dueAtMs).toBeGreaterThan(clock.now());
    expect((await storage.remediations.append(append)).kind).toBe('appended');
    expect((await storage.due(5)).remediations).toEqual([]);
    clock.advance(dueAtMs - clock.now());
    expect((await storage.due(5)).remediations).toEqual([{ tenant: ACME, remediationId: 'rem-1' }]);
    const ask = { ...REQUEST, expectedVersion: append.events.length + rows.length };
    expect((await storage.remediations.claim(ACME, 'rem-1', ask)).kind).toBe('claimed');
    expect((await storage.due(5)).remediations).toEqual([]);
  },
  'another tenant sees and changes nothing': async (world) => {
    const { remediations } = world.storage;
    const rows = await openedRemediation(world, { route: 'approval' });
    expect(await remediations.load(GLOBEX, 'rem-1')).toBeNull();
    expect(await remediations.logOf(GLOBEX, 'INC-1')).toEqual([]);
    expect((await remediations.claim(GLOBEX, 'rem-1', { ...REQUEST, expectedVersion: 2 })).kind).toBe('stale');
    expect((await remediations.awaitingApproval(GLOBEX, { limit: 5, cursor: null })).items).toEqual([]);
    const theirs = { ...appendOf(rows, [endedAs('withdrawn')], { token: null, atMs: 1 }), tenant: GLOBEX };
    expect(await remediations.append(theirs)).toEqual({ kind: 'stale', version: 0 });
    const token = await claimedToken(world, rows);
    await remediations.release(GLOBEX, 'rem-1', token);
    expect(await remediations.heartbeat(ACME, 'rem-1', { token, leaseMs: 30_000 })).not.toBeNull();
    // The same ids are free in the other tenant.
    await openedRemediation(world, { tenant: GLOBEX });
    expect((await remediations.load(GLOBEX, 'rem-1'))?.version).toBe(1);
    expect((await remediations.load(ACME, 'rem-1'))?.version).toBe(2);
  },
};
