import type { FiguresOf, RunFigure, StateName, StatsStore } from '@remit/core';
import { ticketFigureOf } from '@remit/core/adapter';
import { sql as expression, type Kysely } from 'kysely';
import { z } from 'zod';
import { flag, json, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import {
  adjudicationShape,
  consentsShape,
  eventShape,
  figuresShape,
  reopeningsShape,
  resolutionShape,
} from './shapes.js';
import type { Sql } from './sql.js';
import { sqlStatsDays } from './statsDays.js';

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

/** Tickets that were handed in from one moment on, and before another one if it is given. */
interface Range {
  readonly sinceMs: number;
  readonly beforeMs?: number;
  readonly category?: string | undefined;
}

function ticketsIn(db: Kysely<Schema>, tenant: string, { sinceMs, beforeMs, category }: Range) {
  return db
    .selectFrom('tickets as ticket')
    .where('ticket.tenant', '=', tenant)
    .where('ticket.created_at_ms', '>=', sinceMs)
    .$if(beforeMs !== undefined, (rest) => rest.where('ticket.created_at_ms', '<', beforeMs ?? 0))
    .$if(category !== undefined, (rest) => rest.where('ticket.category', '=', category ?? ''));
}

async function ticketFigures(db: Kysely<Schema>, tenant: string, range: Range): Promise<FiguresOf['tickets']> {
  const rows = await ticketsIn(db, tenant, range)
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
    .orderBy('ticket.created_at_ms')
    .orderBy('ticket.position')
    .execute();
  return rows.map((raw) => {
    const row = parseRow('tickets', [tenant, raw.ticket_id], TicketRow, raw);
    return ticketFigureOf(
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
    );
  });
}

async function runFigures(db: Kysely<Schema>, tenant: string, range: Range): Promise<FiguresOf['runs']> {
  const rows = await ticketsIn(db, tenant, range)
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
    .orderBy('run.position')
    .execute();
  return rows.map((raw): RunFigure => {
    const row = parseRow('remediations', [tenant, raw.remediation_id], RunRow, raw);
    return {
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
    };
  });
}

async function deferralReasons(db: Kysely<Schema>, tenant: string, range: Range): Promise<FiguresOf['deferrals']> {
  const rows = await ticketsIn(db, tenant, range)
    .innerJoin('remediation_logs as row', (join) =>
      join.onRef('row.tenant', '=', 'ticket.tenant').onRef('row.ticket_id', '=', 'ticket.ticket_id'),
    )
    .select(['row.position', 'row.event'])
    // Written out, so that the index of such rows alone can be used.
    .where('row.event_type', '=', expression.lit('deferred'))
    .orderBy('row.position')
    .execute();
  return rows.map((raw) => {
    const { event } = parseRow('remediation_logs', [tenant, String(raw.position)], DeferralRow, raw);
    return 'reason' in event ? String(event.reason) : 'unknown';
  });
}

/** All that figures are made of, of the tickets of a time: only the columns that they need. */
async function figuresIn(db: Kysely<Schema>, tenant: string, range: Range): Promise<FiguresOf> {
  return {
    tickets: await ticketFigures(db, tenant, range),
    runs: await runFigures(db, tenant, range),
    deferrals: await deferralReasons(db, tenant, range),
  };
}

/** What figures are made of, in SQL. */
export function sqlStats(sql: Sql): StatsStore {
  const { db } = sql;
  return {
    ...sqlStatsDays(sql, figuresIn),
    tickets: (tenant, range) => ticketFigures(db, tenant, range),
    runs: (tenant, range) => runFigures(db, tenant, range),
    deferrals: (tenant, range) => deferralReasons(db, tenant, range),
  };
}
