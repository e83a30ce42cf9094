import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClosedTicket } from '../src/index.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Writes a file of its own and answers its name. */
export function written(name: string, content: string | Buffer): string {
  const file = join(mkdtempSync(join(tmpdir(), 'remit-replay-')), name);
  writeFileSync(file, content);
  return file;
}

/** A closed ticket; opened so many hours after the beginning, resolved an hour later. */
export function closed(hour: number, parts: Partial<ClosedTicket> = {}): ClosedTicket {
  const openedMs = Date.UTC(2026, 0, 1) + hour * HOUR;
  return {
    ticketId: `T-${hour}`,
    openedMs,
    resolvedMs: openedMs + HOUR,
    category: 'server',
    problem: 'disk',
    text: '',
    resolution: 'grow',
    reopened: false,
    ...parts,
  };
}

/** Tickets as a file of JSON lines with the known column names. */
export function jsonLines(tickets: readonly ClosedTicket[]): string {
  const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return tickets
    .map(({ ticketId, openedMs, resolvedMs, category, problem, text, resolution, reopened }) =>
      JSON.stringify({
        ticket_id: ticketId,
        opened_at: iso(openedMs),
        resolved_at: iso(resolvedMs),
        category,
        ...(problem === null ? {} : { symptom: problem }),
        description: text,
        resolution,
        reopen_count: reopened ? 1 : 0,
      }),
    )
    .join('\n');
}
