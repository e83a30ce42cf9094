import { describe, expect, it } from 'vitest';
import { allowedShare, measureValidity } from '../bench/guarantee/validity.js';

/* Small here, full size by `npm run bench -- guarantee`. Seeded: the same figures every time. */

const RUNS = 150;

describe('the gate keeps its promise under drift', () => {
  const found = measureValidity({ alphas: [0.05], runs: RUNS, steps: 900, seed: 11 });
  const kept = found.filter(({ variant }) => variant !== 'latched').map((one) => [one.variant, one.path, one] as const);

  it.each(kept)('%s: %s', (_, __, { share }) => {
    expect(share).toBeLessThanOrEqual(allowedShare(RUNS));
  });

  it('a latched gate fails the same test', () => {
    const latched = found.filter(({ variant }) => variant === 'latched');
    expect(latched.some(({ share }) => share > allowedShare(RUNS))).toBe(true);
  });
});
