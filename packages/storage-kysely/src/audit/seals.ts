import type { PartRequest, SealEntry, SealHead, StoredSeal } from '@remit/core';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { parseRow, whole } from '../rows.js';
import type { Schema } from '../schema.js';

/** How the tenant's own records are called among logs; no remediation has this id. */
export const OWN_LOG = '';

const HeadRow = z.object({ seq: whole, hash: z.string(), at_ms: whole });

/** The head that is kept apart from the chain. */
export async function headOf(db: Kysely<Schema>, tenant: string): Promise<SealHead | null> {
  const row = await db
    .selectFrom('audit_heads')
    .select(['seq', 'hash', 'at_ms'])
    .where('tenant', '=', tenant)
    .executeTakeFirst();
  if (!row) return null;
  const { seq, hash, at_ms: atMs } = parseRow('audit_heads', tenant, HeadRow, row);
  return { seq, hash, atMs };
}

/* What was damaged reads as something that no seal says: its hash will tell. */
const wholeOrNone = whole.catch(-1);
const textOrNone = z.string().catch('');

const EntryRow = z.object({
  seal: wholeOrNone,
  log_id: textOrNone,
  from_version: wholeOrNone,
  to_version: wholeOrNone,
  head_hash: textOrNone,
  rows_hash: textOrNone,
});

type SealedEntry = SealEntry & { readonly seal: number };

function entryOf(row: unknown): SealedEntry {
  const parsed = EntryRow.parse(row);
  return {
    seal: parsed.seal,
    remediationId: parsed.log_id === OWN_LOG ? null : parsed.log_id,
    from: parsed.from_version,
    to: parsed.to_version,
    head: parsed.head_hash,
    rows: parsed.rows_hash,
  };
}

const ENTRY_COLUMNS = ['seal', 'log_id', 'from_version', 'to_version', 'head_hash', 'rows_hash'] as const;

const entriesOfLogs = (db: Kysely<Schema>, tenant: string, logIds: readonly string[]) =>
  db
    .selectFrom('audit_seal_entries')
    .select(ENTRY_COLUMNS)
    .where('tenant', '=', tenant)
    .where('log_id', 'in', [...logIds])
    .orderBy('log_id')
    .orderBy('to_version')
    .orderBy('seal');

/** What seals say of the tenant's own records that end behind a row, oldest first. */
export async function ownEntries(
  db: Kysely<Schema>,
  tenant: string,
  { after, limit }: PartRequest<number>,
): Promise<readonly SealedEntry[]> {
  const own = entriesOfLogs(db, tenant, [OWN_LOG]).limit(limit);
  const rows = await (after === null ? own : own.where('to_version', '>', after)).execute();
  return rows.map(entryOf);
}

/** What seals say of these logs, oldest first. */
export async function entriesOf(
  db: Kysely<Schema>,
  tenant: string,
  logIds: readonly string[],
): Promise<readonly { readonly logId: string; readonly entry: SealedEntry }[]> {
  const rows = await entriesOfLogs(db, tenant, logIds).execute();
  return rows.map((row) => ({ logId: row.log_id, entry: entryOf(row) }));
}

const SealRow = z.object({
  seq: wholeOrNone,
  at_ms: wholeOrNone,
  previous_hash: textOrNone,
  hash: textOrNone,
  mac: z.string().nullable().catch(''),
});

/** Seals behind a number, in order. */
export async function sealsOf(
  db: Kysely<Schema>,
  tenant: string,
  { after, limit }: PartRequest<number>,
): Promise<readonly StoredSeal[]> {
  const rows = await db
    .selectFrom('audit_seals')
    .select(['seq', 'at_ms', 'previous_hash', 'hash', 'mac'])
    .where('tenant', '=', tenant)
    .where('seq', '>', after ?? 0)
    .orderBy('seq')
    .limit(limit)
    .execute();
  const seals = rows.map((row) => SealRow.parse(row));
  if (seals.length === 0) return [];
  const entries = await db
    .selectFrom('audit_seal_entries')
    .select(ENTRY_COLUMNS)
    .select('rank')
    .where('tenant', '=', tenant)
    .where(
      'seal',
      'in',
      seals.map(({ seq }) => seq),
    )
    .orderBy('seal')
    .orderBy('rank')
    .execute();
  const read = entries.map((row) => ({ ...entryOf(row), rank: Number(row.rank) }));
  return seals.map(({ seq, at_ms: atMs, previous_hash: previousHash, hash, mac }) => {
    const own = read.filter(({ seal }) => seal === seq);
    const isInOrder = own.every(({ rank }, index) => rank === index + 1);
    const damage = isInOrder ? null : 'its entries are not numbered as they were.';
    return { tenant, seq, atMs, entries: own, previousHash, hash, mac, damage };
  });
}
