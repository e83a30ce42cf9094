import type { Principal } from '../domain/approval.js';
import { GUARANTEE, INPUT_LIMITS } from '../domain/policy.js';
import { isEnd, projectionOf } from '../domain/remediation.js';
import type { Verdict } from '../domain/safety.js';
import type { TicketRecord } from '../domain/ticket.js';
import { RemitError } from '../errors.js';
import { appendOrAgain, loadState } from './append.js';
import type { EngineContext } from './context.js';
import { type FaultSeen, lookAtFault } from './lookAtFault.js';
import { sayCheck } from './reads.js';
import type { RecoveryInput, ReportReason } from './remit.js';
import { resolveTicket } from './resolveTicket.js';
import { follow } from './run.js';

/* What other systems say of an incident: a hint, which the catalogue's own reads confirm or not. */

/** What became of a report, about which ticket. */
export interface Judged<Result extends string> {
  readonly result: Result;
  readonly reason: ReportReason;
  readonly ticket: TicketRecord;
}

function saidBy({ reads }: FaultSeen): string {
  return reads.length === 0 ? 'Nothing could be read.' : reads.map(sayCheck).join(' ');
}

/** The ticket that a report is about: by its id, else the newest of the same incident. */
export async function ticketOfIncident(
  { storage }: EngineContext,
  tenant: string,
  { ticketId, incidentKey }: { readonly ticketId: string; readonly incidentKey?: string | null },
): Promise<TicketRecord | null> {
  const there = await storage.tickets.find(tenant, ticketId);
  if (there || !incidentKey) return there;
  return storage.tickets.latestOfIncident(tenant, incidentKey);
}

/**
 * Whether an incident that is reported again is one that is known: one that is open is; one that was resolved is reopened
 * where the reads show the fault, under its own id at any time, as a new occurrence within the soak. Null: it is a new one.
 */
export async function judgeRepeat(
  context: EngineContext,
  actor: Principal,
  reported: { readonly ticketId: string; readonly incidentKey?: string | null },
): Promise<Judged<'known' | 'reopened'> | null> {
  const ticket = await ticketOfIncident(context, actor.tenant, reported);
  if (!ticket) return null;
  const isSame = ticket.ticketId === reported.ticketId;
  const known = (reason: ReportReason) => ({ result: 'known' as const, reason, ticket });
  if (ticket.status === 'closed') return isSame ? known('closed') : null;
  if (ticket.status !== 'resolved') return known('open');
  const ageMs = (await context.storage.now()) - (ticket.resolvedAtMs ?? 0);
  if (!isSame && ageMs >= GUARANTEE.soakMs) return null;
  const look = await lookAtFault(context, ticket);
  if (look.seen !== 'shown') return isSame ? known(look.seen === 'gone' ? 'fault_gone' : 'cannot_tell') : null;
  const reason = `Reported again. ${saidBy(look)}`;
  const reopened = await context.storage.tickets.reopen(actor.tenant, ticket.ticketId, { by: actor.id, reason });
  // Somebody reopened it at the same moment: it is open, which is all that the report says.
  if (reopened.kind !== 'reopened') return known('open');
  context.observers.tell('ticket_reopened', reopened.record);
  return { result: 'reopened', reason: 'fault_shown', ticket: reopened.record };
}

/** Ends a remediation that waits, since the fault is gone; false when it does not wait any more. */
async function endWaiting(
  context: EngineContext,
  actor: Principal,
  { tenant, remediationId }: { readonly tenant: string; readonly remediationId: string },
  verdict: Verdict,
): Promise<boolean> {
  const ended = await appendOrAgain(context, { tenant, remediationId, actor: actor.id }, async ({ state }, stamp) => {
    if (state.state !== 'awaiting_approval' && state.state !== 'deferred') return { done: false };
    const end = { type: 'end', end: 'recovered', reason: 'reported_over', verdicts: [verdict] } as const;
    const followed = follow(state, end, stamp);
    return followed.ok ? { append: followed, result: true } : { done: false };
  });
  return ended ?? false;
}

/** Takes the word that an incident is over for a hint: reads decide, and what is being carried out is left alone. */
export async function judgeRecovery(
  context: EngineContext,
  actor: Principal,
  ticket: TicketRecord,
  { text, closesUnread }: Pick<Required<RecoveryInput>, 'text' | 'closesUnread'>,
): Promise<Judged<'resolved' | 'known' | 'left_open'>> {
  const leftOpen = (reason: ReportReason) => ({ result: 'left_open' as const, reason, ticket });
  if (ticket.status === 'resolved' || ticket.status === 'closed') return { result: 'known', reason: 'closed', ticket };
  if (ticket.status === 'received' || ticket.status === 'analyzing') return leftOpen('being_decided');
  const { tenant, ticketId, remediationId } = ticket;
  const found = remediationId === null ? null : await loadState(context, tenant, remediationId);
  const state = found?.state.state;
  const waits = state === 'awaiting_approval' || state === 'deferred';
  // What runs is validated by its own reads; what is parked is a person's.
  if (state !== undefined && !waits && !isEnd(state)) return leftOpen('remediation_running');
  if (found && !waits && projectionOf(found.state).holdsLocks) return leftOpen('parked');
  const look = await lookAtFault(context, ticket);
  if (look.seen === 'shown') return leftOpen('fault_shown');
  if (look.seen === 'cannot_tell' && !closesUnread) return leftOpen('cannot_tell');
  const because = `${text} ${saidBy(look)}`.slice(0, INPUT_LIMITS.comment);
  const after = async () => (await context.storage.tickets.find(tenant, ticketId)) ?? ticket;
  if (waits && remediationId !== null && look.seen === 'gone') {
    const evidence = look.reads.map(({ tool, passed, error }) => ({ tool, passed, error }));
    const verdict: Verdict = { check: 'symptom', answer: 'recovered', because, evidence };
    const ended = await endWaiting(context, actor, { tenant, remediationId }, verdict);
    return ended
      ? { result: 'resolved', reason: 'fault_gone', ticket: await after() }
      : leftOpen('remediation_running');
  }
  try {
    const resolved = await resolveTicket(context, actor, ticket, { text: because });
    return { result: 'resolved', reason: look.seen === 'gone' ? 'fault_gone' : 'cannot_tell', ticket: resolved };
  } catch (error) {
    if (!RemitError.is(error)) throw error;
    if (error.code === 'ticket_closed') return { result: 'known', reason: 'closed', ticket: await after() };
    if (error.code === 'ticket_conflict') return leftOpen('remediation_running');
    throw error;
  }
}
