import { type Append, chainHash, type LogRow } from '@remit/core';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { asJson, json, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import { eventShape } from './shapes.js';

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

/** Writes events behind the head, each row carrying the hash of the row before. The caller holds the remediation. */
export async function writeRows(
  transaction: Kysely<Schema>,
  head: LogHead,
  { events, token, actor, atMs }: Pick<Append, 'events' | 'token' | 'actor' | 'atMs'>,
): Promise<readonly LogRow[]> {
  const { tenant, remediationId, ticketId } = head;
  const rows: LogRow[] = [];
  let previousHash = head.hash;
  for (const event of events) {
    const seq = head.version + rows.length + 1;
    // Hashed as it came: a copy by way of JSON would already have lost what has no canonical form.
    const hash = chainHash(previousHash, { tenant, remediationId, ticketId, seq, token, actor, atMs, event });
    const stored = { tenant, remediation_id: remediationId, ticket_id: ticketId, seq, token, actor, at_ms: atMs };
    const chained = { ...stored, event: asJson(event), previous_hash: previousHash, hash };
    await transaction
      .insertInto('remediation_logs')
      .values({ ...chained, event_type: event.type })
      .execute();
    rows.push(logRow(chained));
    previousHash = hash;
  }
  return rows;
}

function select(db: Kysely<Schema>, tenant: string) {
  return db.selectFrom('remediation_logs').selectAll().where('tenant', '=', tenant);
}

/** The rows of a remediation, in order. */
export async function rowsOfRemediation(
  db: Kysely<Schema>,
  tenant: string,
  remediationId: string,
): Promise<readonly LogRow[]> {
  const rows = await select(db, tenant).where('remediation_id', '=', remediationId).orderBy('seq').execute();
  return rows.map(logRow);
}

/** The rows of all remediations of a ticket, in the order of writing. */
export async function rowsOfTicket(db: Kysely<Schema>, tenant: string, ticketId: string): Promise<readonly LogRow[]> {
  const rows = await select(db, tenant).where('ticket_id', '=', ticketId).orderBy('position').execute();
  return rows.map(logRow);
}
