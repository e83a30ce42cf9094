import { barredBecause } from '../approval.js';
import { maySamePerson } from '../identity.js';
import type { Verdict } from '../safety.js';
import type { Command, Decided, Refusal } from './commands.js';
import {
  type CheckResult,
  changesAnything,
  type Ended,
  type EndState,
  type Intent,
  isEnd,
  type ReconcileAnswer,
  type RemediationEvent,
  type Stamp,
} from './events.js';
import type { Remediation, StartedRemediation } from './state.js';

const refuse = (refused: Refusal): Decided => ({ ok: false, refused });
const accept = (...events: readonly RemediationEvent[]): Decided => ({ ok: true, events });

/** An end, unless an earlier sending of a call is still in doubt: then a person has to look. */
function endedUnlessInDoubt(
  state: StartedRemediation,
  end: EndState,
  reason: string,
  verdicts?: readonly Verdict[],
): Ended {
  return ended(state, state.doubt ? 'needs_reconciliation' : end, reason, verdicts);
}

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

/** Taking back what a halt left standing needs no decision anew: a person ordered it. */
function decideTakeOver(command: Extract<Command, { type: 'take_over' }>, stamp: Stamp): Decided {
  const { proposal, from, calls, steps } = command;
  if (steps.length === 0) return refuse('nothing_to_roll_back');
  return accept({ type: 'proposed', ...proposal }, { type: 'taken_over', from, by: stamp.actor, calls, steps });
}

type Answer = Extract<Command, { type: 'approve' | 'reject' }>;

function decideAnswer(command: Answer, state: StartedRemediation, stamp: Stamp): Decided {
  const { approval } = state;
  if (!approval) return refuse('nothing_to_approve');
  if (command.approvalId !== approval.approvalId || command.bindingHash !== approval.bindingHash) {
    return refuse('approval_stale');
  }
  const saidYes = approval.consents.some(({ by }) => maySamePerson(by, stamp.actor));
  if (state.state !== 'awaiting_approval') {
    if (state.state === 'expired') return refuse('approval_expired');
    // The same answer again changes nothing; the opposite one comes too late.
    if (command.type === 'approve' && saidYes && approval.grantedAtMs !== null) return accept();
    if (command.type === 'reject' && state.state === 'rejected') return accept();
    return refuse('already_decided');
  }
  if (stamp.atMs >= approval.expiresAtMs) return refuse('approval_expired');
  if (barredBecause(approval.barred, stamp.actor) !== null) return refuse('approver_barred');
  const { approvalId, comment } = command;
  if (command.type === 'reject') {
    const { reasonCode } = command;
    return accept(
      { type: 'approval_refused', approvalId, by: stamp.actor, reasonCode, comment },
      ended(state, 'rejected', reasonCode),
    );
  }
  if (saidYes) return accept();
  const { goodUntilMs } = command;
  return accept({ type: 'approval_given', approvalId, by: stamp.actor, comment, goodUntilMs });
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
function undoable(state: StartedRemediation, mayHaveHappened: readonly Intent[] = []): readonly number[] {
  return [...state.committed, ...mayHaveHappened]
    .filter((intent) => intent.undoable && !state.undone.includes(intent.step))
    .map(({ step }) => step)
    .reverse();
}

function rollBack(state: StartedRemediation, reason: string): readonly RemediationEvent[] {
  const steps = undoable(state);
  if (state.doubt) return [ended(state, 'needs_reconciliation', reason)];
  if (steps.length === 0) return [ended(state, 'failed', reason)];
  return [{ type: 'rollback_started', reason, steps }];
}

/** A no in the middle: what can be taken back is; effects that would be left standing are a person's to look at. */
function takeBackOrPark(state: StartedRemediation, reason: string): readonly RemediationEvent[] {
  return undoable(state).length === 0 ? [ended(state, 'needs_reconciliation', reason)] : rollBack(state, reason);
}

/** What follows when the call in flight is known to have happened, or known not to have. */
function afterCall(state: StartedRemediation, intent: Intent, happened: boolean): readonly RemediationEvent[] {
  if (intent.direction === 'undo') {
    return happened ? [] : [ended(state, 'needs_reconciliation', 'undo_failed')];
  }
  if (happened) return [];
  if (state.committed.length > 0) return rollBack(state, 'action_failed');
  return [endedUnlessInDoubt(state, 'failed', 'action_failed')];
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
  if (outcome === 'failed' && command.heldBack !== null)
    return accept(settled, endedUnlessInDoubt(state, 'halted', command.heldBack));
  return accept(settled, ...afterCall(state, intent, outcome === 'committed'));
}

function decideReconcile(command: Extract<Command, { type: 'reconcile' }>, state: StartedRemediation): Decided {
  const { inFlight } = state;
  if (!inFlight) return refuse('nothing_in_flight');
  const { step, direction, dedupes } = inFlight.intent;
  const { answer, detail } = command;
  // Only a tool that refuses a second effect makes a resend safe: a stalled owner might still send.
  // And only once: a tool that swallows call after call is a person's to look at.
  const mayResend = answer === 'did_not_happen' && dedupes && state.doubt === null;
  const reconciled: RemediationEvent = { type: 'reconciled', step, direction, answer, detail, mayResend };
  if (answer === 'happened' || mayResend) return accept(reconciled);
  return accept(reconciled, ended(state, 'needs_reconciliation', `outcome_unknown: ${detail}`));
}

/** Whether effects stand that nobody has accepted: an unknown outcome, or committed steps of a halted run. */
export function isParked(state: StartedRemediation): boolean {
  if (state.state === 'needs_reconciliation') return true;
  return state.state === 'halted' && !state.accepted && state.committed.length > state.undone.length;
}

/** What a person may answer now. */
export function reconcileAnswers(state: StartedRemediation): readonly ReconcileAnswer[] {
  if (!isParked(state)) return [];
  const { inFlight } = state;
  const back: readonly ReconcileAnswer[] = stepsToTakeBack(state).length > 0 ? ['roll_back'] : [];
  // Halted remediations never resume: taking back is a remediation of its own.
  if (state.state === 'halted') return [...back, 'accept'];
  return inFlight ? ['happened', 'did_not_happen', 'send_again', ...back, 'accept'] : [...back, 'accept'];
}

/** The steps a person's `roll_back` would take back: committed ones, and the one that may have happened. */
export function stepsToTakeBack(state: StartedRemediation): readonly number[] {
  const { inFlight } = state;
  return undoable(state, inFlight?.intent.direction === 'do' ? [inFlight.intent] : []);
}

function decideReconciliation(
  command: Extract<Command, { type: 'answer_reconciliation' }>,
  state: StartedRemediation,
  stamp: Stamp,
): Decided {
  const { answer, comment } = command;
  if (!isParked(state)) return refuse('nothing_to_reconcile');
  if (!reconcileAnswers(state).includes(answer)) {
    return refuse(answer === 'roll_back' ? 'nothing_to_roll_back' : 'nothing_to_reconcile');
  }
  const steps = answer === 'roll_back' ? stepsToTakeBack(state) : [];
  const answered: RemediationEvent = { type: 'reconciliation_answered', answer, by: stamp.actor, comment, steps };
  const { inFlight } = state;
  if (answer === 'accept') {
    return state.state === 'halted' ? accept(answered) : accept(answered, ended(state, 'failed', 'accepted_as_it_is'));
  }
  if (answer === 'did_not_happen' && inFlight) {
    return accept(answered, ...afterCall({ ...state, inFlight: null, doubt: null }, inFlight.intent, false));
  }
  return accept(answered);
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
  if (state.state === 'none') {
    if (command.type === 'propose') return decidePropose(command);
    return command.type === 'take_over' ? decideTakeOver(command, stamp) : refuse('not_started');
  }
  if (command.type === 'propose' || command.type === 'take_over') return refuse('already_proposed');
  if (command.type === 'approve' || command.type === 'reject') return decideAnswer(command, state, stamp);
  if (command.type === 'answer_reconciliation') return decideReconciliation(command, state, stamp);
  // Two rows that change nothing and may come at any time.
  if (command.type === 'refuse_attempt') {
    return accept({
      type: 'approval_attempt_refused',
      by: stamp.actor,
      named: command.named,
      refusal: command.refusal,
    });
  }
  if (command.type === 'late_reply') return accept(command);
  if (isEnd(state.state)) return refuse('already_ended');
  switch (command.type) {
    case 'escalate':
      if (state.state !== 'awaiting_approval' || state.approval.escalatedAtMs !== null) return refuse('not_ready');
      return accept({ type: 'approval_escalated', approvalId: state.approval.approvalId, target: command.target });
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
        ...takeBackOrPark(state, command.reason),
      );
    case 'end':
      if (state.inFlight && command.end !== 'needs_reconciliation') return refuse('call_in_flight');
      return accept(endedUnlessInDoubt(state, command.end, command.reason, command.verdicts));
    default:
      return command satisfies never;
  }
}
