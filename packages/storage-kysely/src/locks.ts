import type { LockStore } from '@remit/core';
import type { Kysely } from 'kysely';
import type { Change } from './differences.js';
import type { Schema } from './schema.js';
import type { Sql } from './sql.js';

/** Gives all locks of a remediation back. */
export function locksReleased(db: Kysely<Schema>, tenant: string, remediationId: string): Change {
  return db.deleteFrom('target_locks').where('tenant', '=', tenant).where('remediation_id', '=', remediationId);
}

/** Who holds these targets. */
function holdersOf(db: Kysely<Schema>, targetKeys: readonly string[]) {
  return (
    db
      .selectFrom('target_locks as locked')
      .leftJoin('remediations as holder', (join) =>
        join.onRef('holder.tenant', '=', 'locked.tenant').onRef('holder.remediation_id', '=', 'locked.remediation_id'),
      )
      .select(['locked.target_key', 'locked.tenant', 'locked.remediation_id'])
      .where('locked.target_key', 'in', [...targetKeys])
      // A worker that lost its lease may lock after its remediation ended: nobody would give that lock back.
      .where(({ or, eb }) => or([eb('holder.holds_locks', 'is', null), eb('holder.holds_locks', '=', 1)]))
      .execute()
  );
}

/** Locks of targets in SQL. */
export function sqlLocks(sql: Sql): LockStore {
  return {
    async take(tenant, remediationId, targetKeys) {
      // One order for everybody: no deadlocks.
      const sorted = [...new Set(targetKeys)].sort();
      if (sorted.length === 0) return { kind: 'taken' };
      const isOurs = (row: { readonly tenant: string; readonly remediation_id: string }): boolean =>
        row.tenant === tenant && row.remediation_id === remediationId;
      // Asked before every later step: what is ours already needs no more than a look.
      const ours = (await holdersOf(sql.db, sorted)).filter(isOurs);
      if (ours.length === sorted.length) return { kind: 'taken' };
      return sql.write(async (transaction) => {
        await sql.differences.serialise(
          transaction,
          sorted.map((targetKey) => `target_locks ${targetKey}`),
        );
        // A take-over may be handing these locks on right now: look only when it is done.
        await transaction
          .selectFrom('target_locks')
          .select('target_key')
          .where('target_key', 'in', sorted)
          .orderBy('target_key')
          .$call(sql.differences.lockRows)
          .execute();
        const others = (await holdersOf(transaction, sorted)).filter((row) => !isOurs(row));
        for (const targetKey of targetKeys) {
          const holder = others.find((row) => row.target_key === targetKey);
          if (!holder) continue;
          return {
            kind: 'held',
            holder: { targetKey, remediationId: holder.remediation_id, tenant: holder.tenant },
          };
        }
        const holder = { tenant, remediation_id: remediationId };
        await transaction
          .insertInto('target_locks')
          .values(sorted.map((targetKey) => ({ target_key: targetKey, ...holder })))
          .onConflict((conflict) => conflict.column('target_key').doUpdateSet(holder))
          .execute();
        return { kind: 'taken' };
      });
    },
    async release(tenant, remediationId) {
      await sql.write((transaction) => locksReleased(transaction, tenant, remediationId).execute());
    },
  };
}
