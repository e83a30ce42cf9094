import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countsOf, dayOf, grouped } from '../src/domain/dayFigures.js';
import { type CountedFact, tallyOf } from '../src/domain/pattern.js';
import { addSums, NO_SUMS, principalsOf, sumsOf, tallyOfSums } from '../src/domain/tallySums.js';
import type { Assessment, Reopening } from '../src/domain/ticket.js';
import { assessmentFigures, type Filed, ticketFigureOf } from '../src/domain/ticketFigure.js';

const about = { patternId: 'p', actionType: 'a' };
const outcome = fc.record({
  kind: fc.constant('outcome' as const),
  ticketId: fc.constantFrom('t1', 't2', 't3'),
  principal: fc.constantFrom('ana', 'bo', 'cy'),
  via: fc.constantFrom('auto' as const, 'approval' as const, 'human' as const, 'shadow' as const),
  atMs: fc.nat(9),
  resolved: fc.boolean(),
  executed: fc.boolean(),
  succeeded: fc.boolean(),
  counted: fc.boolean(),
  // Quarters add up exactly, in whatever order.
  confidence: fc.constantFrom(0, 0.25, 0.5, 1),
  similarity: fc.constantFrom(0.25, 0.75, 1),
});
const vote = fc.record({
  kind: fc.constant('vote' as const),
  ticketId: fc.constantFrom('t1', 't2', 't3'),
  principal: fc.constantFrom('ana', 'bo', 'cy'),
  atMs: fc.nat(9),
  verdict: fc.constantFrom('positive' as const, 'neutral' as const, 'negative' as const),
  admissible: fc.constant(true),
  counted: fc.boolean(),
});
const facts = fc
  .array(fc.oneof(outcome, vote), { maxLength: 14 })
  .map((all) => all.map((fact, n) => ({ ...about, remediationId: `r${n}`, ...fact }) as CountedFact));

describe('sums that a store keeps', () => {
  it('make the tally of all the facts, ticket by ticket', () => {
    fc.assert(
      fc.property(facts, (all) => {
        const byTicket = grouped(all, ({ ticketId }) => ticketId).map(([, own]) => sumsOf(own));
        const sums = byTicket.reduce((sum, own) => addSums(sum, own), NO_SUMS);
        expect(tallyOfSums(sums, principalsOf(all).size)).toEqual(tallyOf(all));
        // Taken away again, ticket by ticket, nothing is left.
        expect(byTicket.reduce((sum, own) => addSums(sum, own, -1), sums)).toEqual(NO_SUMS);
      }),
      { seed: 11, numRuns: 400 },
    );
  });

  it('are these of a ticket that was approved, fixed and praised, and of one that was disputed', () => {
    const run = (ticketId: string): CountedFact => ({
      ...{ ...about, kind: 'outcome', ticketId, remediationId: `r-${ticketId}`, principal: 'ana', atMs: 1 },
      ...{ resolved: true, executed: true, succeeded: true, via: 'approval', confidence: 0.5, similarity: 1 },
      counted: true,
    });
    const says = (ticketId: string, verdict: 'positive' | 'negative'): CountedFact => ({
      ...{ ...about, kind: 'vote', ticketId, principal: 'bo', atMs: 2, verdict, admissible: true, counted: true },
    });
    expect(sumsOf([run('t1'), says('t1', 'positive'), run('t2'), says('t2', 'negative')])).toEqual({
      ...{ occurrences: 2, executed: 2, succeeded: 1, approvedSuccesses: 1, positive: 1, rated: 2 },
      ...{ outcomes: 2, confidence: 1, similarity: 2 },
    });
    expect(tallyOfSums(NO_SUMS, 0)).toEqual(tallyOf([]));
    expect([...principalsOf([run('t1'), { ...run('t2'), principal: 'cy', counted: false }])]).toEqual(['ana']);
  });
});

describe('groups of a day', () => {
  it('come in the order of their names, each item once', () => {
    const names = ['b', 'a', 'c', 'a', 'B'];
    expect(grouped(names, (name) => name)).toEqual([
      ['B', ['B']],
      ['a', ['a', 'a']],
      ['b', ['b']],
      ['c', ['c']],
    ]);
    expect(Object.entries(countsOf(names))).toEqual([
      ['B', 1],
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ]);
    expect(dayOf(Date.UTC(2026, 0, 5, 23, 59, 59, 999))).toBe('2026-01-05');
    expect(dayOf(Date.UTC(2026, 0, 6))).toBe('2026-01-06');
  });
});

describe('a ticket as figures need it', () => {
  const filed: Filed = {
    ...{ ticketId: 't', category: 'server', createdAtMs: 1, resolvedAtMs: 2, optedIn: true, remediationId: 'r' },
    ...{ disputed: false, resolution: null, reopenings: [], adjudication: null },
  } as Filed;
  const factors = { aiConfidence: 1, humanFeedback: 2, historicalSuccess: 3, patternRecognition: 4 };
  const use = (costUsd: number | null, questions = 1) => ({
    ...{
      model: 'm',
      questions,
      inputTokens: 10,
      cacheReadTokens: 200,
      cacheWriteTokens: 3_000,
      outputTokens: 7,
      costUsd,
    },
  });
  const assessment = (modelUses?: readonly object[]) =>
    ({
      reliability: { score: 88, level: 'high', factors, flagged: [] },
      occurrences: 6,
      patternId: 'p',
      decision: { route: 'auto', reason: 'x', because: [] },
      analysis: { analyst: 'a', plan: null, ...(modelUses ? { modelUses } : {}) },
    }) as unknown as Assessment;

  it('without an assessment has no score, no bill and no shadow', () => {
    expect(ticketFigureOf(filed, null)).toEqual({
      ...{ ticketId: 't', category: 'server', createdAtMs: 1, resolvedAtMs: 2, optedIn: true, remediationId: 'r' },
      ...{ disputed: false, reopened: [], scored: null, byPerson: { fixed: false, minutes: null } },
      ...{ shadow: null, models: null },
    });
  });

  it('has the score of its assessment, and what asking models took', () => {
    const bill = (uses?: readonly object[]) => ticketFigureOf(filed, assessmentFigures(assessment(uses)));
    expect(bill()).toMatchObject({
      scored: { score: 88, level: 'high', factors, occurrences: 6 },
      models: null,
    });
    expect(bill([]).models).toBeNull();
    expect(bill([use(0.5), use(0.25, 3)]).models).toEqual({
      ...{ questions: 4, inputTokens: 6_420, outputTokens: 14, costUsd: 0.75 },
    });
    // What nobody can price is not cheap: the whole has no price.
    expect(bill([use(0.5), use(null)]).models?.costUsd).toBeNull();
  });

  it('names the runs that a reopened ticket counts against, and how long a person took', () => {
    const again = (remediationId: string | null, change: Partial<Reopening> = {}) =>
      ({ resolution: null, countsAsFailure: true, remediationId, ...change }) as Reopening;
    const resolution = { resolver: 'ana', timeToResolve: 12 } as unknown as Filed['resolution'];
    const reopenings = [
      again('r1'),
      again('r2', { countsAsFailure: false }),
      again('r3', { resolution: resolution as NonNullable<Filed['resolution']> }),
      again(null),
      again('r5'),
    ];
    expect(ticketFigureOf({ ...filed, reopenings, resolution }, null)).toMatchObject({
      reopened: ['r1', 'r5'],
      byPerson: { fixed: true, minutes: 12 },
    });
  });
});
