import { MINUTE_MS, WILSON_Z } from './policy.js';
import { countOf, medianOfSpreads, type Spread } from './spread.js';

/** A share with its uncertainty. */
export interface Rate {
  readonly of: number;
  /** 0..1; null of nothing. */
  readonly rate: number | null;
  /** Lower end of the 95 % interval, 0..1; null of nothing. */
  readonly low: number | null;
  /** Upper end of the 95 % interval, 0..1; null of nothing. */
  readonly high: number | null;
}

/**
 * A share with its 95 % score interval (Wilson 1927, J. Am. Stat. Assoc. 22: 209-212): for display; it is not valid
 * under repeated looks, and no decision is made of it.
 */
export function rateOf(count: number, of: number): Rate {
  if (of === 0) return { of, rate: null, low: null, high: null };
  const z2 = WILSON_Z ** 2;
  const rate = count / of;
  const centre = (rate + z2 / (2 * of)) / (1 + z2 / of);
  const half = (WILSON_Z * Math.sqrt((rate * (1 - rate)) / of + z2 / (4 * of * of))) / (1 + z2 / of);
  // At the ends the formula gives 0 and 1 but for binary noise.
  const low = count === 0 ? 0 : Math.max(0, centre - half);
  const high = count === of ? 1 : Math.min(1, centre + half);
  return { of, rate, low, high };
}

/** The middle value, or the mean of the two in the middle; null of nothing. */
export function medianOf(values: readonly number[]): number | null {
  // Sorted as plain numbers: a list of a million is a tenth of a second that way.
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  if (upper === undefined) return null;
  const lower = sorted[Math.ceil(middle) - 1] ?? upper;
  return (lower + upper) / 2;
}

/** How long things took, in minutes; null of nothing. */
export interface Durations {
  readonly count: number;
  readonly meanMinutes: number | null;
  readonly medianMinutes: number | null;
}

/** Sums durations (ms) up. */
export function durationsOf(tookMs: readonly Spread[]): Durations {
  const count = countOf(tookMs);
  const median = medianOfSpreads(tookMs);
  const sum = tookMs.reduce((all, spread) => all + spread.sum, 0);
  return {
    count,
    meanMinutes: count === 0 ? null : sum / count / MINUTE_MS,
    medianMinutes: median === null ? null : median / MINUTE_MS,
  };
}
