import type { ScriptedTool } from '@remit/core/testing';
import type { DbosSdk } from './dbos.js';
import { ACTIONS, TOOLS } from './plan.js';
import { readyToBegin } from './workerProcess.js';

/* One of two processes that run DBOS workflows of five steps that do nothing. */

/** What a worker is told on its command line. */
export interface DbosOrder {
  /** Address of the installed module. */
  readonly sdk: string;
  readonly url: string;
  readonly name: string;
  readonly queue: string;
  readonly concurrency: number;
  readonly poolSize: number;
}

const order = JSON.parse(process.argv[2] ?? '') as DbosOrder;
const { DBOS } = (await import(order.sdk)) as DbosSdk;

const tools: Readonly<Record<string, ScriptedTool>> = TOOLS;
const fiveSteps = DBOS.registerWorkflow(
  async (service: string) => {
    for (const action of ACTIONS) {
      await DBOS.runStep(async () => tools[`ops/${action}`]?.run({ service }, null), { name: action });
    }
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

readyToBegin<string>(async (ids) => {
  await DBOS.launch();
  if (ids.length > 0) await directly(ids);
  else {
    // Polled twenty times as often as by default, so that waiting is no part of what is measured.
    await DBOS.registerQueue(order.queue, { workerConcurrency: order.concurrency, minPollingIntervalMs: 50 });
  }
});
