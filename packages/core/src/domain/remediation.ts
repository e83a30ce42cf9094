import type { Arguments, Plan, ResolvedAction } from './action.js';
import type { Analysis } from './analysis.js';
import { type Approval, type ApprovalBinding, goodUntil, type RejectReason } from './approval.js';
import type { Json } from './canonical.js';
import type { Decision, DecisionInput } from './decision.js';
import type { Evidence } from './evidence.js';
import type { PatternStatistics, PatternTally, Standing } from './pattern.js';
import type { Reliability } from './reliability.js';
import type { Verdict } from './safety.js';
import type { AssertionResult } from './template.js';
import type { TicketStatus } from './ticket.js';

/*
 * The remediation is a state machine: decide(command, state) -> events, evolve(state, event) -> state.
 * Both are pure; time comes in with the command. The events are the rows of `remediation_logs`.
 */

/** How a remediation can end. */
export const END_STATES = [
  'succeeded',
  'rolled_back',
  'failed',
  'needs_reconciliation',
  'rejected',
  'expired',
  'halted',
  'withdrawn',
  'recovered',
  'manual',
  'suggested',
  'superseded',
] as const;
/** The state of a remediation that is over. */
export type EndState = (typeof END_STATES)[number];
/** Every state that is stored. */
export type StateName =
  | 'proposed'
  | 'awaiting_approval'
  | 'deferred'
  | 'executing'
  | 'validating'
  | 'rolling_back'
  | EndState;

/** Whether a state is an end. */
export function isEnd(state: StateName | 'none'): state is EndState {
  return (END_STATES as readonly string[]).includes(state);
}

/** What came of one call. `failed` is proven not executed; anything less certain is `unknown`. */
export type OutcomeKind = 'committed' | 'failed' | 'unknown';
/** Forward, or taking a step back. */
export type Direction = 'do' | 'undo';

/** The evidence and judgement about one action type of the plan, as it stood at the decision. */
export interface ActionStanding {
  readonly actionType: string;
  readonly evidence: Evidence;
  readonly tally: PatternTally;
  readonly statistics: PatternStatistics;
  readonly standing: Standing;
  readonly reliability: Reliability;
  readonly lacking: readonly string[];
}

/** All that a decision was made of; with it the decision can be computed again. */
export interface Proposal {
  readonly category: string;
  readonly optedIn: boolean;
  readonly submitter: string;
  readonly requester: string | null;
  readonly patternId: string;
  readonly similarity: number;
  readonly analysis: Pick<Analysis, 'analyst' | 'summary' | 'confidence' | 'rootCause'>;
  /** Null when there is none, or when it could not be used. */
  readonly plan: Plan | null;
  readonly planHash: string | null;
  readonly steps: readonly ResolvedAction[];
  readonly standings: readonly ActionStanding[];
  readonly reliability: Reliability;
  readonly decisionInput: DecisionInput;
  readonly decision: Decision;
  readonly policyVersion: number;
  readonly pins: Readonly<Record<string, string>>;
  /** The targets' state at the decision, by step. */
  readonly snapshot: Json;
}

/** What is durable before a tool is called. */
export interface Intent {
  readonly step: number;
  readonly direction: Direction;
  readonly action: string;
  readonly tool: string;
  readonly arguments: Arguments;
  readonly targets: readonly string[];
  /** sha256 of tenant, remediation, step and direction; a resend carries the same. */
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
  /** Whether the tool refuses a second effect for the same key. */
  readonly dedupes: boolean;
  readonly undoable: boolean;
}

/** One read and what it showed. */
export interface CheckResult {
  readonly tool: string;
  readonly passed: boolean;
  readonly assertions: readonly AssertionResult[];
  readonly error: string | null;
}

/** A row of the remediation log, without its envelope. */
export type RemediationEvent =
  | ({ readonly type: 'proposed' } & Proposal)
  | {
      readonly type: 'approval_requested';
      readonly approvalId: string;
      readonly bindingHash: string;
      readonly binding: ApprovalBinding;
      readonly expiresAtMs: number;
      readonly needed: number;
      readonly barred: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'approval_given';
      readonly approvalId: string;
      readonly by: string;
      readonly comment: string | null;
    }
  | {
      readonly type: 'approval_refused';
      readonly approvalId: string;
      readonly by: string;
      readonly reasonCode: RejectReason;
      readonly comment: string | null;
    }
  | { readonly type: 'claimed'; readonly owner: string }
  | {
      readonly type: 'cleared';
      readonly step: number;
      readonly clearanceId: string;
      readonly verdicts: readonly Verdict[];
    }
  | {
      readonly type: 'deferred';
      readonly untilMs: number;
      readonly reason: string;
      readonly verdicts: readonly Verdict[];
    }
  | { readonly type: 'approval_consumed'; readonly approvalId: string }
  | ({ readonly type: 'action_intended' } & Intent)
  | {
      readonly type: 'action_settled';
      readonly step: number;
      readonly direction: Direction;
      readonly outcome: OutcomeKind;
      readonly detail: string;
      readonly result: Json;
      /** The target's state right after; null when it could not be read or nothing happened. */
      readonly snapshotAfter: Json;
      readonly tookMs: number;
    }
  | {
      readonly type: 'reconciled';
      readonly step: number;
      readonly direction: Direction;
      readonly answer: 'happened' | 'did_not_happen' | 'cannot_tell';
      readonly detail: string;
      readonly mayResend: boolean;
    }
  | { readonly type: 'validated'; readonly passed: boolean; readonly checks: readonly CheckResult[] }
  | { readonly type: 'stopped'; readonly reason: string; readonly verdicts: readonly Verdict[] }
  | { readonly type: 'rollback_started'; readonly reason: string; readonly steps: readonly number[] }
  | {
      readonly type: 'undo_validated';
      readonly step: number;
      readonly passed: boolean;
      readonly checks: readonly CheckResult[];
    }
  | {
      readonly type: 'late_reply';
      readonly step: number;
      readonly direction: Direction;
      readonly outcome: OutcomeKind;
      readonly detail: string;
    }
  | Ended;

/** The last row of a remediation. */
export interface Ended {
  readonly type: EndState;
  readonly reason: string;
  /** Steps whose effect stands. */
  readonly committed: readonly number[];
  readonly undone: readonly number[];
  readonly verdicts?: readonly Verdict[];
}

/** Every type of log row. */
export type EventType = RemediationEvent['type'];

interface Course {
  readonly proposal: Proposal;
  readonly approval: Approval | null;
  /** Steps whose effect happened, in order. */
  readonly committed: readonly Intent[];
  /** Steps that were taken back. */
  readonly undone: readonly number[];
  /** State of the targets after our own last step, by step. */
  readonly snapshotsAfter: Readonly<Record<number, Json>>;
  /** The call that may be on its way: intended, and not settled with certainty. */
  readonly inFlight: { readonly intent: Intent; readonly atMs: number; readonly unknown: boolean } | null;
  readonly validated: boolean;
}

/** A remediation as its log tells it. */
export type Remediation =
  | { readonly state: 'none' }
  | (Course & { readonly state: 'proposed' | 'executing' | 'validating' })
  | (Course & { readonly state: 'awaiting_approval'; readonly approval: Approval })
  | (Course & { readonly state: 'deferred'; readonly untilMs: number; readonly reason: string })
  | (Course & {
      readonly state: 'rolling_back';
      readonly reason: string;
      /** Steps still to be taken back and validated, next first. */
      readonly pendingUndo: readonly number[];
      /** The first of them is undone and not yet validated. */
      readonly undoSettled: boolean;
    })
  | (Course & { readonly state: EndState; readonly reason: string });

/** A remediation that exists. */
export type StartedRemediation = Exclude<Remediation, { state: 'none' }>;

/** What happened before anything did. */
export const NO_REMEDIATION: Remediation = { state: 'none' };

/** Who did something, and when. */
export interface Stamp {
  readonly atMs: number;
  /** A principal's id, or `remit`. */
  readonly actor: string;
}

/** Something asked of a remediation. */
export type Command =
  | { readonly type: 'propose'; readonly proposal: Proposal; readonly approval: ApprovalRequest | null }
  | {
      readonly type: 'approve';
      readonly approvalId: string;
      readonly bindingHash: string;
      readonly comment: string | null;
    }
  | {
      readonly type: 'reject';
      readonly approvalId: string;
      readonly bindingHash: string;
      readonly reasonCode: RejectReason;
      readonly comment: string | null;
    }
  | { readonly type: 'expire' }
  | { readonly type: 'claim'; readonly owner: string }
  | { readonly type: 'defer'; readonly untilMs: number; readonly reason: string; readonly verdicts: readonly Verdict[] }
  | {
      readonly type: 'intend';
      readonly intent: Intent;
      readonly clearanceId: string;
      readonly verdicts: readonly Verdict[];
    }
  | {
      readonly type: 'settle';
      readonly outcome: OutcomeKind;
      readonly detail: string;
      readonly result: Json;
      readonly snapshotAfter: Json;
      readonly tookMs: number;
    }
  | {
      readonly type: 'reconcile';
      readonly answer: 'happened' | 'did_not_happen' | 'cannot_tell';
      readonly detail: string;
    }
  | { readonly type: 'validate'; readonly checks: readonly CheckResult[] }
  | { readonly type: 'validate_undo'; readonly step: number; readonly checks: readonly CheckResult[] }
  | { readonly type: 'stop'; readonly reason: string; readonly verdicts: readonly Verdict[] }
  | {
      readonly type: 'end';
      readonly end: 'halted' | 'withdrawn' | 'recovered' | 'manual' | 'superseded' | 'needs_reconciliation';
      readonly reason: string;
      readonly verdicts?: readonly Verdict[];
    };

/** The approval that goes out with a proposal. */
export type ApprovalRequest = Pick<
  Approval,
  'approvalId' | 'bindingHash' | 'binding' | 'expiresAtMs' | 'needed' | 'barred'
>;

/** Why a command was refused. Nothing was changed. */
export type Refusal =
  | 'already_proposed'
  | 'not_started'
  | 'nothing_to_approve'
  | 'approval_stale'
  | 'approval_expired'
  | 'already_decided'
  | 'approver_barred'
  | 'already_ended'
  | 'not_ready'
  | 'approval_missing'
  | 'nothing_in_flight'
  | 'call_in_flight';

/** The events a command leads to (none when it changes nothing), or why it was refused. */
export type Decided =
  | { readonly ok: true; readonly events: readonly RemediationEvent[] }
  | { readonly ok: false; readonly refused: Refusal };

const refuse = (refused: Refusal): Decided => ({ ok: false, refused });
const accept = (...events: readonly RemediationEvent[]): Decided => ({ ok: true, events });

function ended(state: StartedRemediation, end: EndState, reason: string, verdicts?: readonly Verdict[]): Ended {
  const standing = state.committed.map(({ step }) => step).filter((step) => !state.undone.includes(step));
  const base = { type: end, reason, committed: standing, undone: state.undone };
  return verdicts ? { ...base, verdicts } : base;
}

function decidePropose(command: Extract<Command, { type: 'propose' }>): Decided {
  const { proposal, approval } = command;
  const proposed: RemediationEvent = { type: 'proposed', ...proposal };
  const { route, reason } = proposal.decision;
  const over = (type: EndState): Ended => ({ type, reason, committed: [], undone: [] });
  switch (route) {
    case 'auto':
      return accept(proposed);
    case 'manual':
      return accept(proposed, over('manual'));
    case 'suggest_only':
      return accept(proposed, over('suggested'));
    case 'approval':
      return approval ? accept(proposed, { type: 'approval_requested', ...approval }) : refuse('approval_missing');
    default:
      return route satisfies never;
  }
}

type Answer = Extract<Command, { type: 'approve' | 'reject' }>;

function decideAnswer(command: Answer, state: StartedRemediation, stamp: Stamp): Decided {
  const { approval } = state;
  if (!approval) return refuse('nothing_to_approve');
  if (command.approvalId !== approval.approvalId || command.bindingHash !== approval.bindingHash) {
    return refuse('approval_stale');
  }
  const saidYes = approval.consents.some(({ by }) => by === stamp.actor);
  if (state.state !== 'awaiting_approval') {
    if (state.state === 'expired') return refuse('approval_expired');
    // The same answer again changes nothing; the opposite one comes too late.
    if (command.type === 'approve' && saidYes && approval.grantedAtMs !== null) return accept();
    if (command.type === 'reject' && state.state === 'rejected') return accept();
    return refuse('already_decided');
  }
  if (stamp.atMs >= approval.expiresAtMs) return refuse('approval_expired');
  if (approval.barred[stamp.actor] !== undefined) return refuse('approver_barred');
  const { approvalId, comment } = command;
  if (command.type === 'reject') {
    const { reasonCode } = command;
    return accept(
      { type: 'approval_refused', approvalId, by: stamp.actor, reasonCode, comment },
      ended(state, 'rejected', reasonCode),
    );
  }
  if (saidYes) return accept();
  return accept({ type: 'approval_given', approvalId, by: stamp.actor, comment });
}

function isReadyToRun(state: StartedRemediation): boolean {
  return state.state === 'proposed' || state.state === 'deferred';
}

function approvalHolds(state: StartedRemediation, atMs: number): boolean {
  if (state.proposal.decision.route !== 'approval') return true;
  const { approval } = state;
  return (
    approval !== null && approval.goodUntilMs !== null && approval.consumedAtMs === null && atMs < approval.goodUntilMs
  );
}

function decideIntend(command: Extract<Command, { type: 'intend' }>, state: StartedRemediation, stamp: Stamp): Decided {
  if (state.inFlight) return refuse('call_in_flight');
  const { intent, clearanceId, verdicts } = command;
  const cleared: RemediationEvent = { type: 'cleared', step: intent.step, clearanceId, verdicts };
  const intended: RemediationEvent = { type: 'action_intended', ...intent };
  if (intent.direction === 'undo') {
    const next = state.state === 'rolling_back' && !state.undoSettled ? state.pendingUndo[0] : undefined;
    return next === intent.step ? accept(cleared, intended) : refuse('not_ready');
  }
  if (isReadyToRun(state)) {
    if (intent.step !== 0) return refuse('not_ready');
    if (!approvalHolds(state, stamp.atMs)) return refuse('approval_missing');
    if (state.proposal.decision.route !== 'approval') return accept(cleared, intended);
    const approvalId = state.approval?.approvalId ?? '';
    return accept(cleared, { type: 'approval_consumed', approvalId }, intended);
  }
  if (state.state !== 'executing' || intent.step !== state.committed.length) return refuse('not_ready');
  return accept(cleared, intended);
}

/** Steps to take back, last first; those without an undo stay and are named at the end. */
function undoable(state: StartedRemediation): readonly number[] {
  return state.committed
    .filter((intent) => intent.undoable && !state.undone.includes(intent.step))
    .map(({ step }) => step)
    .reverse();
}

function rollBack(state: StartedRemediation, reason: string): readonly RemediationEvent[] {
  const steps = undoable(state);
  if (steps.length === 0) return [ended(state, 'failed', reason)];
  return [{ type: 'rollback_started', reason, steps }];
}

/** What follows when the call in flight is known to have happened, or known not to have. */
function afterCall(state: StartedRemediation, intent: Intent, happened: boolean): readonly RemediationEvent[] {
  if (intent.direction === 'undo') {
    return happened ? [] : [ended(state, 'needs_reconciliation', 'undo_failed')];
  }
  if (happened) return [];
  return state.committed.length === 0 ? [ended(state, 'failed', 'action_failed')] : rollBack(state, 'action_failed');
}

function decideSettle(command: Extract<Command, { type: 'settle' }>, state: StartedRemediation): Decided {
  const { inFlight } = state;
  if (!inFlight) return refuse('nothing_in_flight');
  const { intent } = inFlight;
  const { outcome, detail, result, snapshotAfter, tookMs } = command;
  const { step, direction } = intent;
  const settled: RemediationEvent = {
    type: 'action_settled',
    step,
    direction,
    outcome,
    detail,
    result,
    snapshotAfter,
    tookMs,
  };
  if (outcome === 'unknown') return accept(settled);
  return accept(settled, ...afterCall(state, intent, outcome === 'committed'));
}

function decideReconcile(command: Extract<Command, { type: 'reconcile' }>, state: StartedRemediation): Decided {
  const { inFlight } = state;
  if (!inFlight) return refuse('nothing_in_flight');
  const { step, direction, dedupes } = inFlight.intent;
  const { answer, detail } = command;
  // Only a tool that refuses a second effect makes a resend safe: a stalled owner might still send.
  const mayResend = answer === 'did_not_happen' && dedupes;
  const reconciled: RemediationEvent = { type: 'reconciled', step, direction, answer, detail, mayResend };
  if (answer === 'happened' || mayResend) return accept(reconciled);
  return accept(reconciled, ended(state, 'needs_reconciliation', `outcome_unknown: ${detail}`));
}

/** Whether any step of the plan is a write. */
export function changesAnything(proposal: Pick<Proposal, 'steps'>): boolean {
  return proposal.steps.some((step) => step.class !== 'read_only');
}

function allPassed(checks: readonly CheckResult[]): boolean {
  return checks.length > 0 && checks.every(({ passed }) => passed);
}

function decideValidate(command: Extract<Command, { type: 'validate' }>, state: StartedRemediation): Decided {
  if (state.state !== 'validating') return refuse('not_ready');
  // Nothing was changed, so there is nothing to validate.
  const onlyRead = !changesAnything(state.proposal) && command.checks.length === 0;
  const passed = onlyRead || allPassed(command.checks);
  const validated: RemediationEvent = { type: 'validated', passed, checks: command.checks };
  if (passed) return accept(validated, ended(state, 'succeeded', 'validated'));
  return accept(validated, ...rollBack(state, 'validation_failed'));
}

function decideValidateUndo(command: Extract<Command, { type: 'validate_undo' }>, state: StartedRemediation): Decided {
  if (state.state !== 'rolling_back' || !state.undoSettled || state.pendingUndo[0] !== command.step) {
    return refuse('not_ready');
  }
  const { step, checks } = command;
  const passed = allPassed(checks);
  const validated: RemediationEvent = { type: 'undo_validated', step, passed, checks };
  if (!passed) return accept(validated, ended(state, 'needs_reconciliation', 'undo_validation_failed'));
  if (state.pendingUndo.length > 1) return accept(validated);
  const after = { ...state, undone: [...state.undone, step] };
  const allBack = state.committed.every((intent) => after.undone.includes(intent.step));
  return accept(validated, ended(after, allBack ? 'rolled_back' : 'failed', state.reason));
}

/** What a command leads to in a state. Pure. */
export function decide(command: Command, state: Remediation, stamp: Stamp): Decided {
  if (state.state === 'none') return command.type === 'propose' ? decidePropose(command) : refuse('not_started');
  if (command.type === 'propose') return refuse('already_proposed');
  if (command.type === 'approve' || command.type === 'reject') return decideAnswer(command, state, stamp);
  if (isEnd(state.state)) return refuse('already_ended');
  switch (command.type) {
    case 'expire':
      if (state.state !== 'awaiting_approval') return refuse('not_ready');
      if (stamp.atMs < state.approval.expiresAtMs) return refuse('not_ready');
      return accept(ended(state, 'expired', 'nobody_answered'));
    case 'claim':
      if (state.state === 'awaiting_approval') return refuse('not_ready');
      return accept({ type: 'claimed', owner: command.owner });
    case 'defer':
      if (!isReadyToRun(state)) return refuse('not_ready');
      return accept({ type: 'deferred', untilMs: command.untilMs, reason: command.reason, verdicts: command.verdicts });
    case 'intend':
      return decideIntend(command, state, stamp);
    case 'settle':
      return decideSettle(command, state);
    case 'reconcile':
      return decideReconcile(command, state);
    case 'validate':
      return decideValidate(command, state);
    case 'validate_undo':
      return decideValidateUndo(command, state);
    case 'stop':
      // A no inside a running plan is never half a plan left standing: take it back, or let a person look.
      if (state.inFlight) return refuse('call_in_flight');
      if (state.state !== 'executing') return refuse('not_ready');
      return accept(
        { type: 'stopped', reason: command.reason, verdicts: command.verdicts },
        ...rollBack(state, command.reason),
      );
    case 'end':
      if (state.inFlight && command.end !== 'needs_reconciliation') return refuse('call_in_flight');
      return accept(ended(state, command.end, command.reason, command.verdicts));
    default:
      return command satisfies never;
  }
}

function evolveSettled(
  state: StartedRemediation,
  intent: Intent,
  outcome: OutcomeKind,
  snapshotAfter: Json,
): Remediation {
  if (outcome === 'unknown') {
    return state.inFlight ? ({ ...state, inFlight: { ...state.inFlight, unknown: true } } as Remediation) : state;
  }
  const settled = { ...state, inFlight: null };
  if (outcome === 'failed') return settled as Remediation;
  if (intent.direction === 'undo') return { ...settled, undoSettled: true } as Remediation;
  const committed = [...state.committed, intent];
  const last = committed.length === state.proposal.steps.length;
  const snapshotsAfter = { ...state.snapshotsAfter, [intent.step]: snapshotAfter };
  return { ...settled, committed, snapshotsAfter, state: last ? 'validating' : 'executing' } as Remediation;
}

/** The state after an event. Pure; never refuses: what was stored happened. */
export function evolve(state: Remediation, event: RemediationEvent, stamp: Stamp): Remediation {
  if (event.type === 'proposed') {
    const { type: _, ...proposal } = event;
    return {
      state: 'proposed',
      proposal,
      approval: null,
      committed: [],
      undone: [],
      snapshotsAfter: {},
      inFlight: null,
      validated: false,
    };
  }
  if (state.state === 'none') return state;
  switch (event.type) {
    case 'approval_requested': {
      const { type: _, ...request } = event;
      const approval: Approval = {
        ...request,
        requestedAtMs: stamp.atMs,
        consents: [],
        grantedAtMs: null,
        goodUntilMs: null,
        consumedAtMs: null,
      };
      return { ...state, state: 'awaiting_approval', approval };
    }
    case 'approval_given': {
      if (!state.approval) return state;
      const consents = [...state.approval.consents, { by: event.by, atMs: stamp.atMs, comment: event.comment }];
      if (consents.length < state.approval.needed) {
        return { ...state, approval: { ...state.approval, consents } } as Remediation;
      }
      const granted = { grantedAtMs: stamp.atMs, goodUntilMs: goodUntil(stamp.atMs) };
      return { ...state, state: 'proposed', approval: { ...state.approval, consents, ...granted } };
    }
    case 'approval_consumed':
      if (!state.approval) return state;
      return { ...state, approval: { ...state.approval, consumedAtMs: stamp.atMs } } as Remediation;
    case 'deferred':
      return { ...state, state: 'deferred', untilMs: event.untilMs, reason: event.reason };
    case 'action_intended': {
      const { type: _, ...intent } = event;
      const inFlight = { intent, atMs: stamp.atMs, unknown: false };
      return intent.direction === 'undo'
        ? ({ ...state, inFlight } as Remediation)
        : { ...state, state: 'executing', inFlight };
    }
    case 'action_settled':
      return state.inFlight ? evolveSettled(state, state.inFlight.intent, event.outcome, event.snapshotAfter) : state;
    case 'reconciled':
      if (!state.inFlight || event.answer === 'cannot_tell') return state;
      return evolveSettled(state, state.inFlight.intent, event.answer === 'happened' ? 'committed' : 'failed', null);
    case 'validated':
      return { ...state, validated: event.passed } as Remediation;
    case 'rollback_started':
      return { ...state, state: 'rolling_back', reason: event.reason, pendingUndo: event.steps, undoSettled: false };
    case 'undo_validated':
      if (state.state !== 'rolling_back' || !event.passed) return state;
      return {
        ...state,
        undone: [...state.undone, event.step],
        pendingUndo: state.pendingUndo.filter((step) => step !== event.step),
        undoSettled: false,
      };
    case 'approval_refused':
    case 'claimed':
    case 'cleared':
    case 'stopped':
    case 'late_reply':
      return state;
    default:
      return { ...state, state: event.type, reason: event.reason };
  }
}

/** What a store keeps beside the log so that it can be found: all of it follows from the log. */
export interface Projection {
  readonly state: StateName;
  readonly ticketStatus: TicketStatus;
  /** When the remediation wants to be looked at again; null: at once, or never when it is over or waits for a person. */
  readonly dueAtMs: number | null;
  readonly ended: boolean;
  /** Whether its targets stay locked; a store gives the locks back in the same transaction when this is false. */
  readonly holdsLocks: boolean;
  readonly route: Decision['route'];
  readonly approval: Approval | null;
}

const TICKET_STATUS: Readonly<Record<StateName, TicketStatus>> = {
  proposed: 'remediating',
  awaiting_approval: 'awaiting_approval',
  deferred: 'deferred',
  executing: 'remediating',
  validating: 'remediating',
  rolling_back: 'remediating',
  succeeded: 'resolved',
  recovered: 'resolved',
  rolled_back: 'needs_human',
  failed: 'needs_human',
  needs_reconciliation: 'needs_human',
  rejected: 'needs_human',
  expired: 'needs_human',
  halted: 'needs_human',
  manual: 'needs_human',
  withdrawn: 'suggested',
  suggested: 'suggested',
  superseded: 'analyzing',
};

/** Ends after which effects may stand that nobody has accepted yet. */
function keepsLocks(state: StartedRemediation): boolean {
  if (state.state === 'needs_reconciliation') return true;
  return state.state === 'halted' && state.committed.length > state.undone.length;
}

/** A plan that only read has fixed nothing, however well it went. */
function ticketStatusOf(state: StartedRemediation): TicketStatus {
  if (state.state === 'succeeded' && !changesAnything(state.proposal)) return 'suggested';
  return TICKET_STATUS[state.state];
}

/** What a store keeps of a remediation. Pure. */
export function projectionOf(state: StartedRemediation): Projection {
  const over = isEnd(state.state);
  const dueAtMs =
    state.state === 'deferred'
      ? state.untilMs
      : state.state === 'awaiting_approval'
        ? state.approval.expiresAtMs
        : null;
  return {
    state: state.state,
    ticketStatus: ticketStatusOf(state),
    dueAtMs,
    ended: over,
    holdsLocks: over ? keepsLocks(state) : true,
    route: state.proposal.decision.route,
    approval: state.approval,
  };
}

/** One stored row of the log. */
export interface LogRow extends Stamp {
  readonly tenant: string;
  readonly remediationId: string;
  readonly ticketId: string;
  /** From 1, without gaps, within the remediation. */
  readonly seq: number;
  /** The fencing token under which it was written; null for rows that need no lease. */
  readonly token: number | null;
  readonly event: RemediationEvent;
  readonly previousHash: string;
  readonly hash: string;
}

/** The state that a log tells. */
export function replay(rows: readonly Pick<LogRow, 'event' | 'atMs' | 'actor'>[]): Remediation {
  return rows.reduce<Remediation>(
    (state, { event, atMs, actor }) => evolve(state, event, { atMs, actor }),
    NO_REMEDIATION,
  );
}
