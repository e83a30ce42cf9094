import type { Halt, HaltStore } from '@remit/core';
import { type Kysely, sql as raw } from 'kysely';
import { writeRecord } from './audit/records.js';
import { auditContent } from './audit/subjects.js';
import { gatheredReads } from './gathered.js';
import { HaltRow, haltOf } from './haltRow.js';
import { prepared } from './prepared.js';
import { parseRow } from './rows.js';
import type { Schema } from './schema.js';
import type { Sql } from './sql.js';

function parsed(row: { readonly tenant: string; readonly halt_id: string }) {
  return haltOf(parseRow('halts', [row.tenant, row.halt_id], HaltRow, row));
}

/** Writes how a stop stands now into its tenant's own log. */
async function recordHalt(sql: Sql, transaction: Kysely<Schema>, row: Parameters<typeof parsed>[0]): Promise<void> {
  const halt = parsed(row);
  await writeRecord(sql, transaction, {
    tenant: halt.tenant,
    kind: 'halt',
    key: halt.haltId,
    actor: halt.lifted?.by ?? halt.by,
    atMs: halt.lifted?.atMs ?? halt.atMs,
    content: auditContent(halt),
  });
}

/** The stops that hold for each of these tenants, oldest first. */
function inForceOf(sql: Sql): (tenants: readonly string[]) => Promise<readonly (readonly Halt[])[]> {
  const found = prepared(sql.questions, (db, { tenants }: { readonly tenants: readonly string[] }) =>
    db
      .selectFrom('halts')
      .selectAll()
      .where('lifted_at_ms', 'is', null)
      .where(({ or, eb }) => or([eb('scope', '=', 'global'), sql.differences.oneOf(raw.ref('tenant'), tenants)]))
      .orderBy('at_ms')
      .orderBy('halt_id'),
  );
  return async (tenants) => {
    const rows = await found(sql.questions, { tenants: [...new Set(tenants)] });
    return tenants.map((tenant) =>
      rows
        .filter((row) => row.scope === 'global' || row.tenant === tenant)
        .map((row) => {
          const { lifted: _, ...halt } = parsed(row);
          return halt;
        }),
    );
  };
}

/** Stops in SQL; lifted ones are kept with who lifted them. */
export function sqlHalts(sql: Sql): HaltStore {
  const { write } = sql;
  return {
    inForce: gatheredReads(inForceOf(sql)),
    async raise(halt) {
      const stop = {
        scope: halt.scope,
        category: halt.category,
        reason: halt.reason,
        raised_by: halt.by,
        at_ms: halt.atMs,
        lifted_by: null,
        lifted_at_ms: null,
      };
      await write(async (transaction) => {
        const row = await transaction
          .insertInto('halts')
          .values({ tenant: halt.tenant, halt_id: halt.haltId, ...stop })
          .onConflict((conflict) => conflict.columns(['tenant', 'halt_id']).doUpdateSet(stop))
          .returningAll()
          .executeTakeFirstOrThrow();
        await recordHalt(sql, transaction, row);
      });
    },
    async lift(tenant, haltId, by, atMs) {
      return write(async (transaction) => {
        const rows = await transaction
          .updateTable('halts')
          .set({ lifted_by: by, lifted_at_ms: atMs })
          .where('halt_id', '=', haltId)
          .where('lifted_at_ms', 'is', null)
          .where(({ or, eb }) => or([eb('scope', '=', 'global'), eb('tenant', '=', tenant)]))
          .returningAll()
          .execute();
        for (const row of rows) await recordHalt(sql, transaction, row);
        return rows.length > 0;
      });
    },
  };
}
