import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import type { Traces } from './contender.js';

const FIGURES_AFTER_MS = 1_500;

/** A database of a contender's own. */
export interface OwnDatabase {
  readonly url: string;
  count(statement: string): Promise<number>;
  /** Totals since the server started. */
  traces(): Promise<Traces>;
  close(): Promise<void>;
}

/** Makes a database on a server. */
export async function ownDatabase(serverUrl: string): Promise<OwnDatabase> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const admin = new Pool({ connectionString: serverUrl, max: 1 });
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const pool = new Pool({ connectionString: url.href, max: 1 });
  return {
    url: url.href,
    async count(statement) {
      const { rows } = await pool.query<{ count: string }>(statement);
      return Number(rows[0]?.count ?? 0);
    },
    async traces() {
      // Each connection tells its figures about once a second.
      await new Promise((resolve) => setTimeout(resolve, FIGURES_AFTER_MS));
      const { rows } = await pool.query<Record<keyof Traces, string>>(
        `select xact_commit as transactions, tup_inserted + tup_updated + tup_deleted as rows,
           pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as "walBytes"
         from pg_stat_database where datname = $1`,
        [name],
      );
      const [row] = rows;
      return {
        transactions: Number(row?.transactions ?? 0),
        rows: Number(row?.rows ?? 0),
        walBytes: Number(row?.walBytes ?? 0),
      };
    },
    close: () => pool.end(),
  };
}
