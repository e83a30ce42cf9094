import type { Outcome } from '../play/history.js';

/** What would have been automatic from one rank on. */
export interface CurvePoint {
  readonly rank: number;
  /** Share of the repeating tickets, 0..1. */
  readonly coverage: number;
  /** Wrong share if no unknown was wrong, and if all were, 0..1. */
  readonly riskLeast: number;
  readonly riskMost: number;
}

/** Risk against coverage when tickets are taken in the order of their rank. */
export interface RiskCoverage {
  readonly points: readonly CurvePoint[];
  /** Mean of `riskMost` over the coverage that is reached, 0..1; null without points. */
  readonly areaMost: number | null;
  /** The most coverage at which `riskMost` stays at or below each risk. */
  readonly coverageAtRisk: readonly { readonly risk: number; readonly most: number; readonly least: number }[];
}

const RISKS = [0.01, 0.02, 0.05, 0.1, 0.2];
const POINTS = 120;

/** A ticket with its rank. */
export interface Ranked {
  readonly rank: number;
  readonly outcome: Outcome;
}

/** The curve over ranked tickets; those of one rank are taken together. `all` is the number of repeating tickets. */
export function riskCoverage(ranked: readonly Ranked[], all: number): RiskCoverage {
  const sorted = [...ranked].sort((a, b) => b.rank - a.rank);
  const points: CurvePoint[] = [];
  let [n, failed, unknown] = [0, 0, 0];
  for (const [index, { rank, outcome }] of sorted.entries()) {
    n += 1;
    if (outcome === 'failed') failed += 1;
    if (outcome === 'unknown') unknown += 1;
    if (sorted[index + 1]?.rank === rank) continue;
    const [riskLeast, riskMost] = [failed / n, (failed + unknown) / n];
    points.push({ rank, coverage: n / Math.max(1, all), riskLeast, riskMost });
  }
  const most = (risk: number, of: 'riskLeast' | 'riskMost'): number =>
    points.reduce((best, point) => (point[of] <= risk ? Math.max(best, point.coverage) : best), 0);
  return {
    points: thinned(points),
    areaMost: area(points),
    coverageAtRisk: RISKS.map((risk) => ({ risk, least: most(risk, 'riskMost'), most: most(risk, 'riskLeast') })),
  };
}

function thinned(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const step = Math.max(1, Math.ceil(points.length / POINTS));
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

function area(points: readonly CurvePoint[]): number | null {
  const last = points.at(-1);
  if (!last) return null;
  let [sum, before] = [0, 0];
  for (const { coverage, riskMost } of points) {
    sum += riskMost * (coverage - before);
    before = coverage;
  }
  return sum / last.coverage;
}
