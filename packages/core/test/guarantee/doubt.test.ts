import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitCalibration, type Label } from '../../src/domain/calibration.js';
import { loweredByDoubt } from '../../src/domain/guarantee/doubt.js';

/** Sure of what worked, and a little less sure of what did not. */
const labels: readonly Label[] = Array.from({ length: 200 }, (_, n) => {
  const worked = n % 5 !== 0;
  return { confidence: worked ? 0.8 + 0.001 * (n % 150) : 0.6 + 0.001 * (n % 150), worked };
});
const curve = fitCalibration(labels);
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('doubt about one ticket', () => {
  it('lowers the rank of a fix by the odds of being right, and never raises it', () => {
    const usual = curve.usual ?? 0;
    expect(usual).toBeCloseTo(161 / 202, 12);
    const said = 0.7;
    const calibrated = curve.calibrate(said);
    expect(calibrated).toBeLessThan(usual);
    const odds = (0.9 / 0.1) * (calibrated / (1 - calibrated)) * ((1 - usual) / usual);
    expect(loweredByDoubt(0.9, curve, said)).toBeCloseTo(odds / (1 + odds), 12);
    // However sure a model is, or was talked into being: the record of the fix is the most there is.
    fc.assert(
      fc.property(share, share, (quantile, stated) => {
        const lowered = loweredByDoubt(quantile, curve, stated);
        expect(lowered).toBeGreaterThanOrEqual(0);
        expect(lowered).toBeLessThanOrEqual(quantile + 1e-12);
      }),
    );
  });

  it('does nothing while confidence is taken as stated, and takes what is no confidence for none', () => {
    expect(loweredByDoubt(0.9, fitCalibration([]), 0.1)).toBe(0.9);
    for (const stated of [Number.NaN, -1, 2, Number.POSITIVE_INFINITY]) {
      expect(loweredByDoubt(0.9, curve, stated)).toBe(0);
      expect(loweredByDoubt(0.9, fitCalibration([]), stated)).toBe(0);
    }
  });

  it('is a number also at the ends', () => {
    const sure = { calibrate: () => 1, usual: 1 };
    const none = { calibrate: () => 0, usual: 0.5 };
    for (const quantile of [0, 0.5, 1]) {
      expect(loweredByDoubt(quantile, none, 0.5)).toBe(0);
      expect(loweredByDoubt(quantile, sure, 0.5)).toBeLessThanOrEqual(quantile);
      expect(loweredByDoubt(quantile, curve, 0.99)).toBeCloseTo(quantile, 12);
    }
  });
});
