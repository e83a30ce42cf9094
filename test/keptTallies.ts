import type { CountedFact, PatternFact, Storage } from '@remit/core';
import { foldTrack, heardOnce, NO_FOLD, tallyOf, trackOf } from '@remit/core/adapter';
import { type MovableClock, memoryStorage, movableClock } from '@remit/core/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  BY_HAND,
  FIRST,
  feedbackOf,
  outcomeOf,
  ticketOf,
  voteOf,
  wordsOf,
} from '../packages/conformance/src/storage/samples.js';

/* What a store keeps of facts must be what all of its rows add up to, whatever was stored, replaced, refiled, forgotten. */

const HOUR = 3_600_000;
const ALPHA = 0.05;
const TENANT = 'acme';
const PATTERNS = ['pattern-1', 'pattern-2', 'pattern-3'];
const ACTIONS = ['restart', 'clear'];
const TICKETS = ['A', 'B', 'C'];

const about = {
  patternId: fc.constantFrom(...PATTERNS),
  actionType: fc.constantFrom(...ACTIONS),
  ticketId: fc.constantFrom(...TICKETS),
  principal: fc.constantFrom('ana', 'bo', 'cy'),
  // Up to forty days, in half days: around every window that counting knows.
  atMs: fc.integer({ min: 0, max: 80 }).map((halfDays) => halfDays * 12 * HOUR),
};
const outcome = fc
  .record({
    ...about,
    remediationId: fc.constantFrom('r-1', 'r-2', null),
    resolved: fc.boolean(),
    executed: fc.boolean(),
    succeeded: fc.boolean(),
    via: fc.constantFrom('auto' as const, 'approval' as const, 'human' as const),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    similarity: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(outcomeOf);
const vote = fc
  .record({
    ...about,
    verdict: fc.constantFrom('positive' as const, 'neutral' as const, 'negative' as const),
    admissible: fc.boolean(),
  })
  .map(voteOf);

type Step = (storage: Storage, clock: MovableClock) => Promise<unknown>;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.integer({ min: 1, max: 20 }).map(
      (halfDays): Step =>
        async (_, clock) =>
          clock.advance(halfDays * 12 * HOUR),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.array(fc.oneof(outcome, vote), { maxLength: 4 }).map(
      (facts): Step =>
        (storage) =>
          storage.patterns.learn(TENANT, facts),
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.uniqueArray(vote, { maxLength: 2, selector: ({ actionType }) => actionType }),
        about.ticketId,
        about.principal,
        about.patternId,
      )
      .map(([votes, ticketId, author, patternId]): Step => {
        // One vote is about one pattern, and says one thing of each action.
        const own = votes.map((fact): PatternFact => ({ ...fact, patternId, ticketId, principal: author }));
        return (storage) => storage.feedback.record(feedbackOf({ tenant: TENANT, ticketId, author }), own);
      }),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.array(outcome, { maxLength: 2 }), about.ticketId).map(([outcomes, ticketId]): Step => {
      const own = outcomes.map((fact): PatternFact => ({ ...fact, ticketId, remediationId: null }));
      return (storage) => storage.tickets.resolve(TENANT, ticketId, BY_HAND, own);
    }),
  },
  {
    weight: 3,
    arbitrary: about.ticketId.map(
      (ticketId): Step =>
        (storage) =>
          storage.tickets.reopen(TENANT, ticketId, { by: 'di', reason: null }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(about.patternId, about.patternId, fc.subarray(TICKETS), fc.boolean())
      .map(([patternId, into, ticketIds, isSplit]): Step => {
        return async (storage) => {
          const changes = await storage.patterns.changes(TENANT, null);
          const changeId = `change-${changes.length}`;
          const edit = isSplit
            ? ({ kind: 'split', into: `split-${changes.length}`, title: 'x', hashes: [], ticketIds } as const)
            : ({ kind: 'merge', into } as const);
          return (await storage.patterns.change({ tenant: TENANT, changeId, patternId, edit, reason: null, by: 'ed' }))
            .kind;
        };
      }),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(about.patternId, about.actionType, fc.nat(9)).map(([patternId, actionType, left]): Step => {
      const key = { patternId, actionType, alpha: ALPHA, folding: 'one' };
      return async (storage) => {
        const { from, facts, earlier, revision } = await storage.patterns.readTrack(TENANT, key);
        const upToMs = facts.at(-1 - left)?.atMs;
        if (upToMs === undefined) return 'nothing';
        const folded = facts.filter(({ atMs }) => atMs <= upToMs);
        const fold = foldTrack(from?.fold ?? NO_FOLD, folded, ALPHA, earlier);
        await storage.patterns.keepTrack(TENANT, key, { upToMs, fold, revision });
        return fold;
      };
    }),
  },
  {
    weight: 1,
    arbitrary: fc.nat(3).map(
      (n): Step =>
        async (storage) => {
          const changes = await storage.patterns.changes(TENANT, null);
          const undone = changes[n];
          if (!undone) return 'nothing';
          const edit = { kind: 'undo', undoes: undone.changeId } as const;
          const change = { tenant: TENANT, changeId: `change-${changes.length}`, patternId: undone.patternId };
          return (await storage.patterns.change({ ...change, edit, reason: null, by: 'ed' })).kind;
        },
    ),
  },
);

async function prepared(storage: Storage): Promise<Storage> {
  for (const [n, patternId] of PATTERNS.entries()) {
    const signature = wordsOf(`word-${n}`);
    await storage.patterns.adopt(TENANT, { patternId, category: 'server', signature, version: 1, first: FIRST });
  }
  for (const ticketId of TICKETS) await storage.tickets.submit(ticketOf({ tenant: TENANT, ticketId }), ticketId);
  return storage;
}

function close(tally: ReturnType<typeof tallyOf>) {
  const { meanConfidence, meanSimilarity, ...counts } = tally;
  return {
    ...counts,
    meanConfidence: expect.closeTo(meanConfidence, 9),
    meanSimilarity: expect.closeTo(meanSimilarity, 9),
  };
}

async function checkTallies(store: Storage, memory: Storage): Promise<void> {
  const changes = await store.patterns.changes(TENANT, null);
  const splits = changes.flatMap(({ edit }) => (edit.kind === 'split' ? [edit.into] : []));
  for (const patternId of [...PATTERNS, ...splits]) {
    const expected: Record<string, unknown> = {};
    for (const actionType of ACTIONS) {
      const facts: readonly CountedFact[] = await store.patterns.facts(TENANT, patternId, actionType);
      expect(facts).toEqual(await memory.patterns.facts(TENANT, patternId, actionType));
      expect(await store.patterns.tally(TENANT, patternId, actionType)).toEqual(close(tallyOf(facts)));
      const heard = await store.patterns.heardTally(TENANT, patternId, actionType);
      expect(heard).toEqual(close(tallyOf(heardOnce(facts))));
      const track = await store.patterns.readTrack(TENANT, { patternId, actionType, alpha: ALPHA, folding: 'one' });
      const goneOn = foldTrack(track.from?.fold ?? NO_FOLD, track.facts, ALPHA, track.earlier);
      expect(goneOn).toEqual(foldTrack(NO_FOLD, facts, ALPHA));
      expect(goneOn.track).toEqual(trackOf(facts, ALPHA));
      if (facts.length > 0) expected[actionType] = close(tallyOf(facts));
    }
    const { items } = await store.patterns.list(TENANT, { limit: 50, cursor: null, minOccurrences: 0 });
    const listed = items.find((item) => item.patternId === patternId);
    if (listed) expect(listed.tallies).toEqual(expected);
  }
}

/** A test that the store's kept tallies are what its facts add up to: call it at the top of a test file. */
export function keptTallies({
  name,
  open,
  sequences,
}: {
  /** What the result calls it. */
  readonly name: string;
  /** Opens an empty store on this clock; called once per sequence. */
  readonly open: (clock: MovableClock) => Promise<Storage>;
  /** Sequences that are tried. */
  readonly sequences: number;
}): void {
  it(`${name}: kept tallies are what the facts add up to, after any sequence of changes`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const clocks = [movableClock(), movableClock()] as const;
        const memory = await prepared(memoryStorage({ clock: clocks[0] }));
        const store = await prepared(await open(clocks[1]));
        for (const run of steps) expect(await run(store, clocks[1])).toEqual(await run(memory, clocks[0]));
        await checkTallies(store, memory);
        await store.close();
      }),
      { numRuns: sequences },
    );
  }, 900_000);
}
