import { EventEmitter } from 'node:events';
import { Pool, type PoolClient } from 'pg';
import { describe, expect, it } from 'vitest';
import { connections, oneConnection } from '../src/connections.js';

/* No server is needed: a pool connects only when it is asked to. */

const broken = (): Error => new Error('terminating connection due to administrator command');

describe('a pool that was closed', () => {
  it('of ours may still lose a connection: that ends no process', async () => {
    const pool = new Pool({ connectionString: 'postgres://127.0.0.1:1/x' });
    await connections(pool, true).end();
    expect(pool.ended).toBe(true);
    expect(() => pool.emit('error', broken())).not.toThrow();
  });

  it('of the host is left as it was: its errors are the host’s again', async () => {
    const pool = new Pool({ connectionString: 'postgres://127.0.0.1:1/x' });
    await connections(pool, false).end();
    expect(pool.ended).toBe(false);
    expect(() => pool.emit('error', broken())).toThrow('terminating connection');
    await pool.end();
  });
});

/** A pool of connections that answer with the number of the connection, until they are told to fail. */
function poolOf() {
  const clients: (EventEmitter & { fails: Error | undefined; released: unknown[] })[] = [];
  const pool = new EventEmitter() as unknown as Pool;
  pool.connect = (async () => {
    const client = Object.assign(new EventEmitter(), {
      fails: undefined as Error | undefined,
      released: [] as unknown[],
      query: async () => {
        if (client.fails) throw client.fails;
        return { rows: [clients.indexOf(client)] };
      },
      release: (error: unknown) => void client.released.push(error),
    });
    clients.push(client);
    return client as unknown as PoolClient;
  }) as typeof pool.connect;
  return { pool, clients };
}

/** What the server says before it ends a connection: an answer, unlike a connection that just breaks. */
const ended = (): Error => Object.assign(broken(), { code: '57P01', severity: 'FATAL' });

describe('a connection that the server ends', () => {
  const asked = async (from: ReturnType<typeof oneConnection>) => {
    const client = await from.connect();
    const answer = await client.query('select 1', []);
    client.release();
    return (answer as { rows: unknown[] }).rows;
  };

  it('is not asked again, whether it says so in answer to a question or by itself', async () => {
    const { pool, clients } = poolOf();
    const one = oneConnection(pool);
    expect(await asked(one)).toEqual([0]);
    Object.assign(clients[0] ?? {}, { fails: ended() });
    await expect(asked(one)).rejects.toThrow('terminating connection');
    expect(clients[0]?.released).toEqual([expect.any(Error)]);
    expect(await asked(one)).toEqual([1]);
    clients[1]?.emit('end');
    expect(await asked(one)).toEqual([2]);
    expect(clients[1]?.released).toEqual([expect.any(Error)]);
  });

  it('goes back to the pool as one to be thrown away, and may still complain then: that ends no process', async () => {
    const { pool, clients } = poolOf();
    for (const store of [connections(pool, true), oneConnection(pool)]) {
      const client = await store.connect();
      const at = clients.at(-1);
      Object.assign(at ?? {}, { fails: ended() });
      await expect(client.query('select 1', [])).rejects.toThrow('terminating connection');
      client.release();
      expect(at?.released).toEqual([expect.any(Error)]);
      expect(() => at?.emit('error', broken())).not.toThrow();
    }
  });
});
