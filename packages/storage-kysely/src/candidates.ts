import type { CandidateFix } from '@remit/core';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { json, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import { resolutionShape } from './shapes.js';

const SaidRow = z.object({ ticket_id: z.string(), author: z.string(), at_ms: whole, text: z.string() });
const DoneRow = z.object({ ticket_id: z.string(), resolution: json(resolutionShape) });

function newestFirst(a: CandidateFix, b: CandidateFix): number {
  if (a.atMs !== b.atMs) return b.atMs - a.atMs;
  if (a.ticketId !== b.ticketId) return a.ticketId < b.ticketId ? -1 : 1;
  return a.source < b.source ? -1 : 1;
}

/** What people said has fixed tickets of a pattern, newest first. */
export async function candidateFixesOf(
  db: Kysely<Schema>,
  { tenant, patternId }: { readonly tenant: string; readonly patternId: string },
  limit: number,
): Promise<readonly CandidateFix[]> {
  const said = await db
    .selectFrom('tickets as ticket')
    .innerJoin('ticket_feedbacks as feedback', (join) =>
      join.onRef('feedback.tenant', '=', 'ticket.tenant').onRef('feedback.ticket_id', '=', 'ticket.ticket_id'),
    )
    .select(['ticket.ticket_id', 'feedback.author', 'feedback.at_ms', 'feedback.actual_resolution as text'])
    .where('ticket.tenant', '=', tenant)
    .where('ticket.pattern_id', '=', patternId)
    .where('feedback.actual_resolution', 'is not', null)
    .orderBy('feedback.at_ms', 'desc')
    .orderBy('ticket.ticket_id')
    .limit(limit)
    .execute();
  const done = await db
    .selectFrom('tickets')
    .select(['ticket_id', 'resolution'])
    .where('tenant', '=', tenant)
    .where('pattern_id', '=', patternId)
    .where('resolution', 'is not', null)
    .orderBy('resolved_at_ms', 'desc')
    .orderBy('ticket_id')
    .limit(limit)
    .execute();
  const fixes = [
    ...said.map((row): CandidateFix => {
      const { ticket_id, author, at_ms, text } = parseRow('ticket_feedbacks', [tenant, row.ticket_id], SaidRow, row);
      return { ticketId: ticket_id, author, atMs: at_ms, source: 'feedback', text, actions: [] };
    }),
    ...done.map((row): CandidateFix => {
      const { ticket_id, resolution } = parseRow('tickets', [tenant, row.ticket_id], DoneRow, row);
      const { resolver: author, atMs, text, actions } = resolution;
      return { ticketId: ticket_id, author, atMs, source: 'resolution', text, actions };
    }),
  ];
  return fixes.sort(newestFirst).slice(0, limit);
}
