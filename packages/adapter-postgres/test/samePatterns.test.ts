import { Pool } from 'pg';
import { afterAll, it } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.js';
import { samePatterns } from '../../../test/samePatterns.js';
import { postgresStorage } from '../src/index.js';

const database = await testDatabase();

if ('reason' in database) {
  it('memory and Postgres find the same patterns', (context) => context.skip(database.reason));
} else {
  const pool = new Pool({ connectionString: database.url });
  afterAll(() => pool.end());
  samePatterns({ name: 'Postgres', open: () => postgresStorage({ pool }, { schema: 'same_patterns' }), tickets: 120 });
}
