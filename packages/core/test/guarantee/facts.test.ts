import { describe, expect, it } from 'vitest';
import {
  addEvidence,
  evidenceOf,
  fires,
  patternDetector,
  speaksAt,
  stratumDetector,
} from '../../src/domain/guarantee/detector.js';
import { loweredByDoubt } from '../../src/domain/guarantee/doubt.js';
import {
  freshGate,
  gateSettings,
  logThreshold,
  logWealth,
  openBound,
  openNow,
  seeLabel,
} from '../../src/domain/guarantee/gate.js';
import { priorOfRates, ratesOf } from '../../src/domain/guarantee/prior.js';
import { betaQuantile, clopperPearsonLower, clopperPearsonUpper } from '../../src/domain/guarantee/quantile.js';
import { freshStratum, observeFinal, viewDetector, viewGate } from '../../src/domain/guarantee/stratum.js';
import {
  foldTrack,
  heardOnce,
  learnComplaint,
  learnLateFailure,
  learnRun,
  NO_FOLD,
  NO_TRACK,
  trackOf,
} from '../../src/domain/guarantee/track.js';
import type { CountedFact } from '../../src/domain/pattern.js';
import { GUARANTEE } from '../../src/domain/policy.js';

const DAY = 86_400_000;
const ALPHA = 0.05;
const settings = gateSettings({ alpha: ALPHA, delta: ALPHA });

describe('detectors', () => {
  it('look for these rates, at these odds', () => {
    expect(patternDetector(0.05)).toEqual({ alpha: 0.05, rate: 0.3, odds: 20 });
    expect(stratumDetector(0.05)).toMatchObject({ alpha: 0.05, odds: 200 });
    expect(stratumDetector(0.05).rate).toBeCloseTo(0.15, 12);
    expect(stratumDetector(0.2).rate).toBe(0.5);
  });

  it('weigh each outcome by its odds, and forget the good runs of long ago', () => {
    const detector = patternDetector(0.05);
    expect(evidenceOf(detector, true)).toBeCloseTo(Math.log(6), 12);
    expect(evidenceOf(detector, false)).toBeCloseTo(Math.log(0.7 / 0.95), 12);
    expect(addEvidence(detector, 0, false)).toBe(0);
    expect(addEvidence(detector, 1, true)).toBeCloseTo(1 + Math.log(6), 12);
    expect(speaksAt(detector)).toBeCloseTo(Math.log(20), 12);
    expect([fires(detector, Math.log(20)), fires(detector, Math.log(20) - 1e-9)]).toEqual([true, false]);
  });
});

describe('a stratum', () => {
  const good = { score: 0.95, auto: true, loss: false };

  it('keeps when it was known, and when its detector spoke', () => {
    let state = observeFinal(freshStratum(settings), settings, { ...good, knownAtMs: 5 });
    expect(state).toMatchObject({ knownMs: 5, firedAtMs: null, evidence: 0 });
    state = observeFinal(state, settings, { ...good, auto: false, knownAtMs: 9 });
    state = observeFinal(state, settings, { ...good, knownAtMs: 7 });
    expect(state.knownMs).toBe(9);
    expect(observeFinal(state, settings, good).knownMs).toBe(9);
    let runs = 0;
    for (; state.firedAtMs === null; runs += 1) {
      state = observeFinal(state, settings, { ...good, loss: true, knownAtMs: 20 + runs });
    }
    // Five failures in a row have odds of 3^5 = 243 against 200.
    expect(runs).toBe(5);
    expect(state).toEqual({ gate: freshGate(settings, 1), evidence: 0, knownMs: 24, firedAtMs: 24 });
    expect(viewDetector(state, settings)).toEqual({ evidence: 0, speaksAt: Math.log(200), fired: 1 });
  });

  it('shows each of its bounds: open or not, what was seen, the stake and what is left', () => {
    let gate = freshGate(settings);
    for (let run = 0; run < 130; run += 1) gate = seeLabel(gate, settings, { score: 0.86, loss: false });
    gate = seeLabel(gate, settings, { score: 0.95, loss: true });
    const view = viewGate(gate, settings);
    expect(view.bounds.map(({ bound, n, losses }) => [bound, n, losses])).toEqual([
      [0.925, 1, 1],
      [0.9, 1, 1],
      [0.875, 1, 1],
      [0.85, 131, 1],
      [0.8, 131, 1],
      [0.75, 131, 1],
    ]);
    for (const [at, bound] of view.bounds.entries()) {
      const stake = gate.seen[at] ?? { clean: 0, losses: 0 };
      expect(bound.wealth).toBeCloseTo(Math.exp(logWealth(stake, ALPHA)), 9);
      expect(bound.needed).toBeCloseTo(240, 9);
      expect(bound.open).toBe(bound.wealth >= 240);
      expect(bound.cleanRunsLeft > 0).toBe(!bound.open);
    }
    expect(view).toMatchObject({ open: false, bound: null, alpha: ALPHA, delta: ALPHA, epoch: 0 });
    expect(view.cleanRunsLeft).toBe(Math.min(...view.bounds.map(({ cleanRunsLeft }) => cleanRunsLeft)));
    expect(view.why).toContain('131 final labels, 1 of them wrong');
    expect(view.why).not.toContain('detector');
    expect(viewGate(freshGate(settings, 2), settings).why).toContain('closed by the detector 2 times before');
  });

  it('shows which of its bounds are open, and is open at the widest of them', () => {
    let gate = freshGate(settings);
    for (let run = 0; run < 300; run += 1) gate = seeLabel(gate, settings, { score: 0.93, loss: false });
    for (let run = 0; run < 30; run += 1) gate = seeLabel(gate, settings, { score: 0.76, loss: true });
    expect(viewGate(gate, settings)).toMatchObject({ open: true, bound: 0.8, cleanRunsLeft: 0 });
    expect(viewGate(gate, settings).bounds.map(({ open }) => open)).toEqual([true, true, true, true, true, false]);
    // One after the other: a wider one that is closed closes no stricter one.
    const sequence = { ...settings, form: 'sequence' as const };
    expect(openNow(gate, sequence)).toEqual([true, true, true, true, true, false]);
    expect(openBound(gate, sequence)).toBe(0.8);
  });

  it('shows stakes beyond all numbers as the largest there is', () => {
    let gate = freshGate(settings);
    gate = { ...gate, seen: gate.seen.map(() => ({ clean: 50_000, losses: 0 })) };
    expect(viewGate(gate, settings).bounds[0]?.wealth).toBe(Number.MAX_VALUE);
  });

  it('of one bound has that alone, and is open at the widest that is', () => {
    const single = gateSettings({ alpha: ALPHA, delta: ALPHA }, 'single');
    expect(single).toEqual({ alpha: ALPHA, delta: ALPHA, form: 'single', grid: [0.9] });
    expect(gateSettings({ alpha: ALPHA, delta: ALPHA })).toMatchObject({ form: 'strict', grid: GUARANTEE.grid });
    expect(logThreshold({ ...settings, form: 'sequence' }, 0)).toBeCloseTo(Math.log(40), 12);
    let gate = freshGate(single);
    expect(gate).toEqual({ epoch: 0, seen: [{ clean: 0, losses: 0 }] });
    expect(openBound(gate, single)).toBeNull();
    for (let run = 0; run < 200; run += 1) gate = seeLabel(gate, single, { score: 0.9, loss: false });
    expect(openBound(gate, single)).toBe(0.9);
    expect(
      seeLabel({ epoch: 0, seen: [...gate.seen, ...gate.seen] }, single, { score: 1, loss: true }).seen[1],
    ).toEqual(gate.seen[0]);
  });
});

describe('the prior', () => {
  it('goes by the moments of the patterns that have enough runs to tell', () => {
    const runs = [
      { runs: 2, clean: 0 },
      { runs: 4, clean: 4 },
      { runs: 5, clean: 4 },
      { runs: 10, clean: 6 },
    ];
    const rates = ratesOf(runs, 4);
    expect(rates).toMatchObject({ patterns: 3 });
    expect(rates.mean).toBeCloseTo(0.8, 12);
    expect(rates.spread).toBeCloseTo(0.04 + 0 + 0.04, 12);
    expect(rates.fewness).toBeCloseTo(1 / 4 + 1 / 5 + 1 / 10, 12);
    expect(ratesOf([], 1)).toEqual({ patterns: 0, mean: 0, spread: 0, fewness: 0 });
  });

  it('has the strength that their spread beyond luck leaves', () => {
    const rates = { patterns: 5, mean: 0.7, spread: 0.2, fewness: 0.5 };
    const own = 0.2 / 4 - (0.21 * 0.5) / 5;
    const strength = 0.21 / own - 1;
    const prior = priorOfRates(rates);
    expect(prior.good).toBeCloseTo(0.7 * strength, 9);
    expect(prior.bad).toBeCloseTo(0.3 * strength, 9);
    expect(priorOfRates({ ...rates, patterns: 4 })).toEqual(GUARANTEE.startPrior);
    // No more spread than luck makes: as strong as is allowed.
    expect(priorOfRates({ ...rates, spread: 0 }).good).toBeCloseTo(0.7 * 8, 9);
    expect(priorOfRates({ ...rates, mean: 0.1, spread: 0 }).good).toBeCloseTo(0.3 * 8, 9);
  });
});

describe('quantiles', () => {
  it.each([
    [0, 1, 1],
    [1, 1, 1],
    [0.5, 0, 1],
    [0.5, 1, 0],
    [0.5, -1, 2],
    [0.5, 1, -1],
    [0.5, Number.POSITIVE_INFINITY, 2],
    [0.5, 2, Number.POSITIVE_INFINITY],
  ])('of what is no distribution are 0: %d of (%d, %d)', (probability, a, b) => {
    expect(betaQuantile(probability, a, b)).toBe(0);
  });

  it('bound a rate from both sides, with no runs at all by 0 and 1', () => {
    expect(clopperPearsonLower(1, 1, 0.05)).toBeCloseTo(0.05, 9);
    expect(clopperPearsonLower(-1, 3, 0.05)).toBe(0);
    expect(clopperPearsonUpper(1, 1, 0.05)).toBe(1);
    expect(clopperPearsonUpper(2, 1, 0.05)).toBe(1);
    expect(clopperPearsonUpper(0, 1, 0.05)).toBeCloseTo(0.95, 9);
  });
});

describe('doubt', () => {
  const curve = { calibrate: (share: number) => share, usual: 0.8 };

  it('lowers by the odds, to the ends of the shares', () => {
    expect(loweredByDoubt(0.9, curve, 0.8)).toBeCloseTo(0.9, 12);
    expect(loweredByDoubt(0.9, curve, 0.5)).toBeCloseTo((0.25 * 0.9) / (0.25 * 0.9 + 0.1), 12);
    expect(loweredByDoubt(0.9, curve, 0)).toBe(0);
    expect(loweredByDoubt(0.9, curve, 1)).toBeCloseTo(0.9, 12);
    expect(loweredByDoubt(0, curve, 0.5)).toBe(0);
    // While confidence is taken as stated, also none at all lowers nothing.
    expect(loweredByDoubt(0.9, { ...curve, usual: null }, 0)).toBe(0.9);
  });
});

describe('a track', () => {
  const outcome = (n: number, change: Partial<Extract<CountedFact, { kind: 'outcome' }>> = {}): CountedFact => ({
    ...{ kind: 'outcome', remediationId: `r${n}`, patternId: 'p', actionType: 'a', ticketId: `t${n}` },
    ...{ principal: `u${n}`, atMs: n * DAY, resolved: true, executed: true, succeeded: true, via: 'approval' },
    ...{ confidence: 0.9, similarity: 1, counted: true },
    ...change,
  });
  const complaint = (
    n: number,
    atMs: number,
    change: Partial<Extract<CountedFact, { kind: 'vote' }>> = {},
  ): CountedFact => ({
    ...{ kind: 'vote', patternId: 'p', actionType: 'a', ticketId: `t${n}`, principal: 'ann', atMs },
    ...{ verdict: 'negative', admissible: true, counted: true },
    ...change,
  });
  const clean = { loss: false, supervised: true, counted: true };

  it('counts good and bad runs, the earlier ones less, and what does not count only against it', () => {
    const one = learnRun(NO_TRACK, clean, ALPHA);
    expect(one).toEqual({ ...NO_TRACK, good: 1, supervisedSuccesses: 1 });
    const two = learnRun(one, { ...clean, supervised: false }, ALPHA);
    expect(two).toMatchObject({ good: 1.99, bad: 0, supervisedSuccesses: 1 });
    expect(learnRun(two, { ...clean, counted: false }, ALPHA)).toEqual(two);
    const lost = learnRun(two, { ...clean, loss: true, counted: false }, ALPHA);
    expect(lost.good).toBeCloseTo(0.99 * 1.99, 12);
    expect(lost).toMatchObject({ bad: 1, supervisedSuccesses: 1 });
    expect(lost.evidence).toBeCloseTo(Math.log(6), 12);
    expect(learnRun(lost, { ...clean, loss: true }, ALPHA).bad).toBeCloseTo(1.99, 12);
  });

  it('on probation hears no evidence, and is let off by clean supervised runs that count or not', () => {
    const broken = learnRun(learnRun(NO_TRACK, { ...clean, loss: true }, ALPHA), { ...clean, loss: true }, ALPHA);
    expect(broken).toMatchObject({ strikes: 1, probationLeft: 5, evidence: 0 });
    expect(learnRun(broken, { ...clean, loss: true }, ALPHA)).toMatchObject({ evidence: 0, probationLeft: 5 });
    expect(learnRun(broken, { ...clean, counted: false }, ALPHA).probationLeft).toBe(4);
    const late = learnLateFailure(broken, clean, ALPHA);
    expect(late).toMatchObject({ evidence: 0, strikes: 1, probationLeft: 5 });
  });

  it('corrects a failure that is found late, and never below nothing', () => {
    const late = learnLateFailure({ ...NO_TRACK, good: 3, supervisedSuccesses: 2 }, { supervised: true }, ALPHA);
    expect(late).toMatchObject({ good: 2, bad: 1, supervisedSuccesses: 1, strikes: 0 });
    expect(late.evidence).toBeCloseTo(Math.log(6) - Math.log(0.7 / 0.95), 12);
    expect(learnLateFailure(NO_TRACK, { supervised: false }, ALPHA)).toMatchObject({ good: 0, supervisedSuccesses: 0 });
    expect(learnLateFailure({ ...NO_TRACK, supervisedSuccesses: 2 }, { supervised: false }, ALPHA)).toMatchObject({
      supervisedSuccesses: 2,
    });
    expect(learnLateFailure(NO_TRACK, { supervised: true }, ALPHA).supervisedSuccesses).toBe(0);
    expect(learnComplaint(NO_TRACK)).toEqual({ ...NO_TRACK, bad: 0.25 });
  });

  it('is about this fix alone, whoever carried it out', () => {
    const bystander = outcome(1, { via: 'human', executed: false });
    expect(trackOf([bystander], ALPHA)).toEqual(NO_TRACK);
    expect(trackOf([outcome(1, { via: 'human' })], ALPHA)).toMatchObject({ good: 1, supervisedSuccesses: 1 });
    expect(trackOf([outcome(1, { via: 'auto' })], ALPHA)).toMatchObject({ good: 1, supervisedSuccesses: 0 });
    // Asked for and not carried out: the fix was refused, which counts against it.
    expect(trackOf([outcome(1, { executed: false, succeeded: false })], ALPHA)).toMatchObject({ good: 0, bad: 1 });
  });

  it('names the people behind its supervised successes, once and in order', () => {
    const facts = [
      outcome(1, { principal: 'zoe' }),
      outcome(2, { principal: 'bo' }),
      outcome(3, { principal: 'zoe' }),
      outcome(4, { principal: 'auto', via: 'auto' }),
      outcome(5, { principal: 'failed', succeeded: false }),
      outcome(6, { principal: 'again', counted: false }),
      outcome(7, { principal: 'refused', executed: false }),
    ];
    expect(foldTrack(NO_FOLD, facts, ALPHA).supervisors).toEqual(['bo', 'zoe']);
  });

  it('takes a complaint for one only about a ticket that the fix had resolved', () => {
    const bad = (...facts: readonly CountedFact[]) => foldTrack(NO_FOLD, facts, ALPHA).track.bad;
    expect(bad(outcome(1), complaint(1, 2 * DAY))).toBe(0.25);
    expect(bad(outcome(1), complaint(2, 2 * DAY))).toBe(0);
    expect(bad(outcome(1, { via: 'human', executed: false }), complaint(1, 2 * DAY))).toBe(0);
    expect(bad(outcome(1, { succeeded: false }), complaint(1, 2 * DAY))).toBe(1);
    expect(bad(outcome(1), complaint(1, 2 * DAY, { counted: false }))).toBe(0);
    expect(bad(outcome(1), complaint(1, 2 * DAY, { verdict: 'neutral' }))).toBe(0);
    const later = foldTrack(NO_FOLD, [complaint(1, 2 * DAY)], ALPHA, [outcome(1), complaint(9, 1)]);
    expect(later.track.bad).toBe(0.25);
    const onlyShown = [outcome(1, { via: 'shadow', executed: false })];
    expect(foldTrack(NO_FOLD, [complaint(1, 2 * DAY)], ALPHA, onlyShown).track.bad).toBe(0);
  });

  it('hears an author once in 30 days, also in several goes', () => {
    const month = GUARANTEE.complaintOncePerMs;
    const facts = [outcome(1), complaint(1, 2 * DAY), complaint(1, 2 * DAY + month - 1), complaint(1, 2 * DAY + month)];
    const whole = foldTrack(NO_FOLD, facts, ALPHA);
    expect(whole.track.bad).toBe(0.5);
    expect(whole.heard).toEqual([['ann', 2 * DAY + month]]);
    let parts = foldTrack(NO_FOLD, facts.slice(0, 2), ALPHA);
    expect(parts.heard).toEqual([['ann', 2 * DAY]]);
    parts = foldTrack(parts, facts.slice(2), ALPHA, facts.slice(0, 1));
    expect(parts).toEqual(whole);
    // Whose complaint no longer keeps the next from being heard is forgotten.
    expect(foldTrack(whole, [outcome(9, { atMs: 2 * DAY + 2 * month })], ALPHA).heard).toEqual([]);
    const three = ['zoe', 'ann', 'mia'].map((principal) => complaint(1, DAY, { principal }));
    expect(foldTrack(NO_FOLD, three, ALPHA).heard).toEqual([
      ['ann', DAY],
      ['mia', DAY],
      ['zoe', DAY],
    ]);
    expect(foldTrack(NO_FOLD, [], ALPHA)).toEqual(NO_FOLD);
  });

  it('takes what is not heard out of the count, oldest first', () => {
    const praise = complaint(2, 5 * DAY, { verdict: 'positive' });
    const facts = [
      complaint(3, 4 * DAY),
      complaint(1, 2 * DAY),
      outcome(1),
      praise,
      complaint(4, 3 * DAY, { counted: false }),
    ];
    const heard = heardOnce(facts);
    expect(heard.map(({ atMs, counted }) => [atMs / DAY, counted])).toEqual([
      [1, true],
      [2, true],
      [3, false],
      [4, false],
      [5, true],
    ]);
    const other = heardOnce([complaint(1, 2 * DAY), complaint(1, 3 * DAY, { principal: 'bo' })]);
    expect(other.every(({ counted }) => counted)).toBe(true);
  });
});
