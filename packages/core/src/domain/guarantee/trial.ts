import type { ActionClass } from '../action.js';
import type { Decision } from '../decision.js';
import { GUARANTEE, REOPEN_COUNTS_MS } from '../policy.js';
import type { StartedRemediation } from '../remediation/state.js';
import { rolloutBucket } from '../rollout.js';
import type { Reopening } from '../ticket.js';
import { type GateSettings, gateSettings } from './gate.js';
import { observeFinal, type StratumState } from './stratum.js';

/*
 * A trial is a decision whose outcome the gate will learn: what it was is frozen when it is decided, and its label
 * comes when the run has ended and stayed good.
 */

/** A trial as the decision leaves it. Part of the log row `proposed`. */
export interface OpenTrial {
  /** Action class, alpha and delta: trials of different promises never mix. See {@link stratumId}. */
  readonly stratum: string;
  /** The lower quantile at the decision; null: not a candidate, so not in the gate's stream. */
  readonly score: number | null;
  readonly route: 'auto' | 'approval';
  readonly patternId: string;
  readonly actionTypes: readonly string[];
  /** As the analyst stated it, 0..1. */
  readonly confidence: number;
  /** A person is to check it although nothing asks for it. */
  readonly audited: boolean;
}

/** What became of a trial. */
export interface TrialLabel {
  /** Whether it was wrong; null: it says nothing (nothing was done, for reasons outside of the fix). */
  readonly loss: boolean | null;
  readonly cause: string;
}

/** A trial as stored. */
export interface Trial extends OpenTrial {
  /** Grows with every decision of the tenant. */
  readonly position: number;
  readonly remediationId: string;
  readonly ticketId: string;
  readonly decidedAtMs: number;
  /** Null while the run has not ended. */
  readonly label: (TrialLabel & { readonly atMs: number }) | null;
}

/** What a stratum promises. */
export interface StratumPromise {
  readonly actionClass: ActionClass;
  readonly alpha: number;
  readonly delta: number;
}

/** The name of a stratum, for example `safe_write 0.05 0.05`. */
export function stratumId({ actionClass, alpha, delta }: StratumPromise): string {
  return `${actionClass} ${alpha} ${delta}`;
}

/** What a stratum's name promises; null when it is none. */
export function promiseOf(stratum: string): { readonly actionClass: string; readonly settings: GateSettings } | null {
  const [actionClass, alpha, delta, ...rest] = stratum.split(' ');
  const promise = { alpha: Number(alpha), delta: Number(delta) };
  if (!actionClass || rest.length > 0 || !(promise.alpha > 0) || !(promise.delta > 0)) return null;
  return { actionClass, settings: gateSettings(promise) };
}

/** Whether a person is to check an automatic run although nothing asks for it: one in 20, the same ones every time. */
export function isAudited(tenant: string, ticketId: string): boolean {
  return rolloutBucket(`audit/${tenant}`, ticketId) < GUARANTEE.auditBuckets;
}

/** Why a remediation is withdrawn that another person than the submitter carried out by hand, as the reads confirm. */
export const DONE_AS_PROPOSED = 'done_as_proposed';

/** Refusals that say nothing about the proposal. */
const ADMINISTRATIVE: readonly string[] = ['not_now', 'duplicate'];

/**
 * What the end of a remediation says about its trial; null while it is not over or its outcome is unknown. What was
 * never answered, or fixed by somebody in another way, counts as wrong: a missing label is never a good one.
 */
export function labelOf(state: StartedRemediation): TrialLabel | null {
  const nothingDone = state.committed.length === 0 && state.inFlight === null;
  switch (state.state) {
    case 'succeeded':
      return { loss: false, cause: 'succeeded' };
    case 'rolled_back':
    case 'failed':
      return { loss: true, cause: state.state };
    case 'rejected':
      return { loss: ADMINISTRATIVE.includes(state.reason) ? null : true, cause: `rejected: ${state.reason}` };
    case 'withdrawn':
      if (state.reason === DONE_AS_PROPOSED && nothingDone) return { loss: false, cause: DONE_AS_PROPOSED };
      return { loss: true, cause: `unknown: ${state.state}` };
    case 'expired':
      return { loss: true, cause: `unknown: ${state.state}` };
    case 'halted':
    case 'recovered':
    case 'manual':
    case 'suggested':
    case 'superseded':
      return { loss: nothingDone ? null : true, cause: state.state };
    default:
      return null;
  }
}

/** The trial that the first rows of a remediation open; null: none. */
export function trialIn(
  events: readonly { readonly type: string; readonly trial?: OpenTrial | null }[],
): OpenTrial | null {
  return events.find(({ type }) => type === 'proposed')?.trial ?? null;
}

/** A label after another one came: once wrong stays wrong. */
export function mergedLabel(before: TrialLabel | null, after: TrialLabel): TrialLabel {
  return before?.loss === true ? before : after;
}

/** The label of a remediation's trial once its ticket is reopened; null: it stays what it is. */
export function recalledLabel(
  { remediationId, label }: Pick<Trial, 'remediationId' | 'label'>,
  reopening: Reopening,
): Trial['label'] {
  const isAboutIt =
    reopening.countsAsFailure && (reopening.resolution === null) === (label?.cause !== DONE_AS_PROPOSED);
  if (!isAboutIt || reopening.remediationId !== remediationId || label?.loss !== false) return null;
  return { loss: true, cause: 'reopened', atMs: reopening.atMs };
}

/** Below every bound. */
const NO_STREAM = -1;

type Finality = 'loss' | 'clean' | 'dropped' | 'open';

function finalityOf({ label, decidedAtMs }: Trial, nowMs: number): Finality {
  if (label === null) return nowMs - decidedAtMs >= GUARANTEE.labelWithinMs ? 'loss' : 'open';
  if (label.loss === null) return 'dropped';
  if (label.loss) return 'loss';
  return nowMs - label.atMs >= GUARANTEE.soakMs ? 'clean' : 'open';
}

/** When a trial's label is final, ms. */
function finalFromMs({ label, decidedAtMs }: Trial): number {
  if (label === null) return decidedAtMs + GUARANTEE.labelWithinMs;
  return label.loss === false ? label.atMs + GUARANTEE.soakMs : label.atMs;
}

/** Whether a label can still come, or a good one be taken back by a reopened ticket. */
function mayStillChange({ label, decidedAtMs }: Trial, nowMs: number): boolean {
  const told = Math.max(decidedAtMs + GUARANTEE.labelWithinMs, label?.atMs ?? 0);
  return nowMs - told < REOPEN_COUNTS_MS;
}

/** A stratum after the labels that are final, and how far that is. */
export interface Folded {
  readonly state: StratumState;
  /** Position of the last trial in it. */
  readonly upTo: number;
}

/**
 * Folds trials (in the order of their decisions) into a stratum, as far as labels are final: a good one after its soak,
 * a missing one as wrong after 7 days. It stops at the first that is not.
 * @param recallable trials that may still be revised are left out when false: what remains may be kept for good.
 */
export function foldTrials(
  start: Folded,
  settings: GateSettings,
  trials: readonly Trial[],
  { nowMs, recallable }: { readonly nowMs: number; readonly recallable: boolean },
): Folded {
  let folded = start;
  for (const trial of trials) {
    const finality = finalityOf(trial, nowMs);
    if (finality === 'open') return folded;
    if (!recallable && mayStillChange(trial, nowMs)) return folded;
    const { score, route } = trial;
    const knownAtMs = finalFromMs(trial);
    // What was no candidate belongs to no stream; the detector hears it all the same where it ran by itself.
    const label = { score: score ?? NO_STREAM, auto: route === 'auto', loss: finality === 'loss', knownAtMs };
    const waited = { ...folded.state, knownMs: Math.max(folded.state.knownMs, knownAtMs) };
    folded = {
      upTo: trial.position,
      state: finality === 'dropped' ? waited : observeFinal(folded.state, settings, label),
    };
  }
  return folded;
}

/** The decision's route if a trial is made of it: somebody or something will carry it out. */
export function triedRoute({ route }: Pick<Decision, 'route'>): 'auto' | 'approval' | null {
  return route === 'auto' || route === 'approval' ? route : null;
}
