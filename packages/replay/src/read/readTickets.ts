import { RemitError } from '@remit/core';
import type { ClosedTicket, Field } from './closedTicket.js';
import { type Columns, columnsOf } from './columns.js';
import { openRecords } from './records.js';
import { type DateOrder, ticketOf } from './ticketOf.js';

/** Share of bad records above which a file is refused, unless told otherwise. */
const MOST_BAD = 0.2;
/** Lines that are named of each fault. */
const NAMED = 10;
/** Records that a header of JSON lines is collected from. */
const HEADER_FROM = 100;

/** One kind of fault: how many records had it, and where the first of them are. */
export interface BadLines {
  readonly fault: string;
  readonly count: number;
  readonly lines: readonly number[];
}

/** What was read from a file. Every record is a ticket or counted in `bad`. */
export interface TicketFile {
  /** In the order in which they were opened. */
  readonly tickets: readonly ClosedTicket[];
  readonly records: number;
  readonly bad: readonly BadLines[];
  /** Tickets that stood behind one that was opened later; they were put in order. */
  readonly outOfOrder: number;
  readonly columns: Columns;
  /** SHA-256 of the file. */
  readonly hash: string;
}

/** How a file is read. */
export interface ReadOptions {
  /** Columns by field, where their names are not known ones. */
  readonly columns?: Readonly<Partial<Record<Field, string>>>;
  readonly dates?: DateOrder | null;
  /** Share of bad records (0..1) above which the file is refused; default 0.2. */
  readonly mostBad?: number;
  /** Told now and then which share (0..1) of the file was read. */
  readonly progress?: (share: number) => void;
}

/** Counts faults, and keeps where the first of each kind are. */
class FaultCounter {
  readonly #kinds = new Map<string, { count: number; lines: number[] }>();
  count = 0;

  add(fault: string, line: number): void {
    const kind = this.#kinds.get(fault) ?? { count: 0, lines: [] };
    this.#kinds.set(fault, kind);
    this.count += 1;
    kind.count += 1;
    if (kind.lines.length < NAMED) kind.lines.push(line);
  }

  all(): readonly BadLines[] {
    return [...this.#kinds].map(([fault, kind]) => ({ fault, ...kind })).sort((a, b) => b.count - a.count);
  }
}

interface Row {
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
}

function outOfOrder(tickets: readonly ClosedTicket[]): number {
  let [latest, count] = [Number.NEGATIVE_INFINITY, 0];
  for (const { openedMs } of tickets) {
    if (openedMs < latest) count += 1;
    latest = Math.max(latest, openedMs);
  }
  return count;
}

function refuseWorse(file: string, records: number, faults: FaultCounter, mostBad: number): void {
  if (records === 0) {
    throw new RemitError('invalid_input', `${file} has no records.`, { nextStep: 'Export closed tickets again.' });
  }
  if (faults.count <= mostBad * records) return;
  const told = faults.all().map(({ fault, count, lines }) => `${count} x ${fault} (lines ${lines.join(', ')})`);
  throw new RemitError('invalid_input', `${faults.count} of ${records} records are bad: ${told.join('; ')}.`, {
    nextStep: 'Mend the export or the column names; or allow more with --most-bad SHARE.',
    facts: { records, bad: faults.all() },
  });
}

/**
 * Reads closed tickets: JSON lines or CSV, gzipped or not. Bad records are counted by fault and named by line.
 * @throws RemitError `invalid_input`: unreadable, empty, columns missing, or more bad records than allowed.
 */
export async function readTickets(file: string, options: ReadOptions = {}): Promise<TicketFile> {
  const { columns: named = {}, dates = null, mostBad = MOST_BAD, progress = () => {} } = options;
  const opened = await openRecords(file);
  const faults = new FaultCounter();
  const tickets: ClosedTicket[] = [];
  const seen = new Set<string>();
  let columns: Columns | null = null;
  let waiting: Row[] = [];
  let records = 0;
  const take = ({ line, values }: Row, by: Columns): void => {
    const ticket = ticketOf(values, by, dates);
    if ('fault' in ticket) faults.add(ticket.fault, line);
    else if (seen.has(ticket.ticketId)) faults.add('ticket_id was there before', line);
    else {
      seen.add(ticket.ticketId);
      tickets.push(ticket);
    }
  };
  const settle = (): Columns => {
    const header = [...new Set(waiting.flatMap(({ values }) => Object.keys(values)))];
    const by = columns ?? columnsOf(header, named);
    columns = by;
    for (const row of waiting) take(row, by);
    waiting = [];
    return by;
  };
  for await (const record of opened.records) {
    records += 1;
    if (records % 1_000 === 0) progress(opened.read() / Math.max(1, opened.bytes));
    if ('fault' in record) faults.add(record.fault, record.line);
    else if (columns) take(record, columns);
    else if (waiting.push(record) >= HEADER_FROM) settle();
  }
  if (waiting.length > 0) settle();
  refuseWorse(file, records, faults, mostBad);
  const unordered = outOfOrder(tickets);
  tickets.sort((a, b) => a.openedMs - b.openedMs);
  // Without a single good record it was refused above, unless all bad ones are allowed.
  return {
    tickets,
    records,
    bad: faults.all(),
    outOfOrder: unordered,
    columns: columns ?? { of: {}, recognised: 'known column names' },
    hash: opened.hash(),
  };
}
