import type { PromotedRunbook, RunbookStore } from '@remit/core';
import { z } from 'zod';
import { tell } from './outbox.js';
import { asFlag, asJson, flag, json, parseRow, whole } from './rows.js';
import { candidateShape, runbookShape } from './shapes.js';
import type { Sql } from './sql.js';

const RunbookRow = z.object({
  tenant: z.string(),
  version: whole,
  pattern_id: z.string(),
  category: z.string(),
  runbook: json(runbookShape),
  candidate: json(candidateShape.nullable()),
  retired: flag,
  promoted_by: z.string(),
  at_ms: whole,
});

function promotedOf(row: { readonly tenant: string; readonly name: string }): PromotedRunbook {
  const parsed = parseRow('promoted_runbooks', [row.tenant, row.name], RunbookRow, row);
  return {
    tenant: parsed.tenant,
    patternId: parsed.pattern_id,
    category: parsed.category,
    runbook: parsed.runbook,
    version: parsed.version,
    candidate: parsed.candidate,
    retired: parsed.retired,
    by: parsed.promoted_by,
    atMs: parsed.at_ms,
  };
}

/** Runbooks that people made of what was learned, in SQL; every version is kept. */
export function sqlRunbooks(sql: Sql): RunbookStore {
  const { db, differences } = sql;
  return {
    async promote(promoted) {
      const { tenant, runbook } = promoted;
      const { name } = runbook;
      return sql.write(async (transaction) => {
        await differences.serialise(transaction, [`promoted_runbooks ${JSON.stringify([tenant, name])}`]);
        const last = await transaction
          .selectFrom('promoted_runbooks')
          .select(({ fn }) => fn.max('version').as('version'))
          .where('tenant', '=', tenant)
          .where('name', '=', name)
          .executeTakeFirst();
        const version = Number(last?.version ?? 0) + 1;
        const atMs = await sql.now(transaction);
        const data = { name, version };
        await tell(transaction, { tenant, type: 'runbook_promoted', atMs, data }).execute();
        await transaction
          .insertInto('promoted_runbooks')
          .values({
            tenant,
            name,
            version,
            pattern_id: promoted.patternId,
            category: promoted.category,
            runbook: asJson(runbook),
            candidate: promoted.candidate && asJson(promoted.candidate),
            retired: asFlag(promoted.retired),
            promoted_by: promoted.by,
            at_ms: atMs,
          })
          .execute();
        return { ...promoted, version, atMs };
      });
    },

    async inForce(tenant, category) {
      const rows = await db
        .selectFrom('promoted_runbooks as one')
        .selectAll('one')
        .where('one.tenant', '=', tenant)
        .where('one.category', '=', category)
        .where('one.retired', '=', 0)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('promoted_runbooks as later')
                .select('later.version')
                .whereRef('later.tenant', '=', 'one.tenant')
                .whereRef('later.name', '=', 'one.name')
                .whereRef('later.version', '>', 'one.version'),
            ),
          ),
        )
        .execute();
      return rows.map(promotedOf).sort((a, b) => (a.runbook.name < b.runbook.name ? -1 : 1));
    },

    async ofPattern(tenant, patternId) {
      const rows = await db
        .selectFrom('promoted_runbooks')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('pattern_id', '=', patternId)
        .orderBy('position')
        .execute();
      return rows.map(promotedOf);
    },
  };
}
