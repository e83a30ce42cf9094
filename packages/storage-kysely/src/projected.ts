import type { Projection } from '@remit/core';
import { wakeAt } from './leases.js';
import { asFlag } from './rows.js';

/* What is kept beside a log, as columns. */

/** When a remediation wants to be looked at while nobody holds it; null: never. */
export function restsUntil({ ended, state, dueAtMs }: Projection): number | null {
  if (ended) return dueAtMs;
  return state === 'deferred' || state === 'awaiting_approval' ? dueAtMs : 0;
}

/** The columns that follow from the log. */
export function columnsOf(projection: Projection) {
  const { state, route, reason, acts, ended, holdsLocks, awaitsApproval } = projection;
  return {
    state,
    route,
    reason,
    acts: asFlag(acts),
    ended: asFlag(ended),
    blocks_ticket: asFlag(!ended || holdsLocks),
    holds_locks: asFlag(holdsLocks),
    awaits_approval: asFlag(awaitsApproval),
    // Whenever columns are written, rows were.
    unsealed: 1,
    rests_until_ms: restsUntil(projection),
  };
}

/** The columns of a ticket whose remediation stands like this. */
export function statusColumns(
  ticket: { readonly resolved_at_ms: number | null; readonly lease_until_ms: number | null },
  { ticketStatus }: Projection,
  nowMs: number,
) {
  const resolved_at_ms = ticketStatus === 'resolved' ? (ticket.resolved_at_ms ?? nowMs) : null;
  const toAnalyse = ticketStatus === 'received' || ticketStatus === 'analyzing';
  const wake_at_ms = wakeAt(toAnalyse ? 0 : null, ticket.lease_until_ms);
  return { status: ticketStatus, updated_at_ms: nowMs, resolved_at_ms, wake_at_ms };
}
