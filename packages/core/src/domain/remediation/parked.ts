import { barredBecause } from '../approval.js';
import { maySamePerson } from '../identity.js';
import type { Command, Decided, Refusal } from './commands.js';
import { afterCall, ended, standingSteps, undoable } from './ends.js';
import type { ReconcileAnswer, RemediationEvent, Stamp } from './events.js';
import type { Order, StartedRemediation } from './state.js';

/* What was left standing, or in doubt, and the ways out that only people have. */

const refuse = (refused: Refusal): Decided => ({ ok: false, refused });
const accept = (...events: readonly RemediationEvent[]): Decided => ({ ok: true, events });

/** Stopped by people: such a run never resumes. */
function isStopped({ state }: StartedRemediation): boolean {
  return state === 'halted' || state === 'withdrawn';
}

/** Whether effects stand that nobody has accepted: an unknown outcome, or steps of a run that people stopped. */
export function isParked(state: StartedRemediation): boolean {
  if (state.state === 'needs_reconciliation') return true;
  return isStopped(state) && !state.accepted && standingSteps(state).length > 0;
}

/** What a person may answer now. */
export function reconcileAnswers(state: StartedRemediation): readonly ReconcileAnswer[] {
  if (!isParked(state)) return [];
  const { inFlight } = state;
  const back: readonly ReconcileAnswer[] = stepsToTakeBack(state).length > 0 ? ['roll_back'] : [];
  // What people stopped never resumes: taking back is a remediation of its own.
  if (isStopped(state)) return [...back, 'accept'];
  return inFlight ? ['happened', 'did_not_happen', 'send_again', ...back, 'accept'] : [...back, 'accept'];
}

/** The steps a person's `roll_back` would take back: committed ones, and the one that may have happened. */
export function stepsToTakeBack(state: StartedRemediation): readonly number[] {
  const { inFlight } = state;
  return undoable(state, inFlight?.intent.direction === 'do' ? [inFlight.intent] : []);
}

/** Whether the answer is an order to send something: those are approvals. */
export function isOrder(answer: ReconcileAnswer): answer is Order['answer'] {
  return answer === 'send_again' || answer === 'roll_back';
}

/** The order about something parked that somebody gave and that needs more people; null for none. */
export function openOrderOf(state: StartedRemediation): Order | null {
  const { order } = state;
  return order !== null && order.approval.grantedAtMs === null && isParked(state) ? order : null;
}

type Answer = Extract<Command, { type: 'answer_reconciliation' }>;

/** One person's order: with the last one that is needed it stands, and until then it only counts. */
function decideOrder(command: Answer, state: StartedRemediation, stamp: Stamp, then: RemediationEvent): Decided {
  const { shown, comment, goodUntilMs } = command;
  if (barredBecause(shown.barred, stamp.actor) !== null) return refuse('approver_barred');
  if (stamp.atMs >= shown.expiresAtMs) return refuse('approval_expired');
  const open = state.order?.approval.bindingHash === shown.bindingHash ? state.order.approval : null;
  const consents = open?.consents ?? [];
  if (consents.some(({ by }) => maySamePerson(by, stamp.actor))) return accept();
  const { approvalId, needed } = open ?? shown;
  const given: RemediationEvent = { type: 'approval_given', approvalId, by: stamp.actor, comment, goodUntilMs };
  const requested: readonly RemediationEvent[] = open ? [] : [{ type: 'approval_requested', ...shown }];
  return accept(...requested, given, ...(consents.length + 1 >= needed ? [then] : []));
}

/** What a person's answer to something parked leads to. It must name what is shown now, whatever it says. */
export function decideReconciliation(command: Answer, state: StartedRemediation, stamp: Stamp): Decided {
  const { answer, bindingHash, shown, comment } = command;
  const { answered } = state;
  // The same answer of the same person to the same question again changes nothing.
  if (answered?.by === stamp.actor && answered.answer === answer && answered.bindingHash === bindingHash) {
    return accept();
  }
  if (!isParked(state)) return refuse('nothing_to_reconcile');
  if (!reconcileAnswers(state).includes(answer)) {
    return refuse(answer === 'roll_back' ? 'nothing_to_roll_back' : 'nothing_to_reconcile');
  }
  if (bindingHash !== shown.bindingHash) return refuse('approval_stale');
  const steps = answer === 'roll_back' ? stepsToTakeBack(state) : [];
  const said = { answer, bindingHash, by: stamp.actor, comment, steps };
  const row: RemediationEvent = { type: 'reconciliation_answered', ...said };
  if (isOrder(answer)) return decideOrder(command, state, stamp, row);
  // "It happened" lets the rest of the plan go on: nobody says so on their own ticket.
  if (answer === 'happened' && barredBecause(shown.barred, stamp.actor) !== null) return refuse('approver_barred');
  if (answer === 'accept') {
    return isStopped(state) ? accept(row) : accept(row, ended(state, 'failed', 'accepted_as_it_is'));
  }
  const { inFlight } = state;
  if (answer === 'did_not_happen' && inFlight) {
    return accept(row, ...afterCall({ ...state, inFlight: null, doubt: null }, inFlight.intent, false));
  }
  return accept(row);
}
