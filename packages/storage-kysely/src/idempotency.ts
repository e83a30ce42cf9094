import type { IdempotencyKey, IdempotencyStore } from '@remit/core';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { asJson, json, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import { jsonShape } from './shapes.js';
import type { Sql } from './sql.js';

const KeyRow = z.object({
  fingerprint: z.string(),
  lease_token: whole,
  lease_until_ms: whole.nullable(),
  answer: json(jsonShape.nullable()),
});

/** Requests that were answered, in SQL. */
export function sqlIdempotency(sql: Sql): IdempotencyStore {
  const begun = (transaction: Kysely<Schema>, { tenant, principal, key }: IdempotencyKey, token: number) =>
    transaction
      .updateTable('idempotency_keys')
      .where('tenant', '=', tenant)
      .where('principal', '=', principal)
      .where('key', '=', key)
      .where('lease_token', '=', token)
      .where('lease_until_ms', 'is not', null);
  return {
    async begin(id, { fingerprint, leaseMs }) {
      const { tenant, principal, key } = id;
      return sql.write(async (transaction) => {
        const nowMs = await sql.now(transaction);
        const fresh = await transaction
          .insertInto('idempotency_keys')
          .values({
            tenant,
            principal,
            key,
            fingerprint,
            lease_token: 1,
            lease_until_ms: nowMs + leaseMs,
            at_ms: nowMs,
          })
          .onConflict((conflict) => conflict.columns(['tenant', 'principal', 'key']).doNothing())
          .returning('key')
          .executeTakeFirst();
        if (fresh) return { kind: 'begun', token: 1 };
        const row = await transaction
          .selectFrom('idempotency_keys')
          .select(['fingerprint', 'lease_token', 'lease_until_ms', 'answer'])
          .where('tenant', '=', tenant)
          .where('principal', '=', principal)
          .where('key', '=', key)
          .$call(sql.differences.lockRows)
          .executeTakeFirst();
        // Whoever had it let go of it at this very moment.
        if (!row) return { kind: 'running', untilMs: nowMs };
        const there = parseRow('idempotency_keys', [tenant, principal, key], KeyRow, row);
        if (there.fingerprint !== fingerprint) return { kind: 'mismatch' };
        if (there.lease_until_ms === null) return { kind: 'done', answer: there.answer };
        if (there.lease_until_ms > nowMs) return { kind: 'running', untilMs: there.lease_until_ms };
        const token = there.lease_token + 1;
        await begun(transaction, id, there.lease_token)
          .set({ lease_token: token, lease_until_ms: nowMs + leaseMs })
          .execute();
        return { kind: 'begun', token };
      });
    },

    async finish(id, token, answer) {
      return sql.write(async (transaction) => {
        const { numUpdatedRows } = await begun(transaction, id, token)
          .set({ lease_until_ms: null, answer: asJson(answer) })
          .executeTakeFirstOrThrow();
        return numUpdatedRows > 0n;
      });
    },

    async abandon({ tenant, principal, key }, token) {
      await sql.write((transaction) =>
        transaction
          .deleteFrom('idempotency_keys')
          .where('tenant', '=', tenant)
          .where('principal', '=', principal)
          .where('key', '=', key)
          .where('lease_token', '=', token)
          .where('lease_until_ms', 'is not', null)
          .execute(),
      );
    },
  };
}

/** Removes what was kept long enough. */
export async function forgetKeys(transaction: Kysely<Schema>, beforeMs: number, limit: number): Promise<bigint> {
  const { numDeletedRows } = await transaction
    .deleteFrom('idempotency_keys')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('tenant', 'principal', 'key'),
        'in',
        selectFrom('idempotency_keys')
          .select(['tenant', 'principal', 'key'])
          .where('at_ms', '<=', beforeMs)
          .limit(limit)
          .$asTuple('tenant', 'principal', 'key'),
      ),
    )
    .executeTakeFirstOrThrow();
  return numDeletedRows;
}
