import { describe, expect, it } from 'vitest';
import { random } from '../../../bench/harness/random.js';
import { isotonicCurve, poolAdjacent } from '../src/domain/calibration/isotonic.js';
import { fitPlatt, plattCurve } from '../src/domain/calibration/platt.js';
import { calibrationQuality, reliabilityDiagram } from '../src/domain/calibration/quality.js';
import { calibrationReport } from '../src/domain/calibration/report.js';
import { brierScore, fitCalibration, type Label } from '../src/domain/calibration.js';
import { riskCoverage } from '../src/domain/guarantee/riskCoverage.js';

/** An analyst who says more than is true: of what it states as c, it is right in c^2 of the cases. */
function boastful(count: number, seed: number): readonly Label[] {
  const { uniform, chance } = random(seed);
  return Array.from({ length: count }, () => {
    const confidence = 0.5 + 0.5 * uniform();
    return { confidence, worked: chance(confidence ** 2) };
  });
}

function honest(count: number, seed: number): readonly Label[] {
  const { uniform, chance } = random(seed);
  return Array.from({ length: count }, () => {
    const confidence = uniform();
    return { confidence, worked: chance(confidence) };
  });
}

describe('calibration', () => {
  it('leaves confidence as stated below 50 labels, then fits Platt, and isotonic only where it is better', () => {
    expect(fitCalibration(boastful(49, 1))).toMatchObject({ method: 'identity', labels: 49 });
    expect(fitCalibration(boastful(50, 1)).method).toBe('platt');
    // A step is what Platt's curve cannot draw.
    const { uniform, chance } = random(3);
    const stepped = Array.from({ length: 3_000 }, () => {
      const confidence = uniform();
      return { confidence, worked: chance(confidence > 0.4 && confidence < 0.6 ? 0.5 : confidence >= 0.6 ? 0.55 : 0) };
    });
    expect(fitCalibration(stepped).method).toBe('isotonic');
    expect(fitCalibration(stepped.slice(0, 999)).method).toBe('platt');
  });

  it('brings an overconfident analyst down on tickets it was not fitted on', () => {
    for (const count of [200, 3_000]) {
      const { calibrate } = fitCalibration(boastful(count, 5));
      const fresh = boastful(2_000, 6);
      expect(brierScore(fresh, calibrate)).toBeLessThan(brierScore(fresh));
      expect(calibrate(0.9)).toBeCloseTo(0.81, 1);
    }
  });

  it('never falls while confidence grows, and leaves alone what is no share', () => {
    // An analyst who is right when it is unsure: the honest answer is a flat curve.
    const perverse = boastful(400, 7).map(({ confidence, worked }) => ({ confidence: 1.5 - confidence, worked }));
    expect(fitPlatt(perverse).slope).toBe(0);
    const curves = [plattCurve(fitPlatt(boastful(100, 8))), isotonicCurve(boastful(2_000, 8))];
    for (const curve of curves) {
      const values = Array.from({ length: 101 }, (_, step) => curve(step / 100));
      expect(values).toEqual([...values].sort((a, b) => a - b));
      expect(values.every((value) => value > 0 && value < 1)).toBe(true);
      expect(curve(1.7)).toBe(1.7);
      expect(curve(Number.NaN)).toBeNaN();
    }
  });

  it('survives labels that are all the same', () => {
    const all = (worked: boolean): readonly Label[] => Array.from({ length: 60 }, () => ({ confidence: 1, worked }));
    expect(fitCalibration(all(true)).calibrate(1)).toBeGreaterThan(0.9);
    expect(fitCalibration(all(false)).calibrate(1)).toBeLessThan(0.1);
  });

  it('pools neighbours by hand', () => {
    const labels = [0, 1, 0, 1, 1].map((worked, at) => ({ confidence: at / 10, worked: worked === 1 }));
    expect(poolAdjacent(labels)).toEqual([
      { from: 0, to: 0, n: 1, worked: 0 },
      { from: 0.1, to: 0.2, n: 2, worked: 1 },
      { from: 0.3, to: 0.4, n: 2, worked: 2 },
    ]);
  });
});

describe('the quality of calibration', () => {
  it('is null without labels, and counts those that are shares', () => {
    const { uniform } = random(1);
    expect(calibrationQuality([], uniform)).toBeNull();
    expect(calibrationQuality([{ confidence: 2, worked: true }], uniform)).toBeNull();
  });

  it('tells a perfect forecaster from a boastful one, although neither error is 0', () => {
    const fair = calibrationQuality(honest(1_000, 2), random(9).uniform);
    expect(fair?.ece).toBeGreaterThan(0);
    expect(fair?.ece).toBeLessThan(fair?.eceNull95 ?? 0);
    expect(Math.abs(fair?.spiegelhalterZ ?? 9)).toBeLessThan(2.5);
    const loud = calibrationQuality(boastful(1_000, 2), random(9).uniform);
    expect(loud?.ece).toBeGreaterThan(loud?.eceNull95 ?? 1);
    expect(loud?.eceP).toBeLessThan(0.01);
    expect(loud?.spiegelhalterZ).toBeGreaterThan(2);
    expect(loud?.ece2).toBeGreaterThan(0.05);
    expect(calibrationQuality(honest(199, 2), random(9).uniform)?.enough).toBe(false);
  });

  it('adds up: Brier = miscalibration - discrimination + uncertainty', () => {
    const labels = boastful(500, 4);
    const quality = calibrationQuality(labels, random(9).uniform);
    if (!quality) throw new Error('there are labels');
    const { brier, miscalibration, discrimination, uncertainty } = quality;
    expect(miscalibration - discrimination + uncertainty).toBeCloseTo(brier, 12);
    expect(brier).toBeCloseTo(brierScore(labels), 12);
    expect(Math.min(miscalibration, discrimination)).toBeGreaterThanOrEqual(0);
    const sure = labels.filter(({ confidence }) => confidence >= 0.8);
    expect(quality.confidentErrorRate).toBeCloseTo(sure.filter(({ worked }) => !worked).length / sure.length, 12);
  });

  it('cuts the diagram into bins of the same size', () => {
    const bins = reliabilityDiagram(honest(1_000, 3));
    expect(bins.map(({ n }) => n)).toEqual(Array.from({ length: 10 }, () => 100));
    expect(bins.map(({ confidence }) => confidence)).toEqual(
      bins.map(({ confidence }) => confidence).sort((a, b) => a - b),
    );
    expect(reliabilityDiagram(honest(3, 3))).toHaveLength(3);
  });
});

describe('the report on calibration', () => {
  const source = () => random(9).uniform;

  it('says which curve is in force, and judges it on labels that it was not fitted on', () => {
    const labels = boastful(1_000, 3);
    const { method, stated, recalibrated } = calibrationReport(labels, source);
    expect(method).toBe(fitCalibration(labels).method);
    expect(stated?.labels).toBe(1_000);
    // The first tenth only teaches.
    expect(recalibrated?.labels).toBe(900);
    expect(recalibrated?.brier).toBeLessThan(stated?.brier ?? 0);
    // A tenth whose outcomes are turned round is judged by the curve of the nine before: it must look bad.
    const turned = labels.map((label, at) => (at < 900 ? label : { ...label, worked: !label.worked }));
    const { calibrate } = fitCalibration(labels.slice(0, 900));
    const last = turned.slice(900);
    const before = calibrationReport(labels, source).recalibrated?.brier ?? 0;
    const after = calibrationReport(turned, source).recalibrated?.brier ?? 0;
    const change = brierScore(last, calibrate) - brierScore(labels.slice(900), calibrate);
    expect(after - before).toBeCloseTo(change / 9, 9);
  });

  it('has nothing recalibrated to judge while confidence is taken as stated', () => {
    expect(calibrationReport([], source)).toEqual({ method: 'identity', labels: 0, stated: null, recalibrated: null });
    expect(calibrationReport(boastful(49, 1), source)).toMatchObject({ method: 'identity', recalibrated: null });
    const odd = [...boastful(49, 1), { confidence: Number.NaN, worked: true }];
    expect(calibrationReport(odd, source)).toMatchObject({ labels: 49, stated: { labels: 49 } });
  });
});

describe('the risk at each coverage', () => {
  const label = (score: number | null, worked: boolean) => ({ confidence: 0.9, score, worked });

  it('lets equal ranks through together, and counts what has none in the whole alone', () => {
    const labels = [label(0.9, true), label(0.8, false), label(0.8, true), label(0.5, true), label(null, false)];
    expect(riskCoverage(labels)).toEqual([
      { bound: 0.9, n: 1, wrong: 0, coverage: 1 / 5, risk: 0 },
      { bound: 0.8, n: 3, wrong: 1, coverage: 3 / 5, risk: 1 / 3 },
      { bound: 0.5, n: 4, wrong: 1, coverage: 4 / 5, risk: 1 / 4 },
    ]);
    expect(riskCoverage([label(null, true)])).toEqual([]);
    expect(riskCoverage([])).toEqual([]);
  });

  it('has at most 20 points, the last of which is everything that was ranked', () => {
    const labels = Array.from({ length: 999 }, (_, n) => label(n / 1_000, n % 7 !== 0));
    const points = riskCoverage(labels);
    expect(points).toHaveLength(20);
    expect(points.at(-1)).toMatchObject({ n: 999, coverage: 1, wrong: 143 });
  });
});
