import { type Clock, RemitError, type Storage } from '@remit/core';
import { kyselyStorage, type MigrationStep, migrate, type Schema } from '@remit/storage-kysely';
import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely';
import { Pool } from 'pg';
import { connections, oneConnection } from './connections.js';
import { postgresDifferences, quoted } from './postgresDifferences.js';
import { isDirect, namesOfStatements } from './statements.js';
import { explainPostgresError } from './troubles.js';

/** Where the database is. */
export type PostgresConnection =
  | {
      /** A pool of pg, which stays the caller's to close. It should have a statement timeout and a connection timeout. */
      readonly pool: Pool;
    }
  | {
      /** For example `postgres://user:password@host:5432/database`. */
      readonly url: string;
      /** Connections at most. Default 10. */
      readonly poolSize?: number;
      /** How long a verb waits for a connection, whether all are busy or the server is silent, ms. Default 5000. */
      readonly connectTimeoutMs?: number;
      /** How long a statement may take, waiting for locks included, and how long a transaction may idle, ms. Default 10000. */
      readonly statementTimeoutMs?: number;
    };

/** How a Postgres store is opened. */
export interface PostgresStorageOptions {
  /** The schema that holds Remit's tables, made if need be. Default `remit`. */
  readonly schema?: string;
  /** The store's clock, for tests. Default: the database's own, as several machines have to agree. */
  readonly clock?: Clock;
  /** Told before each migration that opening carries out. Default: nobody is told. */
  readonly onMigration?: (step: MigrationStep) => void;
}

/** How much longer than the server this process waits before it takes the server for gone, ms. */
const GRACE_MS = 2_000;
const LONGEST_NAME = 63;

function poolOf(connection: PostgresConnection): Pool {
  if ('pool' in connection) return connection.pool;
  const { url, poolSize = 10, connectTimeoutMs = 5_000, statementTimeoutMs = 10_000 } = connection;
  return new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + GRACE_MS,
    keepAlive: true,
    pipeline: true,
    fallback_application_name: 'remit',
  });
}

function checkSchema(schema: string): void {
  const ok = schema !== '' && Buffer.byteLength(schema) <= LONGEST_NAME && !schema.includes('\0');
  if (ok && !schema.startsWith('pg_')) return;
  throw new RemitError('invalid_configuration', `${JSON.stringify(schema)} cannot be the name of a schema.`, {
    nextStep: `Use 1 to ${LONGEST_NAME} bytes that do not begin with pg_.`,
  });
}

async function makeSchema(db: Kysely<Schema>, schema: string): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    (await sql`select 1 from pg_catalog.pg_namespace where nspname = ${schema}`.execute(db)).rows.length > 0;
  // Asked first: a user who was given a schema need not be allowed to make one.
  if (await isThere()) return;
  try {
    await sql.raw(`create schema ${quoted(schema)}`).execute(db);
  } catch (error) {
    // Another process may have come first.
    if (!(await isThere())) throw error;
  }
}

function unavailable(error: unknown, schema: string): unknown {
  const trouble = RemitError.is(error) ? null : explainPostgresError(error);
  if (!trouble) return error;
  const { message, nextStep } = trouble;
  return new RemitError('storage_unavailable', `postgres: ${message}`, { nextStep, facts: { schema }, cause: error });
}

/**
 * Remit's storage in one schema of a Postgres database, which any number of processes and machines may share.
 * Migrations run on opening, one process at a time.
 * @throws RemitError `storage_unavailable` when the server cannot be reached or refuses, its schema is newer than this
 * version, or a table that is not Remit's is in the way; `invalid_configuration` for an impossible schema name.
 */
export async function postgresStorage(
  connection: PostgresConnection,
  { schema = 'remit', clock, onMigration }: PostgresStorageOptions = {},
): Promise<Storage> {
  checkSchema(schema);
  const isOurs = !('pool' in connection);
  const pool = poolOf(connection);
  const names = namesOfStatements();
  let keepsPrepared = false;
  const nameOf = (text: string): string | null => (keepsPrepared ? names(text) : null);
  const over = (connected: PostgresPool) =>
    new Kysely<Schema>({ dialect: new PostgresDialect({ pool: connected }) }).withSchema(schema);
  const db = over(connections(pool, isOurs, nameOf));
  // Only of a pool of our own, with a connection to spare: a host's may be lent for a statement.
  const questions = isOurs && pool.options.max > 1 ? over(oneConnection(pool, nameOf)) : undefined;
  const differences = postgresDifferences(schema);
  try {
    keepsPrepared = isOurs && (await isDirect(pool));
    await makeSchema(db, schema);
    await migrate(db, differences, { onMigration });
    return kyselyStorage({ db, questions, differences, clock, name: 'postgres' });
  } catch (error) {
    await db.destroy();
    throw unavailable(error, schema);
  }
}
