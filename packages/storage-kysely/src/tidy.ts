import { type Kysely, sql as raw } from 'kysely';
import type { Schema } from './schema.js';
import type { Sql } from './sql.js';

/** Slots that left their window. */
async function forgetSlots(transaction: Kysely<Schema>, nowMs: number, limit: number): Promise<bigint> {
  // Without the window, as tuples have five parts here: the same count over another window goes too, if it is over.
  const key = ['counted_in', 'scope', 'key', 'tenant', 'remediation_id'] as const;
  // As in the index.
  const endsAtMs = raw<number>`(taken_at_ms + window_ms)`;
  const { numDeletedRows } = await transaction
    .deleteFrom('rate_slots')
    .where(endsAtMs, '<=', nowMs)
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple(...key),
        'in',
        selectFrom('rate_slots')
          .select(key)
          .where(endsAtMs, '<=', nowMs)
          .limit(limit)
          .$asTuple(...key),
      ),
    )
    .executeTakeFirstOrThrow();
  return numDeletedRows;
}

/** Locks of remediations that hold none: a worker that had lost its lease took them. */
async function forgetLocks(transaction: Kysely<Schema>): Promise<bigint> {
  const { numDeletedRows } = await transaction
    .deleteFrom('target_locks')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('remediations as holder')
          .select('holder.position')
          .whereRef('holder.tenant', '=', 'target_locks.tenant')
          .whereRef('holder.remediation_id', '=', 'target_locks.remediation_id')
          .where('holder.holds_locks', '=', 0),
      ),
    )
    .executeTakeFirstOrThrow();
  return numDeletedRows;
}

/** Removes what no answer depends on any more. */
export async function tidy(sql: Sql, limit: number): Promise<number> {
  return sql.write(async (transaction) => {
    const nowMs = await sql.now(transaction);
    return Number((await forgetSlots(transaction, nowMs, limit)) + (await forgetLocks(transaction)));
  });
}
