import { describe, expect, it } from 'vitest';
import { decideRoute, downgrade } from '../src/domain/decision.js';
import { cleanShare, type Evidence, estimateFactors, ReliabilityScorer } from '../src/domain/evidence.js';
import { type FeedbackType, notesOn } from '../src/domain/feedback.js';
import { maySamePerson } from '../src/domain/identity.js';
import { EMPTY_TALLY, judgeTally } from '../src/domain/pattern.js';
import { DEFAULT_POLICY, PHASE_RULES, WEIGHTS } from '../src/domain/policy.js';
import { recompute } from '../src/domain/recompute.js';
import { levelOf, scoreReliability } from '../src/domain/reliability.js';
import type { DecisionBasis } from '../src/domain/remediation.js';
import { phaseInput, rolloutBucket } from '../src/domain/rollout.js';
import { proposal } from './remediationLog.js';

const known: Evidence = {
  confidence: 0.9,
  positive: 3,
  rated: 4,
  succeeded: 5,
  executed: 5,
  similarity: 0.8,
  resolved: 4,
};

describe('the factors', () => {
  it('are these of what is known', () => {
    const factors = estimateFactors(known);
    expect(factors.aiConfidence).toBeCloseTo(90, 9);
    expect(factors.humanFeedback).toBeCloseTo((100 * 4) / 6, 9);
    expect(factors.historicalSuccess).toBeCloseTo((100 * 6) / 7, 9);
    expect(factors.patternRecognition).toBeCloseTo(64, 9);
    expect(estimateFactors({ ...known, resolved: 9 }).patternRecognition).toBeCloseTo(80, 9);
  });

  it.each<[keyof Evidence, number, string]>([
    ['confidence', 1.1, 'aiConfidence'],
    ['confidence', -0.1, 'aiConfidence'],
    ['confidence', Number.POSITIVE_INFINITY, 'aiConfidence'],
    ['similarity', 1.1, 'patternRecognition'],
    ['similarity', -0.1, 'patternRecognition'],
    ['resolved', -1, 'patternRecognition'],
    ['resolved', 1.5, 'patternRecognition'],
    ['positive', 5, 'humanFeedback'],
    ['positive', -1, 'humanFeedback'],
    ['positive', 0.5, 'humanFeedback'],
    ['rated', 4.5, 'humanFeedback'],
    ['succeeded', 6, 'historicalSuccess'],
    ['executed', -1, 'historicalSuccess'],
  ])('are none where %s is %d, and say so', (part, value, factor) => {
    const evidence = { ...known, [part]: value };
    expect(estimateFactors(evidence)[factor as 'aiConfidence']).toBeNaN();
    const { flagged, factors } = new ReliabilityScorer().score(evidence);
    expect(flagged).toEqual([factor]);
    expect(factors[factor as 'aiConfidence']).toBe(0);
  });

  it('take the ends of a share for shares, and all votes positive for possible', () => {
    const ends = { ...known, confidence: 1, similarity: 0, positive: 4, resolved: 0 };
    expect(new ReliabilityScorer().score(ends).flagged).toEqual([]);
    expect(new ReliabilityScorer().score({ ...ends, confidence: 0, similarity: 1 }).flagged).toEqual([]);
    expect([0, 1, 0.5, -0.1, 1.1, Number.NaN].map(cleanShare)).toEqual([0, 1, 0.5, 0, 0, 0]);
  });

  it('outside 0..100 count as nothing, one by one', () => {
    const all = { aiConfidence: 0, humanFeedback: 100, historicalSuccess: 50, patternRecognition: 50 };
    expect(scoreReliability(all)).toMatchObject({ factors: all, flagged: [] });
    for (const name of Object.keys(all)) {
      for (const value of [-0.1, 100.1, '50', null, undefined, Number.NaN]) {
        const scored = scoreReliability({ ...all, [name]: value });
        expect(scored.flagged).toEqual([name]);
        expect(scored.factors).toEqual({ ...all, [name]: 0 });
      }
    }
  });

  it('have levels that begin at their floor', () => {
    const levels = [90, 89.999999999, 89.9999999999, 75, 74.9, 60, 59.9, 0, Number.NaN].map(levelOf);
    expect(levels).toEqual(['very_high', 'high', 'very_high', 'high', 'medium', 'medium', 'low', 'low', 'low']);
  });

  it('have weights that sum to 1, none of them negative', () => {
    const with_ = (change: object) => () => new ReliabilityScorer({ weights: { ...WEIGHTS, ...change } });
    expect(new ReliabilityScorer().weights).toBe(WEIGHTS);
    const own = { aiConfidence: 0, humanFeedback: 0, historicalSuccess: 0, patternRecognition: 1 };
    expect(new ReliabilityScorer({ weights: own }).score(known).score).toBeCloseTo(64, 9);
    expect(with_({ aiConfidence: 0.25 + 1e-10 })).not.toThrow();
    expect(with_({ aiConfidence: 0.26 })).toThrow('sum to 1');
    expect(with_({ aiConfidence: 0.24 })).toThrow(expect.objectContaining({ code: 'invalid_configuration' }));
    expect(with_({ aiConfidence: -0.05, humanFeedback: 0.6 })).toThrow('0..1');
  });
});

describe('what an author should know about a feedback', () => {
  const vote = (feedbackType: FeedbackType, rating: number | null, change: object = {}) => ({
    ...{ feedbackType, rating, actionsWorked: null, resolutionAccurate: null, wasHelpful: null },
    ...change,
  });
  const of = (...args: Parameters<typeof vote>) => notesOn(vote(...args), true).map((note) => note.split(':')[0]);

  it('is nothing where it says one thing', () => {
    for (const [word, rating] of [
      ['positive', null],
      ['positive', 4],
      ['neutral', 1],
      ['neutral', 5],
      ['negative', 2],
    ] as const) {
      expect(of(word, rating)).toEqual([]);
    }
    expect(of('positive', 5, { actionsWorked: true, resolutionAccurate: true, wasHelpful: true })).toEqual([]);
    expect(of('negative', 1, { actionsWorked: false, resolutionAccurate: false, wasHelpful: false })).toEqual([]);
  });

  it('is that the stars count where word and stars differ', () => {
    expect(of('positive', 3)).toEqual(['It is called positive and has 3 of 5 stars']);
    expect(of('negative', 3)).toEqual(['It is called negative and has 3 of 5 stars']);
  });

  it('is what a praise counts as that says otherwise besides', () => {
    expect(of('positive', 5, { actionsWorked: false })).toEqual(['It praises a fix whose actions did not work']);
    expect(of('positive', null, { resolutionAccurate: false })).toEqual([
      'It praises a resolution that was not accurate',
    ]);
    expect(of('positive', 4, { wasHelpful: false })).toEqual(['It praises what was not helpful']);
    expect(of('positive', 5, { actionsWorked: false, resolutionAccurate: false, wasHelpful: false })).toHaveLength(3);
  });

  it('is that it comes before there is a result', () => {
    expect(notesOn(vote('neutral', null), false)).toEqual([
      'The ticket is not resolved yet: vote again when it is, the last vote counts.',
    ]);
  });
});

describe('a rollout phase', () => {
  const ticket = { tenant: 'acme', ticketId: 'T' };
  const bucket = rolloutBucket('acme', 'T');
  const of = (phase: 'pilot' | 'expansion' | 'scale' | 'full', ...actions: Parameters<typeof phaseInput>[2]) =>
    phaseInput({ ...DEFAULT_POLICY, phase }, ticket, actions);

  it('is none where the policy has none', () => {
    expect(phaseInput(DEFAULT_POLICY, ticket, [])).toBeNull();
  });

  it('says what its rule says', () => {
    for (const phase of ['pilot', 'expansion', 'scale', 'full'] as const) {
      const { approvalForAll, minReliabilityScore, bucketsBelow } = PHASE_RULES[phase];
      expect(of(phase)).toEqual({
        approvalForAll,
        minReliabilityScore,
        inShare: bucket < bucketsBelow,
        actionsAllowed: true,
      });
    }
  });

  it('ends before the bucket that its share ends at', () => {
    const at = (bucket: number) => {
      for (let n = 0; ; n += 1)
        if (rolloutBucket('acme', `T-${n}`) === bucket) return { ...ticket, ticketId: `T-${n}` };
    };
    const { bucketsBelow } = PHASE_RULES.pilot;
    const pilot = { ...DEFAULT_POLICY, phase: 'pilot' } as const;
    expect(phaseInput(pilot, at(bucketsBelow - 1), [])?.inShare).toBe(true);
    expect(phaseInput(pilot, at(bucketsBelow), [])?.inShare).toBe(false);
  });

  it('lets families and classes in, and looks of any family', () => {
    const write = (
      family: 'cache' | 'storage' | null,
      actionClass: 'safe_write' | 'critical_write' = 'safe_write',
    ) => ({
      actionClass,
      family,
    });
    const look = { actionClass: 'read_only', family: 'storage' } as const;
    const allowed = (...args: Parameters<typeof of>) => of(...args)?.actionsAllowed;
    expect(allowed('pilot', write('cache'), look)).toBe(true);
    expect(allowed('pilot', write('cache'), write('storage'))).toBe(false);
    expect(allowed('pilot', write(null))).toBe(false);
    expect(allowed('scale', write(null), write('storage'))).toBe(true);
    expect(allowed('scale', write('cache', 'critical_write'))).toBe(false);
    expect(allowed('full', write('storage', 'critical_write'))).toBe(true);
  });
});

describe('two names', () => {
  it.each([
    ['ana', 'ANA'],
    ['ana', 'a n\u200ba\t'],
    ['ana', '\u0430n\u0430'],
    ['straße', 'STRASSE'],
    ['max', '\uff4d\uff41\uff58'],
    ['', ' '],
  ])('%j and %j may be one person', (one, other) => {
    expect(maySamePerson(one, other)).toBe(true);
  });

  it.each([
    ['ana', 'anna'],
    ['ana', ''],
    ['a-na', 'ana'],
  ])('%j and %j are not', (one, other) => {
    expect(maySamePerson(one, other)).toBe(false);
  });
});

describe('a decision computed again', () => {
  const tally = { ...EMPTY_TALLY, occurrences: 6, positive: 6, rated: 6, executed: 6, succeeded: 6, principals: 3 };
  const evidence: Evidence = {
    confidence: 0.9,
    similarity: 1,
    positive: 6,
    rated: 6,
    succeeded: 6,
    executed: 6,
    resolved: 6,
  };
  const judge = (of: typeof tally, told: Evidence) => {
    const { statistics, standing, lacking } = judgeTally(of);
    const reliability = scoreReliability(estimateFactors(told), WEIGHTS);
    return { actionType: 'restart', evidence: told, tally: of, statistics, standing, reliability, lacking };
  };
  const good = judge(tally, evidence);
  const weaker = judge({ ...tally, approvedSuccesses: 1, failures: 2, succeeded: 4 }, { ...evidence, succeeded: 4 });
  const about = { tenant: 'acme', ticketId: 'T', category: 'server', steps: proposal().steps };
  const basis = (change: Partial<DecisionBasis> = {}): DecisionBasis => {
    const decisionInput = {
      ...proposal().decisionInput,
      score: weaker.reliability.score,
      standing: weaker.standing,
      approvedSuccesses: 0,
      failures: 2,
    };
    const found = [{ reason: 'target_untrusted', atMost: 'approval', inputs: { target: 'x' } }] as const;
    return {
      standings: [good, weaker],
      reliability: weaker.reliability,
      weights: WEIGHTS,
      phase: null,
      policyVersion: 1,
      decisionInput,
      decision: downgrade(decideRoute(decisionInput), found),
      ...change,
    };
  };
  const differs = (change: Partial<DecisionBasis>, where: typeof about | null = about) =>
    recompute(basis(change), where).differs;

  it('follows from its row', () => {
    const again = recompute(basis(), about);
    expect(again).toEqual({ decision: basis().decision, differs: [] });
    expect(recompute(basis()).differs).toEqual([]);
  });

  it('shows a phase that lets in what the steps of the row do not have', () => {
    const steps = about.steps.map((step) => ({ ...step, family: 'storage' as const }));
    const phase = phaseInput({ phase: 'pilot' }, about, []);
    const { decisionInput } = basis();
    const row = { phase: 'pilot', decisionInput: { ...decisionInput, phase } } as const;
    expect(phase?.actionsAllowed).toBe(true);
    expect(differs(row, { ...about, steps })).toContain('decisionInput/phase');
  });

  it.each<[string, Partial<typeof good>]>([
    ['evidence', { evidence: { ...evidence, positive: 5 } }],
    ['evidence', { evidence: { ...evidence, rated: 7 } }],
    ['evidence', { evidence: { ...evidence, executed: 7 } }],
    ['evidence', { evidence: { ...evidence, succeeded: 5 } }],
    ['evidence', { evidence: { ...evidence, resolved: 7 } }],
    ['standing', { lacking: ['all'] }],
    ['standing', { statistics: { ...good.statistics, occurrenceCount: 9 } }],
    ['standing', { standing: good.standing === 'proven' ? 'eligible' : 'proven' }],
  ])('shows that somebody changed its %s', (part, change) => {
    const changed = { ...good, ...change };
    const whole =
      'evidence' in change
        ? { ...changed, reliability: scoreReliability(estimateFactors(changed.evidence), WEIGHTS) }
        : changed;
    expect(differs({ standings: [whole, weaker] })).toEqual([`standings/0/${part}`]);
  });

  it('shows a score that does not follow', () => {
    const { reliability } = good;
    const raised = { ...good, reliability: { ...reliability, score: 99 } };
    expect(differs({ standings: [raised, weaker] })).toEqual(['standings/0/reliability']);
    expect(differs({ weights: { ...WEIGHTS, aiConfidence: 0.2, humanFeedback: 0.35 } })).toContain(
      'standings/0/reliability',
    );
    expect(differs({ reliability: { ...weaker.reliability, score: 99 } })).toEqual([
      'reliability',
      'decisionInput/score',
    ]);
  });

  it('takes probation, which no tally tells, and nothing better', () => {
    const probation = { ...weaker, standing: 'probation' as const };
    const decisionInput = { ...basis().decisionInput, standing: 'probation' as const };
    const decision = decideRoute(decisionInput);
    expect(differs({ standings: [good, probation], decisionInput, decision })).toEqual([]);
  });

  it.each([
    ['standing', 'proven'],
    ['approvedSuccesses', 9],
    ['failures', 0],
  ])('shows an input of the table that does not follow: %s', (part, value) => {
    const decisionInput = { ...basis().decisionInput, [part]: value } as DecisionBasis['decisionInput'];
    const decision = decideRoute(decisionInput);
    expect(differs({ decisionInput, decision })).toContain('decisionInput');
  });

  it('shows another phase, or other classes, than the steps have', () => {
    const phase = { approvalForAll: false, inShare: true, actionsAllowed: true, minReliabilityScore: null };
    const input = (change: object) => {
      const decisionInput = { ...basis().decisionInput, ...change };
      return { decisionInput, decision: downgrade(decideRoute(decisionInput), []) };
    };
    expect(differs(input({ phase }))).toEqual(['decisionInput/phase']);
    expect(differs(input({ phase }), null)).toEqual([]);
    expect(differs(input({ actionClasses: ['read_only'] }))).toEqual(['decisionInput/actionClasses']);
    expect(differs(input({ actionClasses: ['read_only'] }), { ...about, steps: [] })).toEqual([]);
  });

  it('shows a decision that the table does not make', () => {
    expect(differs({ decision: { ...basis().decision, route: 'auto' } })).toEqual(['decision']);
    const { because } = basis().decision;
    expect(differs({ decision: { ...basis().decision, because: because.slice(1) } })).toEqual(['decision']);
  });

  it('of a row without standings has a score all the same', () => {
    const decisionInput = { ...proposal().decisionInput, score: 0 };
    const reliability = scoreReliability({});
    const bare = { standings: [], reliability, decisionInput, decision: decideRoute(decisionInput) };
    expect(differs(bare)).toEqual([]);
    expect(differs({ ...bare, reliability: { ...reliability, score: 1 } })).toEqual(['decisionInput/score']);
  });
});
