import { GUARANTEE } from '../policy.js';

/** Imagined good and bad runs that a pattern starts with. */
export interface Prior {
  readonly good: number;
  readonly bad: number;
}

/** Runs of one pattern and action, without decay. */
export interface Runs {
  readonly runs: number;
  readonly clean: number;
}

function within(value: number, [low = 0, high = 1]: readonly number[]): number {
  return Math.min(high, Math.max(low, value));
}

/**
 * The prior of a stratum, by the moments of its patterns' success rates. With too few patterns it is the start prior;
 * mean and strength are kept within bounds, so that a lucky beginning cannot open anything.
 */
export function priorOf(patterns: readonly Runs[]): Prior {
  const { runsPerPattern, patterns: enough, mean: meanBounds, strength: strengthBounds } = GUARANTEE.prior;
  const told = patterns.filter(({ runs }) => runs >= runsPerPattern);
  if (told.length < enough) return GUARANTEE.startPrior;
  const rates = told.map(({ runs, clean }) => clean / runs);
  const average = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const spread = rates.reduce((sum, rate) => sum + (rate - average) ** 2, 0) / (rates.length - 1);
  // The part of the spread that is only the luck of few runs does not come from the patterns.
  const luck = told.reduce((sum, { runs }) => sum + (average * (1 - average)) / runs, 0) / told.length;
  const own = spread - luck;
  const strength = own > 0 ? (average * (1 - average)) / own - 1 : Number.POSITIVE_INFINITY;
  const mean = within(average, meanBounds);
  const runs = within(strength, strengthBounds);
  return { good: mean * runs, bad: (1 - mean) * runs };
}
