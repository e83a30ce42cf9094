import type { Principal } from '../domain/approval.js';
import { hashOf } from '../domain/canonical.js';
import type { Ticket } from '../domain/ticket.js';
import { RemitError } from '../errors.js';
import { requireScope } from './authorise.js';
import type { EngineContext } from './context.js';
import { parseTicket } from './parse.js';
import { ticketView } from './readModels.js';
import type { Submitted, TicketInput } from './remit.js';

/** What tells the same content from another: neither who sent it nor in which trace. */
function contentHashOf({ submitter: _, traceparent: __, ...content }: Ticket): string {
  return hashOf(content);
}

/** Takes a ticket in. */
export async function submitTicket(context: EngineContext, actor: Principal, input: TicketInput): Promise<Submitted> {
  const { storage, observers, queue, categories } = context;
  requireScope(actor, 'tickets:write');
  const parsed = parseTicket(input, categories);
  if (parsed.optedIn) requireScope(actor, 'tickets:opt_in');
  const ticket: Ticket = { ...parsed, tenant: actor.tenant, submitter: actor.id };
  const submission = await storage.tickets.submit(ticket, contentHashOf(ticket));
  if (submission.kind === 'conflict') {
    throw new RemitError('ticket_conflict', `Ticket ${JSON.stringify(ticket.ticketId)} exists with other content.`, {
      nextStep: 'Use another ticket_id, or send the same content again.',
    });
  }
  const created = submission.kind === 'created';
  if (created) {
    observers.tell('ticket_received', submission.record);
    await queue.wake({ kind: 'ticket', tenant: ticket.tenant, id: ticket.ticketId });
  }
  return { ...(await ticketView(context, submission.record)), created };
}
