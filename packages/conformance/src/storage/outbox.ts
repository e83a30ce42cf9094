import type { OutboxEvent, OutboxPart } from '@remit/core';
import { expect } from 'vitest';
import {
  ACME,
  appendOf,
  BY_HAND,
  claimedToken,
  feedbackOf,
  GLOBEX,
  INTENDED,
  openedRemediation,
  submitted,
  upTo,
} from './samples.js';
import type { OpenedStorage, StorageCases } from './world.js';

const DAY = 86_400_000;
const LEASE = { owner: 'w-1', leaseMs: 10_000 };

async function all({ storage }: OpenedStorage, tenant = ACME): Promise<readonly OutboxEvent[]> {
  return (await storage.outbox.after(tenant, { seq: 0, limit: 1_000 })).events;
}

function summary(events: readonly OutboxEvent[]): readonly string[] {
  return events.map(({ seq, type, ticketId }) => `${seq} ${type} ${ticketId}`);
}

async function claimed({ storage }: OpenedStorage, consumer = 'hook') {
  const claim = await storage.outbox.claim(ACME, consumer, LEASE);
  if (claim.kind !== 'claimed') throw new Error(`The place cannot be claimed: ${claim.kind}`);
  return claim;
}

const numbersOf = ({ events }: OutboxPart): readonly number[] => events.map(({ seq }) => seq);

/** What a store must say about what happened. */
export const outboxCases: StorageCases = {
  'every change of a ticket is told once, in order, with a number': async (world) => {
    const { tickets } = world.storage;
    await submitted(world);
    await submitted(world);
    await tickets.setOptIn(ACME, 'INC-1', { optedIn: false, by: 'ana' });
    await tickets.resolve(ACME, 'INC-1', BY_HAND, []);
    await tickets.resolve(ACME, 'INC-1', BY_HAND, []);
    await tickets.reopen(ACME, 'INC-1', { by: 'ana', reason: null });
    await tickets.adjudicate(ACME, 'INC-1', { by: 'bo', wouldHaveWorked: true, comment: null }, []);
    await tickets.adjudicate(ACME, 'INC-1', { by: 'bo', wouldHaveWorked: false, comment: null }, []);
    const told = (await all(world)).filter(({ type }) => type !== 'record_written');
    expect(summary(told)).toEqual([
      '1 ticket_received INC-1',
      '2 ticket_opt_in_changed INC-1',
      '4 ticket_resolved INC-1',
      '6 ticket_reopened INC-1',
      '7 ticket_adjudicated INC-1',
    ]);
  },
  'a remediation is told with where it stands, rows that were refused are not': async (world) => {
    const { remediations } = world.storage;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    await remediations.append(appendOf(rows, [INTENDED], { token, atMs: 1 }));
    await remediations.append(appendOf(rows, [INTENDED], { token, atMs: 1 }));
    const [, opened, changed, ...more] = await all(world);
    expect(opened).toMatchObject({ type: 'remediation_opened', ticketId: 'INC-1', remediationId: 'rem-1' });
    expect(changed).toMatchObject({ type: 'remediation_changed', remediationId: 'rem-1' });
    expect(changed?.data).toMatchObject({ events: [INTENDED.type], log_seq: rows.length + 1 });
    expect(more).toEqual([]);
  },
  "a row of the tenant's own log is told with its kind": async (world) => {
    await submitted(world);
    await world.storage.feedback.record(feedbackOf({ atMs: 1 }), []);
    const [, record] = await all(world);
    expect(record).toMatchObject({ type: 'record_written', data: { kind: 'feedback' } });
  },
  'a part goes on where the last one ended, to the end': async (world) => {
    const { outbox } = world.storage;
    for (const n of upTo(5)) await submitted(world, { ticketId: `INC-${n}` });
    const first = await outbox.after(ACME, { seq: 0, limit: 2 });
    expect([numbersOf(first), first.upTo, first.first, first.last]).toEqual([[1, 2], 2, 1, 5]);
    const rest = await outbox.after(ACME, { seq: first.upTo, limit: 5 });
    expect([numbersOf(rest), rest.upTo]).toEqual([[3, 4, 5], 5]);
    const none = await outbox.after(ACME, { seq: rest.upTo, limit: 5 });
    expect([none.events, none.upTo]).toEqual([[], 5]);
  },
  'the events of one ticket leave the others out, and one gets past them': async (world) => {
    const { outbox } = world.storage;
    for (const n of [0, 1, 2]) await submitted(world, { ticketId: `INC-${n}` });
    const part = await outbox.after(ACME, { seq: 0, limit: 10, ticketId: 'INC-1' });
    expect([numbersOf(part), part.upTo]).toEqual([[2], 3]);
    const narrow = await outbox.after(ACME, { seq: 0, limit: 1, ticketId: 'INC-1' });
    expect([numbersOf(narrow), narrow.upTo]).toEqual([[2], 2]);
  },
  'each tenant has numbers of its own and sees nothing of others': async (world) => {
    await submitted(world, { ticketId: 'A' });
    await submitted(world, { ticketId: 'B', tenant: GLOBEX });
    expect(summary(await all(world))).toEqual(['1 ticket_received A']);
    expect(summary(await all(world, GLOBEX))).toEqual(['1 ticket_received B']);
  },
  'writers and readers at once: no number is given twice or left out, and none comes late': async (world) => {
    const { outbox } = world.storage;
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      const part = await outbox.after(ACME, { seq: seen.at(-1) ?? 0, limit: 100 });
      seen.push(...numbersOf(part));
    };
    const writing = upTo(20).map((n) => submitted(world, { ticketId: `INC-${n}` }));
    for (let n = 0; n < 8; n += 1) await read();
    await Promise.all([...writing, outbox.after(ACME, { seq: 0, limit: 1 }), outbox.after(ACME, { seq: 0, limit: 1 })]);
    await read();
    expect(seen).toEqual(upTo(20).map((n) => n + 1));
    expect(new Set((await all(world)).map(({ ticketId }) => ticketId)).size).toBe(20);
  },
  'old events go, and a reader can see that they are gone': async (world) => {
    const { storage, clock } = world;
    for (const n of [0, 1]) await submitted(world, { ticketId: `INC-${n}` });
    clock.advance(7 * DAY + 1);
    await submitted(world, { ticketId: 'INC-2' });
    await storage.tidy(1_000);
    const part = await storage.outbox.after(ACME, { seq: 0, limit: 10 });
    expect([numbersOf(part), part.first, part.last]).toEqual([[3], 3, 3]);
    clock.advance(7 * DAY + 1);
    await storage.tidy(1_000);
    const empty = await storage.outbox.after(ACME, { seq: 0, limit: 10 });
    expect([empty.events, empty.first, empty.last]).toEqual([[], 4, 3]);
  },
};

/** What a store must say about those who carry events on. */
export const consumerCases: StorageCases = {
  'a new one begins behind the last event, and goes on where it was': async (world) => {
    const { outbox } = world.storage;
    await submitted(world);
    const first = await claimed(world);
    expect([first.seq, first.attempts]).toEqual([1, 0]);
    expect(await outbox.step(ACME, 'hook', { token: first.token, step: { kind: 'done', seq: 5 } })).toBe(true);
    const second = await claimed(world);
    expect([second.seq, second.token > first.token]).toEqual([5, true]);
  },
  'two at once: one has it, until its lease is over; then the old one is refused': async (world) => {
    const { storage, clock } = world;
    const race = await Promise.all([1, 2, 3].map(() => storage.outbox.claim(ACME, 'hook', LEASE)));
    expect(race.map(({ kind }) => kind).sort()).toEqual(['claimed', 'held', 'held']);
    const old = race.find((claim) => claim.kind === 'claimed');
    clock.advance(10_000);
    const fresh = await claimed(world);
    const step = { kind: 'done', seq: 9 } as const;
    expect(await storage.outbox.step(ACME, 'hook', { token: old?.token ?? 0, step })).toBe(false);
    expect(await storage.outbox.step(ACME, 'hook', { token: fresh.token, step })).toBe(true);
  },
  'an attempt in vain is counted, and the next one waits': async (world) => {
    const { storage, clock } = world;
    const { token } = await claimed(world);
    const dueAtMs = clock.now() + 5_000;
    await storage.outbox.step(ACME, 'hook', { token, step: { kind: 'again', dueAtMs } });
    expect(await storage.outbox.claim(ACME, 'hook', LEASE)).toEqual({ kind: 'waits', untilMs: dueAtMs });
    clock.advance(5_000);
    expect((await claimed(world)).attempts).toBe(1);
  },
  'an event that is given up is kept, and the next one is tried': async (world) => {
    const { storage } = world;
    const { token } = await claimed(world);
    await submitted(world);
    const [event] = await all(world);
    if (!event) throw new Error('Nothing was told.');
    await storage.outbox.step(ACME, 'hook', { token, step: { kind: 'dead', event, error: '410' } });
    expect(await storage.outbox.deadLetters(ACME, 10)).toMatchObject([{ consumer: 'hook', event, error: '410' }]);
    expect((await claimed(world)).seq).toBe(1);
  },
  'a dead letter that was delivered after all is forgotten, and no other': async (world) => {
    const { storage } = world;
    const first = await claimed(world);
    await submitted(world, { ticketId: 'INC-1' });
    await submitted(world, { ticketId: 'INC-2' });
    const [one, two] = await all(world);
    if (!one || !two) throw new Error('Nothing was told.');
    await storage.outbox.step(ACME, 'hook', { token: first.token, step: { kind: 'dead', event: one, error: 'x' } });
    const second = await claimed(world);
    await storage.outbox.step(ACME, 'hook', { token: second.token, step: { kind: 'dead', event: two, error: 'y' } });
    expect(await storage.outbox.forgetDeadLetter(GLOBEX, 'hook', one.seq)).toBe(false);
    expect(await storage.outbox.forgetDeadLetter(ACME, 'other', one.seq)).toBe(false);
    expect(await storage.outbox.forgetDeadLetter(ACME, 'hook', one.seq)).toBe(true);
    expect(await storage.outbox.forgetDeadLetter(ACME, 'hook', one.seq)).toBe(false);
    expect((await storage.outbox.deadLetters(ACME, 10)).map(({ event }) => event.seq)).toEqual([two.seq]);
  },
  'of another tenant or name has a place of its own': async (world) => {
    const { outbox } = world.storage;
    await claimed(world);
    expect((await outbox.claim(GLOBEX, 'hook', LEASE)).kind).toBe('claimed');
    expect((await outbox.claim(ACME, 'other', LEASE)).kind).toBe('claimed');
    expect(await outbox.deadLetters(GLOBEX, 10)).toEqual([]);
  },
};

const KEY = { tenant: ACME, principal: 'ana', key: 'k-1' };
const ASK = { fingerprint: 'f-1', leaseMs: 1_000 };

/** What a store must say about requests that come again. */
export const idempotencyCases: StorageCases = {
  'of many at once one begins': async ({ storage: { idempotency } }) => {
    const race = await Promise.all(upTo(6).map(() => idempotency.begin(KEY, ASK)));
    expect(race.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    expect(race.filter(({ kind }) => kind === 'running')).toHaveLength(5);
  },
  'an answer is kept and given again; another request under the key is told apart': async ({ storage }) => {
    const { idempotency } = storage;
    await idempotency.begin(KEY, ASK);
    const answer = { status: 201, body: { a: [1, null] } };
    expect(await idempotency.finish(KEY, 1, answer)).toBe(true);
    expect(await idempotency.begin(KEY, ASK)).toEqual({ kind: 'done', answer });
    expect(await idempotency.begin(KEY, { ...ASK, fingerprint: 'f-2' })).toEqual({ kind: 'mismatch' });
    await idempotency.abandon(KEY, 1);
    expect((await idempotency.begin(KEY, ASK)).kind).toBe('done');
  },
  'one that got no answer begins anew: at once when it was let go, else after its time': async (world) => {
    const { idempotency } = world.storage;
    await idempotency.begin(KEY, ASK);
    await idempotency.abandon(KEY, 1);
    expect(await idempotency.begin(KEY, ASK)).toEqual({ kind: 'begun', token: 1 });
    world.clock.advance(1_000);
    expect(await idempotency.begin(KEY, ASK)).toEqual({ kind: 'begun', token: 2 });
    expect(await idempotency.finish(KEY, 1, 'late')).toBe(false);
    expect(await idempotency.finish(KEY, 2, 'in time')).toBe(true);
  },
  'keys of other tenants and principals are other keys': async ({ storage: { idempotency } }) => {
    await idempotency.begin(KEY, ASK);
    expect((await idempotency.begin({ ...KEY, tenant: GLOBEX }, ASK)).kind).toBe('begun');
    expect((await idempotency.begin({ ...KEY, principal: 'bo' }, ASK)).kind).toBe('begun');
  },
  'are forgotten after a day': async ({ storage, clock }) => {
    await storage.idempotency.begin(KEY, ASK);
    await storage.idempotency.finish(KEY, 1, 'done');
    clock.advance(DAY);
    await storage.tidy(100);
    expect((await storage.idempotency.begin(KEY, { ...ASK, fingerprint: 'new' })).kind).toBe('begun');
  },
};
