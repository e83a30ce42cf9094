import { addEvidence, fires, speaksAt, stratumDetector } from './detector.js';
import {
  cleanRunsLeft,
  freshGate,
  type GateSettings,
  type GateState,
  logThreshold,
  logWealth,
  openBound,
  openNow,
  seeLabel,
} from './gate.js';

/** A ticket of the stream with its final label. */
export interface FinalTrial {
  /** The lower quantile that was frozen when it was decided. */
  readonly score: number;
  /** Whether it ran without a person. */
  readonly auto: boolean;
  readonly loss: boolean;
  /** When the label was final, ms; default: when the one before it was. */
  readonly knownAtMs?: number;
}

/** What the gate and the detector of a stratum know. A fold of final labels in the order of the decisions. */
export interface StratumState {
  readonly gate: GateState;
  /** Evidence of the detector over automatic runs, in nats. */
  readonly evidence: number;
  /** When all labels so far were final, ms; 0 without any. */
  readonly knownMs: number;
  /** When what made the detector speak last was known, ms; null: it never spoke. */
  readonly firedAtMs: number | null;
}

/** A stratum in which nothing has happened. */
export function freshStratum(settings: GateSettings): StratumState {
  return { gate: freshGate(settings), evidence: 0, knownMs: 0, firedAtMs: null };
}

/**
 * The stratum after the next final label. Labels come in the order of the decisions, never in that of their arrival:
 * failures are known sooner than successes. When the detector fires, all is earned anew in the next epoch.
 */
export function observeFinal(state: StratumState, settings: GateSettings, trial: FinalTrial): StratumState {
  const gate = seeLabel(state.gate, settings, trial);
  const knownMs = Math.max(state.knownMs, trial.knownAtMs ?? 0);
  if (!trial.auto) return { ...state, gate, knownMs };
  const detector = stratumDetector(settings.alpha);
  const evidence = addEvidence(detector, state.evidence, trial.loss);
  if (!fires(detector, evidence)) return { ...state, gate, evidence, knownMs };
  return { gate: freshGate(settings, gate.epoch + 1), evidence: 0, knownMs, firedAtMs: knownMs };
}

/** One bound of the gate, as people see it. */
export interface BoundView {
  /** Lower quantile from which a ticket belongs to the bound's stream. */
  readonly bound: number;
  readonly open: boolean;
  /** Final labels since the epoch began. */
  readonly n: number;
  readonly losses: number;
  /** The stake W, and the one that opens the bound; both at most the largest number there is. */
  readonly wealth: number;
  readonly needed: number;
  /** Clean runs in a row that would open it; 0 when open. An optimistic floor. */
  readonly cleanRunsLeft: number;
}

/** The gate as people see it. */
export interface GateView {
  readonly open: boolean;
  /** The widest open bound; null when closed. */
  readonly bound: number | null;
  readonly alpha: number;
  readonly delta: number;
  readonly epoch: number;
  readonly bounds: readonly BoundView[];
  /** The least of the bounds' clean runs left. */
  readonly cleanRunsLeft: number;
  /** One sentence. */
  readonly why: string;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

function sayWhy(view: Omit<GateView, 'why'>): string {
  const { alpha, delta, epoch } = view;
  if (view.open) {
    return `Open for fixes whose lower quantile is at least ${view.bound}: the average wrong-action risk of the tickets it is open for is below ${percent(alpha)} with confidence ${percent(1 - delta)}, given honest and complete outcome labels.`;
  }
  const [widest] = [...view.bounds].sort((a, b) => a.cleanRunsLeft - b.cleanRunsLeft);
  const seen = widest ? `${widest.n} final labels, ${widest.losses} of them wrong` : 'no labels';
  const again = epoch > 0 ? ` It was closed by the detector ${epoch} ${epoch === 1 ? 'time' : 'times'} before.` : '';
  return `Closed: ${seen} do not yet carry a risk below ${percent(alpha)}; about ${view.cleanRunsLeft} more clean supervised runs are needed at the least.${again}`;
}

/** The detector of a stratum's automatic runs, as people see it. */
export interface DetectorView {
  /** What it has heard since the epoch began, and from where it speaks and closes the gate, in nats. */
  readonly evidence: number;
  readonly speaksAt: number;
  /** How often it spoke. */
  readonly fired: number;
}

/** The detector of a stratum as people see it. */
export function viewDetector({ gate, evidence }: StratumState, { alpha }: GateSettings): DetectorView {
  return { evidence, speaksAt: speaksAt(stratumDetector(alpha)), fired: gate.epoch };
}

/** The gate as people see it: open or closed, the stakes, the labels, what is left, and why. */
export function viewGate(state: GateState, settings: GateSettings): GateView {
  const open = openNow(state, settings);
  const needed = Math.min(Number.MAX_VALUE, Math.exp(logThreshold(settings, state.epoch)));
  const bounds = state.seen.map(
    (seen, index): BoundView => ({
      bound: settings.grid[index] ?? 1,
      open: open[index] === true,
      n: seen.clean + seen.losses,
      losses: seen.losses,
      wealth: Math.min(Number.MAX_VALUE, Math.exp(logWealth(seen, settings.alpha))),
      needed,
      cleanRunsLeft: cleanRunsLeft(seen, settings, state.epoch),
    }),
  );
  const bound = openBound(state, settings);
  const { alpha, delta } = settings;
  const left = Math.min(...bounds.map((each) => each.cleanRunsLeft));
  const view = { open: bound !== null, bound, alpha, delta, epoch: state.epoch, bounds, cleanRunsLeft: left };
  return { ...view, why: sayWhy(view) };
}
