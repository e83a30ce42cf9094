import type { LogRow } from '@remit/client';
import { BOLT, CHECK, CLOCK, DIAMOND, DOT, LOCK, PERSON, STOP, UNDO, WARN } from './icons.js';
import type { Tone } from './level.js';

/** What a row of the log is about; the filter goes by it. */
export type RowKind = 'decision' | 'approval' | 'check' | 'action' | 'end';

/** All kinds, in the order in which they are offered. */
export const ROW_KINDS: readonly RowKind[] = ['decision', 'approval', 'check', 'action', 'end'];

/** How a row is shown. */
export interface RowLook {
  readonly kind: RowKind;
  readonly tone: Tone;
  readonly icon: string;
}

const look = (kind: RowKind, tone: Tone, icon: string): RowLook => ({ kind, tone, icon });

const LOOKS: Readonly<Record<string, RowLook>> = {
  proposed: look('decision', 'fine', DIAMOND),
  approval_requested: look('approval', 'warn', PERSON),
  approval_given: look('approval', 'good', PERSON),
  approval_refused: look('approval', 'bad', PERSON),
  approval_attempt_refused: look('approval', 'warn', LOCK),
  approval_escalated: look('approval', 'warn', CLOCK),
  approval_consumed: look('approval', 'quiet', LOCK),
  claimed: look('action', 'quiet', DOT),
  cleared: look('check', 'good', CHECK),
  deferred: look('check', 'warn', CLOCK),
  action_intended: look('action', 'fine', BOLT),
  action_settled: look('action', 'good', BOLT),
  reconciled: look('action', 'warn', BOLT),
  reconciliation_answered: look('approval', 'fine', PERSON),
  taken_over: look('action', 'warn', UNDO),
  validated: look('check', 'good', CHECK),
  stopped: look('check', 'bad', STOP),
  rollback_started: look('action', 'warn', UNDO),
  undo_validated: look('check', 'good', UNDO),
  late_reply: look('action', 'warn', CLOCK),
  succeeded: look('end', 'good', CHECK),
  rolled_back: look('end', 'warn', UNDO),
  failed: look('end', 'bad', STOP),
  needs_reconciliation: look('end', 'bad', WARN),
  rejected: look('end', 'bad', STOP),
  expired: look('end', 'warn', CLOCK),
  halted: look('end', 'bad', STOP),
  withdrawn: look('end', 'warn', STOP),
  recovered: look('end', 'good', CHECK),
  manual: look('end', 'warn', PERSON),
  suggested: look('end', 'quiet', DOT),
  superseded: look('end', 'quiet', UNDO),
};

const UNKNOWN = look('action', 'quiet', DOT);

/** How a row is shown; what went wrong is never green, and a type of a newer version is quiet. */
export function lookOfRow({ event }: LogRow): RowLook {
  const own = (Object.hasOwn(LOOKS, event.type) ? LOOKS[event.type] : undefined) ?? UNKNOWN;
  if (event['passed'] === false) return { ...own, tone: 'bad', icon: STOP };
  if (event.type === 'action_settled' && event['outcome'] !== 'committed') {
    return event['outcome'] === 'failed' ? { ...own, tone: 'bad', icon: STOP } : { ...own, tone: 'warn', icon: WARN };
  }
  return own;
}

/** What rows are looked for. */
export interface RowFilter {
  readonly kind: RowKind | null;
  readonly text: string;
}

/** The rows that a filter lets through, in their order. */
export function filterRows(rows: readonly LogRow[], { kind, text }: RowFilter): readonly LogRow[] {
  const wanted = text.trim().toLowerCase();
  if (kind === null && wanted === '') return rows;
  return rows.filter((row) => {
    if (kind !== null && lookOfRow(row).kind !== kind) return false;
    return wanted === '' || `${row.sentence} ${row.actor} ${row.event.type}`.toLowerCase().includes(wanted);
  });
}

/** Whether the rows name each other's hashes without a gap, as far as they are shown. */
export type ChainLinks =
  | { readonly intact: true; readonly rows: number }
  | { readonly intact: false; readonly row: LogRow };

/**
 * Follows the hashes from row to row, each remediation for itself. It compares what the rows say; whether a row hashes
 * to what it says is for `remit audit verify` to find.
 */
export function followLinks(rows: readonly LogRow[]): ChainLinks {
  const heads = new Map<string, LogRow>();
  for (const row of rows) {
    const before = heads.get(row.remediation_id);
    if (before && (row.previous_hash !== before.hash || row.seq !== before.seq + 1)) return { intact: false, row };
    if (!before && row.seq !== 1) return { intact: false, row };
    heads.set(row.remediation_id, row);
  }
  return { intact: true, rows: rows.length };
}

/** The event of a row without what its sentence says already. */
export function detailOf({ event }: LogRow): Readonly<Record<string, unknown>> | null {
  const { type: _, ...rest } = event;
  return Object.keys(rest).length === 0 ? null : rest;
}

/** A sentence of a decision or of the guard, with how it came out. */
export interface Reason {
  readonly name: string;
  readonly sentence: string;
  readonly tone: Tone;
  readonly icon: string;
}

function isList(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null);
}

/** What the guard looked at before a row was written; empty where it did not look. */
export function verdictsOf({ event }: LogRow): readonly Reason[] {
  const verdicts = event['verdicts'];
  if (!isList(verdicts)) return [];
  return verdicts.map(
    ({ check, answer, because }) =>
      ({
        name: String(check),
        sentence: String(because),
        ...(answer === 'yes'
          ? { tone: 'good', icon: CHECK }
          : answer === 'deferred'
            ? { tone: 'warn', icon: CLOCK }
            : { tone: 'bad', icon: STOP }),
      }) as const,
  );
}
