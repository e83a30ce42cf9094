import type { AuditEntry, PartRequest, StoredLog } from '@remit/core';
import { recordAfter } from '@remit/core/adapter';
import { type Kysely, sql as raw } from 'kysely';
import { z } from 'zod';
import { tell } from '../outbox.js';
import { asJson, parseRow, whole } from '../rows.js';
import type { Schema } from '../schema.js';
import type { Sql } from '../sql.js';
import { exactJson, placeShape, storedRow } from './exact.js';
import { ownEntries } from './seals.js';

const HeadRow = z.object({ version: whole, head_hash: z.string() });

async function headOf(db: Kysely<Schema>, tenant: string): Promise<z.infer<typeof HeadRow> | null> {
  const row = await db
    .selectFrom('audit_logs')
    .select(['version', 'head_hash'])
    .where('tenant', '=', tenant)
    .executeTakeFirst();
  return row ? parseRow('audit_logs', tenant, HeadRow, row) : null;
}

/**
 * Writes the next row of a tenant's own log. The last thing that a transaction does: whoever holds the log's end waits
 * for nothing else.
 */
export async function writeRecord(
  { differences }: Pick<Sql, 'differences'>,
  transaction: Kysely<Schema>,
  entry: AuditEntry,
): Promise<void> {
  const { tenant } = entry;
  await differences.serialise(transaction, [`audit_logs ${tenant}`]);
  const head = await headOf(transaction, tenant);
  const record = recordAfter({ version: head?.version ?? 0, hash: head?.head_hash ?? '' }, entry);
  await transaction
    .insertInto('audit_records')
    .values({
      tenant,
      seq: record.seq,
      kind: record.kind,
      key: record.key,
      actor: record.actor,
      at_ms: record.atMs,
      content: asJson(record.content),
      previous_hash: record.previousHash,
      hash: record.hash,
    })
    .execute();
  const data = { kind: entry.kind, key: entry.key };
  await tell(transaction, { tenant, type: 'record_written', atMs: entry.atMs, data }).execute();
  const end = { version: record.seq, head_hash: record.hash, unsealed: 1 };
  await transaction
    .insertInto('audit_logs')
    .values({ tenant, ...end })
    .onConflict((conflict) => conflict.column('tenant').doUpdateSet(end))
    .execute();
}

const RecordRow = z.object({
  ...placeShape,
  tenant: z.string(),
  kind: z.string(),
  key: z.string(),
  actor: z.string(),
  at_ms: whole,
  content: exactJson,
});

/** The tenant's own log behind a row, with all that vouches for it. */
export async function recordsOf(
  db: Kysely<Schema>,
  tenant: string,
  { after, limit }: PartRequest<number>,
): Promise<StoredLog> {
  const rows = await db
    .selectFrom('audit_records')
    .select(['position', 'tenant', 'seq', 'kind', 'key', 'actor', 'at_ms', 'previous_hash', 'hash'])
    .select(raw<string>`cast(content as text)`.as('content'))
    .where('tenant', '=', tenant)
    .where('seq', '>', after ?? 0)
    .orderBy('seq')
    .limit(limit)
    .execute();
  const head = await headOf(db, tenant);
  return {
    tenant,
    remediationId: null,
    rows: rows.map((row) =>
      storedRow(RecordRow, row, ({ seq, kind, key, actor, at_ms: atMs, content }) => ({
        content: { tenant, seq, kind, key, actor, atMs, content },
        damage: null,
      })),
    ),
    sealed: await ownEntries(db, tenant, { after, limit }),
    kept: head && { version: head.version, hash: head.head_hash, standing: null },
  };
}
