import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresStorage } from '@remit/adapter-postgres';
import { SQLITE, sqliteStorage } from '@remit/adapter-sqlite';
import type { Storage } from '@remit/core';
import { MIGRATIONS, type SqlDifferences } from '@remit/storage-kysely';
import { Pool } from 'pg';
import { postgresDifferences } from '../../packages/adapter-postgres/src/postgresDifferences.js';
import { openDriver } from '../../packages/adapter-sqlite/src/drivers.js';
import { startOwnPostgres } from '../../test/postgres/server.js';
import type { Row } from './template.js';

/** Where a store is, for whoever opens it as its users do. */
export type StoreAddress = { readonly file: string } | { readonly url: string };

/** Opens a store as a process that begins: nothing is remembered of it yet. */
export function openStore(address: StoreAddress): Promise<Storage> {
  return 'file' in address ? sqliteStorage({ file: address.file }) : postgresStorage({ url: address.url });
}

/** A store that can be filled fast, past its own verbs. */
export interface FilledStore {
  readonly name: string;
  readonly address: StoreAddress;
  /** The same by its verbs, while it is filled: its commits wait for no disk. */
  readonly storage: Storage;
  /** Empties tables. */
  clear(tables: readonly string[]): Promise<void>;
  /** Writes rows of one table; all of them have the same columns. */
  insert(table: string, rows: readonly Row[]): Promise<void>;
  /** Runs work in one transaction. */
  batch(work: () => Promise<void>): Promise<void>;
  /** Makes what is kept beside the rows (tallies and the like) as an upgrade makes it of rows that are there. */
  fold(): Promise<void>;
  /** What a database does by itself when it has time, done now. */
  settle(): Promise<void>;
  bytes(): Promise<number>;
  close(): Promise<void>;
}

/** Tables that hold what the store's own verbs wrote while it was filled: words are told to the learner one by one. */
const WRITTEN_BY_VERBS: readonly (string | undefined)[] = ['exemplar_blocks'];

/** The statements by which migrations make folds of rows that are there. */
function foldsOf(differences: SqlDifferences): readonly string[] {
  const all = MIGRATIONS.flatMap((migration) => migration.statements(differences));
  return all.flatMap((statement) => {
    const table = /^\s*insert into (\w+)/.exec(statement)?.[1];
    return table === undefined || WRITTEN_BY_VERBS.includes(table) ? [] : [`delete from ${table}`, statement];
  });
}

function columnsOf(rows: readonly Row[]): readonly string[] {
  return Object.keys(rows[0] ?? {});
}

/** An SQLite file; nothing is analysed, as nothing does so in production. */
export async function filledSqlite(): Promise<FilledStore> {
  const folder = mkdtempSync(join(tmpdir(), 'remit-bench-'));
  const file = join(folder, 'history.sqlite');
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const storage = await sqliteStorage({ file, synchronous: 'off' });
  const writer = await openDriver(file);
  writer.exec('pragma synchronous = off');
  return {
    name: 'sqlite',
    address: { file },
    storage,
    clear: async (tables) => void writer.exec(tables.map((table) => `delete from ${table};`).join(' ')),
    async insert(table, rows) {
      const columns = columnsOf(rows);
      const marks = columns.map(() => '?').join(', ');
      const statement = writer.prepare(`insert into ${table} (${columns.join(', ')}) values (${marks})`);
      for (const row of rows) (statement.run as (values: unknown[]) => unknown)(columns.map((name) => row[name]));
    },
    async batch(work) {
      writer.exec('begin immediate');
      await work();
      writer.exec('commit');
    },
    async fold() {
      for (const statement of foldsOf(SQLITE)) writer.exec(statement);
    },
    settle: async () => void writer.exec('pragma wal_checkpoint(truncate)'),
    bytes: async () => statSync(file).size,
    async close() {
      writer.close();
      await storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A Postgres of its own, with the memory of a small server. */
export async function filledPostgres(): Promise<FilledStore> {
  const settings = { autovacuum: 'on', shared_buffers: '512MB', max_wal_size: '8GB', work_mem: '16MB' };
  const server = await startOwnPostgres({ settings });
  const storage = await postgresStorage({ url: server.url });
  const pool = new Pool({ connectionString: server.url, max: 1, options: '-c search_path=remit' });
  return {
    name: 'postgres',
    address: { url: server.url },
    storage,
    clear: async (tables) => void (await pool.query(tables.map((table) => `delete from ${table};`).join(' '))),
    async insert(table, rows) {
      const columns = columnsOf(rows).join(', ');
      await pool.query(
        `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)`,
        [JSON.stringify(rows)],
      );
    },
    async batch(work) {
      await pool.query('begin');
      await work();
      await pool.query('commit');
    },
    async fold() {
      for (const statement of foldsOf(postgresDifferences('remit'))) await pool.query(statement);
    },
    settle: async () => void (await pool.query('vacuum analyze')),
    async bytes() {
      const { rows } = await pool.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
      return Number(rows[0]?.bytes ?? 0);
    },
    async close() {
      await pool.end();
      await storage.close();
      await server.stop();
    },
  };
}
