import type { AuditRecord, Seal } from '../../domain/audit.js';
import type { Json } from '../../domain/canonical.js';
import type { Trial } from '../../domain/guarantee/trial.js';
import type { CountedFact } from '../../domain/pattern.js';
import type { PatternChange } from '../../domain/patternChange.js';
import type { LogRow, Projection } from '../../domain/remediation.js';
import type { PromotedRunbook } from '../../domain/runbook.js';
import type { Halt } from '../../domain/safety.js';
import type { Exemplar, FirstTelling } from '../../domain/signature.js';
import type { TicketRecord } from '../../domain/ticket.js';
import { RemitError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type {
  Claim,
  ClaimRequest,
  FeedbackRecord,
  Page,
  PageRequest,
  PolicyVersion,
  TrackCheckpoint,
  TrialCheckpoint,
} from '../../ports/storage.js';
import type { ExemplarIndex } from './exemplarIndex.js';
import type { IdempotencyEntry } from './idempotency.js';
import type { ConsumerEntry, OutboxEntry } from './outbox.js';

/** Who works on something, until when; the token never goes back. */
export interface Lease {
  readonly token: number;
  readonly owner: string | null;
  /** Null when nobody holds it. */
  readonly untilMs: number | null;
}

/** A ticket as it is kept. */
export interface TicketEntry {
  readonly position: number;
  readonly contentHash: string;
  record: TicketRecord;
  /** Who opted it in or out last, and when; null: as it was handed in. */
  optInChange: { readonly by: string; readonly atMs: number } | null;
  lease: Lease;
  /** Claims since something was last decided about it. */
  attempts: number;
}

/** A remediation as it is kept. */
export interface RemediationEntry {
  readonly position: number;
  readonly tenant: string;
  readonly remediationId: string;
  readonly ticketId: string;
  readonly createdAtMs: number;
  readonly rows: LogRow[];
  projection: Projection;
  lease: Lease;
}

/** A pattern as it is kept. */
export interface PatternEntry {
  readonly position: number;
  readonly tenant: string;
  readonly patternId: string;
  readonly category: string;
  readonly title: string;
  /** What it was called first. */
  readonly foundedTitle: string;
  /** The pattern it is part of now. */
  readonly mergedInto: string | null;
  readonly createdAtMs: number;
}

/** A signature as it is kept. */
export interface FiledExemplar {
  readonly tenant: string;
  readonly category: string;
  /** The pattern it was told to; the exemplar has the one where it counts now. */
  readonly told: string;
  readonly exemplar: Exemplar;
  readonly first: FirstTelling;
}

/** What one remediation took of one count. */
export interface SlotEntry {
  readonly counter: string;
  readonly holder: string;
  readonly amount: number;
  readonly takenAtMs: number;
}

/** What an operator accepted. */
export interface AcceptedPins {
  readonly pins: Readonly<Record<string, string>>;
  readonly by: string;
  readonly atMs: number;
}

/** A stop, and who lifted it. */
export interface HaltEntry {
  readonly halt: Halt;
  readonly lifted: { readonly by: string; readonly atMs: number } | null;
}

/** All that a memory store keeps. Maps are keyed by {@link keyOf}; values are frozen copies. */
export interface MemoryState {
  readonly clock: Clock;
  /** Grows by one with everything that is stored: what "newest" and "oldest" go by. */
  nextPosition(): number;
  readonly tickets: Map<string, TicketEntry>;
  readonly remediations: Map<string, RemediationEntry>;
  /** Remediations of each ticket, oldest first, by tenant and ticket. */
  readonly runs: Map<string, RemediationEntry[]>;
  /** Every log row in the order of writing. */
  readonly log: LogRow[];
  /** The same by tenant and ticket. */
  readonly logs: Map<string, LogRow[]>;
  /** Remediations with rows that no seal covers yet, by tenant. */
  readonly fresh: Map<string, Set<RemediationEntry>>;
  readonly locks: Map<string, { readonly tenant: string; readonly remediationId: string }>;
  readonly slots: Map<string, SlotEntry>;
  readonly halts: Map<string, HaltEntry>;
  readonly policies: Map<string, readonly PolicyVersion[]>;
  /** Every acceptance of a tenant (or the installation) for an executor, the last one last. */
  readonly pins: Map<string, readonly AcceptedPins[]>;
  /** Accepted definitions by their hash. */
  readonly definitions: Map<string, Json>;
  readonly patterns: Map<string, PatternEntry>;
  /** Tickets that were last assessed as of a pattern, oldest ticket first, by tenant and pattern. */
  readonly assessed: Map<string, TicketEntry[]>;
  /** Those among them that were resolved at some time, by the pattern they were assessed as then. */
  readonly resolved: Map<string, TicketEntry[]>;
  /** In the order of filing; the place in this list is what an index calls an exemplar. */
  readonly exemplars: FiledExemplar[];
  /** Places in `exemplars` by tenant, category and signature. */
  readonly signatures: Map<string, number>;
  /** Term indexes by tenant and category. */
  readonly indexes: Map<string, ExemplarIndex>;
  /** Places of each pattern's candidates, oldest first, by tenant and pattern. */
  readonly indexed: Map<string, number[]>;
  /** `told` is the pattern that the fact named; it has the one under which it counts now. */
  readonly facts: Map<string, { readonly tenant: string; readonly told: string; readonly fact: CountedFact }>;
  /** Changes of facts so far, by tenant, pattern and action type. */
  readonly factRevisions: Map<string, number>;
  /** Checkpoints of tracks. */
  tracks: readonly {
    readonly about: string;
    readonly alpha: number;
    readonly folding: string;
    readonly checkpoint: TrackCheckpoint;
  }[];
  /** In the order in which people made them. */
  readonly patternChanges: PatternChange[];
  readonly feedback: Map<string, FeedbackRecord>;
  /** By tenant. */
  readonly records: Map<string, AuditRecord[]>;
  readonly seals: Map<string, Seal[]>;
  readonly runbooks: PromotedRunbook[];
  readonly trials: { readonly tenant: string; trial: Trial }[];
  readonly checkpoints: Map<string, TrialCheckpoint & { readonly folding: string }>;
  /** By tenant. */
  readonly outbox: Map<string, OutboxEntry>;
  readonly consumers: Map<string, ConsumerEntry>;
  readonly idempotency: Map<string, IdempotencyEntry>;
}

/** A store with nothing in it. */
export function emptyState(clock: Clock): MemoryState {
  let position = 0;
  return {
    clock,
    nextPosition: () => {
      position += 1;
      return position;
    },
    tickets: new Map(),
    remediations: new Map(),
    runs: new Map(),
    log: [],
    logs: new Map(),
    fresh: new Map(),
    locks: new Map(),
    slots: new Map(),
    halts: new Map(),
    policies: new Map(),
    pins: new Map(),
    definitions: new Map(),
    patterns: new Map(),
    assessed: new Map(),
    resolved: new Map(),
    exemplars: [],
    signatures: new Map(),
    indexes: new Map(),
    indexed: new Map(),
    facts: new Map(),
    factRevisions: new Map(),
    tracks: [],
    patternChanges: [],
    feedback: new Map(),
    records: new Map(),
    seals: new Map(),
    runbooks: [],
    trials: [],
    checkpoints: new Map(),
    outbox: new Map(),
    consumers: new Map(),
    idempotency: new Map(),
  };
}

/** One key of several parts; no two lists of parts share one. */
export function keyOf(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}

/** A frozen copy by way of JSON, as a database would keep it: neither side can change what the other has. */
export function sealed<T>(value: T): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  deepFreeze(copy);
  return copy;
}

/** Nobody has ever claimed it. */
export const UNCLAIMED: Lease = { token: 0, owner: null, untilMs: null };

/** Whether somebody holds it at this moment. A lease is over at `untilMs`. */
export function isAlive(lease: Lease, nowMs: number): lease is Lease & { readonly untilMs: number } {
  return lease.untilMs !== null && lease.untilMs > nowMs;
}

/** Whether the token is the last one given out and its lease is alive. */
export function holds(lease: Lease, token: number, nowMs: number): boolean {
  return lease.token === token && isAlive(lease, nowMs);
}

/** The lease without its holder; the token stays, so that the next one is larger. */
export function givenBack(lease: Lease): Lease {
  return { ...lease, owner: null, untilMs: null };
}

/** Prolongs a lease that is alive and under this token; null otherwise. */
export function prolong(entry: { lease: Lease }, token: number, leaseMs: number, nowMs: number) {
  if (!holds(entry.lease, token, nowMs)) return null;
  const untilMs = nowMs + leaseMs;
  entry.lease = { ...entry.lease, untilMs };
  return { untilMs };
}

/** Claims something for a worker; `held` while another lease is alive. */
export function claimLease(entry: { lease: Lease }, request: ClaimRequest, nowMs: number): Claim {
  if (isAlive(entry.lease, nowMs)) return { kind: 'held', untilMs: entry.lease.untilMs };
  const token = entry.lease.token + 1;
  const untilMs = nowMs + request.leaseMs;
  entry.lease = { token, owner: request.owner, untilMs };
  return { kind: 'claimed', token, untilMs };
}

/** Whether a remediation keeps its ticket from another one: unfinished, or over and still holding its targets. */
export function blocksTicket({ projection }: RemediationEntry): boolean {
  return !projection.ended || projection.holdsLocks;
}

/** The remediations of a ticket, oldest first. */
export function runsOf(state: MemoryState, tenant: string, ticketId: string): readonly RemediationEntry[] {
  return state.runs.get(keyOf(tenant, ticketId)) ?? [];
}

/** The list under this key, which is begun where there is none. */
export function listOf<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const there = lists.get(key);
  if (there) return there;
  const begun: Item[] = [];
  lists.set(key, begun);
  return begun;
}

/** The remediation that keeps a ticket from another one, if any. */
export function blockingOf(state: MemoryState, tenant: string, ticketId: string): RemediationEntry | undefined {
  return runsOf(state, tenant, ticketId).find(blocksTicket);
}

const LARGEST_PAGE = 200;

function positionIn(list: string, cursor: string): number {
  try {
    const [of, position] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (of === list && typeof position === 'number' && Number.isSafeInteger(position)) return position;
  } catch {
    // Not even JSON: refused below like any other cursor that is not ours.
  }
  throw new RemitError('invalid_input', 'The cursor is not one that this list gave out.', {
    faults: [{ pointer: '/cursor', detail: 'Must be the nextCursor of a page of the same list.' }],
    nextStep: 'Start again without a cursor.',
  });
}

/**
 * Cuts a page out of entries that are in the list's order.
 * @throws RemitError `invalid_input` for a limit outside 1..200 or a cursor that this list did not give out.
 */
export function pageOf<Entry extends { readonly position: number }, Item>(
  list: { readonly name: string; readonly oldestFirst?: boolean },
  entries: readonly Entry[],
  page: PageRequest,
  itemOf: (entry: Entry) => Item,
): Page<Item> {
  if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > LARGEST_PAGE) {
    throw new RemitError('invalid_input', `A page has 1 to ${LARGEST_PAGE} items, not ${page.limit}.`, {
      faults: [{ pointer: '/limit', detail: `Must be a whole number from 1 to ${LARGEST_PAGE}.` }],
    });
  }
  const sign = list.oldestFirst ? 1 : -1;
  const after = page.cursor === null ? null : positionIn(list.name, page.cursor);
  const rest = entries
    .filter(({ position }) => after === null || (position - after) * sign > 0)
    .sort((a, b) => (a.position - b.position) * sign);
  const shown = rest.slice(0, page.limit);
  const last = shown.at(-1);
  const more = rest.length > shown.length && last !== undefined;
  return {
    items: shown.map(itemOf),
    nextCursor: more ? Buffer.from(JSON.stringify([list.name, last.position])).toString('base64url') : null,
  };
}
