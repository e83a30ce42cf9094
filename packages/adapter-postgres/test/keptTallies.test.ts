import { Pool } from 'pg';
import { afterAll, it } from 'vitest';
import { keptTallies } from '../../../test/keptTallies.js';
import { testDatabase } from '../../../test/postgres/database.js';
import { postgresStorage } from '../src/index.js';

const database = await testDatabase();

if ('reason' in database) {
  it('Postgres: kept tallies are what the facts add up to', (context) => context.skip(database.reason));
} else {
  const pool = new Pool({ connectionString: database.url });
  afterAll(() => pool.end());
  let schemas = 0;
  const open = (clock: { now(): number }) => {
    schemas += 1;
    return postgresStorage({ pool }, { schema: `tallies_${schemas}`, clock });
  };
  keptTallies({ name: 'Postgres', open, sequences: 8 });
}
