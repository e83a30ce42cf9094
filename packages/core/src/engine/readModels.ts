import type { Principal } from '../domain/approval.js';
import { judgeTally } from '../domain/pattern.js';
import { isEnd, type Order, openOrderOf, type StartedRemediation } from '../domain/remediation.js';
import type { TicketRecord } from '../domain/ticket.js';
import { RemitError } from '../errors.js';
import type { PatternRecord } from '../ports/storage.js';
import { type FoundRemediation, loadState } from './append.js';
import type { EngineContext } from './context.js';
import { reconciliationOptions } from './orders.js';
import type { PatternView, RemediationView, TicketView } from './remit.js';

function reasonOf(state: StartedRemediation): string | null {
  return 'reason' in state ? state.reason : null;
}

/** The order that waits for more people, as long as what was shown with it is what would be shown now. */
function pendingOrder(state: StartedRemediation, options: RemediationView['options']): Order | null {
  const order = openOrderOf(state);
  return options.some(({ bindingHash }) => bindingHash === order?.approval.bindingHash) ? order : null;
}

/** A remediation as readers see it. */
async function viewOf(context: EngineContext, { loaded, state }: FoundRemediation): Promise<RemediationView> {
  const { steps, planHash } = state.proposal;
  const { remediationId } = loaded;
  const options = await reconciliationOptions(context, { loaded, state });
  return {
    remediationId,
    state: state.state,
    reason: reasonOf(state),
    steps,
    planHash,
    approval: state.approval,
    order: pendingOrder(state, options),
    audited: state.proposal.trial?.audited ?? false,
    options,
  };
}

/** A ticket of the principal's tenant. @throws RemitError `not_found`, also for other tenants' ids. */
export async function findTicket(context: EngineContext, actor: Principal, ticketId: string): Promise<TicketRecord> {
  const record = await context.storage.tickets.find(actor.tenant, ticketId);
  if (record) return record;
  throw new RemitError('not_found', `There is no ticket ${JSON.stringify(ticketId)}.`, {
    nextStep: 'Check the ticket id; it is the one the ticket was handed in with.',
  });
}

/** A ticket with the state of its latest remediation. */
export async function ticketView(context: EngineContext, ticket: TicketRecord): Promise<TicketView> {
  if (ticket.remediationId === null) return { ticket, remediation: null };
  const found = await loadState(context, ticket.tenant, ticket.remediationId);
  // Read again after its remediation: the two are stored together, and must not be shown from two moments.
  const now = (await context.storage.tickets.find(ticket.tenant, ticket.ticketId)) ?? ticket;
  if (now.remediationId !== ticket.remediationId) return ticketView(context, now);
  return { ticket: now, remediation: found ? await viewOf(context, found) : null };
}

/** Whether nothing runs for this ticket and nothing will without a person or a due time. */
export function isAtRest({ ticket, remediation }: TicketView): boolean {
  if (ticket.status === 'received' || ticket.status === 'analyzing') return false;
  return (
    remediation === null || isEnd(remediation.state) || ['awaiting_approval', 'deferred'].includes(remediation.state)
  );
}

/** A pattern with the standing of each action type. */
export function patternView({ tallies, ...pattern }: PatternRecord): PatternView {
  const actions = Object.entries(tallies)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([actionType, tally]) => ({ actionType, ...judgeTally(tally) }));
  return { ...pattern, actions };
}
