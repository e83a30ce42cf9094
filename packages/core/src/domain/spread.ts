/*
 * Thousands of values of one day, kept so that a year of days is still little to read: each value and how often it is
 * there, exactly while they are few, and rounded once they are many.
 */

/** Values of which some are there many times. */
export interface Spread {
  /** The different ones, in no order. */
  readonly values: readonly number[];
  /** How often each of them is there. */
  readonly times: readonly number[];
  /** All of them added up, exactly. */
  readonly sum: number;
}

/** Different values up to which each is kept as it is. */
const EXACT = 100;
/** Durations are rounded to one of 116 a decade: at most 1 % away. */
const STEP = Math.log(1.02);

/** A duration to within 1 %. */
export function roundedDuration(ms: number): number {
  return ms <= 0 ? ms : Math.exp(Math.round(Math.log(ms) / STEP) * STEP);
}

/** A score to one decimal: as scores are shown. */
export function roundedScore(score: number): number {
  return Math.round(score * 10) / 10;
}

function timesOf(values: readonly number[]): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  return times;
}

/** Values with how often each is there; `rounded` once there are too many different ones. */
export function spreadOf(values: readonly number[], rounded: (value: number) => number): Spread {
  const exact = timesOf(values);
  const times = exact.size <= EXACT ? exact : timesOf(values.map(rounded));
  const sum = values.reduce((all, value) => all + value, 0);
  return { values: [...times.keys()], times: [...times.values()], sum };
}

/** How many values there are in all. */
export function countOf(spreads: readonly Spread[]): number {
  return spreads.reduce((all, { times }) => times.reduce((count, one) => count + one, all), 0);
}

/** The middle one of all values, or the mean of the two in the middle; null of nothing. */
export function medianOfSpreads(spreads: readonly Spread[]): number | null {
  const merged = new Map<number, number>();
  for (const { values, times } of spreads) {
    for (const [at, value] of values.entries()) merged.set(value, (merged.get(value) ?? 0) + (times[at] ?? 0));
  }
  const count = countOf(spreads);
  const sorted = Float64Array.from(merged.keys()).sort();
  const at = (place: number): number => {
    let before = 0;
    for (const value of sorted) {
      before += merged.get(value) ?? 0;
      if (place < before) return value;
    }
    return Number.NaN;
  };
  return count === 0 ? null : (at(Math.ceil(count / 2) - 1) + at(Math.floor(count / 2))) / 2;
}
