import { brierScore, type Label } from '../calibration.js';
import { CALIBRATION } from '../policy.js';
import { poolAdjacent } from './isotonic.js';

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  readonly n: number;
  /** Mean stated confidence and share that worked, 0..1. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** How far stated confidence can be trusted. Shares are 0..1. */
export interface CalibrationQuality {
  readonly labels: number;
  /** False below 200 labels: then the figures are luck as much as anything. */
  readonly enough: boolean;
  readonly meanConfidence: number;
  readonly accuracy: number;
  /** Expected calibration error over ten bins of equal size. Never 0 by chance: read it beside `eceNull95`. */
  readonly ece: number;
  /** What a perfect forecaster of these confidences stays below in 95 of 100 cases. */
  readonly eceNull95: number;
  /** Share of perfect forecasters with at least this calibration error. */
  readonly eceP: number;
  /** Square-root calibration error with the luck of each bin taken out. */
  readonly ece2: number;
  /** Spiegelhalter's Z: about normal for a perfect forecaster. */
  readonly spiegelhalterZ: number;
  /** Brier score = miscalibration - discrimination + uncertainty (CORP: bins by isotonic regression). */
  readonly brier: number;
  readonly miscalibration: number;
  readonly discrimination: number;
  readonly uncertainty: number;
  /** 1 - Brier / Brier of always saying the base rate; negative is worse than that. */
  readonly skill: number;
  /** Share of wrong ones among those stated at 0.8 or more; null when there are none. */
  readonly confidentErrorRate: number | null;
  readonly bins: readonly ReliabilityBin[];
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

function binned(sorted: readonly Label[]): readonly (readonly Label[])[] {
  const { bins } = CALIBRATION;
  const cut = (bin: number): number => Math.round((bin * sorted.length) / bins);
  return Array.from({ length: bins }, (_, bin) => sorted.slice(cut(bin), cut(bin + 1))).filter(
    (labels) => labels.length > 0,
  );
}

/** Bins with the same number of labels each, least confident first: the data of a reliability diagram. */
export function reliabilityDiagram(labels: readonly Label[]): readonly ReliabilityBin[] {
  return binned([...labels].sort((a, b) => a.confidence - b.confidence)).map((bin) => ({
    n: bin.length,
    confidence: mean(bin.map(({ confidence }) => confidence)),
    accuracy: mean(bin.map(({ worked }) => (worked ? 1 : 0))),
  }));
}

function eceOf(bins: readonly ReliabilityBin[], n: number): number {
  return bins.reduce((sum, bin) => sum + (bin.n / n) * Math.abs(bin.accuracy - bin.confidence), 0);
}

function ece2Of(bins: readonly ReliabilityBin[], n: number): number {
  const squared = bins.reduce((sum, { n: size, accuracy, confidence }) => {
    const luck = size > 1 ? (accuracy * (1 - accuracy)) / (size - 1) : 0;
    return sum + (size / n) * ((accuracy - confidence) ** 2 - luck);
  }, 0);
  return Math.sqrt(Math.max(0, squared));
}

/** The calibration errors of forecasters who are perfect: outcomes drawn from the stated confidences. */
function nullErrors(labels: readonly Label[], uniform: () => number): readonly number[] {
  const bins = binned([...labels].sort((a, b) => a.confidence - b.confidence)).map((bin) => ({
    n: bin.length,
    confidences: bin.map(({ confidence }) => confidence),
    confidence: mean(bin.map(({ confidence }) => confidence)),
  }));
  // The bins stay the same: only outcomes are drawn anew, and only their number matters.
  const drawn = (confidences: readonly number[]): number => {
    let worked = 0;
    for (const confidence of confidences) if (uniform() < confidence) worked += 1;
    return worked;
  };
  return Array.from({ length: CALIBRATION.redraws }, () =>
    eceOf(
      bins.map(({ n, confidences, confidence }) => ({ n, confidence, accuracy: drawn(confidences) / n })),
      labels.length,
    ),
  ).sort((a, b) => a - b);
}

/**
 * How well stated confidence agrees with what happened; null without labels. Never on the labels a curve was fitted on.
 * @param uniform numbers 0..1 from a seeded source; the same ones give the same answer.
 */
export function calibrationQuality(all: readonly Label[], uniform: () => number): CalibrationQuality | null {
  const labels = all.filter(({ confidence }) => confidence >= 0 && confidence <= 1);
  const n = labels.length;
  if (n === 0) return null;
  const bins = reliabilityDiagram(labels);
  const accuracy = mean(labels.map(({ worked }) => (worked ? 1 : 0)));
  const brier = brierScore(labels);
  const uncertainty = accuracy * (1 - accuracy);
  const best = poolAdjacent(labels).reduce((sum, block) => sum + (block.worked / n) * (1 - block.worked / block.n), 0);
  const ece = eceOf(bins, n);
  const nulls = nullErrors(labels, uniform);
  const top = labels.map(({ confidence: c, worked }) => ((worked ? 1 : 0) - c) * (1 - 2 * c));
  const variance = labels.map(({ confidence: c }) => (1 - 2 * c) ** 2 * c * (1 - c));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const confident = labels.filter(({ confidence }) => confidence >= CALIBRATION.sureFrom);
  return {
    labels: n,
    enough: n >= CALIBRATION.enoughLabels,
    meanConfidence: mean(labels.map(({ confidence }) => confidence)),
    accuracy,
    ece,
    eceNull95: nulls[Math.ceil(0.95 * nulls.length) - 1] ?? 0,
    eceP: (1 + nulls.filter((error) => error >= ece).length) / (1 + nulls.length),
    ece2: ece2Of(bins, n),
    spiegelhalterZ: sum(variance) > 0 ? sum(top) / Math.sqrt(sum(variance)) : 0,
    brier,
    miscalibration: brier - best,
    discrimination: uncertainty - best,
    uncertainty,
    skill: uncertainty > 0 ? 1 - brier / uncertainty : 0,
    confidentErrorRate:
      confident.length === 0 ? null : confident.filter(({ worked }) => !worked).length / confident.length,
    bins,
  };
}
