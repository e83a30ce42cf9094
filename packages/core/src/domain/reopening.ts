import type { OutcomeFact } from './pattern.js';
import { REOPEN_COUNTS_MS } from './policy.js';
import type { Reopening, TicketRecord } from './ticket.js';

/** Who reopens a ticket, when by the store's clock, and why. */
export type ReopenRequest = Pick<Reopening, 'by' | 'atMs' | 'reason'>;

/** The reopening of a resolved ticket; null for one that is not resolved. */
export function reopeningOf(ticket: TicketRecord, { by, atMs, reason }: ReopenRequest): Reopening | null {
  const { status, resolvedAtMs, resolution, remediationId } = ticket;
  if (status !== 'resolved' || resolvedAtMs === null) return null;
  const countsAsFailure = atMs - resolvedAtMs < REOPEN_COUNTS_MS;
  return { by, atMs, reason, resolvedAtMs, resolution, remediationId, countsAsFailure };
}

/** Whether a fact is about the fix that this reopening takes back. */
export function isTakenBackBy(fact: OutcomeFact, { countsAsFailure, resolution, remediationId }: Reopening): boolean {
  if (fact.via === 'shadow') return false;
  return countsAsFailure && fact.remediationId === (resolution === null ? remediationId : null);
}

/**
 * What a fix taught, once it is known not to have lasted: it resolved nothing, and what was carried out failed. A
 * person's fix gets a name of its own, so that their next one is told apart from it.
 */
export function takenBack(fact: OutcomeFact, { resolvedAtMs }: Reopening): OutcomeFact {
  const remediationId = fact.remediationId ?? `person:${resolvedAtMs}`;
  return { ...fact, remediationId, resolved: false, succeeded: false };
}
