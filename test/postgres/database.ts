import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { afterAll, inject } from 'vitest';
import type { WhereIsPostgres } from './globalSetup.js';

/** A database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  /** Runs a statement as the database's owner, on a connection of its own. */
  query<Row = Record<string, unknown>>(statement: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

async function whereIsPostgres(): Promise<WhereIsPostgres> {
  const port = inject('postgresPort');
  if (port === null) return { reason: 'the test run may not listen on the loopback address' };
  return JSON.parse(await text(connect(port, '127.0.0.1'))) as WhereIsPostgres;
}

async function query(url: string, statement: string, values: readonly unknown[] = []): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(statement, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** Waits for connections that are just being closed: one that is cut off throws where nobody listens any more. */
async function drop(url: string, name: string): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    const using = await query(url, 'select 1 from pg_stat_activity where datname = $1', [name]);
    if (using.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await query(url, `drop database ${name} with (force)`);
}

/**
 * A new, empty database, dropped when the test file is done; or why there is none, for `context.skip(reason)`. Call it at
 * the top of a test file.
 */
export async function testDatabase(): Promise<TestDatabase | { readonly reason: string }> {
  const found = await whereIsPostgres();
  if ('reason' in found) {
    console.warn(`Tests on Postgres are skipped: ${found.reason}`);
    return found;
  }
  const name = `remit_test_${randomBytes(6).toString('hex')}`;
  await query(found.url, `create database ${name}`);
  afterAll(() => drop(found.url, name));
  const url = new URL(found.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    query: async <Row>(statement: string, values?: readonly unknown[]) =>
      (await query(url.href, statement, values)) as readonly Row[],
  };
}
