import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CountedFact,
  isCounted,
  judgeTally,
  lacking,
  type OutcomeFact,
  type PatternFact,
  standingOf,
  tallyOf,
  type VoteFact,
  worstStanding,
} from '../src/domain/pattern.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const outcome = (change: Partial<OutcomeFact> = {}): OutcomeFact => ({
  kind: 'outcome',
  patternId: 'p',
  actionType: 'restart',
  ticketId: 'T',
  remediationId: 'rem-1',
  principal: 'ana',
  atMs: 0,
  resolved: true,
  executed: true,
  succeeded: true,
  via: 'approval',
  confidence: 0.9,
  similarity: 1,
  ...change,
});
const vote = (change: Partial<VoteFact> = {}): VoteFact => ({
  kind: 'vote',
  patternId: 'p',
  actionType: 'restart',
  ticketId: 'T',
  principal: 'ana',
  atMs: 0,
  verdict: 'positive',
  admissible: true,
  ...change,
});
const counted = (fact: PatternFact): CountedFact => ({ ...fact, counted: true });

/** Files facts one after the other, as a store does. */
function filed(facts: readonly PatternFact[]): readonly CountedFact[] {
  const stored: CountedFact[] = [];
  for (const fact of facts) {
    const own = stored.filter(({ principal }) => principal === fact.principal);
    stored.push({ ...fact, counted: isCounted(fact, own) });
  }
  return stored;
}

describe('what counts', () => {
  it('is one success of a person in 24 h, to the millisecond', () => {
    const first = counted(outcome());
    expect(isCounted(outcome({ ticketId: 'U', atMs: DAY - 1 }), [first])).toBe(false);
    expect(isCounted(outcome({ ticketId: 'U', atMs: DAY }), [first])).toBe(true);
    expect(isCounted(outcome({ ticketId: 'U', atMs: 1 - DAY }), [first])).toBe(false);
  });

  it('is every failure, whatever came before', () => {
    const many = Array.from({ length: 50 }, (_, n) => outcome({ ticketId: `T${n}`, succeeded: false, atMs: n }));
    expect(filed(many).every((fact) => fact.counted)).toBe(true);
    expect(isCounted(outcome({ succeeded: false, ticketId: 'U' }), [counted(outcome())])).toBe(true);
  });

  it('is a failed attempt still, when a later attempt at the same ticket succeeds', () => {
    const failed = outcome({ remediationId: 'first', succeeded: false, resolved: false });
    const mended = outcome({ remediationId: 'second', principal: 'bo', atMs: 1 });
    expect(tallyOf(filed([failed, mended]))).toMatchObject({ occurrences: 1, executed: 2, failures: 1 });
  });

  it('is one success a day, also of two attempts at one ticket', () => {
    const again = outcome({ remediationId: 'again', atMs: 1 });
    expect(isCounted(again, [counted(outcome())])).toBe(false);
    expect(isCounted(outcome({ atMs: 1 }), [counted(outcome())])).toBe(true);
  });

  it('is at most three votes of an author in 30 days, and one a day', () => {
    const daily = Array.from({ length: 30 }, (_, n) => vote({ ticketId: `T${n}`, atMs: n * DAY }));
    expect(filed(daily).filter((fact) => fact.counted).length).toBe(3);
    expect(isCounted(vote({ ticketId: 'X', atMs: 30 * DAY }), [counted(vote())])).toBe(true);
    expect(isCounted(vote({ ticketId: 'X', atMs: HOUR }), [counted(vote())])).toBe(false);
  });

  it('is never a vote of an approver on the run they approved', () => {
    expect(isCounted(vote({ admissible: false }), [])).toBe(false);
    expect(isCounted(vote({ admissible: false, verdict: 'negative' }), [])).toBe(false);
  });

  it('leaves room for complaints whatever praise was given', () => {
    const praise = [0, 1, 2].map((n) => counted(vote({ ticketId: `T${n}`, atMs: n * DAY })));
    expect(isCounted(vote({ ticketId: 'X', verdict: 'negative', atMs: 3 * DAY }), praise)).toBe(true);
  });

  it('of forty praises of one author in a month is three, and they are one person', () => {
    const praises = Array.from({ length: 40 }, (_, n) => vote({ ticketId: `T${n}`, atMs: n * 17 * HOUR }));
    const tally = tallyOf(filed(praises));
    expect(tally).toMatchObject({ positive: 3, rated: 3, principals: 1, occurrences: 0, executed: 0 });
    expect(judgeTally(tally).standing).toBe('learning');
  });
});

describe('a tally', () => {
  it('takes a complaint for a failure of that run, and praise for nothing of the kind', () => {
    const facts = [outcome(), outcome({ ticketId: 'U', principal: 'bo', succeeded: false, resolved: false })];
    const liked = tallyOf([...facts, vote({ ticketId: 'U', principal: 'cy' })].map(counted));
    expect(liked).toMatchObject({ executed: 2, succeeded: 1, failures: 1 });
    const disliked = tallyOf([...facts, vote({ principal: 'cy', verdict: 'negative' })].map(counted));
    expect(disliked).toMatchObject({ executed: 2, succeeded: 0, failures: 2, approvedSuccesses: 0 });
  });

  it('leaves neutral votes out of the rate', () => {
    const tally = tallyOf([vote(), vote({ principal: 'bo', verdict: 'neutral' })].map(counted));
    expect(tally).toMatchObject({ positive: 1, rated: 1 });
  });

  it('never gets better by a failure, nor worse by a success', () => {
    const facts = fc.array(fc.record({ n: fc.nat(9), good: fc.boolean(), isVote: fc.boolean() }), { maxLength: 20 });
    const made = (list: readonly { n: number; good: boolean; isVote: boolean }[]): CountedFact[] =>
      list.map(({ n, good, isVote }, at) =>
        counted(
          isVote
            ? vote({ ticketId: `T${at}`, principal: `p${n}`, verdict: good ? 'positive' : 'negative' })
            : outcome({ ticketId: `T${at}`, principal: `p${n}`, succeeded: good, resolved: good }),
        ),
      );
    const rank = { probation: 0, learning: 1, eligible: 2, proven: 3 };
    fc.assert(
      fc.property(facts, (list) => {
        const before = judgeTally(tallyOf(made(list)));
        const bad = made([...list, { n: 99, good: false, isVote: false }]);
        expect(rank[judgeTally(tallyOf(bad)).standing]).toBeLessThanOrEqual(rank[before.standing]);
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});

describe('a standing', () => {
  const proven = {
    occurrenceCount: 20,
    positiveFeedbackRate: 0.85,
    avgReliabilityScore: 90,
    autoRemediationSuccessRate: 0.92,
  };

  it('needs all of its four figures', () => {
    expect(standingOf(proven)).toBe('proven');
    expect(standingOf({ ...proven, occurrenceCount: 19 })).toBe('eligible');
    expect(standingOf({ ...proven, occurrenceCount: 4 })).toBe('learning');
    expect(standingOf({ ...proven, positiveFeedbackRate: null })).toBe('learning');
    expect(standingOf({ ...proven, autoRemediationSuccessRate: null })).toBe('learning');
    expect(standingOf({ ...proven, autoRemediationSuccessRate: 0.849 })).toBe('learning');
    expect(standingOf({ ...proven, avgReliabilityScore: Number.NaN })).toBe('learning');
  });

  it('says what is lacking, and nothing when nothing is', () => {
    expect(lacking({ ...proven, occurrenceCount: 3, positiveFeedbackRate: 0.8 }, 1)).toEqual([
      '2 more occurrences',
      'feedback 0.80 of 0.85',
      'votes or runs from 1 more person',
    ]);
    expect(lacking(proven, 2)).toEqual([]);
  });

  it('needs two people behind it', () => {
    const alone = Array.from({ length: 25 }, (_, n) => [
      outcome({ ticketId: `T${n}` }),
      vote({ ticketId: `T${n}` }),
    ]).flat();
    expect(judgeTally(tallyOf(alone.map(counted))).standing).toBe('learning');
    const two = [...alone, vote({ ticketId: 'X', principal: 'bo' })];
    expect(judgeTally(tallyOf(two.map(counted))).standing).toBe('proven');
  });

  it('of a plan is the worst of its parts; of nothing it is learning', () => {
    expect(worstStanding(['proven', 'eligible', 'probation'])).toBe('probation');
    expect(worstStanding(['proven', 'learning'])).toBe('learning');
    expect(worstStanding([])).toBe('learning');
  });
});
