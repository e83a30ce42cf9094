import { isotonicCurve } from './calibration/isotonic.js';
import { fitPlatt, plattCurve } from './calibration/platt.js';
import { CALIBRATION } from './policy.js';

/** One earlier prediction with its outcome. */
export interface Label {
  /** The analyst's confidence, 0..1. */
  readonly confidence: number;
  /** Whether the fix worked. */
  readonly worked: boolean;
}

/** A curve from stated to calibrated confidence. */
export interface Calibration {
  readonly method: 'identity' | 'platt' | 'isotonic';
  /** Labels it was fitted on. */
  readonly labels: number;
  /** Share of them that worked, 0..1, with one imagined of each kind; null while confidence is taken as stated. */
  readonly usual: number | null;
  /** The calibrated confidence, 0..1, of a stated one; what is no share stays what it is. */
  readonly calibrate: (confidence: number) => number;
}

/** Mean squared difference between what was said and what happened, 0..1; NaN without labels. */
export function brierScore(labels: readonly Label[], calibrate: (confidence: number) => number = (c) => c): number {
  const sum = labels.reduce(
    (total, { confidence, worked }) => total + (calibrate(confidence) - (worked ? 1 : 0)) ** 2,
    0,
  );
  return sum / labels.length;
}

/**
 * Fits a curve on earlier labels, oldest first; the caller passes the past only, and all supervised labels of it, not
 * just the confident ones. Fewer than 50: as stated. Then Platt's curve; from 1,000 isotonic regression, if fitted on
 * the first four fifths it has the lower Brier score on the last fifth.
 */
export function fitCalibration(past: readonly Label[]): Calibration {
  const labels = past.filter(({ confidence }) => confidence >= 0 && confidence <= 1);
  const count = labels.length;
  if (count < CALIBRATION.plattFrom) return { method: 'identity', labels: count, usual: null, calibrate: (c) => c };
  const usual = (labels.filter(({ worked }) => worked).length + 1) / (count + 2);
  if (count >= CALIBRATION.isotonicFrom) {
    const cut = Math.floor(0.8 * count);
    const [earlier, later] = [labels.slice(0, cut), labels.slice(cut)];
    const platt = brierScore(later, plattCurve(fitPlatt(earlier)));
    if (brierScore(later, isotonicCurve(earlier)) < platt) {
      return { method: 'isotonic', labels: count, usual, calibrate: isotonicCurve(labels) };
    }
  }
  return { method: 'platt', labels: count, usual, calibrate: plattCurve(fitPlatt(labels)) };
}
