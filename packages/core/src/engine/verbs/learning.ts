import { reliabilityOfDays, remediationOfDays } from '../../domain/figures.js';
import { maySamePerson } from '../../domain/identity.js';
import { DAY_MS, PATTERN_TICKETS_SHOWN, SIMILARITY } from '../../domain/policy.js';
import { signatureOf } from '../../domain/signature.js';
import type { TicketRecord } from '../../domain/ticket.js';
import { RemitError } from '../../errors.js';
import { loadState } from '../append.js';
import { requireScope } from '../authorise.js';
import { changePattern, patternChanges } from '../changePattern.js';
import type { EngineContext } from '../context.js';
import { gatherReliability } from '../gather.js';
import { parseDays, parseFeedback, requireCategory } from '../parse.js';
import { wordsOf } from '../patternLearner.js';
import { patternTickets } from '../patternTickets.js';
import { policyInForce } from '../policyInForce.js';
import { candidateFixes, promote, runbooksOf } from '../promote.js';
import { findTicket, patternView } from '../readModels.js';
import { type FeedbackSubject, silenceVotes } from '../recordFeedback.js';
import type { Remit } from '../remit.js';

/** What people think of it, and what was learned. */
export function learningVerbs(
  context: EngineContext,
): Pick<
  Remit,
  | 'recordFeedback'
  | 'feedbackOf'
  | 'similarTickets'
  | 'patterns'
  | 'patternTickets'
  | 'candidateFixes'
  | 'runbooksOf'
  | 'changePattern'
  | 'patternChanges'
  | 'promote'
  | 'reliabilityStats'
  | 'remediationStats'
> {
  const { storage, observers, categories } = context;

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

    async similarTickets(actor, ticketId, { limit = SIMILARITY.shown } = {}) {
      requireScope(actor, 'tickets:read');
      if (!Number.isInteger(limit) || limit < 1 || limit > SIMILARITY.mostShown) {
        throw new RemitError('invalid_input', `Between 1 and ${SIMILARITY.mostShown} similar tickets can be shown.`, {
          faults: [{ pointer: '/limit', detail: `Must be a whole number from 1 to ${SIMILARITY.mostShown}.` }],
        });
      }
      const ticket = await findTicket(context, actor, ticketId);
      const patternId = ticket.assessment?.patternId ?? '';
      return context.patterns.similarTo(ticket, { patternId, signature: signatureOf(wordsOf(ticket)) }, limit);
    },

    async patterns(actor, { minOccurrences = 0, ...query }) {
      requireScope(actor, 'tickets:read');
      const { items, nextCursor } = await storage.patterns.list(actor.tenant, { ...query, minOccurrences });
      return { items: items.map(patternView), nextCursor };
    },

    async patternTickets(actor, patternId, { limit = PATTERN_TICKETS_SHOWN } = {}) {
      requireScope(actor, 'tickets:read');
      if (!Number.isInteger(limit) || limit < 1 || limit > PATTERN_TICKETS_SHOWN) {
        throw new RemitError(
          'invalid_input',
          `Between 1 and ${PATTERN_TICKETS_SHOWN} tickets of a pattern can be shown.`,
          {
            faults: [{ pointer: '/limit', detail: `Must be a whole number from 1 to ${PATTERN_TICKETS_SHOWN}.` }],
          },
        );
      }
      return patternTickets(context, actor, patternId, limit);
    },

    async candidateFixes(actor, patternId) {
      requireScope(actor, 'tickets:read');
      return candidateFixes(context, actor, patternId);
    },

    async runbooksOf(actor, patternId) {
      requireScope(actor, 'tickets:read');
      return runbooksOf(context, actor, patternId);
    },

    async changePattern(actor, patternId, input) {
      requireScope(actor, 'policy:write');
      return changePattern(context, actor, patternId, input);
    },

    async patternChanges(actor, patternId) {
      requireScope(actor, 'tickets:read');
      return patternChanges(context, actor, patternId);
    },

    async promote(actor, patternId, input) {
      requireScope(actor, 'policy:write');
      return promote(context, actor, patternId, input);
    },

    async reliabilityStats(actor, { days, category }) {
      requireScope(actor, 'stats:read');
      const sinceMs = (await storage.now()) - parseDays(days) * DAY_MS;
      if (category !== undefined) requireCategory(category, categories);
      return reliabilityOfDays(await storage.stats.scores(actor.tenant, { sinceMs }), category);
    },

    async remediationStats(actor, { days }) {
      requireScope(actor, 'stats:read');
      const sinceMs = (await storage.now()) - parseDays(days) * DAY_MS;
      return remediationOfDays(await storage.stats.work(actor.tenant, { sinceMs }));
    },
  };
}
