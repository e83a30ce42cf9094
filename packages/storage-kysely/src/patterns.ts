import type { PatternStore } from '@remit/core';
import { z } from 'zod';
import { candidateFixesOf } from './candidates.js';
import { pageOf, sliceOf } from './cursor.js';
import { sqlExemplars } from './exemplars.js';
import { factsFor, storeFacts } from './facts.js';
import { gatheredReads } from './gathered.js';
import { sqlPatternChanges } from './patternChanges.js';
import { prepared } from './prepared.js';
import { json, parseRow, whole } from './rows.js';
import { planShape, reopeningsShape } from './shapes.js';
import type { Sql } from './sql.js';
import { type TallyAsk, talliesFor, talliesOf } from './tallies.js';
import { PLAN, placedTicket } from './tickets.js';
import { sqlTracks } from './tracks.js';

const PatternRow = z.object({
  position: whole,
  pattern_id: z.string(),
  category: z.string(),
  title: z.string(),
  created_at_ms: whole,
});

const PlanRow = z.object({
  ticket_id: z.string(),
  created_at_ms: whole,
  plan: json(planShape.nullable()),
  reopenings: json(reopeningsShape),
});

interface NewestOf {
  readonly tenant: string;
  readonly pattern_id: string;
  readonly limit: number;
}

/** Patterns and what they learned, in SQL. */
export function sqlPatterns(sql: Sql): PatternStore {
  const { db } = sql;
  const tally = gatheredReads((asks: readonly TallyAsk[]) => talliesFor(sql.questions, asks));
  const texts = prepared(db, (on, { tenant, pattern_id, limit }: NewestOf) =>
    on
      .selectFrom('tickets')
      .select(['ticket_id', 'title', 'description'])
      .where('tenant', '=', tenant)
      .where('pattern_id', '=', pattern_id)
      .orderBy('position', 'desc')
      .limit(limit),
  );
  return {
    ...sqlExemplars(sql),
    ...sqlPatternChanges(sql),
    ...sqlTracks(sql),
    async learn(tenant, facts) {
      await sql.write((transaction) => storeFacts(sql, transaction, tenant, facts));
    },

    async facts(tenant, patternId, actionType) {
      return factsFor(db, tenant, patternId, actionType);
    },
    tally: (tenant, patternId, actionType) => tally({ tenant, patternId, actionType }),

    async find(tenant, patternId) {
      const row = await db
        .selectFrom('ticket_patterns')
        .select(['category', 'title'])
        .where('tenant', '=', tenant)
        .where('pattern_id', '=', patternId)
        .executeTakeFirst();
      return row ? { patternId, ...row } : null;
    },

    async candidateFixes(tenant, patternId, limit) {
      return candidateFixesOf(db, { tenant, patternId }, limit);
    },

    async ticketsOf(tenant, patternId, { limit }) {
      const rows = await db
        .selectFrom('tickets')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('pattern_id', '=', patternId)
        .orderBy('position', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => placedTicket(row).record);
    },

    async textsOf(tenant, patternId, { limit }) {
      const rows = await texts(sql.questions, { tenant, pattern_id: patternId, limit });
      return rows.map(({ ticket_id: ticketId, title, description }) => ({ ticketId, title, description }));
    },

    async plansOf(tenant, patternId, { limit, fixedByRemit = false }) {
      const rows = await sql.questions
        .selectFrom('tickets')
        .select(['ticket_id', 'created_at_ms', 'reopenings'])
        .select(PLAN)
        .where('tenant', '=', tenant)
        .where('pattern_id', '=', patternId)
        .$if(fixedByRemit, (rest) => rest.where('resolved_at_ms', 'is not', null).where('resolution', 'is', null))
        .orderBy('position', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => {
        const parsed = parseRow('tickets', [tenant, row.ticket_id], PlanRow, row);
        const { ticket_id: ticketId, created_at_ms: createdAtMs, plan, reopenings } = parsed;
        return { ticketId, createdAtMs, plan, reopened: reopenings.length > 0 };
      });
    },

    async list(tenant, query) {
      const { after, fetch } = sliceOf('patterns', query);
      const { category, minOccurrences } = query;
      const rows = await db
        .selectFrom('ticket_patterns')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('merged_into', 'is', null)
        .$if(category !== undefined, (rest) => rest.where('category', '=', category ?? ''))
        .$if(after !== null, (rest) => rest.where('position', '<', after ?? 0))
        .$if(minOccurrences > 0, (rest) =>
          rest.where(({ exists, selectFrom }) =>
            exists(
              selectFrom('pattern_tallies as learned')
                .select('learned.action_type')
                .whereRef('learned.tenant', '=', 'ticket_patterns.tenant')
                .whereRef('learned.pattern_id', '=', 'ticket_patterns.pattern_id')
                .where('learned.occurrences', '>=', minOccurrences),
            ),
          ),
        )
        .orderBy('position', 'desc')
        .limit(fetch)
        .execute();
      const found = rows.map((row) => parseRow('ticket_patterns', [tenant, row.pattern_id], PatternRow, row));
      const shown = found.slice(0, query.limit).map((row) => row.pattern_id);
      const tallies = await talliesOf(db, tenant, shown);
      return pageOf('patterns', found, query.limit, ({ pattern_id, category, title, created_at_ms }) => ({
        patternId: pattern_id,
        category,
        title,
        createdAtMs: created_at_ms,
        tallies: tallies.get(pattern_id) ?? {},
      }));
    },
  };
}
