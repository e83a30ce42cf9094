import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresStorage } from '@remit/adapter-postgres';
import { sqliteStorage } from '@remit/adapter-sqlite';
import type { Clock, Queue, Storage } from '@remit/core';
import { pgBossQueue } from '@remit/queue-pgboss';

/** A kind of store that can be crashed into, as every process of a trial sees it. */
export interface ChaosStore {
  /** Opens the store of a trial. */
  open(folder: string, clock: Clock): Promise<Storage>;
  /** The queue that the trial's instances share; null: each has one of its own. */
  queue(folder: string, clock: Clock, onTrouble: (error: unknown) => void): Queue | null;
  /** Workers of a trial that live at the same time. */
  readonly instances: 1 | 2;
}

/** The file of a SQLite store. */
export const SQLITE_FILE = 'store.sqlite';
/** The file that tells the URL of a trial's Postgres database. */
export const DATABASE_FILE = 'database';

/**
 * How long a transaction of a process that stands still keeps its rows locked. In production a third of a lease (10 s of
 * 30 s); the trial's clock shortens leases, so this is shortened with them.
 */
const SILENT_AT_MOST_MS = 1_000;

const urlIn = (folder: string): string => readFileSync(join(folder, DATABASE_FILE), 'utf8');

/** The names of the kinds of store. */
export const STORE_NAMES = ['sqlite', 'postgres'] as const;
/** One of {@link STORE_NAMES}. */
export type StoreName = (typeof STORE_NAMES)[number];

const STORES: Readonly<Record<StoreName, ChaosStore>> = {
  sqlite: {
    open: (folder, clock) => sqliteStorage({ file: join(folder, SQLITE_FILE), clock }),
    queue: () => null,
    instances: 1,
  },
  postgres: {
    open: (folder, clock) =>
      postgresStorage({ url: urlIn(folder), poolSize: 5, statementTimeoutMs: SILENT_AT_MOST_MS }, { clock }),
    queue: (folder, clock, onTrouble) => pgBossQueue({ connectionString: urlIn(folder) }, { clock, onTrouble }),
    instances: 2,
  },
};

/** The store of that name. */
export function chaosStore(name: StoreName): ChaosStore {
  return STORES[name];
}

/** The name, if it is one. @throws Error with a sentence when it is not. */
export function storeName(name: string): StoreName {
  const found = STORE_NAMES.find((known) => known === name);
  if (found) return found;
  throw new Error(`The crash test knows no store "${name}"; it can use: ${STORE_NAMES.join(', ')}.`);
}
