import { median, rounded } from '../harness/summary.js';
import type { RunFigures } from './figures.js';

/** What many runs under one rule came to. Rates and coverage are percent. */
export interface RuleSummary {
  readonly runs: number;
  readonly wrongPercent: number;
  readonly coveragePercent: number;
  /** Share of runs whose average true risk exceeded the limit at any time after 100 automatic runs. */
  readonly violated: number;
  readonly violatedStandardError: number;
  /** Worst excess of wrong runs in any run. */
  readonly over: number;
  /** Median ticket and day of the first automatic run; null when more than half never had one. */
  readonly firstAutoTicket: number | null;
  readonly firstAutoDay: number | null;
  /** Mean wrong runs on fixes that had stopped working. */
  readonly wrongOnBroken: number;
  /** Median wrong runs of such a fix until it was taken off; null when none broke while running by itself. */
  readonly wrongUntilDemoted: number | null;
}

function medianOrNull(values: readonly (number | null)[]): number | null {
  const middle = median(values.map((value) => value ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(middle) ? rounded(middle, 1) : null;
}

/** Adds the runs of one rule up: rates over all automatic runs of all runs, the worst excess, medians. */
export function summarise(runs: readonly RunFigures[]): RuleSummary {
  const sum = (of: (run: RunFigures) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const autos = sum((run) => run.autos);
  const violated = sum((run) => (run.violated ? 1 : 0)) / runs.length;
  const until = runs.flatMap((run) => run.wrongUntilDemoted);
  return {
    runs: runs.length,
    wrongPercent: rounded(autos === 0 ? 0 : (100 * sum((run) => run.wrong)) / autos, 2),
    coveragePercent: rounded((100 * sum((run) => run.coverage)) / runs.length, 1),
    violated: rounded(violated, 3),
    violatedStandardError: rounded(Math.sqrt((violated * (1 - violated)) / runs.length), 3),
    over: rounded(Math.max(...runs.map((run) => run.over)), 1),
    firstAutoTicket: medianOrNull(runs.map((run) => run.firstAuto)),
    firstAutoDay: medianOrNull(runs.map((run) => run.firstAutoDay)),
    wrongOnBroken: rounded(sum((run) => run.wrongOnBroken) / runs.length, 1),
    wrongUntilDemoted: until.length === 0 ? null : median(until),
  };
}
