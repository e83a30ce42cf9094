import type { Principal } from '../domain/approval.js';
import { barredBecause, barredFrom, bindingHashOfAnswer } from '../domain/approval.js';
import { lessonsOf } from '../domain/learning.js';
import {
  isEnd,
  NO_REMEDIATION,
  reconcileAnswers,
  type StartedRemediation,
  stepsToTakeBack,
} from '../domain/remediation.js';
import { haltFor } from '../domain/safety.js';
import type { TicketRecord } from '../domain/ticket.js';
import { RemitError } from '../errors.js';
import type { LoadedRemediation } from '../ports/storage.js';
import type { EngineContext } from './context.js';
import { parseReconciliation } from './parse.js';
import type { ReconciliationAnswer, ReconciliationOption } from './remit.js';
import { appendUnleased, type FoundRemediation, loadState, requireApprover } from './resolveApproval.js';
import { follow } from './run.js';
import { withEntries } from './tools.js';

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

/** @throws RemitError `approver_barred` on one's own ticket. */
function requireNotBarred(actor: Principal, barred: Readonly<Record<string, string>>): void {
  const why = barredBecause(barred, actor.id);
  if (why !== null) {
    throw new RemitError('approver_barred', `${actor.id} may not order this: ${actor.id} ${why}.`, {
      nextStep: 'Ask somebody else who holds remediation:approve.',
    });
  }
}

/** Orders to act are approvals: they name what was shown, and nobody gives them on their own ticket. */
function requireBinding(
  actor: Principal,
  barred: Readonly<Record<string, string>>,
  option: ReconciliationOption,
  named: string | null,
): void {
  requireNotBarred(actor, barred);
  if (named !== option.bindingHash) {
    throw new RemitError('approval_stale', 'The answer names another state than the one that is parked.', {
      nextStep: 'Read the ticket again and answer what it shows now.',
      facts: { differs: ['binding_hash'], open: { bindingHash: option.bindingHash }, named: { bindingHash: named } },
    });
  }
}

/** Takes back what a halt left standing: a new remediation, possible once the halt is lifted, that gets the locks. */
async function takeOver(
  context: EngineContext,
  actor: Principal,
  { loaded, state }: FoundRemediation,
  comment: string | null,
): Promise<void> {
  const { storage, ids, observers, queue } = context;
  const { tenant } = actor;
  const halt = haltFor(await storage.halts.inForce(tenant), tenant, state.proposal.category);
  if (halt) {
    throw new RemitError('ticket_conflict', `A halt is in force: ${halt.reason}`, {
      nextStep: 'Lift the halt first; until then nothing is sent, undo included.',
      facts: { haltId: halt.haltId },
    });
  }
  const stamp = { atMs: await storage.now(), actor: actor.id };
  const old = follow(state, { type: 'answer_reconciliation', answer: 'roll_back', comment }, stamp);
  const steps = stepsToTakeBack(state);
  const { proposal } = state;
  const calls = state.committed.filter(({ step }) => !state.undone.includes(step));
  const { remediationId: from, version: expectedVersion } = loaded;
  const fresh = follow(NO_REMEDIATION, { type: 'take_over', proposal, from, calls, steps }, stamp);
  if (!old.ok || !fresh.ok) throw nothingParked();
  const remediationId = ids.next('remediation');
  const { events, projection } = fresh;
  const taken = await storage.remediations.takeOver({
    from: { tenant, remediationId: from, expectedVersion, ...stamp, events: old.events, projection: old.projection },
    remediationId,
    events,
    projection,
  });
  if (taken.kind !== 'taken_over') {
    throw new RemitError('version_conflict', 'The ticket has moved on meanwhile.', {
      nextStep: 'Read the ticket again.',
    });
  }
  for (const row of taken.rows) observers.tell('remediation_event', row);
  await queue.wake({ kind: 'remediation', tenant, id: remediationId });
}

/** Stores a person's answer and lets the runner go on from there. */
export async function answerReconciliation(
  context: EngineContext,
  actor: Principal,
  ticket: TicketRecord,
  input: ReconciliationAnswer,
): Promise<void> {
  const { answer, bindingHash, comment } = parseReconciliation(input);
  const policy = await requireApprover(context, actor, ticket.category);
  const { tenant } = actor;
  const found = ticket.remediationId === null ? null : await loadState(context, tenant, ticket.remediationId);
  if (!found) throw nothingParked();
  const { loaded, state } = found;
  const option = reconciliationOptions(loaded, state).find((one) => one.answer === answer);
  if (!option) throw nothingParked();
  const editors = withEntries(context, state.proposal.steps).flatMap(({ entry }) => entry.editedBy ?? []);
  const barred = barredFrom(state.proposal, editors, policy);
  // "It happened" lets the rest of the plan go on: nobody says so on their own ticket either.
  if (answer === 'happened') requireNotBarred(actor, barred);
  if (answer === 'send_again' || answer === 'roll_back') requireBinding(actor, barred, option, bindingHash);
  if (state.state === 'halted' && answer === 'roll_back') {
    await takeOver(context, actor, { loaded, state }, comment);
    return;
  }
  const stamp = { atMs: await context.storage.now(), actor: actor.id };
  const followed = follow(state, { type: 'answer_reconciliation', answer, comment }, stamp);
  if (!followed.ok) throw nothingParked();
  const over = isEnd(followed.after.state);
  const facts = over ? lessonsOf(followed.after, loaded, stamp.atMs) : [];
  if (!(await appendUnleased(context, tenant, loaded, stamp, { ...followed, facts }))) {
    throw new RemitError('version_conflict', 'Somebody else answered at the same moment.', {
      nextStep: 'Read the ticket again.',
    });
  }
  if (!over) await context.queue.wake({ kind: 'remediation', tenant, id: loaded.remediationId });
}
