import {
  chainHash,
  type Ended,
  type LogRow,
  type RemediationEvent,
  type Storage,
  type TicketRecord,
} from '@remit/core';
import { END_STATES } from '@remit/core/adapter';
import { TENANT } from './people.js';
import type { Scenario } from './scenarios.js';
import { acknowledgedIn, type Effect, effectsOf } from './world/world.js';

/** What must never be. */
export const FAULT_KINDS = [
  /** An effect happened more than once for one key, or for one step and direction. */
  'duplicates',
  /** An acknowledged ticket did not come to a proper end. */
  'lost',
  /** The hash chain of a log does not verify. */
  'chainBroken',
  /** An effect has no intent before it. */
  'unintended',
  /** A log tells something else than the world shows. */
  'untrue',
  /** A target is locked and nobody is to look at it. */
  'lockedForNothing',
  /** A worker sent something after its lease was over. */
  'sentLate',
] as const;
/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One thing that must never be. */
export interface Fault {
  readonly kind: FaultKind;
  readonly says: string;
}

/** What reconcile reads answered. */
export interface Reconciled {
  readonly happened: number;
  readonly did_not_happen: number;
  readonly cannot_tell: number;
}

/** How a trial stands once everybody is at rest. */
export interface Judgement {
  readonly faults: readonly Fault[];
  /** The states of the tickets' latest remediations, sorted. */
  readonly states: readonly string[];
  readonly reconciled: Reconciled;
  /** Reconcile reads after which a call was allowed to be sent again. */
  readonly resent: number;
}

/** The log of one remediation. */
interface Log {
  readonly remediationId: string;
  readonly rows: readonly LogRow[];
}

function logsOf(rows: readonly LogRow[]): readonly Log[] {
  const ids = [...new Set(rows.map(({ remediationId }) => remediationId))];
  return ids.map((id) => ({ remediationId: id, rows: rows.filter(({ remediationId }) => remediationId === id) }));
}

const groupCounts = (names: readonly string[]): ReadonlyMap<string, number> =>
  names.reduce((counts, name) => counts.set(name, (counts.get(name) ?? 0) + 1), new Map<string, number>());

/** Counted per key, and per remediation, tool and target as well: a second effect under another key is one too. */
function duplicatesIn(effects: readonly Effect[]): readonly Fault[] {
  const byKey = groupCounts(effects.map(({ key }) => `key ${key}`));
  const bySteps = groupCounts(effects.map((effect) => `${effect.remediationId} ${effect.tool} ${effect.target}`));
  const most = [byKey, bySteps].map((counts) => [...counts].filter(([, count]) => count > 1));
  const worst = (most[1] ?? []).length >= (most[0] ?? []).length ? most[1] : most[0];
  return (worst ?? []).flatMap(([name, count]) =>
    Array.from({ length: count - 1 }, (): Fault => ({ kind: 'duplicates', says: `${name} happened ${count} times` })),
  );
}

/** Where a chain breaks, or null. */
export function brokenLink({ remediationId, rows }: Log): string | null {
  let previousHash = '';
  for (const [index, { hash, previousHash: claimed, ...row }] of rows.entries()) {
    const where = `${remediationId} row ${index + 1}`;
    if (row.seq !== index + 1) return `${where} has the number ${row.seq}`;
    if (claimed !== previousHash) return `${where} does not follow the row before`;
    if (hash !== chainHash(previousHash, row)) return `${where} is not what was hashed`;
    previousHash = hash;
  }
  return null;
}

function intentsIn(rows: readonly LogRow[]) {
  return rows.flatMap(({ event, atMs }) => (event.type === 'action_intended' ? [{ ...event, atMs }] : []));
}

function unintended(effects: readonly Effect[], rows: readonly LogRow[]): readonly Fault[] {
  const intents = intentsIn(rows);
  return effects
    .filter(({ key, at }) => !intents.some(({ idempotencyKey, atMs }) => idempotencyKey === key && atMs <= at))
    .map(({ tool, target }) => ({ kind: 'unintended', says: `${tool}(${target}) happened without an intent before` }));
}

const IS_END = new Set<string>(END_STATES);

function isEnded(event: RemediationEvent): event is Ended {
  return IS_END.has(event.type);
}

/** The last row that ended a remediation. */
function endOf(rows: readonly LogRow[]): Ended | null {
  return rows.map(({ event }) => event).findLast(isEnded) ?? null;
}

/** The tools that have effects. */
const CHANGES = new Set(['world/repair', 'world/unrepair']);

/** What an ended log says of each step against what the world shows; a parked one says that it does not know. */
function untrue({ rows }: Log, effects: readonly Effect[]): readonly Fault[] {
  const end = endOf(rows);
  if (!end || end.type === 'needs_reconciliation') return [];
  const ordered = rows.some(({ event }) => event.type === 'reconciliation_answered');
  const count = (key: string | undefined): number => effects.filter((effect) => effect.key === key).length;
  // A step that only reads leaves nothing in the world.
  const intents = intentsIn(rows).filter(({ tool }) => CHANGES.has(tool));
  return [...new Set(intents.map(({ step }) => step))].flatMap((step): readonly Fault[] => {
    const keyOf = (wanted: 'do' | 'undo') =>
      intents.find((intent) => intent.step === step && intent.direction === wanted)?.idempotencyKey;
    const found = { done: count(keyOf('do')), undone: count(keyOf('undo')) };
    const isUndone = end.undone.includes(step);
    const told = { done: isUndone || end.committed.includes(step) ? 1 : 0, undone: isUndone ? 1 : 0 };
    // Who orders a doubtful step back does not claim that it happened.
    const agrees = (found.done === told.done || (ordered && isUndone)) && found.undone === told.undone;
    if (agrees) return [];
    const says = `${end.type} (${end.reason}) tells of step ${step} ${JSON.stringify(told)}, the world shows ${JSON.stringify(found)}`;
    return [{ kind: 'untrue', says }];
  });
}

/** Ends that need no further word; `needs_reconciliation` and `manual` must say why a person has to look. */
const PROPER_ENDS = ['succeeded', 'rolled_back', 'failed', 'recovered', 'awaiting_approval'];

function lostIn(
  ticketId: string,
  ticket: TicketRecord | null,
  rows: readonly LogRow[],
  { withdrawn }: Scenario,
): readonly Fault[] {
  const lost = (says: string): readonly Fault[] => [{ kind: 'lost', says: `${ticketId} ${says}` }];
  if (!ticket) return lost('was acknowledged and is not there');
  const log = rows.filter(({ remediationId }) => remediationId === ticket.remediationId);
  const state = stateIn(log);
  if (PROPER_ENDS.includes(state)) return [];
  const reason = endOf(log)?.reason ?? '';
  if (state === 'needs_reconciliation' && reason !== '' && ticket.status === 'needs_human') return [];
  if (withdrawn && (state === 'suggested' || state === 'withdrawn')) return [];
  // Somebody else fixed the target before this ticket was decided.
  if (state === 'manual' && reason === 'symptom_absent') return [];
  return lost(`is ${ticket.status}, its remediation ${state} (${reason})`);
}

/** The state of a remediation as its last telling row says. */
function stateIn(log: readonly LogRow[]): string {
  const telling = log.filter(({ event }) => IS_END.has(event.type) || event.type === 'approval_requested');
  const last = telling.at(-1)?.event.type ?? 'missing';
  return last === 'approval_requested' ? 'awaiting_approval' : last;
}

async function lockedForNothing(storage: Storage, logs: readonly Log[]): Promise<readonly Fault[]> {
  const keys = logs.flatMap(({ rows }) =>
    rows.flatMap(({ event }) => (event.type === 'proposed' ? event.steps.flatMap((step) => step.targetKeys) : [])),
  );
  const faults: Fault[] = [];
  for (const key of new Set(keys)) {
    const taken = await storage.locks.take(TENANT, 'judge', [key]);
    await storage.locks.release(TENANT, 'judge');
    if (taken.kind === 'taken') continue;
    const holder = logs.find(({ remediationId }) => remediationId === taken.holder.remediationId);
    const state = holder ? stateIn(holder.rows) : 'unknown';
    if (state === 'needs_reconciliation') continue;
    faults.push({ kind: 'lockedForNothing', says: `${key} is held by a remediation that is ${state}` });
  }
  return faults;
}

function reconciledIn(rows: readonly LogRow[]): Pick<Judgement, 'reconciled' | 'resent'> {
  const found = rows.flatMap(({ event }) => (event.type === 'reconciled' ? [event] : []));
  const count = (wanted: string): number => found.filter(({ answer }) => answer === wanted).length;
  const answers = ['happened', 'did_not_happen', 'cannot_tell'] as const;
  const [happened, did_not_happen, cannot_tell] = answers.map(count) as [number, number, number];
  return {
    reconciled: { happened, did_not_happen, cannot_tell },
    resent: found.filter(({ mayResend, answer }) => mayResend && answer === 'did_not_happen').length,
  };
}

/** Holds what the store says against what the world shows. */
export async function judge(storage: Storage, folder: string, scenario: Scenario): Promise<Judgement> {
  const effects = effectsOf(folder);
  const { items } = await storage.tickets.list(TENANT, { limit: 200, cursor: null });
  // Stored but not acknowledged counts too: whoever handed it in may find it and rely on it.
  const ids = [...new Set([...acknowledgedIn(folder), ...items.map(({ ticketId }) => ticketId)])].sort();
  const faults: Fault[] = [...duplicatesIn(effects)];
  const rows: LogRow[] = [];
  const states: string[] = [];
  for (const id of ids) {
    const ticket = await storage.tickets.find(TENANT, id);
    const log = await storage.remediations.logOf(TENANT, id);
    faults.push(...lostIn(id, ticket, log, scenario));
    states.push(stateIn(log.filter(({ remediationId }) => remediationId === ticket?.remediationId)));
    rows.push(...log);
  }
  const logs = logsOf(rows);
  for (const log of logs) {
    const broken = brokenLink(log);
    if (broken !== null) faults.push({ kind: 'chainBroken', says: broken });
    faults.push(...untrue(log, effects));
  }
  faults.push(...unintended(effects, rows), ...(await lockedForNothing(storage, logs)));
  return { faults, states: states.sort(), ...reconciledIn(rows) };
}
