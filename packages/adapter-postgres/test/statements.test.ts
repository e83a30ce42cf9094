import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.js';
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
});
