import { chainHash } from '../../domain/canonical.js';
import type { LogRow, Projection, RemediationEvent } from '../../domain/remediation.js';
import type { TicketStatus } from '../../domain/ticket.js';
import { RemitError } from '../../errors.js';
import type { RemediationStore } from '../../ports/storage.js';
import { storeFacts } from './facts.js';
import { releaseLocks } from './locks.js';
import { tellRemediation } from './outbox.js';
import {
  blockingOf,
  blocksTicket,
  claimLease,
  givenBack,
  holds,
  isAlive,
  keyOf,
  listOf,
  type MemoryState,
  pageOf,
  prolong,
  type RemediationEntry,
  runsOf,
  sealed,
  type TicketEntry,
  UNCLAIMED,
} from './state.js';
import { changeTicket, fileTicket } from './tickets.js';
import { labelTrial, openTrial } from './trials.js';

interface Writing {
  readonly token: number | null;
  readonly actor: string;
  readonly atMs: number;
  readonly events: readonly RemediationEvent[];
}

/** The rows that these events become, chained to the last one. Nothing is stored yet: hashing may refuse. */
function rowsFor(entry: RemediationEntry, { token, actor, atMs, events }: Writing): readonly LogRow[] {
  const { tenant, remediationId, ticketId } = entry;
  let previousHash = entry.rows.at(-1)?.hash ?? '';
  return events.map((event, index) => {
    const seq = entry.rows.length + index + 1;
    const content = { tenant, remediationId, ticketId, seq, token, actor, atMs, event };
    // Hashed as it came: a copy by way of JSON would already have lost what has no canonical form.
    const row = sealed({ ...content, previousHash, hash: chainHash(previousHash, content) });
    previousHash = row.hash;
    return row;
  });
}

function fileRun(state: MemoryState, entry: RemediationEntry): void {
  state.remediations.set(keyOf(entry.tenant, entry.remediationId), entry);
  listOf(state.runs, keyOf(entry.tenant, entry.ticketId)).push(entry);
}

function write(state: MemoryState, entry: RemediationEntry, rows: readonly LogRow[]): void {
  entry.rows.push(...rows);
  state.log.push(...rows);
  listOf(state.logs, keyOf(entry.tenant, entry.ticketId)).push(...rows);
  const fresh = state.fresh.get(entry.tenant) ?? new Set();
  state.fresh.set(entry.tenant, fresh.add(entry));
}

/** Moves a ticket to the pattern it is assessed as now. */
function moveTicket(state: MemoryState, ticket: TicketEntry, patternId: string): void {
  const { tenant, assessment } = ticket.record;
  const before = assessment === null ? [] : listOf(state.assessed, keyOf(tenant, assessment.patternId));
  if (before.includes(ticket)) before.splice(before.indexOf(ticket), 1);
  fileTicket(state.assessed, ticket, patternId);
}

/** Whether the ticket's status is that of its run: not once a person has resolved or cancelled it. */
function followsItsRun({ record }: TicketEntry): boolean {
  return record.resolution === null && record.status !== 'closed';
}

function setStatus(state: MemoryState, ticket: TicketEntry, status: TicketStatus): void {
  const nowMs = state.clock.now();
  const resolvedAtMs = status === 'resolved' ? (ticket.record.resolvedAtMs ?? nowMs) : null;
  const isAsItWas = status === ticket.record.status && resolvedAtMs === ticket.record.resolvedAtMs;
  if (isAsItWas) return;
  changeTicket(ticket, nowMs, { status, resolvedAtMs });
  const { assessment } = ticket.record;
  if (status === 'resolved' && assessment) fileTicket(state.resolved, ticket, assessment.patternId);
}

/** Remediations and their logs in memory. */
export function memoryRemediations(state: MemoryState): RemediationStore {
  const { clock, remediations, tickets } = state;
  const entryOf = (tenant: string, remediationId: string): RemediationEntry | undefined =>
    remediations.get(keyOf(tenant, remediationId));
  /** A remediation as it begins, with no rows yet. */
  const began = (
    key: Pick<RemediationEntry, 'tenant' | 'remediationId' | 'ticketId'>,
    projection: Projection,
    createdAtMs: number,
  ): RemediationEntry => {
    const position = state.nextPosition();
    return { ...key, position, createdAtMs, rows: [], projection: sealed(projection), lease: UNCLAIMED };
  };
  return {
    async open(opening) {
      const { tenant, remediationId, ticketId, assessment, projection } = opening;
      const nowMs = clock.now();
      const ticket = tickets.get(keyOf(tenant, ticketId));
      if (ticket?.record.status !== 'analyzing' || !holds(ticket.lease, opening.ticketToken, nowMs)) {
        return { kind: 'fenced' };
      }
      if (ticket.record.optedIn !== opening.optedIn) return { kind: 'opt_in_changed' };
      const unfinished = blockingOf(state, tenant, ticketId);
      if (unfinished) return { kind: 'unfinished', remediationId: unfinished.remediationId };
      if (entryOf(tenant, remediationId)) {
        throw new RemitError('internal', `Remediation ${remediationId} exists already.`, {
          nextStep: 'Give every remediation an id of its own.',
        });
      }
      const entry = began({ tenant, remediationId, ticketId }, projection, nowMs);
      const rows = rowsFor(entry, { ...opening, token: null });
      fileRun(state, entry);
      write(state, entry, rows);
      openTrial(state, opening);
      moveTicket(state, ticket, assessment.patternId);
      changeTicket(ticket, nowMs, { assessment, remediationId });
      setStatus(state, ticket, projection.ticketStatus);
      ticket.lease = givenBack(ticket.lease);
      ticket.attempts = 0;
      tellRemediation(state, 'remediation_opened', { tenant, remediationId, ticketId, rows, projection });
      return { kind: 'opened', rows };
    },
    async takeOver({ from, remediationId, events, projection }) {
      const { tenant } = from;
      const old = entryOf(tenant, from.remediationId);
      if (!old || old.rows.length !== from.expectedVersion) return { kind: 'stale', version: old?.rows.length ?? 0 };
      const { ticketId } = old;
      const unfinished = runsOf(state, tenant, ticketId).find((other) => other !== old && blocksTicket(other));
      if (unfinished) return { kind: 'unfinished', remediationId: unfinished.remediationId };
      const nowMs = clock.now();
      const oldRows = rowsFor(old, { ...from, token: null });
      write(state, old, oldRows);
      old.projection = sealed(from.projection);
      const entry = began({ tenant, remediationId, ticketId }, projection, nowMs);
      const { actor, atMs } = from;
      fileRun(state, entry);
      write(state, entry, rowsFor(entry, { actor, atMs, token: null, events }));
      for (const [targetKey, holder] of state.locks) {
        if (holder.tenant === tenant && holder.remediationId === from.remediationId) {
          state.locks.set(targetKey, { tenant, remediationId });
        }
      }
      const ticket = tickets.get(keyOf(tenant, ticketId));
      if (ticket) {
        changeTicket(ticket, nowMs, { remediationId });
        if (followsItsRun(ticket)) setStatus(state, ticket, projection.ticketStatus);
      }
      const left = { tenant, remediationId: from.remediationId, ticketId, rows: oldRows };
      tellRemediation(state, 'remediation_changed', { ...left, projection: from.projection });
      tellRemediation(state, 'remediation_opened', { tenant, remediationId, ticketId, rows: entry.rows, projection });
      return { kind: 'taken_over', rows: [...oldRows, ...entry.rows] };
    },
    async tenantOf(remediationId) {
      const [only, ...others] = [...remediations.values()].filter((entry) => entry.remediationId === remediationId);
      // Two tenants with one id: nobody can say whose it is, and guessing would cross the wall between them.
      return only && others.length === 0 ? only.tenant : null;
    },
    async load(tenant, remediationId) {
      const entry = entryOf(tenant, remediationId);
      if (!entry) return null;
      const rows = Object.freeze([...entry.rows]);
      return { tenant, remediationId, ticketId: entry.ticketId, rows, version: rows.length };
    },
    async logOf(tenant, ticketId) {
      return [...(state.logs.get(keyOf(tenant, ticketId)) ?? [])];
    },
    async claim(tenant, remediationId, request) {
      const entry = entryOf(tenant, remediationId);
      if (!entry || !blocksTicket(entry) || entry.rows.length !== request.expectedVersion) return { kind: 'stale' };
      return claimLease(entry, request, clock.now());
    },
    async heartbeat(tenant, remediationId, { token, leaseMs }) {
      const entry = entryOf(tenant, remediationId);
      return entry ? prolong(entry, token, leaseMs, clock.now()) : null;
    },
    async release(tenant, remediationId, token) {
      const entry = entryOf(tenant, remediationId);
      if (entry?.lease.token === token) entry.lease = givenBack(entry.lease);
    },
    async append(append) {
      const { tenant, remediationId, expectedVersion, token, projection, facts } = append;
      const entry = entryOf(tenant, remediationId);
      if (!entry) return { kind: 'stale', version: 0 };
      const nowMs = clock.now();
      if (token !== null && !holds(entry.lease, token, nowMs)) return { kind: 'fenced' };
      if (entry.rows.length !== expectedVersion) return { kind: 'stale', version: entry.rows.length };
      const rows = rowsFor(entry, { ...append, atMs: append.atStoreTime ? nowMs : append.atMs });
      write(state, entry, rows);
      entry.projection = sealed(projection);
      if (projection.ended) entry.lease = givenBack(entry.lease);
      if (!projection.holdsLocks) releaseLocks(state, tenant, remediationId);
      const ticket = tickets.get(keyOf(tenant, entry.ticketId));
      // A row that comes late to an earlier remediation says nothing about the ticket any more.
      const isLatest = ticket?.record.remediationId === remediationId;
      if (ticket && isLatest && followsItsRun(ticket)) setStatus(state, ticket, projection.ticketStatus);
      storeFacts(state, tenant, facts);
      labelTrial(state, append);
      const { ticketId } = entry;
      tellRemediation(state, 'remediation_changed', { tenant, remediationId, ticketId, rows, projection });
      return { kind: 'appended', rows };
    },
    async awaitingApproval(tenant, page) {
      const waiting = [...remediations.values()].filter(
        (entry) => entry.tenant === tenant && entry.projection.awaitsApproval,
      );
      return pageOf({ name: 'approvals', oldestFirst: true }, waiting, page, (entry) => ({
        tenant,
        remediationId: entry.remediationId,
        ticketId: entry.ticketId,
        state: entry.projection.state,
      }));
    },
  };
}

/** Unfinished remediations that nobody works on although it is time. */
export function dueRemediations(state: MemoryState): readonly RemediationEntry[] {
  const nowMs = state.clock.now();
  return [...state.remediations.values()].filter(({ projection, lease }) => {
    if (isAlive(lease, nowMs)) return false;
    const waits = projection.ended || projection.state === 'deferred' || projection.state === 'awaiting_approval';
    return !waits || (projection.dueAtMs !== null && projection.dueAtMs <= nowMs);
  });
}
