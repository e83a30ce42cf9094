import type { DbosSdk } from './dbos.js';
import { STEPS } from './plan.js';

/* One of two processes that run DBOS workflows of five steps that do nothing. */

/** What a worker is told on its command line. */
export interface DbosOrder {
  readonly url: string;
  readonly name: string;
  readonly queue: string;
  readonly concurrency: number;
  readonly poolSize: number;
}

const sdk = '@dbos-inc/dbos-sdk';
const { DBOS } = (await import(sdk)) as DbosSdk;
const order = JSON.parse(process.argv[2] ?? '') as DbosOrder;

const fiveSteps = DBOS.registerWorkflow(
  async (service: string) => {
    for (let step = 0; step < STEPS; step += 1) await DBOS.runStep(async () => ({ service }), { name: `step-${step}` });
    return 'succeeded';
  },
  { name: 'fiveSteps' },
);
DBOS.setConfig({
  name: 'remit-bench',
  systemDatabaseUrl: order.url,
  systemDatabasePoolSize: order.poolSize,
  executorID: order.name,
  applicationVersion: '1',
  logLevel: 'error',
});

async function directly(ids: readonly string[]): Promise<void> {
  const left = [...ids];
  const one = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const handle = await DBOS.startWorkflow(fiveSteps, { workflowID: id })(id);
      await handle.getResult();
    }
  };
  await Promise.all(Array.from({ length: order.concurrency }, one));
}

process.on('message', (ids: readonly string[]) => {
  void (async () => {
    await DBOS.launch();
    if (ids.length > 0) await directly(ids);
    else {
      // Polled twenty times as often as by default, so that waiting is no part of what is measured.
      await DBOS.registerQueue(order.queue, { workerConcurrency: order.concurrency, minPollingIntervalMs: 50 });
    }
  })();
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
