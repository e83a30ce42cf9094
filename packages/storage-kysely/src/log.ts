import { type Append, chainHash, type LogRow } from '@remit/core';
import { type Kysely, sql as raw } from 'kysely';
import { z } from 'zod';
import type { Change, RowOf } from './differences.js';
import { asJson, asJsonColumn, json, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import { eventShape } from './shapes.js';
import type { Sql } from './sql.js';

const StoredRow = z.object({
  tenant: z.string(),
  remediation_id: z.string(),
  ticket_id: z.string(),
  seq: whole,
  token: whole.nullable(),
  actor: z.string(),
  at_ms: whole,
  event: json(eventShape),
  previous_hash: z.string(),
  hash: z.string(),
});

function logRow(row: { readonly tenant: string; readonly remediation_id: string; readonly seq: unknown }): LogRow {
  const parsed = parseRow('remediation_logs', [row.tenant, row.remediation_id, row.seq], StoredRow, row);
  return {
    tenant: parsed.tenant,
    remediationId: parsed.remediation_id,
    ticketId: parsed.ticket_id,
    seq: parsed.seq,
    token: parsed.token,
    actor: parsed.actor,
    atMs: parsed.at_ms,
    event: parsed.event,
    previousHash: parsed.previous_hash,
    hash: parsed.hash,
  };
}

/** The end of a log: where the next row goes. */
export interface LogHead {
  readonly tenant: string;
  readonly remediationId: string;
  readonly ticketId: string;
  /** Number of rows. */
  readonly version: number;
  /** Hash of the last row; '' without rows. */
  readonly hash: string;
}

/** A row as it is handed out, and its columns. */
interface ChainedRow {
  readonly row: LogRow;
  readonly columns: RowOf<typeof COLUMNS>;
}

/** Events as rows behind the head, each carrying the hash of the row before. */
export function chained(
  { tenant, remediationId, ticketId, version, hash: headHash }: LogHead,
  { events, token, actor, atMs }: Pick<Append, 'events' | 'token' | 'actor' | 'atMs'>,
): readonly ChainedRow[] {
  let previousHash = headHash;
  return events.map((event, index) => {
    const seq = version + index + 1;
    // Hashed as it came: a copy by way of JSON would already have lost what has no canonical form.
    const hash = chainHash(previousHash, { tenant, remediationId, ticketId, seq, token, actor, atMs, event });
    const key = { tenant, remediation_id: remediationId, ticket_id: ticketId, seq };
    const stored = { ...key, token, actor, at_ms: atMs, event: asJson(event), previous_hash: previousHash, hash };
    previousHash = hash;
    return { row: logRow(stored), columns: { ...stored, event_type: event.type } };
  });
}

const COLUMNS = {
  tenant: 'text',
  remediation_id: 'text',
  ticket_id: 'text',
  seq: 'whole',
  token: 'wholeOrNull',
  actor: 'text',
  at_ms: 'whole',
  event_type: 'text',
  event: 'text',
  previous_hash: 'text',
  hash: 'text',
} as const;
const PLAIN = Object.keys(COLUMNS).filter((name) => name !== 'event') as Exclude<keyof typeof COLUMNS, 'event'>[];

/** Writes the columns of rows of {@link chained}, in their order. The caller holds their remediations. */
export function insertRows(
  { differences }: Pick<Sql, 'differences'>,
  transaction: Kysely<Schema>,
  rows: readonly ChainedRow['columns'][],
): Change {
  const table = differences.rowsOf(COLUMNS, rows);
  return transaction
    .insertInto('remediation_logs')
    .columns([...PLAIN, 'event'])
    .expression(
      transaction
        .selectFrom(table.as('next'))
        .select(PLAIN)
        .select(asJsonColumn(differences, 'next.event').as('event')),
    );
}

/** Writes events behind the head. The caller holds the remediation. */
export async function writeRows(
  sql: Sql,
  transaction: Kysely<Schema>,
  head: LogHead,
  append: Pick<Append, 'events' | 'token' | 'actor' | 'atMs'>,
): Promise<readonly LogRow[]> {
  const rows = chained(head, append);
  const columns = rows.map((row) => row.columns);
  if (columns.length > 0) await insertRows(sql, transaction, columns).execute();
  return rows.map(({ row }) => row);
}

function select(db: Kysely<Schema>, tenant: string) {
  return db.selectFrom('remediation_logs').selectAll().where('tenant', '=', tenant);
}

/** The rows of remediations, each in order. */
export async function rowsOfRemediations(
  { questions, differences }: Pick<Sql, 'questions' | 'differences'>,
  asked: readonly Pick<LogHead, 'tenant' | 'remediationId'>[],
): Promise<readonly (readonly LogRow[])[]> {
  const tenants = [...new Set(asked.map(({ tenant }) => tenant))];
  const ids = [...new Set(asked.map(({ remediationId }) => remediationId))];
  const rows = await questions
    .selectFrom('remediation_logs')
    .selectAll()
    .where(differences.oneOf(raw.ref('tenant'), tenants))
    .where(differences.oneOf(raw.ref('remediation_id'), ids))
    .orderBy('tenant')
    .orderBy('remediation_id')
    .orderBy('seq')
    .execute();
  const isOf = (row: (typeof rows)[number], { tenant, remediationId }: (typeof asked)[number]): boolean =>
    row.tenant === tenant && row.remediation_id === remediationId;
  return asked.map((one) => rows.filter((row) => isOf(row, one)).map(logRow));
}

/** The rows of all remediations of a ticket, in the order of writing. */
export async function rowsOfTicket(db: Kysely<Schema>, tenant: string, ticketId: string): Promise<readonly LogRow[]> {
  const rows = await select(db, tenant).where('ticket_id', '=', ticketId).orderBy('position').execute();
  return rows.map(logRow);
}
