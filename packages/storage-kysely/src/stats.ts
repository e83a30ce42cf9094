import { type RunFigure, type StateName, type StatsStore, ticketFigureOf } from '@remit/core';
import { sql as expression } from 'kysely';
import { z } from 'zod';
import { flag, json, parseRow, whole } from './rows.js';
import {
  adjudicationShape,
  consentsShape,
  eventShape,
  figuresShape,
  reopeningsShape,
  resolutionShape,
} from './shapes.js';
import type { Sql } from './sql.js';

const TicketRow = z.object({
  position: whole,
  ticket_id: z.string(),
  category: z.string(),
  created_at_ms: whole,
  resolved_at_ms: whole.nullable(),
  opted_in: flag,
  remediation_id: z.string().nullable(),
  figures: json(figuresShape.nullable()),
  resolution: json(resolutionShape.nullable()),
  reopenings: json(reopeningsShape),
  adjudication: json(adjudicationShape.nullable()),
  disputed: flag,
});

const RunRow = z.object({
  position: whole,
  remediation_id: z.string(),
  ticket_id: z.string(),
  category: z.string(),
  created_at_ms: whole,
  route: z.enum(['auto', 'approval', 'manual', 'suggest_only']),
  state: z.string(),
  reason: z.string().nullable(),
  acts: flag,
  requested_at_ms: whole.nullable(),
  granted_at_ms: whole.nullable(),
  consents: json(consentsShape.nullable()),
});

const DeferralRow = z.object({ position: whole, event: json(eventShape) });

/** Rows that are read at once; the figures of many tickets are put together from several reads. */
const AT_ONCE = 5_000;

/** All rows of a query that reads those after a place, a part at a time. */
async function all<Row extends { readonly position: number }>(
  read: (after: number) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const part = await read(rows.at(-1)?.position ?? 0);
    rows.push(...part);
    if (part.length < AT_ONCE) return rows;
  }
}

/** What figures are made of, in SQL: only the columns that they need. */
export function sqlStats({ db }: Sql): StatsStore {
  return {
    async tickets(tenant, { sinceMs, category }) {
      const rows = await all(async (after) => {
        const part = await db
          .selectFrom('tickets as ticket')
          .select(['position', 'ticket_id', 'category', 'created_at_ms', 'resolved_at_ms', 'opted_in'])
          .select(['remediation_id', 'figures', 'resolution', 'reopenings', 'adjudication'])
          .select(({ exists, selectFrom, case: when }) =>
            when()
              .when(
                exists(
                  selectFrom('pattern_facts as fact')
                    .select('fact.ticket_id')
                    .whereRef('fact.tenant', '=', 'ticket.tenant')
                    .whereRef('fact.ticket_id', '=', 'ticket.ticket_id')
                    .where('fact.kind', '=', 'vote')
                    .where('fact.verdict', '=', 'negative')
                    .where('fact.counted', '=', 1),
                ),
              )
              .then(expression.lit(1))
              .else(expression.lit(0))
              .end()
              .as('disputed'),
          )
          .where('tenant', '=', tenant)
          .where('created_at_ms', '>=', sinceMs)
          .where('position', '>', after)
          .$if(category !== undefined, (rest) => rest.where('category', '=', category ?? ''))
          .orderBy('position')
          .limit(AT_ONCE)
          .execute();
        return part.map((row) => parseRow('tickets', [tenant, row.ticket_id], TicketRow, row));
      });
      return rows.map((row) =>
        ticketFigureOf(
          {
            ticketId: row.ticket_id,
            category: row.category,
            createdAtMs: row.created_at_ms,
            resolvedAtMs: row.resolved_at_ms,
            optedIn: row.opted_in,
            remediationId: row.remediation_id,
            resolution: row.resolution,
            reopenings: row.reopenings,
            adjudication: row.adjudication,
            disputed: row.disputed,
          },
          row.figures,
        ),
      );
    },

    async runs(tenant, { sinceMs }) {
      const rows = await all(async (after) => {
        const part = await db
          .selectFrom('tickets as ticket')
          .innerJoin('remediations as run', (join) =>
            join.onRef('run.tenant', '=', 'ticket.tenant').onRef('run.ticket_id', '=', 'ticket.ticket_id'),
          )
          .leftJoin('remediation_approvals as approval', (join) =>
            join
              .onRef('approval.tenant', '=', 'run.tenant')
              .onRef('approval.ticket_id', '=', 'run.ticket_id')
              .onRef('approval.remediation_id', '=', 'run.remediation_id'),
          )
          .select(['run.position', 'run.remediation_id', 'run.ticket_id', 'ticket.category', 'run.created_at_ms'])
          .select(['run.route', 'run.state', 'run.reason', 'run.acts'])
          .select(['approval.requested_at_ms', 'approval.granted_at_ms', 'approval.consents'])
          .where('ticket.tenant', '=', tenant)
          .where('ticket.created_at_ms', '>=', sinceMs)
          .where('run.position', '>', after)
          .orderBy('run.position')
          .limit(AT_ONCE)
          .execute();
        return part.map((row) => parseRow('remediations', [tenant, row.remediation_id], RunRow, row));
      });
      return rows.map(
        (row): RunFigure => ({
          remediationId: row.remediation_id,
          ticketId: row.ticket_id,
          category: row.category,
          createdAtMs: row.created_at_ms,
          route: row.route,
          state: row.state as StateName,
          reason: row.reason,
          acts: row.acts,
          approval:
            row.requested_at_ms === null
              ? null
              : {
                  requestedAtMs: row.requested_at_ms,
                  consentsAtMs: (row.consents ?? []).map(({ atMs }) => atMs),
                  grantedAtMs: row.granted_at_ms,
                },
        }),
      );
    },

    async deferrals(tenant, { sinceMs }) {
      const rows = await all(async (after) => {
        const part = await db
          .selectFrom('tickets as ticket')
          .innerJoin('remediation_logs as row', (join) =>
            join.onRef('row.tenant', '=', 'ticket.tenant').onRef('row.ticket_id', '=', 'ticket.ticket_id'),
          )
          .select(['row.position', 'row.event'])
          // Written out, so that the index of such rows alone can be used.
          .where('row.event_type', '=', expression.lit('deferred'))
          .where('ticket.tenant', '=', tenant)
          .where('ticket.created_at_ms', '>=', sinceMs)
          .where('row.position', '>', after)
          .orderBy('row.position')
          .limit(AT_ONCE)
          .execute();
        return part.map((row) => parseRow('remediation_logs', [tenant, String(row.position)], DeferralRow, row));
      });
      return rows.map(({ event }) => ('reason' in event ? String(event.reason) : 'unknown'));
    },
  };
}
