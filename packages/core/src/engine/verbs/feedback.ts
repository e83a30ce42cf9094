import { maySamePerson } from '../../domain/identity.js';
import type { TicketRecord } from '../../domain/ticket.js';
import { RemitError } from '../../errors.js';
import { loadState } from '../append.js';
import { requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import { gatherReliability } from '../gather.js';
import { parseFeedback } from '../parse.js';
import { policyInForce } from '../policyInForce.js';
import { findTicket } from '../readModels.js';
import { type FeedbackSubject, silenceVotes } from '../recordFeedback.js';
import type { Remit } from '../remit.js';

/** What people think of it. */
export function feedbackVerbs(context: EngineContext): Pick<Remit, 'recordFeedback' | 'feedbackOf'> {
  const { storage, observers } = context;

  /** Everybody who ever approved or ordered something for this ticket. */
  async function approversOf({ tenant, ticketId }: TicketRecord): Promise<readonly string[]> {
    const log = await storage.remediations.logOf(tenant, ticketId);
    return log.flatMap(({ event }) => (event.type === 'approval_given' ? [event.by] : []));
  }

  async function subjectOf(ticket: TicketRecord): Promise<FeedbackSubject> {
    const found = ticket.remediationId === null ? null : await loadState(context, ticket.tenant, ticket.remediationId);
    const approvers = await approversOf(ticket);
    return { ticket, approvers, collapsed: found?.state.state === 'recovered' };
  }

  /** The attempt that a feedback is about. @throws RemitError `not_found` for one that is not this ticket's. */
  async function attemptOf({ tenant, ticketId, remediationId }: TicketRecord, named: string | null) {
    if (named === null || named === remediationId) return remediationId;
    // By this ticket's own log: nothing of another ticket or tenant is read.
    const log = await storage.remediations.logOf(tenant, ticketId);
    if (log.some((row) => row.remediationId === named)) return named;
    throw new RemitError(
      'not_found',
      `Ticket ${JSON.stringify(ticketId)} has no remediation ${JSON.stringify(named)}.`,
      {
        nextStep: 'Leave the remediation out, or name one of this ticket.',
      },
    );
  }

  return {
    async recordFeedback(actor, input) {
      requireScope(actor, 'feedback:write');
      const parsed = parseFeedback(input);
      const ticket = await findTicket(context, actor, parsed.ticketId);
      const remediationId = await attemptOf(ticket, parsed.remediationId);
      const feedback = { ...parsed, remediationId, author: actor.id };
      const processed = await context.feedback.record(feedback, await subjectOf(ticket));
      // Approved at the same moment: then it does not count after all.
      if ((await approversOf(ticket)).some((by) => maySamePerson(by, actor.id)))
        await silenceVotes(context, ticket, actor.id);
      observers.tell('feedback_recorded', processed.feedback);
      if (!ticket.assessment) return { ...processed, reliability: null };
      const { patternId, similarity, analysis, actionTypes } = ticket.assessment;
      const { policy } = await policyInForce(context, actor.tenant, ticket.category);
      const { confidence } = analysis;
      const scored = { recognition: { patternId, similarity }, confidence, actionTypes, policy };
      const { reliability } = await gatherReliability(context, ticket, scored);
      await storage.tickets.rescore(actor.tenant, ticket.ticketId, reliability);
      return { ...processed, reliability };
    },

    async feedbackOf(actor, ticketId) {
      requireScope(actor, 'tickets:read');
      await findTicket(context, actor, ticketId);
      return storage.feedback.ofTicket(actor.tenant, ticketId);
    },
  };
}
