import { describe, expect, it } from 'vitest';
import { allowedWrong, withinBudget } from '../../src/domain/guarantee/budget.js';
import { priorOf } from '../../src/domain/guarantee/prior.js';
import { betaQuantile, clopperPearsonLower, clopperPearsonUpper } from '../../src/domain/guarantee/quantile.js';
import {
  isCandidate,
  learnComplaint,
  learnLateFailure,
  learnRun,
  learnShadow,
  lowerQuantile,
  NO_TRACK,
  type Track,
  trackOf,
} from '../../src/domain/guarantee/track.js';
import type { CountedFact } from '../../src/domain/pattern.js';
import { GUARANTEE } from '../../src/domain/policy.js';

const ALPHA = 0.05;
const CLEAN = { loss: false, supervised: true, counted: true };
const PRIOR = GUARANTEE.startPrior;

function after(runs: number, run = CLEAN, from: Track = NO_TRACK): Track {
  let track = from;
  for (let done = 0; done < runs; done += 1) track = learnRun(track, run, ALPHA);
  return track;
}

describe('the beta quantile', () => {
  // Closed forms (b = 1, a = 1, a = b), and values of another implementation (Boost by way of stdlib).
  it.each([
    [0.1, 4, 1, 0.5623413251903491],
    [0.1, 1, 4, 0.025996253574703254],
    [0.5, 3, 3, 0.5],
    [0.05, 19, 2, 0.7838938357931526],
    [0.1, 7.36, 0.64, 0.7959339010937432],
    [0.1, 504, 1.3, 0.9944503499934674],
  ])('of %f at (%f, %f)', (p, a, b, value) => {
    expect(betaQuantile(p, a, b)).toBeCloseTo(value, 7);
  });

  it.each([
    [3, 3, 0.368],
    [5, 5, 0.549],
    [10, 10, 0.741],
    [19, 20, 0.784],
    [20, 20, 0.861],
    [100, 100, 0.97],
  ])('%i of %i prove no more than %f', (good, runs, bound) => {
    expect(clopperPearsonLower(good, runs, 0.05)).toBeCloseTo(bound, 3);
    expect(clopperPearsonUpper(runs - good, runs, 0.05)).toBeCloseTo(1 - bound, 3);
  });

  it('is 0 for what is no distribution', () => {
    expect(betaQuantile(0.1, 0, 1)).toBe(0);
    expect(betaQuantile(Number.NaN, 1, 1)).toBe(0);
    expect(betaQuantile(0.1, Number.POSITIVE_INFINITY, 1)).toBe(0);
    expect(clopperPearsonLower(0, 10, 0.05)).toBe(0);
    expect(clopperPearsonUpper(0, 0, 0.05)).toBe(1);
  });
});

describe('the track of a pattern', () => {
  it('ranks by the lower quantile, and old runs fade', () => {
    expect(lowerQuantile(after(5), PRIOR)).toBeCloseTo(0.1 ** (1 / (4 + after(5).good)), 9);
    expect(after(300).good).toBeLessThan(100);
    expect(lowerQuantile(after(2, { ...CLEAN, loss: true }, after(100)), PRIOR)).toBeLessThan(
      lowerQuantile(after(100), PRIOR) - 0.02,
    );
  });

  it('enters the stream after five supervised successes, not after automatic or repeated ones', () => {
    expect(isCandidate(after(4))).toBe(false);
    expect(isCandidate(after(5))).toBe(true);
    expect(isCandidate(after(50, { ...CLEAN, supervised: false }))).toBe(false);
    expect(isCandidate(after(50, { ...CLEAN, counted: false }))).toBe(false);
  });

  it('goes on probation when it breaks, longer each time, and only clean supervised runs end it', () => {
    const broken = after(2, { ...CLEAN, loss: true }, after(50));
    expect(broken).toMatchObject({ strikes: 1, probationLeft: 5 });
    expect(isCandidate(broken)).toBe(false);
    expect(after(20, { ...CLEAN, supervised: false }, broken).probationLeft).toBe(5);
    expect(after(1, { ...CLEAN, loss: true }, after(4, CLEAN, broken)).probationLeft).toBe(1);
    const back = after(5, CLEAN, broken);
    expect(back.probationLeft).toBe(0);
    expect(after(2, { ...CLEAN, loss: true }, back)).toMatchObject({ strikes: 2, probationLeft: 10 });
    let often = back;
    for (let strike = 0; strike < 9; strike += 1) {
      often = after(often.probationLeft, CLEAN, after(3, { ...CLEAN, loss: true }, often));
    }
    expect(after(3, { ...CLEAN, loss: true }, often).probationLeft).toBe(80);
  });

  it('counts a failure that is found late as if it had been known', () => {
    const late = learnLateFailure(learnLateFailure(after(50), CLEAN, ALPHA), CLEAN, ALPHA);
    expect(late.probationLeft).toBe(5);
    expect(late.supervisedSuccesses).toBe(48);
    expect(late.bad).toBe(2);
  });

  it('can only lose by votes; praise has no verb', () => {
    const track = after(20);
    expect(lowerQuantile(learnComplaint(track), PRIOR)).toBeLessThan(lowerQuantile(track, PRIOR));
    expect(learnShadow(track, true).good - track.good).toBe(0.5);
    expect(learnShadow(track, false).bad).toBe(0.25);
  });

  it('reads what was only shown: agreement is half a success, disagreement a quarter of a failure, and no supervision', () => {
    const shown = (n: number, succeeded: boolean): CountedFact => ({
      ...{ kind: 'outcome', remediationId: null, patternId: 'p', actionType: 'a', ticketId: `t${n}` },
      ...{ principal: 'ana', atMs: n, resolved: false, executed: false, succeeded, via: 'shadow' },
      ...{ confidence: 0.9, similarity: 1, counted: true },
    });
    const track = trackOf([shown(1, true), shown(2, true), shown(3, false)], ALPHA);
    expect(track).toEqual({ ...NO_TRACK, good: 1, bad: 0.25 });
    expect(trackOf([shown(1, true)], ALPHA).supervisedSuccesses).toBe(0);
  });

  it('reads facts: praise adds nothing, a complaint counts once per author in 30 days', () => {
    const DAY = 86_400_000;
    const outcome = (n: number): CountedFact => ({
      kind: 'outcome',
      remediationId: `r${n}`,
      patternId: 'p',
      actionType: 'a',
      ticketId: `t${n}`,
      principal: `u${n}`,
      atMs: n * DAY,
      resolved: true,
      executed: true,
      succeeded: true,
      via: 'approval',
      confidence: 0.9,
      similarity: 1,
      counted: true,
    });
    const vote = (n: number, verdict: 'positive' | 'negative', atMs = n * DAY + 1): CountedFact => ({
      kind: 'vote',
      patternId: 'p',
      actionType: 'a',
      ticketId: `t${n}`,
      principal: 'ann',
      atMs,
      verdict,
      admissible: true,
      counted: true,
    });
    const runs = [1, 2, 3, 4, 5, 6].map(outcome);
    const plain = trackOf(runs, ALPHA);
    expect(plain).toMatchObject({ supervisedSuccesses: 6, bad: 0 });
    expect(trackOf([...runs, vote(2, 'positive'), vote(3, 'positive')], ALPHA)).toEqual(plain);
    const complained = trackOf([...runs, vote(2, 'negative'), vote(3, 'negative')], ALPHA);
    expect(complained.bad).toBeCloseTo(0.25 * 0.99 ** 4, 9);
    expect(trackOf([...runs].reverse(), ALPHA)).toEqual(plain);
  });
});

describe('the prior of a stratum', () => {
  it('starts as it is written, and stays within bounds whatever was seen', () => {
    expect(priorOf([])).toEqual({ good: 4, bad: 1 });
    const perfect = priorOf(Array.from({ length: 30 }, () => ({ runs: 100, clean: 100 })));
    expect(perfect.good / (perfect.good + perfect.bad)).toBeCloseTo(0.92, 9);
    expect(perfect.good + perfect.bad).toBeCloseTo(8, 9);
    const torn = priorOf([0, 100, 0, 100, 0, 100].map((clean) => ({ runs: 100, clean })));
    expect(torn.good + torn.bad).toBeCloseTo(2, 9);
    expect(priorOf(Array.from({ length: 30 }, () => ({ runs: 2, clean: 0 })))).toEqual({ good: 4, bad: 1 });
  });
});

describe('the error budget', () => {
  it('leaves room for three, then for alpha of the automatic runs', () => {
    expect([0, 1, 2, 3].map((knownWrong) => withinBudget({ autos: 10, knownWrong }, ALPHA))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(withinBudget({ autos: 100, knownWrong: 4 }, ALPHA)).toBe(true);
    expect(withinBudget({ autos: 100, knownWrong: 5 }, ALPHA)).toBe(false);
    expect(allowedWrong(ALPHA, 200)).toBe(10);
  });
});
