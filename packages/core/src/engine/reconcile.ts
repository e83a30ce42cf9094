import {
  type Approval,
  type ApprovalBinding,
  bindingDifferences,
  goodUntil,
  type Principal,
} from '../domain/approval.js';
import { lessonsOf } from '../domain/learning.js';
import {
  type ApprovalRequest,
  type Command,
  isEnd,
  isOrder,
  NO_REMEDIATION,
  type ReconcileAnswer,
  type Refusal,
  type Stamp,
  type StartedRemediation,
  stepsToTakeBack,
} from '../domain/remediation.js';
import { haltFor } from '../domain/safety.js';
import type { TicketRecord } from '../domain/ticket.js';
import { RemitError } from '../errors.js';
import type { LoadedRemediation } from '../ports/storage.js';
import { appendUnleased, type FoundRemediation, loadState } from './append.js';
import type { EngineContext } from './context.js';
import { reconciliationOptions } from './orders.js';
import { parseReconciliation } from './parse.js';
import { silencedVotes, silenceVotes } from './recordFeedback.js';
import type { ReconciliationAnswer, ReconciliationOption } from './remit.js';
import { logAttempt, requireApprover } from './resolveApproval.js';
import { follow } from './run.js';

/* A person ends what is parked. The old call may still land; that is why only a person may say so. */

function nothingParked(): RemitError {
  return new RemitError('nothing_to_approve', 'This ticket has nothing that this answer could end.', {
    nextStep: 'Look at the ticket: `options` names the answers that are possible now.',
  });
}

const movedOn = (): RemitError =>
  new RemitError('version_conflict', 'Somebody else wrote at the same moment.', { nextStep: 'Read the ticket again.' });

/** Nothing is sent for a ticket that was opted out, nor under a halt: an order would only be refused later. */
async function requireLeave(context: EngineContext, { tenant, ticketId, category }: TicketRecord): Promise<void> {
  const halt = haltFor(await context.storage.halts.inForce(tenant), tenant, category);
  if (halt) {
    throw new RemitError('halt_in_force', `A halt is in force: ${halt.reason}`, {
      nextStep: 'Lift the halt first; until then nothing is sent, undo calls included.',
      facts: { haltId: halt.haltId },
    });
  }
  const now = await context.storage.tickets.find(tenant, ticketId);
  if (now?.optedIn !== true) {
    throw new RemitError('opt_in_missing', 'The ticket is not opted in.', {
      nextStep:
        'Opt the ticket in again first; until then nothing is sent, undo calls included. Or accept what stands.',
    });
  }
}

/** The binding that an earlier view of this remediation showed under a hash, if an order was requested by it. */
function shownBefore({ rows }: LoadedRemediation, bindingHash: string): ApprovalBinding | null {
  const found = rows.map(({ event }) => event).find((event) => 'binding' in event && event.bindingHash === bindingHash);
  return found?.type === 'approval_requested' ? found.binding : null;
}

interface Asked {
  readonly context: EngineContext;
  readonly actor: Principal;
  readonly found: FoundRemediation;
  readonly option: ReconciliationOption;
  readonly named: string;
}

async function refusal({ context, actor, found, option, named }: Asked, refused: Refusal): Promise<RemitError> {
  await logAttempt(context, actor, found, { named: option.answer, refusal: refused });
  switch (refused) {
    case 'approval_stale': {
      const before = shownBefore(found.loaded, named);
      const differs = before ? bindingDifferences(before, option.binding) : ['bindingHash'];
      return new RemitError('approval_stale', 'The answer names another state than the one that is parked.', {
        nextStep: 'Read the ticket again and answer what it shows now.',
        facts: { differs, open: { bindingHash: option.bindingHash }, named: { bindingHash: named } },
      });
    }
    case 'approval_expired':
      return new RemitError('approval_expired', 'What was shown is too old to be answered.', {
        nextStep: 'Read the ticket again and answer what it shows now.',
      });
    case 'approver_barred': {
      const why = 'may not answer for this ticket: they submitted or requested it, or last edited its catalogue entry';
      return new RemitError('approver_barred', `${actor.id} ${why}.`, {
        nextStep: 'Ask somebody else who holds remediation:approve.',
      });
    }
    default:
      return nothingParked();
  }
}

/** Takes back what people stopped: a remediation of its own, which gets the locks and goes by the order given. */
async function takeOver(
  context: EngineContext,
  { loaded, state }: FoundRemediation,
  stamp: Stamp,
  old: Extract<ReturnType<typeof follow>, { ok: true }>,
  approval: Approval,
): Promise<void> {
  const { storage, ids, observers, queue } = context;
  const { tenant, remediationId: from, version: expectedVersion } = loaded;
  const steps = stepsToTakeBack(state);
  const { proposal } = state;
  const calls = state.committed.filter(({ step }) => !state.undone.includes(step));
  const fresh = follow(NO_REMEDIATION, { type: 'take_over', proposal, from, calls, steps, approval }, stamp);
  if (!fresh.ok) throw nothingParked();
  const remediationId = ids.next('remediation');
  const { events, projection } = fresh;
  const taken = await storage.remediations.takeOver({
    from: { tenant, remediationId: from, expectedVersion, ...stamp, events: old.events, projection: old.projection },
    remediationId,
    events,
    projection,
  });
  if (taken.kind !== 'taken_over') throw movedOn();
  for (const row of taken.rows) observers.tell('remediation_event', row);
  await queue.wake({ kind: 'remediation', tenant, id: remediationId });
}

function isTakenOver(before: StartedRemediation, after: StartedRemediation, answer: ReconcileAnswer): boolean {
  return answer === 'roll_back' && isEnd(before.state) && isEnd(after.state) && after.accepted;
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
  const { answered } = state;
  // Heard already, and perhaps acted upon since: the same answer again changes nothing.
  if (answered?.by === actor.id && answered.answer === answer && answered.bindingHash === bindingHash) return;
  const option = (await reconciliationOptions(context, found)).find((one) => one.answer === answer);
  if (!option) throw nothingParked();
  const stamp: Stamp = { atMs: await context.storage.now(), actor: actor.id };
  const goodUntilMs = goodUntil(stamp.atMs, policy.maintenanceWindows);
  const { bindingHash: hash, binding, expiresAtMs, needed, barred } = option;
  const approvalId = context.ids.next('approval');
  const shown: ApprovalRequest = { approvalId, bindingHash: hash, binding, expiresAtMs, needed, barred };
  const command: Command = { type: 'answer_reconciliation', answer, bindingHash, shown, comment, goodUntilMs };
  const followed = follow(state, command, stamp);
  if (!followed.ok) throw await refusal({ context, actor, found, option, named: bindingHash }, followed.refused);
  if (isOrder(answer)) await requireLeave(context, ticket);
  if (followed.events.length === 0) return;
  const { after } = followed;
  const { order } = after;
  if (order && isTakenOver(state, after, answer)) {
    await takeOver(context, found, stamp, followed, order.approval);
  } else {
    const over = isEnd(after.state);
    const lessons = over && after.state !== state.state ? lessonsOf(after, loaded, stamp.atMs) : [];
    const silenced = isOrder(answer) ? await silencedVotes(context, ticket, actor.id) : [];
    if (!(await appendUnleased(context, loaded, stamp, { ...followed, facts: [...lessons, ...silenced] }))) {
      throw movedOn();
    }
    if (!over) await context.queue.wake({ kind: 'remediation', tenant, id: loaded.remediationId });
  }
  if (isOrder(answer)) await silenceVotes(context, ticket, actor.id);
}
