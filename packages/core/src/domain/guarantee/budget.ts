import { GUARANTEE } from '../policy.js';

/** Automatic runs of one stratum within the window. */
export interface Spent {
  readonly autos: number;
  readonly knownWrong: number;
}

/** Known wrong automatic runs that the window allows. */
export function allowedWrong(alpha: number, autos: number): number {
  return Math.max(GUARANTEE.budget.wrong, alpha * autos);
}

/**
 * Whether one more automatic run may start: even if it goes wrong, the known wrong ones stay within the budget.
 * It limits damage under any drift, and certifies nothing.
 */
export function withinBudget({ autos, knownWrong }: Spent, alpha: number): boolean {
  return knownWrong + 1 <= allowedWrong(alpha, autos);
}
