import { describe, expect, it } from 'vitest';
import { type DecisionInput, decideRoute } from '../src/domain/decision.js';
import { type Evidence, estimateFactors } from '../src/domain/evidence.js';
import { feedbackValue, type VoteFields } from '../src/domain/feedback.js';
import { type PatternStatistics, standingOf } from '../src/domain/pattern.js';
import { PHASE_RULES, type TimeWindow } from '../src/domain/policy.js';
import { scoreReliability } from '../src/domain/reliability.js';
import { rolloutBucket } from '../src/domain/rollout.js';
import { isWindowOpen } from '../src/domain/window.js';
import vectors from '../vectors/rules.json' with { type: 'json' };

/** The cases of the specification's pure rules; numbers hold to 1e-9. */
const DIGITS = 9;

describe('the rules of the specification', () => {
  it.each(vectors.reliability.map((c, i) => [i, c] as const))('reliability %i', (_, { factors, score, level }) => {
    const reliability = scoreReliability(factors);
    expect(reliability.score).toBeCloseTo(score, DIGITS);
    expect(reliability.level).toBe(level);
  });

  it.each(vectors.factors.map((c, i) => [i, c] as const))('factors %i', (_, { evidence, factors, score }) => {
    const estimated = estimateFactors(evidence as Evidence);
    for (const [name, value] of Object.entries(factors)) {
      expect(estimated[name as keyof typeof estimated]).toBeCloseTo(value, DIGITS);
    }
    expect(scoreReliability(estimated).score).toBeCloseTo(score, DIGITS);
  });

  it.each(vectors.standing.map((c, i) => [i, c] as const))('standing %i', (_, { pattern, standing }) => {
    expect(standingOf(pattern as PatternStatistics)).toBe(standing);
  });

  it.each(vectors.decision.map((c, i) => [i, c] as const))('decision %i', (_, { input, route, reason }) => {
    const score = input.score ?? Number.NaN;
    const decision = decideRoute({ ...input, score } as DecisionInput);
    expect({ route: decision.route, reason: decision.reason }).toEqual({ route, reason });
    expect(decision.because.at(-1)).toMatchObject({ reason, applies: true });
  });

  it.each(vectors.feedback.map((c, i) => [i, c] as const))('feedback %i', (_, { feedback, value, verdict }) => {
    const vote = feedbackValue(feedback as VoteFields);
    expect(vote.value).toBeCloseTo(value, DIGITS);
    expect(vote.verdict).toBe(verdict);
  });

  it.each(vectors.rollout.map((c, i) => [i, c] as const))('rollout %i', (_, c) => {
    const bucket = rolloutBucket(c.tenant, c.ticketId);
    expect(bucket).toBe(c.bucket);
    expect(bucket < PHASE_RULES.pilot.bucketsBelow).toBe(c.inPilot);
    expect(bucket < PHASE_RULES.expansion.bucketsBelow).toBe(c.inExpansion);
    expect(bucket < PHASE_RULES.scale.bucketsBelow).toBe(c.inScale);
  });

  it.each(vectors.window.map((c, i) => [i, c] as const))('window %i', (_, { window, at, open }) => {
    expect(isWindowOpen(window as TimeWindow, at)).toBe(open);
  });
});
