import { IDEMPOTENCY, OUTBOX } from '@remit/core';
import { type Kysely, sql as raw } from 'kysely';
import { forgetKeys } from './idempotency.js';
import { forgetEvents } from './outbox.js';
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
  const { nowMs, removed } = await sql.write(async (transaction) => {
    const at = await sql.now(transaction);
    const slotsAndLocks = (await forgetSlots(transaction, at, limit)) + (await forgetLocks(transaction));
    return { nowMs: at, removed: slotsAndLocks + (await forgetKeys(transaction, at - IDEMPOTENCY.keptMs, limit)) };
  });
  return Number(removed) + (await forgetEvents(sql, nowMs - OUTBOX.keptMs, limit));
}
