import { type Calibration, fitCalibration, type Label } from '../calibration.js';
import { CALIBRATION } from '../policy.js';
import { type CalibrationQuality, calibrationQuality } from './quality.js';

/** How far the analyst's confidence can be trusted, as stated and as recalibrated. */
export interface CalibrationReport {
  /** The curve in force in mode `guaranteed`, and the labels it was fitted on. */
  readonly method: Calibration['method'];
  readonly labels: number;
  /** As the analyst stated it; null without labels. */
  readonly stated: CalibrationQuality | null;
  /**
   * As recalibrated: each tenth of the labels by a curve that was fitted on those before it, never on itself. Null while
   * confidence is taken as stated.
   */
  readonly recalibrated: CalibrationQuality | null;
}

/** Each label as the curve of the labels before it would have calibrated it; the first tenth only teaches. */
function foreseen(past: readonly Label[]): readonly Label[] {
  const cut = (part: number): number => Math.round((part * past.length) / CALIBRATION.bins);
  return Array.from({ length: CALIBRATION.bins - 1 }, (_, part) => {
    const { calibrate } = fitCalibration(past.slice(0, cut(part + 1)));
    return past
      .slice(cut(part + 1), cut(part + 2))
      .map(({ confidence, worked }) => ({ confidence: calibrate(confidence), worked }));
  }).flat();
}

/**
 * Sums up what earlier labels (oldest first) say about stated confidence.
 * @param source a fresh seeded source of numbers 0..1 for each use; the same ones give the same answer.
 */
export function calibrationReport(past: readonly Label[], source: () => () => number): CalibrationReport {
  const usable = past.filter(({ confidence }) => confidence >= 0 && confidence <= 1);
  const { method, labels } = fitCalibration(usable);
  const recalibrated = method === 'identity' ? null : calibrationQuality(foreseen(usable), source());
  return { method, labels, stated: calibrationQuality(usable, source()), recalibrated };
}
