import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@remit/core';
import { Client } from 'pg';
import { startOwnPostgres } from '../test/postgres/server.js';
import { seedStore } from './seed.js';
import { chaosStore, DATABASE_FILE, SQLITE_FILE, type StoreName } from './store.js';

/* Where trials get their stores from. Trials of one lane run one after the other, so that whatever one of them kills is its own. */

/** A database server that can be killed. */
export interface Database {
  /** Kills every process of it; nothing is flushed or said. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it answers. */
  startAgain(): Promise<void>;
}

/** One lane. */
export interface Lane {
  /** Gives a trial's folder its own copy of the seeded store. */
  copy(folder: string): Promise<void>;
  /** Takes the trial's store away. */
  discard(folder: string): Promise<void>;
  /** Null where the store is part of the workers. */
  readonly database: Database | null;
  close(): Promise<void>;
}

const CLOCK: Clock = { now: () => Date.now() };

async function sqliteLane(folder: string): Promise<Lane> {
  const storage = await chaosStore('sqlite').open(folder, CLOCK);
  await seedStore(storage);
  await storage.close();
  return {
    async copy(to) {
      // What was committed may still be in the write-ahead log, the file beside it.
      const parts = readdirSync(folder).filter((part) => part === SQLITE_FILE || part === `${SQLITE_FILE}-wal`);
      for (const part of parts) copyFileSync(join(folder, part), join(to, part));
    },
    discard: async () => {},
    database: null,
    close: async () => {},
  };
}

async function command(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

const SEEDED = 'chaos_seeded';

/** A server of the lane's own, as durable as in production, and in it a database for every trial. */
async function postgresLane(folder: string): Promise<Lane> {
  const server = await startOwnPostgres({ fsync: true });
  let trials = 0;
  const place = (to: string, name: string): void => {
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    writeFileSync(join(to, DATABASE_FILE), url.href);
  };
  await command(server.url, `create database ${SEEDED}`);
  place(folder, SEEDED);
  const storage = await chaosStore('postgres').open(folder, CLOCK);
  await seedStore(storage);
  await storage.close();
  // Started once, so that its tables are part of the copies.
  const queue = chaosStore('postgres').queue(folder, CLOCK, () => {});
  await queue?.start(
    async () => {},
    (error) => {
      throw error;
    },
  );
  await queue?.drain();
  const nameOf = new Map<string, string>();
  return {
    async copy(to) {
      trials += 1;
      const name = `trial_${trials}`;
      await command(server.url, `create database ${name} template ${SEEDED}`);
      nameOf.set(to, name);
      place(to, name);
    },
    async discard(to) {
      const name = nameOf.get(to);
      if (name) await command(server.url, `drop database ${name} with (force)`);
      nameOf.delete(to);
    },
    database: server,
    close: () => server.stop(),
  };
}

/** Opens a lane, with a folder of its own. */
export async function openLane(store: StoreName, folder: string): Promise<Lane> {
  mkdirSync(folder);
  return store === 'sqlite' ? sqliteLane(folder) : postgresLane(folder);
}
