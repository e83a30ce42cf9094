import type { HaltStore } from '@remit/core';
import { z } from 'zod';
import { parseRow, whole } from './rows.js';
import type { Sql } from './sql.js';

const HaltRow = z.object({
  tenant: z.string(),
  halt_id: z.string(),
  scope: z.enum(['global', 'tenant', 'category']),
  category: z.string().nullable(),
  reason: z.string(),
  raised_by: z.string(),
  at_ms: whole,
});

/** Stops in SQL; lifted ones are kept with who lifted them. */
export function sqlHalts({ db, write }: Sql): HaltStore {
  return {
    async inForce(tenant) {
      const rows = await db
        .selectFrom('halts')
        .selectAll()
        .where('lifted_at_ms', 'is', null)
        .where(({ or, eb }) => or([eb('scope', '=', 'global'), eb('tenant', '=', tenant)]))
        .orderBy('at_ms')
        .orderBy('halt_id')
        .execute();
      return rows.map((row) => {
        const halt = parseRow('halts', [row.tenant, row.halt_id], HaltRow, row);
        return {
          haltId: halt.halt_id,
          scope: halt.scope,
          tenant: halt.tenant,
          category: halt.category,
          reason: halt.reason,
          by: halt.raised_by,
          atMs: halt.at_ms,
        };
      });
    },
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
      await write((transaction) =>
        transaction
          .insertInto('halts')
          .values({ tenant: halt.tenant, halt_id: halt.haltId, ...stop })
          .onConflict((conflict) => conflict.columns(['tenant', 'halt_id']).doUpdateSet(stop))
          .execute(),
      );
    },
    async lift(tenant, haltId, by, atMs) {
      const { numUpdatedRows } = await write((transaction) =>
        transaction
          .updateTable('halts')
          .set({ lifted_by: by, lifted_at_ms: atMs })
          .where('halt_id', '=', haltId)
          .where('lifted_at_ms', 'is', null)
          .where(({ or, eb }) => or([eb('scope', '=', 'global'), eb('tenant', '=', tenant)]))
          .executeTakeFirstOrThrow(),
      );
      return numUpdatedRows > 0n;
    },
  };
}
