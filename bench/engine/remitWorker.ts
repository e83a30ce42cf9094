import { postgresStorage } from '@remit/adapter-postgres';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { createRemit, inProcessQueue, type Work } from '@remit/core';
import { recordingExecutor } from '@remit/core/testing';
import { pgBossQueue } from '@remit/queue-pgboss';
import { catalogue, LIMITS, TOOLS } from './plan.js';
import { readyToBegin } from './workerProcess.js';

/*
 * One of two processes that carry remediations out. Says `ready`, begins when it is told to, with its share of the work
 * where no queue is shared, and ends when its parent does.
 */

/** What a worker is told on its command line. */
export interface WorkerOrder {
  /** File of the SQLite store, or URL of the Postgres. */
  readonly where: string;
  readonly targets: number;
  /** Pieces of work at the same time. */
  readonly concurrency: number;
  /** Connections to Postgres. */
  readonly poolSize: number;
}

const order = JSON.parse(process.argv[2] ?? '') as WorkerOrder;
const isPostgres = order.where.startsWith('postgres');
const { concurrency, poolSize } = order;
const storage = isPostgres
  ? await postgresStorage({ url: order.where, poolSize })
  : await sqliteStorage({ file: order.where });
const queue = isPostgres
  ? pgBossQueue({ connectionString: order.where }, { concurrency })
  : inProcessQueue({ clock: { now: () => Date.now() }, concurrency });
const remit = createRemit({
  storage,
  queue,
  executor: recordingExecutor(TOOLS),
  catalogue: catalogue(order.targets),
  // Nothing crashes here, and what waits for the other process is not to be looked for.
  settings: { limits: LIMITS, recoverEveryMs: 3_600_000 },
});
remit.events.on('trouble', ({ where, error }) => console.error(where, error));
// In its own memory a queue is filled by whoever gives the work out, so that it may start on an empty store.
if (!isPostgres) await remit.start();

readyToBegin<Work>(async (works) => {
  if (isPostgres) await remit.start();
  for (const work of works) await queue.wake(work);
});
