import type { PolicyStore, PolicyVersion } from '@remit/core';
import { z } from 'zod';
import { writeRecord } from './audit/records.js';
import { auditContent, auditKey } from './audit/subjects.js';
import { asJson, asTextColumn, parseRow, rememberedJson, whole } from './rows.js';
import { policyShape } from './shapes.js';
import type { Sql } from './sql.js';

/** A row of `auto_remediation_policies`. */
export const policyRowShape = z.object({
  version: whole,
  policy: rememberedJson(policyShape),
  changed_by: z.string(),
  at_ms: whole,
  reason: z.string().nullable(),
});

/** A policy as it was written. */
export function policyOf(row: z.infer<typeof policyRowShape>): PolicyVersion {
  const { version, policy, changed_by: by, at_ms: atMs, reason } = row;
  return { version, policy, by, atMs, reason };
}

/** Policies in SQL; every version is kept. */
export function sqlPolicies(sql: Sql): PolicyStore {
  const { questions, write } = sql;
  const newest = (from: Sql['db'], tenant: string, category: string) =>
    from
      .selectFrom('auto_remediation_policies')
      .select(['version', 'changed_by', 'at_ms', 'reason'])
      .select(asTextColumn('policy').as('policy'))
      .where('tenant', '=', tenant)
      .where('category', '=', category)
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst();
  const find = async (from: Sql['db'], tenant: string, category: string): Promise<PolicyVersion | null> => {
    const row = await newest(from, tenant, category);
    if (!row) return null;
    return policyOf(parseRow('auto_remediation_policies', [tenant, category], policyRowShape, row));
  };
  return {
    find: (tenant, category) => find(questions, tenant, category),
    async save(tenant, category, { expectedVersion, policy, by, atMs, reason = null }) {
      return write(async (transaction) => {
        const current = (await find(transaction, tenant, category))?.version ?? 0;
        if (current !== expectedVersion) return { kind: 'stale', version: current };
        const version = expectedVersion + 1;
        // Whoever else read the same version loses here: a version is written once.
        const saved = await transaction
          .insertInto('auto_remediation_policies')
          .values({ tenant, category, version, policy: asJson(policy), changed_by: by, at_ms: atMs, reason })
          .onConflict((conflict) => conflict.columns(['tenant', 'category', 'version']).doNothing())
          .returning('version')
          .executeTakeFirst();
        if (saved) {
          const key = auditKey(category, version);
          const record = { tenant, kind: 'policy', key, actor: by, atMs } as const;
          await writeRecord(sql, transaction, {
            ...record,
            content: auditContent({ version, policy, by, atMs, reason }),
          });
          return { kind: 'saved', version };
        }
        return { kind: 'stale', version: (await find(transaction, tenant, category))?.version ?? version };
      });
    },
  };
}
