import type { Principal } from '../../domain/approval.js';
import { RemitError } from '../../errors.js';
import { requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import { parseRecovery, parseTicket } from '../parse.js';
import type { IncidentReport, Remit } from '../remit.js';
import { judgeRecovery, judgeRepeat, ticketOfIncident } from '../reportedIncident.js';
import { submitTicket } from '../submitTicket.js';

/** What other systems report. */
export function reportVerbs(context: EngineContext): Pick<Remit, 'reportIncident' | 'reportRecovery'> {
  function told(actor: Principal, said: 'opened' | 'over', report: IncidentReport): IncidentReport {
    context.observers.tell('incident_reported', { ...report, said, by: actor.id });
    return report;
  }

  return {
    async reportIncident(actor, input) {
      requireScope(actor, 'tickets:write');
      const reported = parseTicket(input, context.categories);
      if (reported.optedIn) requireScope(actor, 'tickets:opt_in');
      const repeat = await judgeRepeat(context, actor, reported);
      if (repeat) return told(actor, 'opened', repeat);
      try {
        const { created, ticket } = await submitTicket(context, actor, input);
        return told(
          actor,
          'opened',
          created ? { result: 'created', reason: 'new', ticket } : { result: 'known', reason: 'open', ticket },
        );
      } catch (error) {
        // Taken meanwhile, in other words: the same incident, told twice at the same moment.
        if (!RemitError.is(error) || error.code !== 'ticket_conflict') throw error;
        const there = await judgeRepeat(context, actor, reported);
        if (!there) throw error;
        return told(actor, 'opened', there);
      }
    },

    async reportRecovery(actor, input) {
      requireScope(actor, 'tickets:write');
      const recovery = parseRecovery(input);
      const ticket = await ticketOfIncident(context, actor.tenant, recovery);
      if (!ticket) {
        throw new RemitError('not_found', `There is no ticket ${JSON.stringify(recovery.ticketId)}.`, {
          nextStep: 'Check the ticket id; it is the one that the incident was reported with.',
        });
      }
      return told(actor, 'over', await judgeRecovery(context, actor, ticket, recovery));
    },
  };
}
