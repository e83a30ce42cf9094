import { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { connections } from '../src/connections.js';

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
