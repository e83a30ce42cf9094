import { barredBecause } from '../approval.js';
import { maySamePerson } from '../identity.js';
import type { Command, Decided, Refusal } from './commands.js';
import { afterCall, ended, endedUnlessInDoubt, rollBack, standingSteps, takeBackOrPark } from './ends.js';
import {
  type CheckResult,
  changesAnything,
  type Ended,
  type EndState,
  isEnd,
  type RemediationEvent,
  type Stamp,
} from './events.js';
import { decideReconciliation, isParked } from './parked.js';
import { isReadyToRun, type Remediation, type StartedRemediation } from './state.js';

const refuse = (refused: Refusal): Decided => ({ ok: false, refused });
const accept = (...events: readonly RemediationEvent[]): Decided => ({ ok: true, events });

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

/** Taking back what people stopped needs no decision anew: it was ordered, and the order is an approval. */
function decideTakeOver(command: Extract<Command, { type: 'take_over' }>, stamp: Stamp): Decided {
  const { proposal, from, calls, steps, approval } = command;
  if (steps.length === 0) return refuse('nothing_to_roll_back');
  if (approval.goodUntilMs === null) return refuse('approval_missing');
  return accept(
    { type: 'proposed', ...proposal },
    { type: 'taken_over', from, by: stamp.actor, calls, steps, approval },
  );
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

function approvalHolds(state: StartedRemediation, atMs: number): boolean {
  if (state.proposal.decision.route !== 'approval') return true;
  const { approval } = state;
  return (
    approval !== null && approval.goodUntilMs !== null && approval.consumedAtMs === null && atMs < approval.goodUntilMs
  );
}

/** The row that uses an order up, where the run goes on by one; null when it may not be used any more. */
function orderConsumed({ order }: StartedRemediation, atMs: number): readonly RemediationEvent[] | null {
  if (!order || order.approval.consumedAtMs !== null) return [];
  const { approvalId, goodUntilMs } = order.approval;
  return goodUntilMs !== null && atMs < goodUntilMs ? [{ type: 'approval_consumed', approvalId }] : null;
}

function decideIntend(command: Extract<Command, { type: 'intend' }>, state: StartedRemediation, stamp: Stamp): Decided {
  if (state.inFlight) return refuse('call_in_flight');
  const ordered = orderConsumed(state, stamp.atMs);
  if (!ordered) return refuse('approval_missing');
  const { intent, clearanceId, verdicts } = command;
  const cleared: RemediationEvent = { type: 'cleared', step: intent.step, clearanceId, verdicts };
  const intended: RemediationEvent = { type: 'action_intended', ...intent };
  if (intent.direction === 'undo') {
    const next = state.state === 'rolling_back' && !state.undoSettled ? state.pendingUndo[0] : undefined;
    return next === intent.step ? accept(cleared, ...ordered, intended) : refuse('not_ready');
  }
  if (isReadyToRun(state)) {
    if (intent.step !== 0) return refuse('not_ready');
    if (!approvalHolds(state, stamp.atMs)) return refuse('approval_missing');
    if (state.proposal.decision.route !== 'approval') return accept(cleared, intended);
    const approvalId = state.approval?.approvalId ?? '';
    return accept(cleared, { type: 'approval_consumed', approvalId }, intended);
  }
  if (state.state !== 'executing' || intent.step !== state.committed.length) return refuse('not_ready');
  return accept(cleared, ...ordered, intended);
}

function decideSettle(command: Extract<Command, { type: 'settle' }>, state: StartedRemediation): Decided {
  const { inFlight } = state;
  if (!inFlight) return refuse('nothing_in_flight');
  const { intent } = inFlight;
  const { outcome, detail, result, snapshotAfter, tookMs, heldBack } = command;
  const { step, direction } = intent;
  const came = { step, direction, outcome, detail, result, snapshotAfter, tookMs };
  const neverSent = outcome === 'failed' && command.neverSent === true;
  const settled: RemediationEvent = { type: 'action_settled', ...came, ...(neverSent ? { neverSent } : {}) };
  if (outcome === 'unknown') return accept(settled);
  if (outcome === 'failed' && heldBack !== null)
    return accept(settled, endedUnlessInDoubt(state, heldBack.end, heldBack.reason));
  return accept(settled, ...afterCall(state, intent, outcome === 'committed'));
}

function decideReconcile(command: Extract<Command, { type: 'reconcile' }>, state: StartedRemediation): Decided {
  const { inFlight } = state;
  if (!inFlight) return refuse('nothing_in_flight');
  const { step, direction, dedupes } = inFlight.intent;
  const { answer, detail } = command;
  // Looked at again while it is parked: a read alone ends that with "it happened" only.
  if (isParked(state)) return accept({ type: 'reconciled', step, direction, answer, detail, mayResend: false });
  // Only a tool that refuses a second effect makes a resend safe: a stalled owner might still send.
  // And only once: a tool that swallows call after call is a person's to look at.
  const mayResend = answer === 'did_not_happen' && dedupes && state.doubt === null;
  const reconciled: RemediationEvent = { type: 'reconciled', step, direction, answer, detail, mayResend };
  if (answer === 'happened' || mayResend) return accept(reconciled);
  return accept(reconciled, ended(state, 'needs_reconciliation', `outcome_unknown: ${detail}`));
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
  const allBack = standingSteps(after).length === 0;
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
  // A call in doubt may be looked at again for as long as it is.
  if (command.type === 'reconcile' && isParked(state)) return decideReconcile(command, state);
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
