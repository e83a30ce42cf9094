import type { Principal } from '../domain/approval.js';
import type { TicketRecord } from '../domain/ticket.js';
import { RemitError } from '../errors.js';
import type { EngineContext } from './context.js';
import { findTicket } from './readModels.js';
import { withdraw } from './resolveTicket.js';

/** How often a remediation may be opened between our look and our word before we say that the ticket is busy. */
const TRIES = 3;

/**
 * Closes a ticket that nobody wants worked on any more. What waits ends with it; what acts, or left effects that a
 * person has not judged, must be ended first: a closed ticket would hide it.
 */
export async function cancelTicket(context: EngineContext, actor: Principal, ticketId: string): Promise<TicketRecord> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const ticket = await findTicket(context, actor, ticketId);
    const isOpen = ticket.status !== 'resolved' && ticket.status !== 'closed';
    if (isOpen && ticket.remediationId !== null) {
      await withdraw(context, actor, ticket.remediationId, 'ticket_cancelled');
    }
    const cancelled = await context.storage.tickets.cancel(actor.tenant, ticketId, actor.id);
    switch (cancelled.kind) {
      case 'cancelled':
        if (isOpen) context.observers.tell('ticket_cancelled', cancelled.record);
        return cancelled.record;
      case 'over':
        throw new RemitError('ticket_closed', 'This ticket is resolved already.', {
          nextStep: 'There is nothing left to cancel.',
        });
      case 'not_found':
        throw new RemitError('not_found', `There is no ticket ${JSON.stringify(ticketId)}.`);
      case 'unfinished':
        break;
      default:
        return cancelled satisfies never;
    }
  }
  throw new RemitError(
    'ticket_conflict',
    'A remediation of this ticket is running, or what it did is not judged yet.',
    {
      nextStep: 'Opt the ticket out to stop a run before its next write; reconcile what is parked. Then cancel it.',
    },
  );
}
