import { type Remit, RemitError, type StartedRemediation, type Storage, type TicketView } from '@remit/core';
import { isEnd, replay } from '@remit/core/adapter';
import { APPROVER, TENANT } from '../people.js';
import type { Scenario } from '../scenarios.js';
import { effectsOf } from '../world/world.js';

/* What the world around a worker does: it looks how things stand, and a person answers what is asked. */

/** How a ticket stands: `busy`, waits for a `person` or for a `time`, or is at `rest`. */
export type Standing = 'busy' | 'person' | 'time' | 'rest';

async function stateOf(
  storage: Storage,
  remediationId: string,
): Promise<{ readonly state: StartedRemediation; readonly isAnswered: boolean } | null> {
  const loaded = await storage.remediations.load(TENANT, remediationId);
  const state = loaded ? replay(loaded.rows) : null;
  if (!loaded || !state || state.state === 'none') return null;
  return { state, isAnswered: loaded.rows.some(({ event }) => event.type === 'reconciliation_answered') };
}

/** Looks at a ticket through a store that is not watched: looking is no boundary. */
export async function standingOf(storage: Storage, ticketId: string, answers: boolean): Promise<Standing> {
  const ticket = await storage.tickets.find(TENANT, ticketId);
  // A ticket that was acknowledged and is gone never moves again; whoever judges will say so.
  if (!ticket) return 'rest';
  if (ticket.status === 'received' || ticket.status === 'analyzing') return 'busy';
  const found = ticket.remediationId === null ? null : await stateOf(storage, ticket.remediationId);
  if (!found) return 'rest';
  const { state, isAnswered } = found;
  if (state.state === 'awaiting_approval') return 'person';
  // One whose time has come is about to be looked at: moving the clock on now would only cost it its lease.
  if (state.state === 'deferred') return (await storage.now()) < state.untilMs ? 'time' : 'busy';
  // Asked a second time about the same run, the person leaves it to somebody else.
  if (state.state === 'needs_reconciliation' && answers && !isAnswered) return 'person';
  return isEnd(state.state) ? 'rest' : 'busy';
}

function keyInFlight(view: TicketView, rows: Awaited<ReturnType<Remit['logOf']>>): string | null {
  const intents = rows
    .filter(({ remediationId }) => remediationId === view.remediation?.remediationId)
    .flatMap(({ event }) => (event.type === 'action_intended' ? [event.idempotencyKey] : []));
  return intents.at(-1) ?? null;
}

async function answerParked(remit: Remit, view: TicketView, scenario: Scenario, folder: string): Promise<void> {
  const { ticketId } = view.ticket;
  const options = view.remediation?.options ?? [];
  const key = keyInFlight(view, await remit.logOf(APPROVER, ticketId));
  const happened = effectsOf(folder).some((effect) => effect.key === key);
  const truth = happened ? 'happened' : 'did_not_happen';
  const wanted = scenario.answer === 'truthfully' ? truth : scenario.answer;
  const option = options.find(({ answer }) => answer === wanted) ?? options.find(({ answer }) => answer === 'accept');
  if (!option) throw new Error(`${ticketId} is parked and offers no way out.`);
  await remit.reconcile(APPROVER, ticketId, { answer: option.answer, bindingHash: option.bindingHash });
}

/** How often somebody reads again whose answer came too late for what was shown. */
const READS = 5;

/** The person answers what a ticket waits for, and reads again where that has moved on between reading and answering. */
export async function answerTicket(remit: Remit, ticketId: string, scenario: Scenario, folder: string): Promise<void> {
  for (let left = READS - 1; ; left -= 1) {
    try {
      return await answerOnce(remit, ticketId, scenario, folder);
    } catch (error) {
      if (left === 0 || !RemitError.is(error) || error.code !== 'approval_stale') throw error;
    }
  }
}

async function answerOnce(remit: Remit, ticketId: string, scenario: Scenario, folder: string): Promise<void> {
  const view = await remit.ticket(APPROVER, ticketId);
  const { remediation } = view;
  if (!remediation) return;
  if (remediation.state === 'needs_reconciliation') return answerParked(remit, view, scenario, folder);
  if (remediation.state !== 'awaiting_approval' || !remediation.approval) return;
  const { approvalId, bindingHash } = remediation.approval;
  await remit.answerApproval(APPROVER, ticketId, { approve: true, approvalId, bindingHash });
}
