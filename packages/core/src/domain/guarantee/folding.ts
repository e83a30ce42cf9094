import { hashOf } from '../canonical.js';
import { GUARANTEE, REOPEN_COUNTS_MS } from '../policy.js';

/*
 * What is folded once and kept (a track, a stratum) was folded by numbers. Each is kept under a name of those numbers, so
 * that a changed one leads to folding anew, and never to a mixture of both.
 */

/** Grows when what a fold does changes in another way than by its numbers. */
const TRACK_RULES = 1;
const STRATUM_RULES = 1;

function nameOf(rules: number, numbers: object): string {
  return `${rules}-${hashOf(numbers).slice(0, 16)}`;
}

/** The name of the numbers by which tracks are folded; alpha, which a track is kept under by itself, aside. */
export function trackFolding(): string {
  const { decay, shadowAgreement, shadowDisagreement, complaint, complaintOncePerMs } = GUARANTEE;
  const { patternDetector, probation } = GUARANTEE;
  const weights = { decay, shadowAgreement, shadowDisagreement, complaint, complaintOncePerMs };
  return nameOf(TRACK_RULES, { ...weights, patternDetector, probation });
}

/** The name of the numbers by which strata are folded; alpha and delta, which are in a stratum's own name, aside. */
export function stratumFolding(): string {
  const { grid, bets, stratumDetector, soakMs, labelWithinMs } = GUARANTEE;
  return nameOf(STRATUM_RULES, {
    grid,
    bets,
    stratumDetector,
    soakMs,
    labelWithinMs,
    reopenCountsMs: REOPEN_COUNTS_MS,
  });
}
