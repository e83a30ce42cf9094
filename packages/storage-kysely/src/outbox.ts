import type { LogRow, OutboxEvent, OutboxPart, OutboxStore, OutboxType, Projection } from '@remit/core';
import { remediationTold } from '@remit/core/adapter';
import { type Kysely, sql as raw } from 'kysely';
import { z } from 'zod';
import type { Change } from './differences.js';
import { claimOf, GIVEN_BACK, holds, LEASE_COLUMNS, leaseShape, UNCLAIMED } from './leases.js';
import { prepared } from './prepared.js';
import { asJson, asJsonColumn, json, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import { valueByNameShape } from './shapes.js';
import type { Sql } from './sql.js';

const TYPES = [
  'ticket_received',
  'ticket_resolved',
  'ticket_reopened',
  'ticket_cancelled',
  'ticket_adjudicated',
  'ticket_opt_in_changed',
  'remediation_opened',
  'remediation_changed',
  'runbook_promoted',
  'record_written',
] as const satisfies readonly OutboxType[];

const EventRow = z.object({
  tenant: z.string(),
  seq: whole,
  type: z.enum(TYPES),
  ticket_id: z.string().nullable(),
  remediation_id: z.string().nullable(),
  at_ms: whole,
  data: json(valueByNameShape),
});
const eventShape = z.object({
  tenant: z.string(),
  seq: z.number(),
  type: z.enum(TYPES),
  ticketId: z.string().nullable(),
  remediationId: z.string().nullable(),
  atMs: z.number(),
  data: valueByNameShape,
});
const ConsumerRow = z.object({ ...leaseShape, seq: whole, attempts: whole, due_at_ms: whole });
const DeadLetterRow = z.object({ consumer: z.string(), event: json(eventShape), error: z.string(), at_ms: whole });

/** An event that has no number yet. */
export type Told = Pick<OutboxEvent, 'tenant' | 'type' | 'atMs'> &
  Partial<Pick<OutboxEvent, 'ticketId' | 'remediationId' | 'data'>>;

/** The columns of an event. */
export function toldColumns(told: Told) {
  return {
    tenant: told.tenant,
    type: told.type,
    ticket_id: told.ticketId ?? null,
    remediation_id: told.remediationId ?? null,
    at_ms: told.atMs,
    data: asJson(told.data ?? {}),
  };
}

/** Writes an event into the outbox, in the transaction of what it tells of. */
export function tell(transaction: Kysely<Schema>, told: Told): Change {
  return transaction.insertInto('outbox').values(toldColumns(told));
}

/** A {@link tell} that is put together once, for what is told again and again. */
export function teller(db: Kysely<Schema>): (transaction: Kysely<Schema>, told: Told) => Promise<void> {
  const insert = prepared(db, (on, row: ReturnType<typeof toldColumns>) => on.insertInto('outbox').values(row));
  return async (transaction, told) => {
    await insert(transaction, toldColumns(told));
  };
}

/** Writes {@link toldColumns} into the outbox, in the transaction of what they tell of. */
export function tellAll(
  { differences }: Pick<Sql, 'differences'>,
  transaction: Kysely<Schema>,
  told: readonly ReturnType<typeof toldColumns>[],
): Change {
  const columns = {
    tenant: 'text',
    type: 'text',
    ticket_id: 'textOrNull',
    remediation_id: 'textOrNull',
    at_ms: 'whole',
    data: 'text',
  } as const;
  const table = differences.rowsOf(columns, told).as('next');
  return transaction
    .insertInto('outbox')
    .columns(['tenant', 'type', 'ticket_id', 'remediation_id', 'at_ms', 'data'])
    .expression(
      transaction
        .selectFrom(table)
        .select(['tenant', 'type', 'ticket_id', 'remediation_id', 'at_ms'])
        .select(asJsonColumn(differences, 'next.data').as('data')),
    );
}

/** How a remediation stands after these rows, as an event. */
export function toldOf(
  type: 'remediation_opened' | 'remediation_changed',
  {
    rows,
    projection,
    nowMs,
    ...of
  }: Pick<LogRow, 'tenant' | 'remediationId' | 'ticketId'> & {
    readonly rows: readonly LogRow[];
    readonly projection: Projection;
    readonly nowMs: number;
  },
): Told {
  return { ...of, type, atMs: nowMs, data: remediationTold(rows, projection) };
}

function eventOf(row: { readonly tenant: string; readonly seq: unknown }): OutboxEvent {
  const parsed = parseRow('outbox', [row.tenant, row.seq], EventRow, row);
  return {
    tenant: parsed.tenant,
    seq: parsed.seq,
    type: parsed.type,
    ticketId: parsed.ticket_id,
    remediationId: parsed.remediation_id,
    atMs: parsed.at_ms,
    data: parsed.data,
  };
}

async function headOf(db: Kysely<Schema>, tenant: string): Promise<number> {
  const row = await db.selectFrom('outbox_heads').select('seq').where('tenant', '=', tenant).executeTakeFirst();
  return row ? parseRow('outbox_heads', [tenant], whole, row.seq) : 0;
}

/**
 * Gives numbers to the events of a tenant that have none. Numbers are given by readers, one at a time, and never while
 * writing: of two writers the one who began first may come to its end last, and its event would get a number below
 * one that somebody has read already.
 */
async function numberEvents({ db, differences, write }: Sql, tenant: string): Promise<void> {
  const unnumbered = await db
    .selectFrom('outbox')
    .select('position')
    .where('tenant', '=', tenant)
    .where('seq', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (!unnumbered) return;
  await write(async (transaction) => {
    await differences.serialise(transaction, [`outbox ${tenant}`]);
    const head = await headOf(transaction, tenant);
    const numbered = await transaction
      .with('fresh', (from) =>
        from
          .selectFrom('outbox')
          .select('position')
          .select(raw<number>`row_number() over (order by position)`.as('rank'))
          .where('tenant', '=', tenant)
          .where('seq', 'is', null),
      )
      .updateTable('outbox')
      .from('fresh')
      .set({ seq: raw<number>`${head} + fresh.rank` })
      .whereRef('outbox.position', '=', 'fresh.position')
      .returning('outbox.seq')
      .execute();
    const last = numbered.reduce((most, row) => Math.max(most, Number(row.seq)), head);
    await transaction
      .insertInto('outbox_heads')
      .values({ tenant, seq: last })
      .onConflict((conflict) => conflict.column('tenant').doUpdateSet({ seq: last }))
      .execute();
  });
}

async function partAfter(
  sql: Sql,
  tenant: string,
  { seq, limit, ticketId }: Parameters<OutboxStore['after']>[1],
): Promise<OutboxPart> {
  await numberEvents(sql, tenant);
  const last = await headOf(sql.db, tenant);
  const rows = await sql.db
    .selectFrom('outbox')
    .select(['tenant', 'seq', 'type', 'ticket_id', 'remediation_id', 'at_ms', 'data'])
    .where('tenant', '=', tenant)
    .where('seq', '>', seq)
    .where('seq', '<=', last)
    .$if(ticketId !== undefined, (rest) => rest.where('ticket_id', '=', ticketId ?? ''))
    .orderBy('seq')
    .limit(limit)
    .execute();
  const oldest = await sql.db
    .selectFrom('outbox')
    .select('seq')
    .where('tenant', '=', tenant)
    .where('seq', 'is not', null)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  const events = rows.map(eventOf);
  const first = oldest ? parseRow('outbox', [tenant], whole, oldest.seq) : last + 1;
  return { events, upTo: events.length < limit ? last : (events.at(-1)?.seq ?? seq), first, last };
}

/** Removes events that were kept long enough, each with a number first, so that readers see that some are gone. */
export async function forgetEvents(sql: Sql, beforeMs: number, limit: number): Promise<number> {
  const unnumbered = await sql.db
    .selectFrom('outbox')
    .select('tenant')
    .where('seq', 'is', null)
    .where('at_ms', '<=', beforeMs)
    .orderBy('at_ms')
    .limit(limit)
    .execute();
  for (const tenant of new Set(unnumbered.map((row) => row.tenant))) await numberEvents(sql, tenant);
  const { numDeletedRows } = await sql.write((transaction) =>
    transaction
      .deleteFrom('outbox')
      .where('position', 'in', (from) =>
        from
          .selectFrom('outbox')
          .select('position')
          .where('at_ms', '<=', beforeMs)
          .where('seq', 'is not', null)
          .orderBy('at_ms')
          .limit(limit),
      )
      .executeTakeFirstOrThrow(),
  );
  return Number(numDeletedRows);
}

/** The outbox in SQL. */
export function sqlOutbox(sql: Sql): OutboxStore {
  const place = (transaction: Kysely<Schema>, tenant: string, consumer: string) =>
    transaction.updateTable('outbox_consumers').where('tenant', '=', tenant).where('consumer', '=', consumer);
  const locked = async (transaction: Kysely<Schema>, tenant: string, consumer: string) => {
    const row = await transaction
      .selectFrom('outbox_consumers')
      .select([...LEASE_COLUMNS, 'seq', 'attempts', 'due_at_ms'])
      .where('tenant', '=', tenant)
      .where('consumer', '=', consumer)
      .$call(sql.differences.lockRows)
      .executeTakeFirst();
    return row ? parseRow('outbox_consumers', [tenant, consumer], ConsumerRow, row) : null;
  };
  return {
    after: (tenant, query) => partAfter(sql, tenant, query),

    async claim(tenant, consumer, request) {
      await numberEvents(sql, tenant);
      return sql.write(async (transaction) => {
        await transaction
          .insertInto('outbox_consumers')
          .values({
            tenant,
            consumer,
            seq: await headOf(transaction, tenant),
            attempts: 0,
            due_at_ms: 0,
            ...UNCLAIMED,
          })
          .onConflict((conflict) => conflict.columns(['tenant', 'consumer']).doNothing())
          .execute();
        const row = await locked(transaction, tenant, consumer);
        if (!row) throw new Error(`The consumer ${consumer} was removed while it was claimed.`);
        const nowMs = await sql.now(transaction);
        const { claim, set } = claimOf(row, request, nowMs);
        if (claim.kind !== 'claimed' || !set) return { kind: 'held', untilMs: row.lease_until_ms ?? nowMs };
        if (row.due_at_ms > nowMs) return { kind: 'waits', untilMs: row.due_at_ms };
        await place(transaction, tenant, consumer).set(set).execute();
        return { ...claim, seq: row.seq, attempts: row.attempts };
      });
    },

    async step(tenant, consumer, { token, step }) {
      return sql.write(async (transaction) => {
        const row = await locked(transaction, tenant, consumer);
        const nowMs = await sql.now(transaction);
        if (!row || !holds(row, token, nowMs)) return false;
        const next =
          step.kind === 'again'
            ? { attempts: row.attempts + 1, due_at_ms: step.dueAtMs }
            : { seq: step.kind === 'done' ? step.seq : step.event.seq, attempts: 0, due_at_ms: 0 };
        await place(transaction, tenant, consumer)
          .set({ ...GIVEN_BACK, ...next })
          .execute();
        if (step.kind === 'dead') {
          await transaction
            .insertInto('outbox_dead_letters')
            .values({ tenant, consumer, event: asJson(step.event), error: step.error, at_ms: nowMs })
            .execute();
        }
        return true;
      });
    },

    async forgetDeadLetter(tenant, consumer, seq) {
      return sql.write(async (transaction) => {
        const rows = await transaction
          .selectFrom('outbox_dead_letters')
          .select(['position', 'event'])
          .where('tenant', '=', tenant)
          .where('consumer', '=', consumer)
          .execute();
        const positions = rows.flatMap(({ position, event }) =>
          parseRow('outbox_dead_letters', [tenant], json(eventShape), event).seq === seq ? [position] : [],
        );
        if (positions.length === 0) return false;
        await transaction.deleteFrom('outbox_dead_letters').where('position', 'in', positions).execute();
        return true;
      });
    },

    async deadLetters(tenant, limit) {
      const rows = await sql.db
        .selectFrom('outbox_dead_letters')
        .select(['consumer', 'event', 'error', 'at_ms'])
        .where('tenant', '=', tenant)
        .orderBy('position', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => {
        const { consumer, event, error, at_ms: atMs } = parseRow('outbox_dead_letters', [tenant], DeadLetterRow, row);
        return { consumer, event, error, atMs };
      });
    },
  };
}
