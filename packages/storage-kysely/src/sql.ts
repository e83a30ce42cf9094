import { type Clock, RemitError } from '@remit/core';
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { SqlDifferences } from './differences.js';
import { parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import { sharedCommits } from './sharedCommit.js';
import { atOnce, type Ending, inTransaction } from './transaction.js';

/** Runs work in a transaction, and resolves once that is committed. */
export type Write = <Result>(work: (transaction: Kysely<Schema>) => Promise<Result>) => Promise<Result>;

/** What every store of this package works with. */
export interface Sql {
  readonly db: Kysely<Schema>;
  /** The same for short questions that stand alone, never within a transaction: they may share one connection. */
  readonly questions: Kysely<Schema>;
  readonly differences: SqlDifferences;
  /** The store's clock where it is not the database's own. */
  readonly clock: Clock | undefined;
  /** The store's time, ms since the epoch. Ask after locking rows: waiting for a lock takes time too. */
  now(db: Kysely<Schema>): Promise<number>;
  /** Locks the one row that a query finds, until the transaction ends. The time is the store's once it is locked. */
  locked<DB, TB extends keyof DB, Row>(
    transaction: Kysely<Schema>,
    query: SelectQueryBuilder<DB, TB, Row>,
  ): Promise<{ readonly row: Row; readonly nowMs: number } | null>;
  /** The rows that a query locks, each with the store's time once it was locked. */
  lockedAll<DB, TB extends keyof DB, Row>(
    transaction: Kysely<Schema>,
    query: SelectQueryBuilder<DB, TB, Row>,
  ): Promise<readonly Locked<Row>[]>;
  /** The statement behind {@link lockedAll}, to be sent by oneself, and the rows that it answers. */
  locking<DB, TB extends keyof DB, Row>(query: SelectQueryBuilder<DB, TB, Row>): RawBuilder<WithTime<Row>>;
  timed<Row>(rows: readonly WithTime<Row>[]): readonly Locked<Row>[];
  /** Runs work in a transaction that may write. Every write goes through it: only here does a busy database wait. */
  write: Write;
  /** {@link write} for work whose last changes may be sent together with the commit. */
  writeAndEnd<Result>(work: (transaction: Kysely<Schema>) => Promise<Ending<Result>>): Promise<Result>;
  /**
   * The same, where nobody acts on it before something durable follows: leases, locks, slots, and what can be folded
   * again. It outlives this process, and may share the fate of a power cut with everything after it.
   */
  writeSwiftly: Write;
}

const NAME_OF_TIME = 'remit_now_ms';
/** A row with the time at which it was answered. */
export type WithTime<Row> = Row & Readonly<Record<typeof NAME_OF_TIME, unknown>>;
/** A row that is locked, and the store's time since it is. */
export interface Locked<Row> {
  readonly row: Row;
  readonly nowMs: number;
}

/** Puts the pieces together. Without a clock the database's own time holds. */
export function sqlOf({
  db,
  questions,
  differences,
  clock,
}: Pick<Sql, 'db' | 'questions' | 'differences' | 'clock'>): Sql {
  // The time is told outside of the query that waits for the lock, and so after the wait.
  const locking: Sql['locking'] = (query) => sql`
      with held as materialized ${query}
      select held.*, ${differences.now} as ${sql.ref(NAME_OF_TIME)} from held`;
  const timed: Sql['timed'] = (rows) =>
    rows.map((row) => ({ row, nowMs: clock ? clock.now() : parseRow('(time)', 'now', whole, row[NAME_OF_TIME]) }));
  const lockedAll: Sql['lockedAll'] = async (transaction, query) =>
    timed((await locking(query).execute(transaction)).rows);
  const alone: Write = (work) => inTransaction(db, differences, atOnce(work));
  const shared = differences.sharedCommits && sharedCommits(db, differences.begin, differences.sharedCommits);
  return {
    db,
    questions,
    differences,
    clock,
    async now(connection) {
      if (clock) return clock.now();
      const { rows } = await sql<{ now: unknown }>`select ${differences.now} as now`.execute(connection);
      return parseRow('(time)', 'now', whole, rows[0]?.now);
    },
    async locked(transaction, query) {
      const [first] = await lockedAll(transaction, differences.lockRows(query));
      return first ?? null;
    },
    lockedAll,
    locking,
    timed,
    write: shared?.durably ?? alone,
    writeAndEnd: (work) =>
      shared
        ? shared.durably(async (transaction) => {
            const { result, last } = await work(transaction);
            for (const change of last) await transaction.executeQuery(change);
            return result;
          })
        : inTransaction(db, differences, work),
    writeSwiftly: shared?.swiftly ?? alone,
  };
}

/** Translates what a driver throws. RemitErrors and bugs pass as they are. */
function translated(error: unknown, storage: string, differences: SqlDifferences): unknown {
  if (RemitError.is(error)) return error;
  const trouble = differences.explain(error);
  if (!trouble) return error;
  const { message, nextStep } = trouble;
  return new RemitError('storage_unavailable', `${storage}: ${message}`, { nextStep, cause: error });
}

/** Runs one verb, so that it rejects with nothing but RemitErrors and bugs. */
export async function guarded<Result>(
  storage: string,
  differences: SqlDifferences,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw translated(error, storage, differences);
  }
}

/** The store with every verb {@link guarded}. */
export function withGuard<Store extends object>(storage: string, differences: SqlDifferences, store: Store): Store {
  const verbs = Object.entries(store).map(([name, verb]: [string, unknown]) => {
    if (typeof verb !== 'function') return [name, verb];
    return [name, (...args: unknown[]) => guarded(storage, differences, async () => verb.apply(store, args))];
  });
  return Object.fromEntries(verbs) as Store;
}
