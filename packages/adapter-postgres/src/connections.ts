import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Pool } from 'pg';
import { sqlStateOf } from './troubles.js';

function ignore(): void {
  // What broke is told to whoever asks next; an event that nobody listens to would end the process.
}

async function connect(pool: Pool): Promise<PostgresPoolClient> {
  const client = await pool.connect();
  client.on('error', ignore);
  let broken: Error | undefined;
  const query = async (text: string, values: readonly unknown[]) => {
    try {
      return await client.query(text, [...values]);
    } catch (error) {
      // Not the server's answer: nobody knows what the connection is in the middle of, so nobody gets it again.
      if (sqlStateOf(error) === null) broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  };
  return {
    // Only streams ask for a cursor, and nothing here streams.
    query: query as unknown as PostgresPoolClient['query'],
    release() {
      client.off('error', ignore);
      client.release(broken);
    },
  };
}

/**
 * A pool as kysely wants it: connections that break do not end the process, and are not given out again.
 * @param end what closing the store does with the pool.
 */
export function connections(pool: Pool, end: () => Promise<void>): PostgresPool {
  pool.on('error', ignore);
  return {
    connect: () => connect(pool),
    async end() {
      await end();
      pool.off('error', ignore);
    },
  };
}
