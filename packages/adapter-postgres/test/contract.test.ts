import { storageConformance } from '@remit/conformance';
import { movableClock } from '@remit/core/testing';
import { Pool } from 'pg';
import { afterAll, it } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.js';
import { postgresStorage } from '../src/index.js';

const database = await testDatabase();

if ('reason' in database) {
  it('storage contract: Postgres', (context) => context.skip(database.reason));
} else {
  const pool = new Pool({ connectionString: database.url, max: 20 });
  afterAll(() => pool.end());
  let schemas = 0;
  storageConformance({
    name: 'Postgres',
    open: async () => {
      const clock = movableClock();
      schemas += 1;
      const schema = `case_${schemas}`;
      const storage = await postgresStorage({ pool }, { schema, clock });
      const reopen = async () => {
        await storage.close();
        return postgresStorage({ pool }, { schema, clock });
      };
      return { storage, clock, reopen };
    },
  });
}
