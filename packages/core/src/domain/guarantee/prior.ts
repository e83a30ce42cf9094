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

/** How the success rates of patterns lie, of those that have enough runs to tell. */
export interface Rates {
  readonly patterns: number;
  /** Mean of their success rates; 0 without any. */
  readonly mean: number;
  /** Squared distances of the rates from their mean, added up. */
  readonly spread: number;
  /** 1 by the number of runs of each, added up. */
  readonly fewness: number;
}

/** The rates of patterns with at least so many runs: the reference for what every store must answer. */
export function ratesOf(patterns: readonly Runs[], runsAtLeast: number): Rates {
  const told = patterns.filter(({ runs }) => runs >= runsAtLeast);
  const rates = told.map(({ runs, clean }) => clean / runs);
  const mean = rates.length === 0 ? 0 : rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return {
    patterns: told.length,
    mean,
    spread: rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0),
    fewness: told.reduce((sum, { runs }) => sum + 1 / runs, 0),
  };
}

/**
 * The prior of a stratum, by the moments of its patterns' success rates. With too few patterns it is the start prior;
 * mean and strength are kept within bounds, so that a lucky beginning cannot open anything.
 */
export function priorOfRates({ patterns, mean: average, spread: squares, fewness }: Rates): Prior {
  const { patterns: enough, mean: meanBounds, strength: strengthBounds } = GUARANTEE.prior;
  if (patterns < enough) return GUARANTEE.startPrior;
  const spread = squares / (patterns - 1);
  // The part of the spread that is only the luck of few runs does not come from the patterns.
  const luck = (average * (1 - average) * fewness) / patterns;
  const own = spread - luck;
  const strength = own > 0 ? (average * (1 - average)) / own - 1 : Number.POSITIVE_INFINITY;
  const mean = within(average, meanBounds);
  const runs = within(strength, strengthBounds);
  return { good: mean * runs, bad: (1 - mean) * runs };
}

/** The prior of a stratum with these patterns. */
export function priorOf(patterns: readonly Runs[]): Prior {
  return priorOfRates(ratesOf(patterns, GUARANTEE.prior.runsPerPattern));
}
