import { canonicalJson } from '@remit/core';
import type { ClosedTicket, Field } from './closedTicket.js';
import type { Columns } from './columns.js';

/** How dates with slashes or dots are written: day or month first. */
export type DateOrder = 'dmy' | 'mdy';

type Read<Value> = { readonly value: Value } | { readonly fault: string };

const ISO = /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/;
const SLASHED = /^(\d\d?)[./-](\d\d?)[./-](\d{4})(?:[ T,]+(\d\d?):(\d\d)(?::(\d\d))?)?$/;

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

function instant(parts: readonly (string | undefined)[], zone?: string): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) => Number(part ?? 0));
  const atMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(atMs);
  // 31 February would quietly become a day in March.
  const isReal = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60;
  return isReal ? atMs - offsetMs(zone) : null;
}

/** Reads a date; without a zone it is UTC. */
export function readDate(text: string, order: DateOrder | null): Read<number> {
  const iso = ISO.exec(text);
  if (iso) {
    const atMs = instant(iso.slice(1, 7), iso[7]);
    return atMs === null ? { fault: 'is no date of the calendar' } : { value: atMs };
  }
  const slashed = SLASHED.exec(text);
  if (!slashed) return { fault: 'is not a date' };
  if (!order) return { fault: 'may be day or month first: say --dates dmy or --dates mdy' };
  const [, first, second, year, ...time] = slashed;
  const atMs = instant([year, ...(order === 'dmy' ? [second, first] : [first, second]), ...time]);
  return atMs === null ? { fault: 'is no date of the calendar' } : { value: atMs };
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? canonicalJson(value) : String(value).trim();
}

/** `0`, `false` and nothing mean no; every other whole number yes. */
function readReopened(text: string): Read<boolean> {
  if (/^(0*|false|no)$/i.test(text)) return { value: false };
  if (/^(\d+|true|yes)$/i.test(text)) return { value: true };
  return { fault: 'reopen_count is not a number' };
}

/** The ticket that a record tells of, or what is wrong with it. */
export function ticketOf(
  values: Readonly<Record<string, unknown>>,
  { of }: Columns,
  order: DateOrder | null,
): ClosedTicket | { readonly fault: string } {
  const cell = (field: Field): string => (of[field] === undefined ? '' : textOf(values[of[field]]));
  const ticketId = cell('ticket_id');
  if (ticketId === '') return { fault: 'no ticket_id' };
  if (cell('opened_at') === '') return { fault: 'no opened_at' };
  const opened = readDate(cell('opened_at'), order);
  if ('fault' in opened) return { fault: `opened_at ${opened.fault}` };
  const resolved = cell('resolved_at') === '' ? { value: null } : readDate(cell('resolved_at'), order);
  if ('fault' in resolved) return { fault: `resolved_at ${resolved.fault}` };
  if (resolved.value !== null && resolved.value < opened.value) return { fault: 'resolved before it was opened' };
  const reopened = readReopened(cell('reopen_count'));
  if ('fault' in reopened) return reopened;
  const finer = [cell('subcategory'), cell('symptom')];
  const resolution = cell('resolution');
  return {
    ticketId,
    openedMs: opened.value,
    resolvedMs: resolved.value,
    category: cell('category') || 'other',
    problem: finer.some((part) => part !== '') ? canonicalJson(finer) : null,
    text: cell('description'),
    resolution: resolution === '' ? null : resolution,
    reopened: reopened.value,
  };
}
