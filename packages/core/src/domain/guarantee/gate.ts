import { GUARANTEE } from '../policy.js';

/*
 * The gate of one stratum. It bets, ticket by ticket, that the average risk of the tickets at or above a bound is
 * below alpha; it is open for a bound while the stake has grown enough NOW. A certificate is never kept: what a latch
 * does under drift is measured by `npm run bench -- guarantee`.
 */

/**
 * How the bounds share the error: `strict` divides it among them, `single` has one bound chosen beforehand, and
 * `sequence` wants all stricter bounds open first (valid only while the stream does not drift within an epoch).
 */
export type GateForm = 'strict' | 'single' | 'sequence';

/** What a gate promises, and over which bounds. */
export interface GateSettings {
  /** Average risk, 0..1. */
  readonly alpha: number;
  /** Error of the claim, 0..1. */
  readonly delta: number;
  readonly form: GateForm;
  /** Bounds on the lower quantile, strictest first; `single` takes the first. */
  readonly grid: readonly number[];
}

/** What was seen at or above one bound since the epoch began. Order does not matter to the stake, so counts say all. */
export interface Seen {
  readonly clean: number;
  readonly losses: number;
}

/** The gate of one stratum. */
export interface GateState {
  /** Grows when the stratum detector fires; the error left for later epochs shrinks with it. */
  readonly epoch: number;
  /** One entry per bound of the grid. */
  readonly seen: readonly Seen[];
}

/** The settings of a stratum: strict, over the whole grid, unless told otherwise. */
export function gateSettings(promise: { alpha: number; delta: number }, form: GateForm = 'strict'): GateSettings {
  const grid = form === 'single' ? [GUARANTEE.singleBound] : GUARANTEE.grid;
  return { ...promise, form, grid };
}

/** A gate that has seen nothing; `epoch` starts at 0. */
export function freshGate({ grid }: GateSettings, epoch = 0): GateState {
  return { epoch, seen: grid.map(() => ({ clean: 0, losses: 0 })) };
}

/** The gate after one more final label of a ticket with this frozen lower quantile. */
export function seeLabel(
  state: GateState,
  settings: GateSettings,
  label: { readonly score: number; readonly loss: boolean },
): GateState {
  const seen = state.seen.map((before, index) => {
    if (!(label.score >= (settings.grid[index] ?? Number.POSITIVE_INFINITY))) return before;
    const { clean, losses } = before;
    return label.loss ? { clean, losses: losses + 1 } : { clean: clean + 1, losses };
  });
  return { ...state, seen };
}

/** The natural logarithm of a stake that began as 1. */
export function logWealth({ clean, losses }: Seen, alpha: number): number {
  const logs = GUARANTEE.bets.map((part) => {
    const risk = part * alpha;
    // A bet that nothing ever goes wrong is lost with the first loss.
    const ofLosses = losses === 0 ? 0 : losses * Math.log(risk / alpha);
    return ofLosses + clean * Math.log((1 - risk) / (1 - alpha));
  });
  const largest = Math.max(...logs);
  const sum = logs.reduce((total, log) => total + Math.exp(log - largest), 0);
  return largest + Math.log(sum / logs.length);
}

/** The stake, as a logarithm, that opens a bound in this epoch: ln(J / delta_e), delta_e = delta / ((e+1)(e+2)). */
export function logThreshold({ delta, form, grid }: GateSettings, epoch: number): number {
  const shared = form === 'strict' ? grid.length : 1;
  return Math.log((shared * (epoch + 1) * (epoch + 2)) / delta);
}

/** Whether each bound is open now. */
export function openNow(state: GateState, settings: GateSettings): readonly boolean[] {
  const needed = logThreshold(settings, state.epoch);
  const enough = state.seen.map((seen) => logWealth(seen, settings.alpha) >= needed);
  if (settings.form !== 'sequence') return enough;
  return enough.map((_, index) => enough.slice(0, index + 1).every(Boolean));
}

/** The widest bound that is open now; null when the gate is closed. */
export function openBound(state: GateState, settings: GateSettings): number | null {
  const widest = openNow(state, settings).lastIndexOf(true);
  return widest < 0 ? null : (settings.grid[widest] ?? null);
}

/** How many clean runs in a row would open this bound; 0 when it is open. Each one that is not clean adds to it. */
export function cleanRunsLeft(seen: Seen, settings: GateSettings, epoch: number): number {
  const needed = logThreshold(settings, epoch);
  const opensAfter = (runs: number): boolean =>
    logWealth({ clean: seen.clean + runs, losses: seen.losses }, settings.alpha) >= needed;
  if (opensAfter(0)) return 0;
  let high = 1;
  while (!opensAfter(high)) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (opensAfter(middle)) high = middle;
    else low = middle;
  }
  return high;
}
