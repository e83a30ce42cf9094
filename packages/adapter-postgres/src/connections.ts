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
 * @param isOurs whether closing the store ends the pool; a given one is left as it was.
 */
export function connections(pool: Pool, isOurs: boolean): PostgresPool {
  pool.on('error', ignore);
  return {
    connect: () => connect(pool),
    async end() {
      // Our own goes on being listened to: it has ended before its connections have, and they may still break.
      if (isOurs) await pool.end();
      else pool.off('error', ignore);
    },
  };
}
