import { OBSERVED_PRECISION } from '../policy.js';

/**
 * How often assignments of this confidence (0..1) were right, 0..1: what `patternRecognition` counts as similarity. Rises
 * with the confidence, by `OBSERVED_PRECISION`; what is no share of 0..1 is worth 0.
 */
export function observedPrecision(confidence: number): number {
  if (!(confidence >= 0 && confidence <= 1)) return 0;
  let [fromConfidence, fromPrecision] = [0, 0];
  for (const [toConfidence, toPrecision] of OBSERVED_PRECISION) {
    if (confidence <= toConfidence) {
      const width = toConfidence - fromConfidence;
      const share = width === 0 ? 1 : (confidence - fromConfidence) / width;
      return fromPrecision + share * (toPrecision - fromPrecision);
    }
    [fromConfidence, fromPrecision] = [toConfidence, toPrecision];
  }
  return fromPrecision;
}
