import type { DayScores, DayWork, FiguresOf, StatsStore } from '@remit/core';
import { dayFiguring, scoresByDay, workOfDay } from '@remit/core/adapter';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { asJson, json, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import { dayScoresShape, dayWorkShape } from './shapes.js';
import type { Sql } from './sql.js';

/*
 * Days that are over are summed up once and kept. Whatever changes a ticket of such a day forgets it in the same
 * transaction and counts the change, so that nobody keeps what was read before; it is summed up anew when next asked for.
 * Tickets are read a few at a time, so that other work gets its turn in between.
 */

const DAY_MS = 86_400_000;
/** How long a day must be over: whoever took it for today has long written by then. */
const SETTLES_MS = 3_600_000;
/** Tickets that are read at once: a few ms in which nobody else has the connection, where there is one. */
const AT_ONCE = 100;

/** Reads all that figures are made of, of the tickets that were handed in from one moment on and before another one. */
type ReadFigures = (
  db: Kysely<Schema>,
  tenant: string,
  range: { readonly sinceMs: number; readonly beforeMs: number },
) => Promise<FiguresOf>;

interface Day {
  readonly dayMs: number;
  readonly scores: readonly DayScores[];
  readonly work: readonly DayWork[];
}

const startOf = (atMs: number): number => Math.floor(atMs / DAY_MS) * DAY_MS;
const lockOf = (tenant: string, dayMs: number): string => `stats_days ${JSON.stringify([tenant, dayMs])}`;

/** What nobody knows how to read: the day has to be summed up. */
const NOT_THERE = '';

/** Forgets what is kept of the days on which these tickets were handed in. To be called last: it takes locks. */
export async function forgetDays(
  { differences }: Sql,
  transaction: Kysely<Schema>,
  tenant: string,
  { createdAtMs, nowMs }: { readonly createdAtMs: readonly number[]; readonly nowMs: number },
): Promise<void> {
  const days = [...new Set(createdAtMs.map(startOf))].filter((dayMs) => dayMs < startOf(nowMs));
  if (days.length === 0) return;
  await differences.serialise(
    transaction,
    days.map((dayMs) => lockOf(tenant, dayMs)),
  );
  await transaction
    .updateTable('stats_days')
    .set('figuring', NOT_THERE)
    .set('revision', ({ eb, ref }) => eb(ref('revision').$castTo<number>(), '+', 1))
    .where('tenant', '=', tenant)
    .where('day_ms', 'in', days)
    .execute();
}

function summedUp(dayMs: number, figures: FiguresOf): Day {
  const scores = scoresByDay(figures.tickets);
  if (figures.tickets.length === 0) return { dayMs, scores, work: [] };
  return { dayMs, scores, work: [workOfDay(new Date(dayMs).toISOString().slice(0, 10), figures)] };
}

/** The days on which tickets were handed in, of a time, that are not among those which are known. */
async function unknownDays(
  db: Kysely<Schema>,
  tenant: string,
  range: { readonly sinceMs: number; readonly beforeMs: number },
  known: ReadonlySet<number>,
): Promise<readonly number[]> {
  const days: number[] = [];
  for (let fromMs = range.sinceMs; fromMs < range.beforeMs; ) {
    if (known.has(fromMs)) {
      fromMs += DAY_MS;
      continue;
    }
    const next = await db
      .selectFrom('tickets')
      .select('created_at_ms')
      .where('tenant', '=', tenant)
      .where('created_at_ms', '>=', fromMs)
      .where('created_at_ms', '<', range.beforeMs)
      .orderBy('created_at_ms')
      .limit(1)
      .executeTakeFirst();
    if (!next) return days;
    const dayMs = startOf(parseRow('tickets', [tenant], whole, next.created_at_ms));
    if (!known.has(dayMs)) days.push(dayMs);
    fromMs = dayMs + DAY_MS;
  }
  return days;
}

/** All figures of a time, a few tickets at a time, with a pause after each of these parts but the last. */
async function readInParts(
  db: Kysely<Schema>,
  tenant: string,
  { sinceMs, beforeMs }: { readonly sinceMs: number; readonly beforeMs: number },
  { read, pause }: { readonly read: ReadFigures; readonly pause: (tookMs: number) => Promise<void> },
): Promise<FiguresOf> {
  const parts: FiguresOf[] = [];
  for (let fromMs = sinceMs; ; ) {
    const begunMs = performance.now();
    const next = await db
      .selectFrom('tickets')
      .select('created_at_ms')
      .where('tenant', '=', tenant)
      .where('created_at_ms', '>=', fromMs)
      .where('created_at_ms', '<', beforeMs)
      .orderBy('created_at_ms')
      .limit(1)
      .offset(AT_ONCE)
      .executeTakeFirst();
    // Tickets of the same moment stay together.
    const toMs = next ? Math.max(fromMs + 1, parseRow('tickets', [tenant], whole, next.created_at_ms)) : beforeMs;
    parts.push(await read(db, tenant, { sinceMs: fromMs, beforeMs: toMs }));
    if (!next) break;
    await pause(performance.now() - begunMs);
    fromMs = toMs;
  }
  return {
    tickets: parts.flatMap(({ tickets }) => tickets),
    runs: parts.flatMap(({ runs }) => runs),
    deferrals: parts.flatMap(({ deferrals }) => deferrals),
  };
}

/** Lets others have their turn. */
const turn = () => new Promise<void>((go) => setImmediate(go));
/** Lets others have as much time as this took: for work that nobody waits for in a hurry. */
const rest = (tookMs: number) => new Promise<void>((go) => setTimeout(go, tookMs));

const KeptScores = z.object({ day_ms: whole, scores: json(z.array(dayScoresShape)) });
const KeptWork = z.object({ day_ms: whole, work: json(z.array(dayWorkShape)) });

/** Figures by day, in SQL. */
export function sqlStatsDays(sql: Sql, read: ReadFigures): Pick<StatsStore, 'scores' | 'work'> {
  const { db, differences } = sql;
  const summing = new Map<string, Promise<Day>>();

  /** The count of the changes of a day's tickets; from here on, whoever changes one adds to it. */
  async function revisionOf(tenant: string, dayMs: number): Promise<number> {
    const nothing = { scores: '[]', work: '[]', figuring: NOT_THERE };
    return sql.writeSwiftly(async (transaction) => {
      // Whoever has changed a ticket already and is not done yet would not find the row.
      await differences.serialise(transaction, [lockOf(tenant, dayMs)]);
      await transaction
        .insertInto('stats_days')
        .values({ tenant, day_ms: dayMs, ...nothing })
        .onConflict((conflict) => conflict.columns(['tenant', 'day_ms']).doNothing())
        .execute();
      const row = await transaction
        .selectFrom('stats_days')
        .select('revision')
        .where('tenant', '=', tenant)
        .where('day_ms', '=', dayMs)
        .executeTakeFirst();
      return parseRow('stats_days', [tenant, dayMs], whole, row?.revision);
    });
  }

  async function sumUp(tenant: string, dayMs: number): Promise<Day> {
    const revision = await revisionOf(tenant, dayMs);
    const range = { sinceMs: dayMs, beforeMs: dayMs + DAY_MS };
    const day = summedUp(dayMs, await readInParts(db, tenant, range, { read, pause: rest }));
    await sql.writeSwiftly((transaction) =>
      transaction
        .updateTable('stats_days')
        .set({ scores: asJson(day.scores), work: asJson(day.work), figuring: dayFiguring() })
        .where('tenant', '=', tenant)
        .where('day_ms', '=', dayMs)
        .where('revision', '=', revision)
        .execute(),
    );
    return day;
  }

  /** Sums a day up and keeps it, unless one of its tickets changes meanwhile. Asked twice at once, it is done once. */
  function keep(tenant: string, dayMs: number): Promise<Day> {
    const key = lockOf(tenant, dayMs);
    const going = summing.get(key) ?? sumUp(tenant, dayMs).finally(() => summing.delete(key));
    summing.set(key, going);
    return going;
  }

  /** Days of a time: those kept as they are, the others summed up now. */
  async function daysSince<Part>(
    tenant: string,
    sinceMs: number,
    kept: (range: { sinceMs: number; beforeMs: number }) => Promise<readonly (readonly [number, readonly Part[]])[]>,
    partOf: (day: Day) => readonly Part[],
  ): Promise<readonly Part[]> {
    const nowMs = await sql.now(db);
    const beforeMs = startOf(nowMs - SETTLES_MS);
    const firstMs = startOf(sinceMs + DAY_MS - 1);
    const days = new Map(firstMs < beforeMs ? await kept({ sinceMs: firstMs, beforeMs }) : []);
    const unknown = await unknownDays(db, tenant, { sinceMs: firstMs, beforeMs }, new Set(days.keys()));
    for (const dayMs of unknown) days.set(dayMs, partOf(await keep(tenant, dayMs)));
    // What is not over, and the day of which only a part is asked for.
    for (let fromMs = Math.max(sinceMs, beforeMs); fromMs <= nowMs; fromMs = startOf(fromMs) + DAY_MS) {
      const range = { sinceMs: fromMs, beforeMs: startOf(fromMs) + DAY_MS };
      days.set(fromMs, partOf(summedUp(startOf(fromMs), await readInParts(db, tenant, range, { read, pause: turn }))));
    }
    if (sinceMs < Math.min(firstMs, beforeMs)) {
      const part = await readInParts(db, tenant, { sinceMs, beforeMs: firstMs }, { read, pause: turn });
      days.set(sinceMs, partOf(summedUp(startOf(sinceMs), part)));
    }
    return [...days].sort(([a], [b]) => a - b).flatMap(([, parts]) => parts);
  }

  const ofTenant = (tenant: string, range: { sinceMs: number; beforeMs: number }) =>
    db
      .selectFrom('stats_days')
      .where('tenant', '=', tenant)
      .where('day_ms', '>=', range.sinceMs)
      .where('day_ms', '<', range.beforeMs)
      .where('figuring', '=', dayFiguring());

  return {
    scores: (tenant, { sinceMs }) =>
      daysSince(
        tenant,
        sinceMs,
        async (range) => {
          const rows = await ofTenant(tenant, range).select(['day_ms', 'scores']).execute();
          return rows.map((row) => {
            const { day_ms, scores } = parseRow('stats_days', [tenant, row.day_ms], KeptScores, row);
            return [day_ms, scores] as const;
          });
        },
        ({ scores }) => scores,
      ),
    work: (tenant, { sinceMs }) =>
      daysSince(
        tenant,
        sinceMs,
        async (range) => {
          const rows = await ofTenant(tenant, range).select(['day_ms', 'work']).execute();
          return rows.map((row) => {
            const { day_ms, work } = parseRow('stats_days', [tenant, row.day_ms], KeptWork, row);
            return [day_ms, work] as const;
          });
        },
        ({ work }) => work,
      ),
  };
}
