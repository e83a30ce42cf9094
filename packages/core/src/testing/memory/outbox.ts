import type { LogRow, Projection } from '../../domain/remediation.js';
import { remediationTold } from '../../domain/remediationTold.js';
import type { DeadLetter, OutboxEvent, OutboxStore } from '../../ports/outbox.js';
import {
  claimLease,
  givenBack,
  holds,
  isAlive,
  keyOf,
  type Lease,
  type MemoryState,
  sealed,
  UNCLAIMED,
} from './state.js';

/** A consumer's place. */
export interface ConsumerEntry {
  lease: Lease;
  seq: number;
  attempts: number;
  dueAtMs: number;
}

/** A tenant's events, and how many there were. */
export interface OutboxEntry {
  last: number;
  readonly events: OutboxEvent[];
}

/** An event that has no number yet. */
type Told = Pick<OutboxEvent, 'tenant' | 'type'> & Partial<Pick<OutboxEvent, 'ticketId' | 'remediationId' | 'data'>>;

/** Writes an event into the outbox. */
export function tell(
  state: MemoryState,
  { tenant, type, ticketId = null, remediationId = null, data = {} }: Told,
): void {
  const entry = state.outbox.get(tenant) ?? { last: 0, events: [] };
  const seq = entry.last + 1;
  const event = sealed({ tenant, seq, type, ticketId, remediationId, atMs: state.clock.now(), data });
  entry.events.push(event);
  entry.last = seq;
  state.outbox.set(tenant, entry);
}

/** Tells how a remediation stands after these rows. */
export function tellRemediation(
  state: MemoryState,
  type: 'remediation_opened' | 'remediation_changed',
  {
    rows,
    projection,
    ...of
  }: Pick<LogRow, 'tenant' | 'remediationId' | 'ticketId'> & {
    readonly rows: readonly LogRow[];
    readonly projection: Projection;
  },
): void {
  if (rows.length > 0) tell(state, { ...of, type, data: remediationTold(rows, projection) });
}

/** The outbox in memory. */
export function memoryOutbox(state: MemoryState): OutboxStore {
  const { clock, outbox, consumers } = state;
  let dead: readonly DeadLetter[] = [];
  const of = (tenant: string): OutboxEntry => outbox.get(tenant) ?? { last: 0, events: [] };
  return {
    async after(tenant, { seq, limit, ticketId }) {
      const { last, events: all } = of(tenant);
      const events = all
        .filter((event) => event.seq > seq && (ticketId === undefined || event.ticketId === ticketId))
        .slice(0, limit);
      const upTo = events.length < limit ? last : (events.at(-1)?.seq ?? seq);
      return { events, upTo, first: all[0]?.seq ?? last + 1, last };
    },
    async claim(tenant, consumer, request) {
      const key = keyOf(tenant, consumer);
      const entry = consumers.get(key) ?? { lease: UNCLAIMED, seq: of(tenant).last, attempts: 0, dueAtMs: 0 };
      consumers.set(key, entry);
      const nowMs = clock.now();
      if (!isAlive(entry.lease, nowMs) && entry.dueAtMs > nowMs) return { kind: 'waits', untilMs: entry.dueAtMs };
      const claim = claimLease(entry, request, nowMs);
      if (claim.kind === 'held') return claim;
      if (claim.kind !== 'claimed') throw new Error(`A consumer's place cannot be ${claim.kind}.`);
      return { ...claim, seq: entry.seq, attempts: entry.attempts };
    },
    async step(tenant, consumer, { token, step }) {
      const entry = consumers.get(keyOf(tenant, consumer));
      const nowMs = clock.now();
      if (!entry || !holds(entry.lease, token, nowMs)) return false;
      entry.lease = givenBack(entry.lease);
      entry.attempts = step.kind === 'again' ? entry.attempts + 1 : 0;
      entry.dueAtMs = step.kind === 'again' ? step.dueAtMs : 0;
      if (step.kind === 'done') entry.seq = step.seq;
      if (step.kind === 'dead') {
        entry.seq = step.event.seq;
        dead = [...dead, sealed({ consumer, event: step.event, error: step.error, atMs: nowMs })];
      }
      return true;
    },
    async deadLetters(tenant, limit) {
      return dead
        .filter(({ event }) => event.tenant === tenant)
        .reverse()
        .slice(0, limit);
    },
    async forgetDeadLetter(tenant, consumer, seq) {
      const before = dead.length;
      dead = dead.filter(({ event, consumer: of }) => event.tenant !== tenant || of !== consumer || event.seq !== seq);
      return dead.length < before;
    },
  };
}

/** Removes events that were kept long enough; answers how many. */
export function forgetEvents(state: MemoryState, beforeMs: number, limit: number): number {
  let removed = 0;
  for (const { events } of state.outbox.values()) {
    const old = events.filter(({ atMs }) => atMs <= beforeMs).slice(0, limit - removed);
    events.splice(0, old.length);
    removed += old.length;
  }
  return removed;
}
