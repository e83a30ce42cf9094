import PgBoss from 'pg-boss';
import { STEPS } from './plan.js';
import { readyToBegin } from './workerProcess.js';

/* One of two processes that take bare pg-boss jobs: five steps that do nothing, of which nothing is kept. */

/** What a worker is told on its command line. */
export interface BossOrder {
  readonly url: string;
  readonly queue: string;
  readonly concurrency: number;
  readonly poolSize: number;
}

const order = JSON.parse(process.argv[2] ?? '') as BossOrder;
const boss = new PgBoss({ connectionString: order.url, schema: 'bare', max: order.poolSize, schedule: false });
boss.on('error', console.error);

const nothing = async (): Promise<void> => {};

async function loop(): Promise<never> {
  for (;;) {
    const jobs = await boss.fetch(order.queue, { batchSize: order.concurrency });
    for (const _ of jobs) for (let step = 0; step < STEPS; step += 1) await nothing();
    if (jobs.length > 0)
      await boss.complete(
        order.queue,
        jobs.map(({ id }) => id),
      );
    else await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

readyToBegin(async () => {
  await boss.start();
  await loop();
});
