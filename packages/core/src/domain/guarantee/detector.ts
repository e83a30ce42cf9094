import { GUARANTEE } from '../policy.js';

/** What a detector looks for: a failure rate of `rate` instead of `alpha`; it speaks at these odds. */
export interface Detector {
  readonly alpha: number;
  readonly rate: number;
  readonly odds: number;
}

/** The detector of one pattern and action. */
export function patternDetector(alpha: number): Detector {
  return { alpha, ...GUARANTEE.patternDetector };
}

/** The detector of a stratum's automatic runs. */
export function stratumDetector(alpha: number): Detector {
  const { alphas, most, odds } = GUARANTEE.stratumDetector;
  return { alpha, rate: Math.min(most, alphas * alpha), odds };
}

/** What one outcome adds to the evidence (in nats); positive for a failure. */
export function evidenceOf({ alpha, rate }: Detector, loss: boolean): number {
  return loss ? Math.log(rate / alpha) : Math.log((1 - rate) / (1 - alpha));
}

/** The evidence after one more outcome: a CUSUM, so good runs of long ago never outweigh failures of today. */
export function addEvidence(detector: Detector, evidence: number, loss: boolean): number {
  return Math.max(0, evidence + evidenceOf(detector, loss));
}

/** The evidence (in nats) at which the detector speaks. */
export function speaksAt({ odds }: Detector): number {
  return Math.log(odds);
}

/** Whether the detector speaks. */
export function fires(detector: Detector, evidence: number): boolean {
  return evidence >= speaksAt(detector);
}
