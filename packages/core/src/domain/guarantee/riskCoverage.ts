import type { Label } from '../calibration.js';
import { RISK_POINTS } from '../policy.js';

/** One earlier decision with its outcome, and the lower quantile that was frozen with it. */
export interface ScoredLabel extends Label {
  /** 0..1; null: it was no candidate, so no bound could have let it through. */
  readonly score: number | null;
}

/** What a bound on the lower quantile would have let through, and how often that was wrong. */
export interface RiskPoint {
  /** Lower quantile, 0..1; what is at or above it is let through. */
  readonly bound: number;
  /** Decisions let through, and those of them that were wrong. */
  readonly n: number;
  readonly wrong: number;
  /** `n` of all decisions, and `wrong` of `n`, 0..1. */
  readonly coverage: number;
  readonly risk: number;
}

/**
 * The risk at each coverage, strictest bound first, at most 20 points: what was seen, certifying nothing. Decisions with
 * the same lower quantile are let through together; those without one count in the whole alone.
 */
export function riskCoverage(labels: readonly ScoredLabel[]): readonly RiskPoint[] {
  const ranked = labels
    .flatMap(({ score, worked }) => (score === null ? [] : [{ score, worked }]))
    .sort((a, b) => b.score - a.score);
  const ends = Array.from({ length: RISK_POINTS }, (_, part) => Math.ceil(((part + 1) * ranked.length) / RISK_POINTS));
  const bounds = new Set(ends.flatMap((end) => ranked[end - 1]?.score ?? []));
  return [...bounds].map((bound) => {
    const through = ranked.filter(({ score }) => score >= bound);
    const [n, wrong] = [through.length, through.filter(({ worked }) => !worked).length];
    return { bound, n, wrong, coverage: n / labels.length, risk: wrong / n };
  });
}
