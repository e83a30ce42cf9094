import type { Principal } from '../domain/approval.js';
import type { TicketRecord } from '../domain/ticket.js';
import { RemitError } from '../errors.js';
import type { EngineContext } from './context.js';
import { withdraw } from './resolveTicket.js';

/**
 * Opts a ticket in or out. Out ends what waits at once; a run that acts already stops before its next call, undo calls
 * included, by the guard's own look at the opt-in, and what it did stands until a person says what becomes of it. In decides the ticket anew.
 */
export async function setOptIn(
  context: EngineContext,
  actor: Principal,
  ticket: TicketRecord,
  optedIn: boolean,
): Promise<void> {
  const { tenant, ticketId, remediationId } = ticket;
  const changed = await context.storage.tickets.setOptIn(tenant, ticketId, { optedIn, by: actor.id });
  if (!changed) {
    throw new RemitError('ticket_closed', `Ticket ${JSON.stringify(ticketId)} is resolved.`, {
      nextStep: 'Hand in a new ticket if the problem is back.',
    });
  }
  if (!optedIn && remediationId !== null) await withdraw(context, actor, remediationId, 'opt_in_withdrawn');
  if (changed.again) await context.queue.wake({ kind: 'ticket', tenant, id: ticketId });
}
