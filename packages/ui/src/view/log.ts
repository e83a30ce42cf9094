import type { LogRow } from '@remit/client';
import { CHECK, CLOCK, STOP, WARN } from './icons.js';
import type { LevelLook } from './level.js';
import { lookOfName } from './looks.js';

/** What a row of the log is about; the filter goes by it. */
export type RowKind = 'decision' | 'approval' | 'check' | 'action' | 'end';

/** All kinds, in the order in which they are offered. */
export const ROW_KINDS: readonly RowKind[] = ['decision', 'approval', 'check', 'action', 'end'];

/** How a row is shown. */
export interface RowLook extends LevelLook {
  readonly kind: RowKind;
}

/** What is of no other kind is an action. */
const KINDS: ReadonlyMap<string, RowKind> = new Map(
  (
    [
      ['decision', 'proposed'],
      [
        'approval',
        'approval_requested approval_given approval_refused approval_attempt_refused approval_escalated approval_consumed reconciliation_answered',
      ],
      ['check', 'cleared deferred validated stopped undo_validated'],
      [
        'end',
        'succeeded rolled_back failed needs_reconciliation rejected expired halted withdrawn recovered manual suggested superseded',
      ],
    ] as const
  ).flatMap(([kind, types]) => types.split(' ').map((type) => [type, kind] as const)),
);

/** How a row is shown; what went wrong is never green, and a type of a newer version is quiet. */
export function lookOfRow({ event }: LogRow): RowLook {
  const { type, outcome, passed } = event;
  const own = { ...lookOfName(type), kind: KINDS.get(type) ?? 'action' };
  if (passed === false || outcome === 'failed') return { ...own, tone: 'bad', icon: STOP };
  if (type === 'action_settled' && outcome !== 'committed') return { ...own, tone: 'warn', icon: WARN };
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
export interface Reason extends LevelLook {
  readonly name: string;
  readonly sentence: string;
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
