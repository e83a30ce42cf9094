import { betaQuantile } from '@remit/core/statistics';
import type { Outcome } from '../play/history.js';

/** How proposals ended. `unknown`: people did something else, so nobody knows. */
export interface Ends {
  readonly n: number;
  readonly worked: number;
  readonly failed: number;
  readonly unknown: number;
}

/** A share with its two-sided 95 % interval (Clopper and Pearson 1934), all 0..1; null of nothing. */
export interface Share {
  readonly rate: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Between which ends a rate lies while unknowns are kept: none of them counts, or all of them. */
export interface Bounds {
  readonly least: Share;
  readonly most: Share;
}

const TAIL = 0.025;

/** Adds ends up. */
export function endsOf(outcomes: readonly Outcome[]): Ends {
  const count = (which: Outcome): number => outcomes.filter((outcome) => outcome === which).length;
  return { n: outcomes.length, worked: count('worked'), failed: count('failed'), unknown: count('unknown') };
}

/** A share with its exact interval. For one look at a fixed number of cases; it decides nothing. */
export function shareOf(count: number, n: number): Share {
  if (n === 0) return { rate: null, low: null, high: null };
  return {
    rate: count / n,
    low: count === 0 ? 0 : betaQuantile(TAIL, count, n - count + 1),
    high: count === n ? 1 : betaQuantile(1 - TAIL, count + 1, n - count),
  };
}

/** The wrong rate of automatic decisions: from what is known to be wrong to that and all unknowns. */
export function wrongBounds({ n, failed, unknown }: Ends): Bounds {
  return { least: shareOf(failed, n), most: shareOf(failed + unknown, n) };
}

/** The share of `all` that automatic decisions fixed: from what is known to have worked to that and all unknowns. */
export function coverageBounds({ worked, unknown }: Ends, all: number): Bounds {
  return { least: shareOf(worked, all), most: shareOf(worked + unknown, all) };
}
