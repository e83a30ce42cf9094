import { type CompiledQuery, type Kysely, sql } from 'kysely';
import type { SqlDifferences } from './differences.js';
import type { Schema } from './schema.js';

/** Times a transaction is tried that others get in the way of. */
const ATTEMPTS = 6;
const LONGEST_PAUSE_MS = 20;

/** What work in a transaction comes to, and what is still to be sent, at its end. */
export interface Ending<Result> {
  readonly result: Result;
  /** Changes whose answers nobody needs but for their success. */
  readonly last: readonly CompiledQuery<unknown>[];
}

const COMMIT = 'commit';

/**
 * Sends the last changes and the commit without waiting in between, where the connection can: that saves a round trip. When
 * a change fails the database takes the commit behind it for a rollback.
 */
async function endWith(connection: Kysely<Schema>, last: readonly CompiledQuery<unknown>[]): Promise<void> {
  const queries = [...last, sql.raw(COMMIT).compile(connection)];
  const answers = await connection
    .getExecutor()
    .provideConnection((one) => Promise.allSettled(queries.map((query) => one.executeQuery(query))));
  for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
}

function attempt<Result>(
  db: Kysely<Schema>,
  { begin, setsSchema }: { readonly begin: string; readonly setsSchema: boolean },
  work: (transaction: Kysely<Schema>) => Promise<Ending<Result>>,
): Promise<Result> {
  return db.connection().execute(async (connection) => {
    await sql.raw(begin).execute(connection);
    try {
      // What has been said once need not be written into each statement: that costs more than many a statement itself.
      const { result, last } = await work(setsSchema ? connection.withoutPlugins() : connection);
      await endWith(connection, last);
      return result;
    } catch (error) {
      try {
        await sql.raw('rollback').execute(connection);
      } catch {
        // The database rolled back by itself; why it did is in the first error.
      }
      throw error;
    }
  });
}

/** Work that leaves nothing to be sent at its end. */
export function atOnce<Result>(
  work: (transaction: Kysely<Schema>) => Promise<Result>,
): (transaction: Kysely<Schema>) => Promise<Ending<Result>> {
  return async (transaction) => ({ result: await work(transaction), last: [] });
}

/**
 * Runs work in a transaction that may write; it is rolled back when the work rejects. The work must wait for nothing
 * but this database: with one connection everybody else waits meanwhile. It may run more than once, each time from the
 * beginning: what it did before is rolled back then.
 */
export async function inTransaction<Result>(
  db: Kysely<Schema>,
  differences: SqlDifferences,
  work: (transaction: Kysely<Schema>) => Promise<Ending<Result>>,
): Promise<Result> {
  for (let left = ATTEMPTS - 1; ; left -= 1) {
    try {
      return await attempt(db, differences, work);
    } catch (error) {
      if (left === 0 || !differences.lostRace(error)) throw error;
      // Apart in time, so that the same ones do not meet again.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_PAUSE_MS));
    }
  }
}

/** Runs work that only reads, on the database as it is at one moment. */
export function atOneMoment<Result>(
  db: Kysely<Schema>,
  differences: SqlDifferences,
  work: (transaction: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  return attempt(db, { begin: differences.beginReading, setsSchema: false }, atOnce(work));
}
