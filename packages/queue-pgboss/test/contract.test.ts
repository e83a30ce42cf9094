import { queueConformance } from '@remit/conformance';
import PgBoss from 'pg-boss';
import { afterAll, it } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.js';
import { pgBossQueue } from '../src/index.js';

const database = await testDatabase();

if ('reason' in database) {
  it('queue contract: pg-boss', (context) => context.skip(database.reason));
} else {
  const boss = new PgBoss({ connectionString: database.url, schedule: false });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  afterAll(() => boss.stop({ graceful: false }));
  let queues = 0;
  queueConformance({
    name: 'pg-boss',
    open: async () => {
      queues += 1;
      return { queue: pgBossQueue({ boss }, { concurrency: 3, name: `case-${queues}` }), concurrency: 3 };
    },
  });
}
