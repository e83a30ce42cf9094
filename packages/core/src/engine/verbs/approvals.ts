import { requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import { findTicket, ticketView } from '../readModels.js';
import { answerReconciliation } from '../reconcile.js';
import type { Remit } from '../remit.js';
import { answerApproval } from '../resolveApproval.js';

/** A person's say. */
export function approvalVerbs(
  context: EngineContext,
): Pick<Remit, 'answerApproval' | 'pendingApprovals' | 'reconcile'> {
  const { storage } = context;

  return {
    async answerApproval(actor, ticketId, answer) {
      const ticket = await findTicket(context, actor, ticketId);
      await answerApproval(context, actor, ticket, answer);
      return ticketView(context, await findTicket(context, actor, ticketId));
    },

    async pendingApprovals(actor, page) {
      requireScope(actor, 'tickets:read');
      const { items, nextCursor } = await storage.remediations.awaitingApproval(actor.tenant, page);
      const views = await Promise.all(
        items.map(async (item) => ticketView(context, await findTicket(context, actor, item.ticketId))),
      );
      // An order that can no longer be completed waits for nobody.
      const waiting = views.filter(
        ({ remediation }) => remediation?.state === 'awaiting_approval' || (remediation?.order ?? null) !== null,
      );
      return { items: waiting, nextCursor };
    },

    async reconcile(actor, ticketId, answer) {
      await answerReconciliation(context, actor, await findTicket(context, actor, ticketId), answer);
      return ticketView(context, await findTicket(context, actor, ticketId));
    },
  };
}
