import { resolutionsOf } from '../../domain/audit.js';
import type { PatternFact } from '../../domain/pattern.js';
import { reopeningOf } from '../../domain/reopening.js';
import type { TicketOutcome, TicketRecord } from '../../domain/ticket.js';
import type { TicketStore } from '../../ports/storage.js';
import { contentOf, record } from './audit.js';
import { storeFacts, takeFactsBack } from './facts.js';
import { tell } from './outbox.js';
import {
  blockingOf,
  claimLease,
  givenBack,
  isAlive,
  keyOf,
  listOf,
  type MemoryState,
  pageOf,
  prolong,
  runsOf,
  sealed,
  type TicketEntry,
  UNCLAIMED,
} from './state.js';
import { recallTrial } from './trials.js';

/** Replaces parts of a ticket's record. */
export function changeTicket(entry: TicketEntry, nowMs: number, change: Partial<TicketRecord>): void {
  entry.record = Object.freeze({ ...entry.record, ...sealed(change), updatedAtMs: nowMs });
}

/** Files a ticket under a pattern, among older and newer ones; once. */
export function fileTicket(lists: Map<string, TicketEntry[]>, ticket: TicketEntry, patternId: string): void {
  const filed = listOf(lists, keyOf(ticket.record.tenant, patternId));
  const before = filed.findLastIndex(({ position }) => position <= ticket.position);
  if (filed[before] !== ticket) filed.splice(before + 1, 0, ticket);
}

/** Whether a remediation of the ticket is carried out right now. */
function isRunning(state: MemoryState, tenant: string, ticketId: string): boolean {
  return runsOf(state, tenant, ticketId).some(({ projection }) =>
    ['executing', 'validating', 'rolling_back'].includes(projection.state),
  );
}

/** Tickets in memory. */
export function memoryTickets(state: MemoryState): TicketStore {
  const { clock, tickets } = state;
  const entryOf = (tenant: string, ticketId: string): TicketEntry | undefined => tickets.get(keyOf(tenant, ticketId));
  return {
    async submit(ticket, contentHash) {
      const there = entryOf(ticket.tenant, ticket.ticketId);
      if (there) return { kind: there.contentHash === contentHash ? 'same' : 'conflict', record: there.record };
      const nowMs = clock.now();
      const record: TicketRecord = sealed({
        ...ticket,
        status: 'received',
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        resolvedAtMs: null,
        assessment: null,
        remediationId: null,
        resolution: null,
        reopenings: [],
        adjudication: null,
      });
      tickets.set(keyOf(ticket.tenant, ticket.ticketId), {
        position: state.nextPosition(),
        contentHash,
        optInChange: null,
        record,
        lease: UNCLAIMED,
        attempts: 0,
      });
      tell(state, { tenant: ticket.tenant, type: 'ticket_received', ticketId: ticket.ticketId });
      return { kind: 'created', record };
    },
    async find(tenant, ticketId) {
      return entryOf(tenant, ticketId)?.record ?? null;
    },
    async outcomesOf(tenant, ticketIds) {
      return ticketIds.flatMap((ticketId): TicketOutcome[] => {
        const record = entryOf(tenant, ticketId)?.record;
        if (!record) return [];
        const { status, assessment, resolution, resolvedAtMs, reopenings } = record;
        return [
          {
            ticketId,
            status,
            plan: assessment?.analysis.plan ?? null,
            fixedBy: resolvedAtMs === null ? null : resolution === null ? 'remit' : 'person',
            resolution: resolution?.text ?? null,
            reopened: reopenings.length > 0,
          },
        ];
      });
    },
    async latestOfIncident(tenant, incidentKey) {
      const of = [...tickets.values()].map(({ record }) => record);
      return of.findLast((record) => record.tenant === tenant && record.incidentKey === incidentKey) ?? null;
    },
    async list(tenant, query) {
      const { status, category } = query;
      const entries = [...tickets.values()].filter(
        ({ record }) =>
          record.tenant === tenant &&
          (status === undefined || record.status === status) &&
          (category === undefined || record.category === category),
      );
      return pageOf({ name: 'tickets' }, entries, query, ({ record }) => record);
    },
    async claim(tenant, ticketId, request) {
      const entry = entryOf(tenant, ticketId);
      if (!entry || !['received', 'analyzing'].includes(entry.record.status)) return { kind: 'stale' };
      const nowMs = clock.now();
      const claim = claimLease(entry, request, nowMs);
      if (claim.kind !== 'claimed') return claim;
      changeTicket(entry, nowMs, { status: 'analyzing' });
      entry.attempts += 1;
      return { ...claim, attempt: entry.attempts };
    },
    async heartbeat(tenant, ticketId, { token, leaseMs }) {
      const entry = entryOf(tenant, ticketId);
      return entry ? prolong(entry, token, leaseMs, clock.now()) : null;
    },
    async release(tenant, ticketId, token) {
      const entry = entryOf(tenant, ticketId);
      if (entry?.lease.token === token) entry.lease = givenBack(entry.lease);
    },
    async resolve(tenant, ticketId, resolution, facts: readonly PatternFact[]) {
      const entry = entryOf(tenant, ticketId);
      if (!entry) return { kind: 'not_found' };
      if (['resolved', 'closed'].includes(entry.record.status)) return { kind: 'already_resolved' };
      if (isRunning(state, tenant, ticketId)) return { kind: 'unfinished' };
      const nowMs = clock.now();
      changeTicket(entry, nowMs, { status: 'resolved', resolvedAtMs: nowMs, resolution });
      if (entry.record.assessment) fileTicket(state.resolved, entry, entry.record.assessment.patternId);
      // Whoever analyses it right now has nothing left to do: opening a remediation is refused from here on.
      entry.lease = givenBack(entry.lease);
      // A worker that is about to act on it writes no more: its next row is fenced.
      for (const remediation of runsOf(state, tenant, ticketId)) remediation.lease = givenBack(remediation.lease);
      storeFacts(state, tenant, facts);
      tell(state, { tenant, type: 'ticket_resolved', ticketId });
      const last = resolutionsOf(entry.record).at(-1);
      if (last) {
        const about = {
          kind: 'resolution',
          key: keyOf(ticketId, last.number),
          content: contentOf(resolution),
        } as const;
        record(state, { tenant, ...about, actor: resolution.resolver, atMs: nowMs });
      }
      return { kind: 'resolved', record: entry.record };
    },
    async reopen(tenant, ticketId, request) {
      const entry = entryOf(tenant, ticketId);
      if (!entry) return { kind: 'not_found' };
      const nowMs = clock.now();
      const reopening = reopeningOf(entry.record, { ...request, atMs: nowMs });
      if (!reopening) return { kind: 'not_resolved' };
      const reopenings = [...entry.record.reopenings, reopening];
      changeTicket(entry, nowMs, { status: 'needs_human', resolvedAtMs: null, resolution: null, reopenings });
      // What had resolved it is over: a row that comes late to it must not close the ticket again.
      if (reopening.resolution === null) changeTicket(entry, nowMs, { remediationId: null });
      takeFactsBack(state, tenant, ticketId, reopening);
      recallTrial(state, tenant, reopening);
      tell(state, { tenant, type: 'ticket_reopened', ticketId });
      return { kind: 'reopened', record: entry.record };
    },
    async cancel(tenant, ticketId, by) {
      const entry = entryOf(tenant, ticketId);
      if (!entry) return { kind: 'not_found' };
      if (entry.record.status === 'closed') return { kind: 'cancelled', record: entry.record };
      if (entry.record.status === 'resolved') return { kind: 'over' };
      if (blockingOf(state, tenant, ticketId)) return { kind: 'unfinished' };
      changeTicket(entry, clock.now(), { status: 'closed' });
      // Whoever analyses it right now has nothing left to do: opening a remediation is refused from here on.
      entry.lease = givenBack(entry.lease);
      tell(state, { tenant, type: 'ticket_cancelled', ticketId, data: { by } });
      return { kind: 'cancelled', record: entry.record };
    },
    async adjudicate(tenant, ticketId, adjudication, facts) {
      const entry = entryOf(tenant, ticketId);
      if (!entry) return { kind: 'not_found' };
      if (entry.record.adjudication) return { kind: 'already', record: entry.record };
      const nowMs = clock.now();
      changeTicket(entry, nowMs, { adjudication: { ...adjudication, atMs: nowMs } });
      storeFacts(state, tenant, facts);
      tell(state, { tenant, type: 'ticket_adjudicated', ticketId });
      return { kind: 'adjudicated', record: entry.record };
    },
    async setOptIn(tenant, ticketId, { optedIn, by }) {
      const entry = entryOf(tenant, ticketId);
      if (!entry || ['resolved', 'closed'].includes(entry.record.status)) return null;
      const { status, optedIn: before } = entry.record;
      const atRest = !['received', 'analyzing'].includes(status) && blockingOf(state, tenant, ticketId) === undefined;
      const again = optedIn && !before && atRest;
      changeTicket(entry, clock.now(), again ? { optedIn, status: 'received' } : { optedIn });
      tell(state, { tenant, type: 'ticket_opt_in_changed', ticketId, data: { opted_in: optedIn } });
      const atMs = clock.now();
      entry.optInChange = { by, atMs };
      const content = { optedIn, by, atMs };
      record(state, { tenant, kind: 'opt_in', key: ticketId, actor: by, atMs, content });
      return { again };
    },
    async rescore(tenant, ticketId, reliability) {
      const entry = entryOf(tenant, ticketId);
      if (!entry?.record.assessment) return;
      changeTicket(entry, clock.now(), { assessment: { ...entry.record.assessment, reliability } });
    },
  };
}

/** Tickets that nobody works on although they want it. */
export function dueTickets(state: MemoryState): readonly TicketEntry[] {
  const nowMs = state.clock.now();
  return [...state.tickets.values()].filter(
    ({ record, lease }) => ['received', 'analyzing'].includes(record.status) && !isAlive(lease, nowMs),
  );
}
