import type { LockStore } from '@remit/core';
import { type Kysely, sql as raw, type SqlBool } from 'kysely';
import type { Change } from './differences.js';
import { gatheredReads } from './gathered.js';
import type { Schema } from './schema.js';
import type { Sql } from './sql.js';

/** Gives all locks of a remediation back. */
export function locksReleased(db: Kysely<Schema>, tenant: string, remediationId: string): Change {
  return db.deleteFrom('target_locks').where('tenant', '=', tenant).where('remediation_id', '=', remediationId);
}

type Locked = Awaited<ReturnType<LockStore['take']>>;

interface LockRow {
  readonly target_key: string;
  readonly tenant: string;
  readonly remediation_id: string;
}

/** Who holds these targets. */
async function holdersOf(
  { differences }: Sql,
  db: Kysely<Schema>,
  keys: readonly string[],
): Promise<readonly LockRow[]> {
  return (
    db
      .selectFrom('target_locks as locked')
      .leftJoin('remediations as holder', (join) =>
        join.onRef('holder.tenant', '=', 'locked.tenant').onRef('holder.remediation_id', '=', 'locked.remediation_id'),
      )
      .select(['locked.target_key', 'locked.tenant', 'locked.remediation_id'])
      .where(differences.oneOf(raw.ref('locked.target_key'), [...new Set(keys)]))
      // A worker that lost its lease may lock after its remediation ended: nobody would give that lock back.
      .where(({ or, eb }) => or([eb('holder.holds_locks', 'is', null), eb('holder.holds_locks', '=', 1)]))
      .execute()
  );
}

/** Locks that nobody has yet: one statement, in which the key itself settles the race. Answers which were taken. */
async function takeFree(sql: Sql, wanted: readonly LockRow[]): Promise<readonly boolean[]> {
  const columns = { target_key: 'text', tenant: 'text', remediation_id: 'text' } as const;
  const names = ['target_key', 'tenant', 'remediation_id'] as const;
  const rows = await sql.writeSwiftly((transaction) =>
    transaction
      .insertInto('target_locks')
      .columns([...names])
      .expression(
        transaction
          .selectFrom(sql.differences.rowsOf(columns, wanted).as('next'))
          .select([...names])
          // SQLite would take what follows for a part of the join.
          .where(raw<SqlBool>`true`)
          .orderBy('target_key'),
      )
      .onConflict((conflict) => conflict.column('target_key').doNothing())
      .returning([...names])
      .execute(),
  );
  const taken = new Set(rows.map(nameOf));
  return wanted.map((one) => taken.has(nameOf(one)));
}

const nameOf = ({ target_key, tenant, remediation_id }: LockRow): string =>
  JSON.stringify([target_key, tenant, remediation_id]);

/** Takes targets after looking who has them: for those that are held, may be left over, or are several. */
async function takeHeld(sql: Sql, wanted: readonly LockRow[], inOrder: readonly string[]): Promise<Locked> {
  const isOurs = (row: LockRow): boolean =>
    wanted.some(({ tenant, remediation_id }) => row.tenant === tenant && row.remediation_id === remediation_id);
  const keys = wanted.map(({ target_key }) => target_key);
  return sql.writeSwiftly(async (transaction) => {
    await sql.differences.serialise(
      transaction,
      keys.map((targetKey) => `target_locks ${targetKey}`),
    );
    // A take-over may be handing these locks on right now: look only when it is done.
    await transaction
      .selectFrom('target_locks')
      .select('target_key')
      .where('target_key', 'in', keys)
      .orderBy('target_key')
      .$call(sql.differences.lockRows)
      .execute();
    const others = (await holdersOf(sql, transaction, keys)).filter((row) => !isOurs(row));
    for (const targetKey of inOrder) {
      const holder = others.find((row) => row.target_key === targetKey);
      if (!holder) continue;
      return { kind: 'held', holder: { targetKey, remediationId: holder.remediation_id, tenant: holder.tenant } };
    }
    await transaction
      .insertInto('target_locks')
      .values([...wanted])
      .onConflict((conflict) =>
        conflict.column('target_key').doUpdateSet(({ ref }) => ({
          tenant: ref('excluded.tenant'),
          remediation_id: ref('excluded.remediation_id'),
        })),
      )
      .execute();
    return { kind: 'taken' };
  });
}

/** Locks of targets in SQL. */
export function sqlLocks(sql: Sql): LockStore {
  const lookFor = gatheredReads(async (asks: readonly (readonly string[])[]) => {
    const rows = await holdersOf(sql, sql.questions, asks.flat());
    return asks.map((keys) => rows.filter(({ target_key }) => keys.includes(target_key)));
  });
  const takeIfFree = gatheredReads((asks: readonly LockRow[]) => takeFree(sql, asks));
  return {
    async take(tenant, remediationId, targetKeys) {
      // One order for everybody: no deadlocks.
      const sorted = [...new Set(targetKeys)].sort();
      const wanted = sorted.map((target_key) => ({ target_key, tenant, remediation_id: remediationId }));
      if (wanted.length === 0) return { kind: 'taken' };
      // Asked before every later step: what is ours already needs no more than a look.
      const holders = await lookFor(sorted);
      const ours = holders.filter((row) => row.tenant === tenant && row.remediation_id === remediationId);
      if (ours.length === sorted.length) return { kind: 'taken' };
      const [only, ...more] = wanted;
      const isFree = only && more.length === 0 && holders.length === 0;
      return isFree && (await takeIfFree(only)) ? { kind: 'taken' } : takeHeld(sql, wanted, targetKeys);
    },
    async release(tenant, remediationId) {
      await sql.writeSwiftly((transaction) => locksReleased(transaction, tenant, remediationId).execute());
    },
  };
}
