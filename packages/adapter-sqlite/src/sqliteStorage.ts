import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { type Clock, RemitError, type Storage } from '@remit/core';
import { kyselyStorage, type MigrationStep, migrate, type Schema } from '@remit/storage-kysely';
import { Kysely, SqliteDialect } from 'kysely';
import { type Checkpoints, quietCheckpoints } from './checkpoints.js';
import { folderOf, kyselyDatabase, openDriver, type SqliteDriver } from './drivers.js';
import { explainSqliteError, SQLITE } from './sqliteDifferences.js';

/** How an SQLite store is opened. */
export type SqliteStorageOptions = {
  /** The store's clock. Default: the host's. */
  readonly clock?: Clock;
  /**
   * When a commit counts as durable. `full` (default): once it is on the disk. `off`: at once; a power cut may lose or
   * damage everything. For benchmarks and throw-away demos only: the journal is worth nothing without `full`.
   */
  readonly synchronous?: 'full' | 'off';
  /** How long a writer waits for other processes, ms. Default 5000. The whole process stands still meanwhile. */
  readonly busyTimeoutMs?: number;
  /** Told before each migration that opening carries out. Default: nobody is told. */
  readonly onMigration?: (step: MigrationStep) => void;
} & (
  | {
      /** Path of the database file, made if need be in a folder that exists; `:memory:` forgets all with `close`. */
      readonly file: string;
    }
  | {
      /**
       * An open database of better-sqlite3, libsql or `node:sqlite`; it stays the caller's to close. Never open one file
       * with two drivers in one process: two copies of SQLite do not see each other's locks there.
       */
      readonly database: SqliteDriver;
    }
);

/** Where no commit waits for the disk. */
const NOTHING_TO_SAY = { durable: null, swift: null };

function unavailable(where: string, error: unknown): unknown {
  if (RemitError.is(error)) return error;
  const trouble = explainSqliteError(error);
  if (!trouble) return error;
  const { message, nextStep } = trouble;
  return new RemitError('storage_unavailable', `${where}: ${message}`, { nextStep, facts: { where }, cause: error });
}

async function openFile(file: string): Promise<SqliteDriver> {
  const folder = folderOf(file);
  if (folder !== null) {
    try {
      await access(folder, constants.W_OK | constants.X_OK);
    } catch (cause) {
      const missing = (cause as { code?: unknown }).code === 'ENOENT';
      const message = missing ? 'does not exist' : 'cannot be written by this process';
      throw new RemitError('storage_unavailable', `The folder ${folder} of the database ${file} ${message}.`, {
        nextStep: missing ? `Create it: mkdir -p ${folder}` : 'Give the process write permission to the folder.',
        facts: { where: file },
        cause,
      });
    }
  }
  return openDriver(file);
}

/**
 * Remit's storage in one SQLite file, which several processes of one machine may share. Migrations run on opening.
 * @throws RemitError `storage_unavailable` when the folder is missing or not writable, the file is no database, another
 * process locks it, its schema is newer than this version, or a table that is not Remit's is in the way.
 */
export async function sqliteStorage(options: SqliteStorageOptions): Promise<Storage> {
  const { clock = { now: () => Date.now() }, synchronous = 'full', busyTimeoutMs = 5_000 } = options;
  const where = 'file' in options ? options.file : 'the given database';
  let driver: SqliteDriver | undefined;
  let checkpoints: Checkpoints | undefined;
  const close = (): void => {
    checkpoints?.stop();
    if (!('file' in options)) return;
    try {
      // A driver may keep the file open for a while: what was written must be in it by then, not in its -wal.
      driver?.exec('pragma wal_checkpoint(truncate)');
    } finally {
      driver?.close();
    }
  };
  try {
    const open = 'file' in options ? await openFile(options.file) : options.database;
    driver = open;
    // The timeout comes first: changing the journal mode already needs the lock.
    open.exec(`pragma busy_timeout = ${Math.round(busyTimeoutMs)}`);
    open.exec('pragma journal_mode = wal');
    open.exec(`pragma synchronous = ${synchronous}`);
    // So that "insert or replace" meets the triggers of append-only tables too.
    open.exec('pragma recursive_triggers = on');
    checkpoints = quietCheckpoints(open);
    const { noticed } = checkpoints;
    const database = kyselyDatabase(open, { close, noticed });
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
    const differences = synchronous === 'full' ? SQLITE : { ...SQLITE, sharedCommits: NOTHING_TO_SAY };
    await migrate(db, differences, { onMigration: options.onMigration });
    return kyselyStorage({ db, differences, clock, name: 'sqlite' });
  } catch (error) {
    try {
      close();
    } catch {
      // Why it could not be opened is what matters.
    }
    throw unavailable(where, error);
  }
}
