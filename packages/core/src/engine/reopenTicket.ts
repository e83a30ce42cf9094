import { barredBecause, barredFrom, type Principal } from '../domain/approval.js';
import { shadowLessons, shadowVerdict } from '../domain/shadow.js';
import type { TicketRecord } from '../domain/ticket.js';
import { RemitError } from '../errors.js';
import type { EngineContext } from './context.js';
import { parseAdjudication, parseReopening } from './parse.js';
import type { AdjudicationInput, ReopenInput } from './remit.js';
import { requireApprover } from './resolveApproval.js';

/* What people say afterwards: that a fix did not last, or whether one that nobody carried out would have worked. */

function notFound(ticketId: string): RemitError {
  return new RemitError('not_found', `There is no ticket ${JSON.stringify(ticketId)}.`);
}

/** Takes a ticket up again that was resolved; soon enough, its fix counts as a failure. */
export async function reopenTicket(
  context: EngineContext,
  actor: Principal,
  { ticketId }: TicketRecord,
  input: ReopenInput,
): Promise<TicketRecord> {
  const { reason } = parseReopening(input);
  const reopened = await context.storage.tickets.reopen(actor.tenant, ticketId, { by: actor.id, reason });
  switch (reopened.kind) {
    case 'reopened':
      context.observers.tell('ticket_reopened', reopened.record);
      return reopened.record;
    case 'not_resolved':
      throw new RemitError('ticket_not_resolved', 'Only a ticket that is resolved can be reopened.', {
        nextStep: 'Read the ticket: it is open already.',
      });
    case 'not_found':
      throw notFound(ticketId);
    default:
      return reopened satisfies never;
  }
}

/** Keeps a person's word on a proposal of shadow mode whose outcome nobody knows. Nobody judges their own ticket. */
export async function adjudicate(
  context: EngineContext,
  actor: Principal,
  ticket: TicketRecord,
  input: AdjudicationInput,
): Promise<TicketRecord> {
  const { wouldHaveWorked, comment } = parseAdjudication(input);
  const policy = await requireApprover(context, actor, ticket.category);
  const barred = barredBecause(barredFrom(ticket, [], policy), actor.id);
  if (barred !== null) {
    throw new RemitError('approver_barred', `${actor.id} may not judge this proposal: ${actor.id} ${barred}.`, {
      nextStep: 'Ask somebody else who holds remediation:approve.',
    });
  }
  const verdict = shadowVerdict(ticket);
  const isOpen = verdict === 'unknown' || ticket.adjudication !== null;
  if (!isOpen) {
    throw new RemitError('nothing_to_adjudicate', 'There is no proposal of shadow mode with an unknown outcome here.', {
      nextStep: 'Judge it once a person has resolved the ticket otherwise than proposed.',
      facts: { verdict },
    });
  }
  const judgement = { by: actor.id, wouldHaveWorked, comment };
  const atMs = await context.storage.now();
  const facts = shadowLessons(ticket, { agrees: wouldHaveWorked, by: actor.id, atMs });
  const kept = await context.storage.tickets.adjudicate(actor.tenant, ticket.ticketId, judgement, facts);
  if (kept.kind === 'not_found') throw notFound(ticket.ticketId);
  if (kept.record.adjudication?.wouldHaveWorked !== wouldHaveWorked) {
    throw new RemitError('already_adjudicated', 'Somebody said the opposite before.', {
      nextStep: 'Read the ticket: the first word stays.',
    });
  }
  return kept.record;
}
