import { seededUniform } from '@remit/core/statistics';

/** A seeded source of numbers: the same seed always gives the same ones. */
export interface Random {
  /** At least 0, below 1. */
  uniform(): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A whole number, at least 0 and below `below`. */
  below(below: number): number;
  normal(): number;
  /** A draw from a beta distribution. */
  beta(a: number, b: number): number;
}

/** Numbers from a 32-bit seed. */
export function random(seed: number): Random {
  const uniform = seededUniform(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  // Marsaglia and Tsang; a shape below 1 is drawn one higher and taken back.
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * (1 - uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return {
    uniform,
    chance: (probability) => uniform() < probability,
    below: (below) => Math.floor(uniform() * below),
    normal,
    beta: (a, b) => {
      const x = gamma(a);
      return x / (x + gamma(b));
    },
  };
}
