import { PATTERN_TICKETS_SHOWN, SIMILARITY } from '../../domain/policy.js';
import { signatureOf } from '../../domain/signature.js';
import { RemitError } from '../../errors.js';
import { requireScope } from '../authorise.js';
import { changePattern, patternChanges } from '../changePattern.js';
import type { EngineContext } from '../context.js';
import { wordsOf } from '../patternLearner.js';
import { patternTickets } from '../patternTickets.js';
import { candidateFixes, promote, runbooksOf } from '../promote.js';
import { findTicket, patternView } from '../readModels.js';
import type { Remit } from '../remit.js';

/** @throws RemitError `invalid_input` for what is no whole number from 1 to `most`. */
function requireLimit(limit: number, most: number, what: string): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return;
  throw new RemitError('invalid_input', `Between 1 and ${most} ${what} can be shown.`, {
    faults: [{ pointer: '/limit', detail: `Must be a whole number from 1 to ${most}.` }],
  });
}

/** What was learned, and what people make of it. */
export function patternVerbs(
  context: EngineContext,
): Pick<
  Remit,
  | 'similarTickets'
  | 'patterns'
  | 'patternTickets'
  | 'candidateFixes'
  | 'runbooksOf'
  | 'changePattern'
  | 'patternChanges'
  | 'promote'
> {
  const { storage } = context;

  return {
    async similarTickets(actor, ticketId, { limit = SIMILARITY.shown } = {}) {
      requireScope(actor, 'tickets:read');
      requireLimit(limit, SIMILARITY.mostShown, 'similar tickets');
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
      requireLimit(limit, PATTERN_TICKETS_SHOWN, 'tickets of a pattern');
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
  };
}
