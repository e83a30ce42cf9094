import jstat from 'jstat/dist/jstat.min.js';

/**
 * The quantile of a beta distribution, 0..1. What is no probability or no shape (a, b > 0) gives 0: the most careful
 * answer when it ranks fixes.
 */
export function betaQuantile(probability: number, a: number, b: number): number {
  if (!(probability > 0 && probability < 1 && a > 0 && b > 0)) return 0;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return 0;
  // Exact where it has a closed form; the library iterates.
  if (b === 1) return probability ** (1 / a);
  const value = jstat.jStat.beta.inv(probability, a, b);
  return value >= 0 && value <= 1 ? value : 0;
}

/**
 * One-sided Clopper-Pearson lower bound of a success rate after `successes` of `runs`, error `delta` (0..1). For a
 * claim that is made once: looked at again after every run it certifies too much.
 */
export function clopperPearsonLower(successes: number, runs: number, delta: number): number {
  return betaQuantile(delta, successes, runs - successes + 1);
}

/** One-sided Clopper-Pearson upper bound of a rate; 1 with no runs. See {@link clopperPearsonLower}. */
export function clopperPearsonUpper(events: number, runs: number, delta: number): number {
  return events >= runs ? 1 : betaQuantile(1 - delta, events + 1, runs - events);
}
