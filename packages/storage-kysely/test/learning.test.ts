import { sqliteStorage } from '@remit/adapter-sqlite';
import type { CountedFact, PatternFact } from '@remit/core';
import { factSource, isCounted, tallyOf } from '@remit/core/adapter';
import { memoryStorage, movableClock } from '@remit/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const HOUR = 3_600_000;

const common = {
  patternId: fc.constantFrom('p-1', 'p-2'),
  actionType: fc.constantFrom('restart', 'clear'),
  ticketId: fc.constantFrom('A', 'B', 'C', 'D'),
  principal: fc.constantFrom('ana', 'bo', 'cy'),
  // Up to forty days, in half days: around every window that counting knows.
  atMs: fc.integer({ min: 0, max: 80 }).map((halfDays) => halfDays * 12 * HOUR),
};
const anyFact: fc.Arbitrary<PatternFact> = fc.oneof(
  fc.record({
    kind: fc.constant('outcome' as const),
    ...common,
    remediationId: fc.constantFrom('r-1', 'r-2', null),
    resolved: fc.boolean(),
    executed: fc.boolean(),
    succeeded: fc.boolean(),
    via: fc.constantFrom('auto' as const, 'approval' as const, 'human' as const),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    similarity: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('vote' as const),
    ...common,
    verdict: fc.constantFrom('positive' as const, 'neutral' as const, 'negative' as const),
    admissible: fc.boolean(),
  }),
);

function keyOf(fact: PatternFact): string {
  const { kind, patternId, actionType, ticketId } = fact;
  return JSON.stringify([kind, patternId, actionType, ticketId, factSource(fact)]);
}

/** What is stored after these facts, as the contract says it. */
function learned(facts: readonly PatternFact[]): readonly CountedFact[] {
  const stored = new Map<string, CountedFact>();
  for (const fact of facts) {
    stored.delete(keyOf(fact));
    const earlier = [...stored.values()].filter(
      (other) =>
        other.patternId === fact.patternId &&
        other.actionType === fact.actionType &&
        other.principal === fact.principal,
    );
    stored.set(keyOf(fact), { ...fact, counted: isCounted(fact, earlier) });
  }
  return [...stored.values()];
}

describe('tally', () => {
  it('is what tallyOf says about the stored facts, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFact, { maxLength: 40 }), async (facts) => {
        const stores = [await sqliteStorage({ file: ':memory:' }), memoryStorage({ clock: movableClock() })];
        const stored = learned(facts);
        for (const storage of stores) {
          await storage.patterns.learn('acme', facts);
          for (const patternId of ['p-1', 'p-2']) {
            for (const actionType of ['restart', 'clear']) {
              const { meanConfidence, meanSimilarity, ...counts } = await storage.patterns.tally(
                'acme',
                patternId,
                actionType,
              );
              const expected = tallyOf(
                stored.filter((fact) => fact.patternId === patternId && fact.actionType === actionType),
              );
              const { meanConfidence: confidence, meanSimilarity: similarity, ...expectedCounts } = expected;
              expect(counts).toEqual(expectedCounts);
              expect(meanConfidence).toBeCloseTo(confidence, 12);
              expect(meanSimilarity).toBeCloseTo(similarity, 12);
            }
          }
          await storage.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});
