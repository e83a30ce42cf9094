import type { Principal } from '../domain/approval.js';
import { bindingHashOfAnswer } from '../domain/approval.js';
import { lessonsOf } from '../domain/learning.js';
import { isEnd, reconcileAnswers, type StartedRemediation, stepsToTakeBack } from '../domain/remediation.js';
import type { TicketRecord } from '../domain/ticket.js';
import { RemitError } from '../errors.js';
import type { LoadedRemediation } from '../ports/storage.js';
import type { EngineContext } from './context.js';
import { parseReconciliation } from './parse.js';
import type { ReconciliationAnswer, ReconciliationOption } from './remit.js';
import { appendUnleased, loadState, requireApprover } from './resolveApproval.js';
import { follow } from './run.js';

/* A person ends what is parked. The old call may still land; that is why only a person may say so. */

/** The ways out of a parked remediation, each bound to the log as it is now. */
export function reconciliationOptions(
  { tenant, remediationId, version }: LoadedRemediation,
  state: StartedRemediation,
): readonly ReconciliationOption[] {
  return reconcileAnswers(state).map((answer) => {
    const again = answer === 'send_again' && state.inFlight ? [state.inFlight.intent.step] : [];
    const steps = answer === 'roll_back' ? stepsToTakeBack(state) : again;
    const planHash = state.proposal.planHash;
    return {
      answer,
      steps,
      bindingHash: bindingHashOfAnswer({ tenant, remediationId, version, answer, steps, planHash }),
    };
  });
}

function nothingParked(): RemitError {
  return new RemitError('nothing_to_approve', 'This ticket has nothing that this answer could end.', {
    nextStep: 'Look at the ticket: `options` names the answers that are possible now.',
  });
}

/** Orders to act are approvals: they name what was shown, and nobody gives them on their own ticket. */
function requireBinding(
  actor: Principal,
  state: StartedRemediation,
  option: ReconciliationOption,
  named: string | null,
): void {
  const { submitter, requester } = state.proposal;
  const barred = state.approval?.barred[actor.id] !== undefined || actor.id === submitter || actor.id === requester;
  if (barred) {
    throw new RemitError('approver_barred', `${actor.id} may not order this on their own ticket.`, {
      nextStep: 'Ask somebody else who holds remediation:approve.',
    });
  }
  if (named !== option.bindingHash) {
    throw new RemitError('approval_stale', 'The answer names another state than the one that is parked.', {
      nextStep: 'Read the ticket again and answer what it shows now.',
      facts: { differs: ['binding_hash'], open: { bindingHash: option.bindingHash }, named: { bindingHash: named } },
    });
  }
}

/** Stores a person's answer and lets the runner go on from there. */
export async function answerReconciliation(
  context: EngineContext,
  actor: Principal,
  ticket: TicketRecord,
  input: ReconciliationAnswer,
): Promise<void> {
  const { answer, bindingHash, comment } = parseReconciliation(input);
  await requireApprover(context, actor, ticket.category);
  const { tenant } = actor;
  const found = ticket.remediationId === null ? null : await loadState(context, tenant, ticket.remediationId);
  if (!found) throw nothingParked();
  const { loaded, state } = found;
  const option = reconciliationOptions(loaded, state).find((one) => one.answer === answer);
  if (!option) throw nothingParked();
  if (answer === 'send_again' || answer === 'roll_back') requireBinding(actor, state, option, bindingHash);
  const stamp = { atMs: await context.storage.now(), actor: actor.id };
  const followed = follow(state, { type: 'answer_reconciliation', answer, comment }, stamp);
  if (!followed.ok) throw nothingParked();
  const over = isEnd(followed.after.state);
  const facts = over ? lessonsOf(followed.after, loaded.ticketId, stamp.atMs) : [];
  if (!(await appendUnleased(context, tenant, loaded, stamp, { ...followed, facts }))) {
    throw new RemitError('version_conflict', 'Somebody else answered at the same moment.', {
      nextStep: 'Read the ticket again.',
    });
  }
  if (!over) await context.queue.wake({ kind: 'remediation', tenant, id: loaded.remediationId });
}
