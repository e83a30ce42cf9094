import { type Kysely, sql } from 'kysely';
import type { SqlDifferences } from './differences.js';
import type { Schema } from './schema.js';

/**
 * Runs work in a transaction that may write; it is rolled back when the work rejects. The work must wait for nothing
 * but this database: with one connection everybody else waits meanwhile.
 */
export function inTransaction<Result>(
  db: Kysely<Schema>,
  differences: SqlDifferences,
  work: (transaction: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  return db.connection().execute(async (connection) => {
    await sql.raw(differences.begin).execute(connection);
    try {
      const result = await work(connection);
      await sql.raw('commit').execute(connection);
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
