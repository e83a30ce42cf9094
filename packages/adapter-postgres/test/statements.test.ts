import { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.js';
import { connections } from '../src/connections.js';
import { postgresStorage } from '../src/index.js';
import { namesOfStatements } from '../src/statements.js';

/* Which statements are kept prepared. */

describe('a name of a statement', () => {
  it('is given to what is sent again and again, and is the same for good', () => {
    const nameOf = namesOfStatements();
    const names = [1, 2, 3, 4].map(() => nameOf('select 1'));
    expect(names.slice(0, 2)).toEqual([null, null]);
    expect(names[2]).toMatch(/^remit_[0-9a-f]{40}$/);
    expect(names[3]).toBe(names[2]);
  });

  it('is given to a limited number: a connection must not grow for ever', () => {
    const nameOf = namesOfStatements();
    const named = Array.from({ length: 1_000 }, (_, n) => [1, 2, 3].map(() => nameOf(`select ${n}`)).at(-1));
    expect(named.filter((name) => name !== null)).toHaveLength(200);
  });
});

const found = await testDatabase();

describe('a connection that leads to the server itself', () => {
  it('keeps statements prepared, and goes on when the tables change under them', async (context) => {
    if ('reason' in found) return context.skip(found.reason);
    const { url, query } = found;
    const storage = await postgresStorage({ url, poolSize: 2 }, { schema: 'kept' });
    for (let n = 0; n < 8; n += 1) await storage.tickets.find('acme', 'INC-1');
    await query('alter table kept.tickets add column of_a_later_version text');
    for (let n = 0; n < 3; n += 1) expect(await storage.tickets.find('acme', 'INC-1')).toBeNull();
    await storage.close();
  });

  it.each([true, false])(
    'sends what failed in a transaction by itself never again (pipeline: %s)',
    async (pipeline) => {
      if ('reason' in found) return;
      const { url, query } = found;
      const table = `again_${pipeline}`;
      await query(`create table ${table} (n bigint)`);
      const pool = new Pool({ connectionString: url, max: 1, pipeline });
      const connection = await connections(pool, true, namesOfStatements()).connect();
      const ask = (text: string) => connection.query(text, []);
      const insert = `insert into ${table} values (1) returning *`;
      for (let n = 0; n < 4; n += 1) await ask(insert);
      await query(`alter table ${table} add column later text`);
      const ended = await Promise.allSettled([ask('begin'), ask(insert), ask('commit')]);
      expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((await ask(`select count(*) as n from ${table}`)).rows).toEqual([{ n: '4' }]);
      // By itself it is: nothing else hangs on it.
      await ask(insert);
      expect((await ask(`select count(*) as n from ${table}`)).rows).toEqual([{ n: '5' }]);
      connection.release();
      await pool.end();
    },
  );
});
