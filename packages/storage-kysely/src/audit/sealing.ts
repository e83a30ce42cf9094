import { AUDIT, type Seal, type SealEntry } from '@remit/core';
import { rowsDigest, sealAfter } from '@remit/core/adapter';
import { type Kysely, sql as raw } from 'kysely';

import { z } from 'zod';
import { parseRow, whole } from '../rows.js';
import type { Schema } from '../schema.js';
import type { Sql } from '../sql.js';
import { entriesOf, headOf, OWN_LOG } from './seals.js';

/** Written out, so that the index of such logs alone can be used: bound, all logs of a tenant would be looked through. */
export const IS_UNSEALED = raw.lit(1);

interface FreshLog {
  readonly logId: string;
  readonly version: number;
  readonly headHash: string;
}

const FreshRow = z.object({ log_id: z.string(), version: whole, head_hash: z.string() });

function freshLog(tenant: string, row: { readonly log_id: string }): FreshLog {
  const { log_id, version, head_hash } = parseRow('remediations', [tenant, row.log_id], FreshRow, row);
  return { logId: log_id, version, headHash: head_hash };
}

/** Logs that were written to since they were sealed; nobody writes to them until the transaction ends. */
async function freshLogs({ differences }: Sql, transaction: Kysely<Schema>, tenant: string) {
  const remediations = await transaction
    .selectFrom('remediations')
    .select(['remediation_id as log_id', 'version', 'head_hash'])
    .where('tenant', '=', tenant)
    .where('unsealed', '=', IS_UNSEALED)
    .orderBy('remediation_id')
    .limit(AUDIT.logsPerSeal)
    .$call(differences.lockRows)
    .execute();
  const own = await transaction
    .selectFrom('audit_logs')
    .select(['version', 'head_hash'])
    .where('tenant', '=', tenant)
    .where('unsealed', '=', IS_UNSEALED)
    .$call(differences.lockRows)
    .execute();
  return {
    remediations: remediations.map((row) => freshLog(tenant, row)),
    own: own.map((row) => freshLog(tenant, { ...row, log_id: OWN_LOG })),
  };
}

const PlaceRow = z.object({ log_id: z.string(), seq: whole, position: whole, hash: z.string() });

/** Number, place and hash of the rows of these logs, by log. */
async function placesOf(
  transaction: Kysely<Schema>,
  tenant: string,
  { remediations, own }: Awaited<ReturnType<typeof freshLogs>>,
  covered: ReadonlyMap<string, number>,
) {
  const ids = remediations.map(({ logId }) => logId);
  const rows =
    ids.length === 0
      ? []
      : await transaction
          .selectFrom('remediation_logs')
          .select(['remediation_id as log_id', 'seq', 'position', 'hash'])
          .where('tenant', '=', tenant)
          .where('remediation_id', 'in', ids)
          .orderBy('remediation_id')
          .orderBy('seq')
          .execute();
  const records =
    own.length === 0
      ? []
      : await transaction
          .selectFrom('audit_records')
          .select(['seq', 'position', 'hash'])
          .where('tenant', '=', tenant)
          .where('seq', '>', covered.get(OWN_LOG) ?? 0)
          .orderBy('seq')
          .execute();
  const byLog = new Map<string, z.infer<typeof PlaceRow>[]>();
  for (const raw of [...rows, ...records.map((row) => ({ ...row, log_id: OWN_LOG }))]) {
    const row = parseRow('remediation_logs', [tenant, raw.log_id, raw.seq], PlaceRow, raw);
    const ofLog = byLog.get(row.log_id);
    if (ofLog) ofLog.push(row);
    else byLog.set(row.log_id, [row]);
  }
  return byLog;
}

async function coveredOf(transaction: Kysely<Schema>, tenant: string, logIds: readonly string[]) {
  const covered = new Map<string, number>();
  for (const { logId, entry } of await entriesOf(transaction, tenant, logIds))
    covered.set(logId, Math.max(0, entry.to));
  return covered;
}

/** Seals what was written since, as one link of the tenant's chain. */
export async function sealNext(sql: Sql, tenant: string, mac: ((hash: string) => string) | null): Promise<Seal | null> {
  return sql.write(async (transaction) => {
    await sql.differences.serialise(transaction, [`audit_heads ${tenant}`]);
    const fresh = await freshLogs(sql, transaction, tenant);
    const logs = [...fresh.remediations, ...fresh.own];
    if (logs.length === 0) return null;
    const ids = logs.map(({ logId }) => logId);
    const covered = await coveredOf(transaction, tenant, ids);
    const places = await placesOf(transaction, tenant, fresh, covered);
    const entries = logs.flatMap(({ logId, version, headHash }): SealEntry[] => {
      const from = covered.get(logId) ?? 0;
      if (version <= from) return [];
      const rows = (places.get(logId) ?? []).filter(({ seq }) => seq > from);
      const remediationId = logId === OWN_LOG ? null : logId;
      return [{ remediationId, from, to: version, head: headHash, rows: rowsDigest(rows) }];
    });
    const seal = entries.length === 0 ? null : await writeSeal(sql, transaction, { tenant, entries, mac });
    await settle(transaction, tenant, fresh);
    return seal;
  });
}

async function writeSeal(
  sql: Sql,
  transaction: Kysely<Schema>,
  {
    tenant,
    entries,
    mac,
  }: {
    readonly tenant: string;
    readonly entries: readonly SealEntry[];
    readonly mac: ((hash: string) => string) | null;
  },
): Promise<Seal> {
  const seal = sealAfter(await headOf(transaction, tenant), { tenant, atMs: await sql.now(transaction), entries }, mac);
  const { seq, atMs, previousHash, hash } = seal;
  await transaction
    .insertInto('audit_seals')
    .values({ tenant, seq, at_ms: atMs, previous_hash: previousHash, hash, mac: seal.mac })
    .execute();
  await transaction
    .insertInto('audit_seal_entries')
    .values(
      entries.map(({ remediationId, from, to, head, rows }, index) => ({
        tenant,
        seal: seq,
        rank: index + 1,
        log_id: remediationId ?? OWN_LOG,
        from_version: from,
        to_version: to,
        head_hash: head,
        rows_hash: rows,
      })),
    )
    .execute();
  const head = { seq, hash, at_ms: atMs };
  await transaction
    .insertInto('audit_heads')
    .values({ tenant, ...head })
    .onConflict((conflict) => conflict.column('tenant').doUpdateSet(head))
    .execute();
  return seal;
}

async function settle(
  transaction: Kysely<Schema>,
  tenant: string,
  { remediations, own }: Awaited<ReturnType<typeof freshLogs>>,
) {
  const ids = remediations.map(({ logId }) => logId);
  if (ids.length > 0) {
    await transaction
      .updateTable('remediations')
      .set({ unsealed: 0 })
      .where('tenant', '=', tenant)
      .where('remediation_id', 'in', ids)
      .execute();
  }
  if (own.length > 0) {
    await transaction.updateTable('audit_logs').set({ unsealed: 0 }).where('tenant', '=', tenant).execute();
  }
}
