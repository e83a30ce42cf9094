import type { Storage } from '@remit/core';
import { reliabilityOfDays, remediationOfDays } from '@remit/core/statistics';
import { type MovableClock, memoryStorage, movableClock } from '@remit/core/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  appendOf,
  CLAIMED,
  contentHashOf,
  endedAs,
  FIRST,
  feedbackOf,
  INTENDED,
  openingOf,
  outcomeOf,
  reliabilityOf,
  ticketOf,
  voteOf,
  wordsOf,
} from '../packages/conformance/src/storage/samples.js';

/* Any sequence of verbs must be answered alike by memory and by SQL: each was written without the other's code. */

type Step = (storage: Storage, clock: MovableClock) => Promise<unknown>;

const tenant = fc.constantFrom('acme', 'globex');
const ticketId = fc.constantFrom('INC-1', 'INC-2', 'INC-3');
const remediationId = fc.constantFrom('rem-1', 'rem-2', 'rem-3');
const token = fc.integer({ min: 1, max: 3 });
const route = fc.constantFrom('auto' as const, 'approval' as const, 'manual' as const);
const targets = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 });
const event = fc.constantFrom(
  CLAIMED,
  INTENDED,
  { type: 'deferred', untilMs: movableClock().now() + 40_000, reason: 'window', verdicts: [] } as const,
  ...(['succeeded', 'failed', 'needs_reconciliation', 'superseded', 'halted', 'withdrawn'] as const).map(endedAs),
);
const facts = fc.array(
  fc.oneof(
    fc.record({ ticketId, principal: fc.constantFrom('ana', 'bo'), atMs: fc.constantFrom(0, 5, 1e8) }).map(outcomeOf),
    fc.record({ ticketId, principal: fc.constantFrom('ana', 'bo'), atMs: fc.constantFrom(0, 5, 1e8) }).map(voteOf),
  ),
  { maxLength: 2 },
);
const RESOLUTION = {
  resolver: 'cy',
  atMs: 1,
  text: 'x',
  actions: [],
  timeToResolve: null,
  confirmed: false,
  agreement: 'not_told' as const,
};
const PAGE = { limit: 2, cursor: null };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(1, 10_000, 30_000, 3_600_000, 26 * 3_600_000).map(
      (ms): Step =>
        async (_, clock) =>
          clock.advance(ms),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.record({ tenant, ticketId, optedIn: fc.boolean() }).map((parts): Step => {
      const ticket = ticketOf(parts);
      return (storage) => storage.tickets.submit(ticket, contentHashOf(ticket));
    }),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(tenant, ticketId).map(
      ([of, id]): Step =>
        (storage) =>
          storage.tickets.claim(of, id, { owner: 'w', leaseMs: 30_000 }),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.record({ tenant, ticketId, remediationId, route, token }).map(
      (parts): Step =>
        async (storage, clock) => {
          // An id that exists is a fault of the caller, not an answer.
          if (await storage.remediations.load(parts.tenant, parts.remediationId)) return 'exists';
          return storage.remediations.open(openingOf(parts.token, clock.now(), parts));
        },
    ),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(tenant, remediationId, fc.integer({ min: 0, max: 3 })).map(
      ([of, id, behind]): Step =>
        async (storage) => {
          const version = ((await storage.remediations.load(of, id))?.version ?? 0) - (behind === 3 ? 1 : 0);
          const request = { owner: 'w', leaseMs: 30_000, expectedVersion: version };
          return storage.remediations.claim(of, id, request);
        },
    ),
  },
  {
    weight: 10,
    arbitrary: fc.tuple(tenant, remediationId, fc.option(token), event, facts).map(
      ([of, id, under, next, learned]): Step =>
        async (storage, clock) => {
          const loaded = await storage.remediations.load(of, id);
          if (!loaded) return 'nothing';
          const parts = { token: under, atMs: clock.now(), facts: learned };
          return storage.remediations.append(appendOf(loaded.rows, [next], parts));
        },
    ),
  },
  fc.tuple(tenant, ticketId, token).map(
    ([of, id, under]): Step =>
      (storage) =>
        storage.tickets.release(of, id, under),
  ),
  fc.tuple(tenant, remediationId, token).map(
    ([of, id, under]): Step =>
      (storage) =>
        storage.remediations.release(of, id, under),
  ),
  fc.tuple(tenant, remediationId, token).map(
    ([of, id, under]): Step =>
      (storage) =>
        storage.remediations.heartbeat(of, id, { token: under, leaseMs: 30_000 }),
  ),
  {
    weight: 3,
    // What is asked in between may be kept, and must be forgotten with what changes later.
    arbitrary: tenant.map(
      (of): Step =>
        (storage) =>
          figures(storage, of),
    ),
  },
  fc.tuple(tenant, ticketId).map(
    ([of, id]): Step =>
      (storage) =>
        storage.tickets.reopen(of, id, { by: 'di', reason: null }),
  ),
  fc.tuple(tenant, ticketId, facts).map(
    ([of, id, learned]): Step =>
      (storage) =>
        storage.tickets.resolve(of, id, RESOLUTION, learned),
  ),
  fc.tuple(tenant, ticketId, fc.boolean()).map(
    ([of, id, optedIn]): Step =>
      (storage) =>
        storage.tickets.setOptIn(of, id, { optedIn, by: 'ana' }),
  ),
  fc.tuple(tenant, ticketId, fc.constantFrom(40, 65, 95)).map(
    ([of, id, score]): Step =>
      (storage) =>
        storage.tickets.rescore(of, id, reliabilityOf(score)),
  ),
  fc.tuple(tenant, remediationId, targets).map(
    ([of, id, keys]): Step =>
      (storage) =>
        storage.locks.take(of, id, keys),
  ),
  fc.tuple(tenant, remediationId).map(
    ([of, id]): Step =>
      (storage) =>
        storage.locks.release(of, id),
  ),
  fc
    .tuple(tenant, remediationId, fc.constantFrom('tenant' as const, 'target' as const), fc.integer({ min: 1, max: 4 }))
    .map(
      ([of, id, scope, amount]): Step =>
        (storage) =>
          storage.slots.reserve(of, id, [{ scope, key: 'k', amount, limit: 3, windowMs: 50_000 }]),
    ),
  fc.tuple(tenant, ticketId, facts).map(
    ([of, id, learned]): Step =>
      (storage) =>
        storage.feedback.record(feedbackOf({ tenant: of, ticketId: id, author: 'ana' }), learned),
  ),
  fc.tuple(tenant, fc.subarray(['web', 'down', 'disk', 'full'], { minLength: 1 })).map(
    ([of, terms]): Step =>
      (storage) => {
        const signature = wordsOf(...terms);
        return storage.patterns.adopt(of, {
          patternId: `p-${terms[0]}`,
          category: 'server',
          signature,
          version: 1,
          first: FIRST,
        });
      },
  ),
);

/** What figures say of all tickets, however the store sums them up. */
async function figures(storage: Storage, name: string): Promise<object> {
  return {
    reliability: reliabilityOfDays(await storage.stats.scores(name, { sinceMs: 0 })),
    remediation: remediationOfDays(await storage.stats.work(name, { sinceMs: 0 })),
  };
}

/** Everything that can be read without changing anything. */
async function everything(storage: Storage): Promise<unknown> {
  const of = async (name: string): Promise<unknown> => ({
    tickets: await storage.tickets.list(name, { ...PAGE, limit: 9 }),
    first: (await storage.tickets.list(name, PAGE)).items,
    waiting: (await storage.remediations.awaitingApproval(name, PAGE)).items,
    logs: await Promise.all(['INC-1', 'INC-2', 'INC-3'].map((id) => storage.remediations.logOf(name, id))),
    candidates: await storage.patterns.candidates(name, 'server', {
      terms: ['web', 'disk', 'full'],
      of: 'words',
      limit: 3,
    }),
    patterns: (await storage.patterns.list(name, { limit: 9, cursor: null, minOccurrences: 0 })).items,
    tally: await storage.patterns.tally(name, 'pattern-1', 'restart_service'),
    ofPattern: await storage.patterns.ticketsOf(name, 'pattern-1', { limit: 2 }),
    plans: await storage.patterns.plansOf(name, 'pattern-1', { limit: 2 }),
    feedback: await storage.feedback.ofTicket(name, 'INC-1'),
    figures: await storage.stats.tickets(name, { sinceMs: 0 }),
    runs: await storage.stats.runs(name, { sinceMs: 0 }),
    deferrals: await storage.stats.deferrals(name, { sinceMs: 0 }),
    ...(await figures(storage, name)),
  });
  // Positions are a store's own.
  const { tickets, remediations } = await storage.due(9);
  return { acme: await of('acme'), globex: await of('globex'), due: { tickets, remediations } };
}

/** A store to be compared. */
export interface Compared {
  /** What the result calls it. */
  readonly name: string;
  /** Opens an empty store on this clock; called once per sequence. */
  readonly open: (clock: MovableClock) => Promise<Storage>;
  /** Sequences that are tried. */
  readonly sequences: number;
}

/** However busy the machine is. */
const TIME_LIMIT_MS = 900_000;

/** A test that the store answers any sequence of verbs as memory does: call it at the top of a test file. */
export function sameAsMemory({ name, open, sequences }: Compared): void {
  it(
    `memory and ${name} answer any sequence of verbs alike`,
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
          const clocks = [movableClock(), movableClock()] as const;
          const memory = memoryStorage({ clock: clocks[0] });
          const store = await open(clocks[1]);
          for (const run of steps) {
            expect(await run(store, clocks[1])).toEqual(await run(memory, clocks[0]));
            const [theirs, known] = [await store.due(9), await memory.due(9)];
            expect({ ...theirs, next: theirs.next !== null }).toEqual({ ...known, next: known.next !== null });
          }
          expect(await everything(store)).toEqual(await everything(memory));
          await store.close();
        }),
        // A fixed seed: a run today finds what a run tomorrow finds.
        { numRuns: sequences, seed: 20_261_123 },
      );
    },
    TIME_LIMIT_MS,
  );
}
