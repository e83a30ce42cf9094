import { Pool } from 'pg';
import { afterAll, it } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.js';
import { sameAsMemory } from '../../../test/sameAsMemory.js';
import { postgresStorage } from '../src/index.js';

const database = await testDatabase();

if ('reason' in database) {
  it('memory and Postgres answer any sequence of verbs alike', (context) => context.skip(database.reason));
} else {
  const pool = new Pool({ connectionString: database.url });
  afterAll(() => pool.end());
  let schemas = 0;
  const open = (clock: { now(): number }) => {
    schemas += 1;
    return postgresStorage({ pool }, { schema: `sequence_${schemas}`, clock });
  };
  sameAsMemory({ name: 'Postgres', open, sequences: 30 });
}
