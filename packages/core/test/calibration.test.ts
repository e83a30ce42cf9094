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

  it('is what a few independent lines make of the same labels, number by number', () => {
    const labels = [...boastful(400, 6), ...honest(50, 7).map((label) => ({ ...label, confidence: 0.75 }))];
    const quality = calibrationQuality(labels, random(9).uniform);
    if (!quality) throw new Error('there are labels');
    const n = labels.length;
    const told = [...labels]
      .sort((a, b) => a.confidence - b.confidence)
      .map((l) => ({ c: l.confidence, y: +l.worked }));
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const tenths = Array.from({ length: 10 }, (_, k) => told.slice(45 * k, 45 * (k + 1)));
    const bins = tenths.map((bin) => ({
      n: 45,
      confidence: mean(bin.map(({ c }) => c)),
      accuracy: mean(bin.map(({ y }) => y)),
    }));
    for (const [at, bin] of bins.entries()) {
      expect(quality.bins[at]?.n).toBe(45);
      expect(quality.bins[at]?.confidence).toBeCloseTo(bin.confidence, 12);
      expect(quality.bins[at]?.accuracy).toBeCloseTo(bin.accuracy, 12);
    }
    const gap = (ys: readonly number[]) => mean(bins.map(({ confidence }, k) => Math.abs((ys[k] ?? 0) - confidence)));
    const ece = gap(bins.map(({ accuracy }) => accuracy));
    expect(quality.ece).toBeCloseTo(ece, 12);
    const { uniform } = random(9);
    const nulls = Array.from({ length: 999 }, () =>
      gap(tenths.map((bin) => bin.reduce((sum, { c }) => sum + (uniform() < c ? 1 : 0), 0) / 45)),
    ).sort((a, b) => a - b);
    expect(quality.eceNull95).toBeCloseTo(nulls[949] ?? 0, 12);
    expect(quality.eceP).toBeCloseTo((1 + nulls.filter((one) => one >= ece).length) / 1_000, 12);
    const squared = mean(bins.map(({ confidence: c, accuracy: a }) => (a - c) ** 2 - (a * (1 - a)) / 44));
    expect(quality.ece2).toBeCloseTo(Math.sqrt(Math.max(0, squared)), 12);
    const over = told.reduce((sum, { c, y }) => sum + (y - c) * (1 - 2 * c), 0);
    const spread = told.reduce((sum, { c }) => sum + (1 - 2 * c) ** 2 * c * (1 - c), 0);
    expect(quality.spiegelhalterZ).toBeCloseTo(over / Math.sqrt(spread), 9);
    // Isotonic regression by its max-min formula, equal confidences together.
    const values = [...new Set(told.map(({ c }) => c))];
    const sums = values.map((v) => ({ v, n: 0, y: 0 }));
    for (const { c, y } of told) {
      const at = sums[values.indexOf(c)];
      if (at) [at.n, at.y] = [at.n + 1, at.y + y];
    }
    const fitted = sums.map((_, at) => {
      let best = Number.NEGATIVE_INFINITY;
      for (let from = 0; from <= at; from += 1) {
        let [least, size, worked] = [Number.POSITIVE_INFINITY, 0, 0];
        for (let to = from; to < sums.length; to += 1) {
          size += sums[to]?.n ?? 0;
          worked += sums[to]?.y ?? 0;
          if (to >= at) least = Math.min(least, worked / size);
        }
        best = Math.max(best, least);
      }
      return best;
    });
    expect(quality.accuracy).toBeCloseTo(mean(told.map(({ y }) => y)), 12);
    const best = told.reduce((sum, { c, y }) => sum + ((fitted[values.indexOf(c)] ?? 0) - y) ** 2, 0) / n;
    const brier = mean(told.map(({ c, y }) => (c - y) ** 2));
    const base = quality.accuracy * (1 - quality.accuracy);
    expect(quality.uncertainty).toBeCloseTo(base, 12);
    expect(quality.miscalibration).toBeCloseTo(brier - best, 9);
    expect(quality.discrimination).toBeCloseTo(base - best, 9);
    expect(quality.skill).toBeCloseTo(1 - brier / base, 9);
    expect(quality.meanConfidence).toBeCloseTo(mean(told.map(({ c }) => c)), 12);
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
