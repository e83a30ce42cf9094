import type { StateName, StatsStore } from '@remit/core';
import { sql as expression } from 'kysely';
import { z } from 'zod';
import { parseRow, real, whole } from './rows.js';
import type { Sql } from './sql.js';

const DAY_MS = 86_400_000;

const CategoryRow = z.object({ category: z.string(), tickets: whole, total: real });
const LevelRow = z.object({ level: z.enum(['very_high', 'high', 'medium', 'low']), tickets: whole });
const DayRow = z.object({ day: whole, tickets: whole, average: real });
const TicketsRow = z.object({ tickets: whole, opted_in: whole.nullable() });
const GroupRow = z.object({
  route: z.enum(['auto', 'approval', 'manual', 'suggest_only']),
  state: z.string(),
  remediations: whole,
});

/** Figures in SQL: the database adds up, whatever the number of tickets. */
export function sqlStats({ db }: Sql): StatsStore {
  return {
    async reliability(tenant, { sinceMs, category }) {
      const scored = db
        .selectFrom('tickets')
        .where('tenant', '=', tenant)
        .where('created_at_ms', '>=', sinceMs)
        .where('score', 'is not', null)
        .$if(category !== undefined, (rest) => rest.where('category', '=', category ?? ''));
      const categoryRows = await scored
        .select(({ fn }) => ['category', fn.countAll().as('tickets'), fn.sum('score').as('total')])
        .groupBy('category')
        .execute();
      const levelRows = await scored
        .select(({ fn }) => ['level', fn.countAll().as('tickets')])
        .groupBy('level')
        .execute();
      const day = expression`created_at_ms / ${expression.lit(DAY_MS)}`;
      const dayRows = await scored
        .select(({ fn }) => [day.as('day'), fn.countAll().as('tickets'), fn.avg('score').as('average')])
        .groupBy(day)
        .execute();

      const categories = categoryRows
        .map((row) => parseRow('tickets', [tenant, row.category], CategoryRow, row))
        .sort((a, b) => (a.category < b.category ? -1 : 1));
      const tickets = categories.reduce((sum, row) => sum + row.tickets, 0);
      const levels = { very_high: 0, high: 0, medium: 0, low: 0 };
      for (const row of levelRows) {
        const parsed = parseRow('tickets', [tenant, row.level], LevelRow, row);
        levels[parsed.level] = parsed.tickets;
      }
      const days = dayRows
        .map((row) => parseRow('tickets', [tenant, row.day], DayRow, row))
        .sort((a, b) => a.day - b.day);
      return {
        tickets,
        averageScore: tickets === 0 ? null : categories.reduce((sum, row) => sum + row.total, 0) / tickets,
        levels,
        byCategory: categories.map((row) => ({
          category: row.category,
          tickets: row.tickets,
          averageScore: row.total / row.tickets,
        })),
        trend: days.map((row) => ({
          day: new Date(row.day * DAY_MS).toISOString().slice(0, 10),
          tickets: row.tickets,
          averageScore: row.average,
        })),
      };
    },

    async remediation(tenant, { sinceMs }) {
      const ticketRow = await db
        .selectFrom('tickets')
        .select(({ fn }) => [fn.countAll().as('tickets'), fn.sum('opted_in').as('opted_in')])
        .where('tenant', '=', tenant)
        .where('created_at_ms', '>=', sinceMs)
        .executeTakeFirstOrThrow();
      const groupRows = await db
        .selectFrom('remediations')
        .select(({ fn }) => ['route', 'state', fn.countAll().as('remediations')])
        .where('tenant', '=', tenant)
        .where('created_at_ms', '>=', sinceMs)
        .groupBy(['route', 'state'])
        .execute();
      const { tickets, opted_in } = parseRow('tickets', tenant, TicketsRow, ticketRow);
      const routes = { auto: 0, approval: 0, manual: 0, suggest_only: 0 };
      const states: Partial<Record<StateName, number>> = {};
      for (const row of groupRows) {
        const { route, state, remediations } = parseRow('remediations', [tenant, row.state], GroupRow, row);
        routes[route] += remediations;
        const name = state as StateName;
        states[name] = (states[name] ?? 0) + remediations;
      }
      return { tickets, optedIn: opted_in ?? 0, routes, states };
    },
  };
}
