import type { Calibration } from '../calibration.js';

function odds(share: number): number {
  return share / (1 - share);
}

/**
 * The lower quantile of a fix for one ticket: lowered where the analyst is less sure of this ticket than of most, by the
 * odds of its calibrated confidence against the usual ones (Bayes' rule). Being surer raises nothing, since what a model
 * says gives no authority; while confidence is taken as stated nothing is lowered, and what is no confidence gives 0.
 */
export function loweredByDoubt(
  quantile: number,
  { calibrate, usual }: Pick<Calibration, 'calibrate' | 'usual'>,
  stated: number,
): number {
  if (!(stated >= 0 && stated <= 1)) return 0;
  if (usual === null) return quantile;
  const ratio = Math.min(1, odds(calibrate(stated)) / odds(usual));
  const kept = ratio * quantile;
  return kept > 0 ? kept / (kept + (1 - quantile)) : 0;
}
