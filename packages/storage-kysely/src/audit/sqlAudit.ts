import type { AuditStore } from '@remit/core';
import type { Kysely } from 'kysely';
import type { Schema } from '../schema.js';
import type { Sql } from '../sql.js';
import { atOneMoment } from '../transaction.js';
import { logsOf } from './logs.js';
import { recordsOf } from './records.js';
import { IS_UNSEALED, sealNext } from './sealing.js';
import { headOf, sealsOf } from './seals.js';
import { subjectsOf } from './subjects.js';

async function unsealed({ db }: Sql, limit: number): Promise<readonly string[]> {
  const logs = await db
    .selectFrom('remediations')
    .select('tenant')
    .distinct()
    .where('unsealed', '=', IS_UNSEALED)
    .limit(limit)
    .execute();
  const own = await db
    .selectFrom('audit_logs')
    .select('tenant')
    .where('unsealed', '=', IS_UNSEALED)
    .limit(limit)
    .execute();
  return [...new Set([...logs, ...own].map(({ tenant }) => tenant))].slice(0, limit);
}

const WITH_TENANT = [
  'remediations',
  'remediation_logs',
  'audit_records',
  'audit_logs',
  'audit_seals',
  'audit_heads',
] as const;

/** The next tenant of which anything is left. */
async function tenantAfter(db: Kysely<Schema>, after: string | null): Promise<string | null> {
  const found: string[] = [];
  for (const table of WITH_TENANT) {
    const row = await db
      .selectFrom(table)
      .select('tenant')
      .where('tenant', after === null ? '>=' : '>', after ?? '')
      .orderBy('tenant')
      .limit(1)
      .executeTakeFirst();
    if (row) found.push(row.tenant);
  }
  // By bytes, as the databases compare.
  return found.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))[0] ?? null;
}

/** The tenants' chains in SQL. */
export function sqlAudit(sql: Sql): AuditStore {
  const read = <Result>(work: (db: Kysely<Schema>) => Promise<Result>): Promise<Result> =>
    atOneMoment(sql.db, sql.differences, work);
  return {
    unsealed: (limit) => unsealed(sql, limit),
    seal: (tenant, mac) => sealNext(sql, tenant, mac),
    head: (tenant) => headOf(sql.db, tenant),
    async tenants({ after, limit }) {
      const found: string[] = [];
      let last = after;
      while (found.length < limit) {
        last = await tenantAfter(sql.db, last);
        if (last === null) break;
        found.push(last);
      }
      return found;
    },
    seals: (tenant, part) =>
      read(async (db) => ({ seals: await sealsOf(db, tenant, part), head: await headOf(db, tenant) })),
    logs: (tenant, part) => read((db) => logsOf(db, tenant, part)),
    records: (tenant, part) => read((db) => recordsOf(db, tenant, part)),
    subjects: (tenant, kind, part) => read((db) => subjectsOf(db, { tenant, kind }, part)),
  };
}
