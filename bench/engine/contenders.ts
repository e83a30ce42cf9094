import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresStorage } from '@remit/adapter-postgres';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { chainHash, type Storage, type Work } from '@remit/core';
import { pgBossQueue } from '@remit/queue-pgboss';
import PgBoss from 'pg-boss';
import { openDriver } from '../../packages/adapter-sqlite/src/drivers.js';
import type { BossOrder } from './bossWorker.js';
import type { Conditions, Contender } from './contender.js';
import { type OwnDatabase, ownDatabase } from './database.js';
import type { DbosSdk } from './dbos.js';
import type { DbosOrder } from './dbosWorker.js';
import { STEPS } from './plan.js';
import { prepare } from './prepare.js';
import type { WorkerOrder } from './remitWorker.js';
import { startWorkers, type Workers } from './workers.js';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

/** Cuts a list into shares, one after the other. */
function shared<Item>(items: readonly Item[], shares: number): readonly (readonly Item[])[] {
  return range(shares).map((share) => items.filter((_, index) => index % shares === share));
}

/** Characters of a log's last row that say why. */
const LAST_WORDS = 500;

/** Every run has its five intents and five settled outcomes, and a chain that verifies. */
async function checkLogs(storage: Storage, works: readonly Work[]): Promise<void> {
  for (const { tenant, id } of works) {
    const loaded = await storage.remediations.load(tenant, id);
    const rows = loaded?.rows ?? [];
    const of = (type: string): number => rows.filter(({ event }) => event.type === type).length;
    let previous = '';
    for (const { hash, previousHash, ...content } of rows) {
      if (previousHash !== previous || hash !== chainHash(previous, content)) throw new Error(`${id}: broken chain`);
      previous = hash;
    }
    if (of('action_intended') === STEPS && of('action_settled') === STEPS && of('succeeded') === 1) continue;
    throw new Error(
      `${id} did not succeed with ${STEPS} steps: ${JSON.stringify(rows.at(-1)?.event).slice(-LAST_WORDS)}`,
    );
  }
}

/** Remit on Postgres: the queue is pg-boss in the same database, as on several machines. */
export async function remitOnPostgres(server: string, tenants: number, conditions: Conditions): Promise<Contender> {
  const database = await ownDatabase(server);
  const storage = await postgresStorage({ url: database.url });
  const queue = pgBossQueue({ connectionString: database.url });
  let works: readonly Work[] = [];
  let before = 0;
  let workers: Workers | null = null;
  return {
    name: `remit-postgres-${tenants}`,
    says: `Remit on Postgres, woken by pg-boss, tenants: ${tenants}`,
    async prepare(count) {
      works = await prepare({ storage, tenants, count, from: before });
      for (const work of works) await queue.wake(work);
      const { concurrency, poolSize } = conditions;
      const order: WorkerOrder = { where: database.url, targets: before + count, concurrency, poolSize };
      workers = await startWorkers(
        './remitWorker.ts',
        range(conditions.processes).map(() => order),
      );
    },
    begin: async () => workers?.begin([]),
    done: async () => (await database.count('select count(*) from remit.remediations where ended = 1')) - before,
    workersMs: async () => (await workers?.processorMs()) ?? 0,
    async finish() {
      await workers?.end();
      await checkLogs(storage, works);
      before += works.length;
    },
    traces: database.traces,
    async close() {
      await queue.drain();
      await storage.close();
      await database.close();
    },
  };
}

/** Remit on one SQLite file that two processes share, each with its half of the work. */
export async function remitOnSqlite(tenants: number, conditions: Conditions): Promise<Contender> {
  const folder = mkdtempSync(join(tmpdir(), 'remit-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const where = join(folder, 'remit.sqlite');
  const storage = await sqliteStorage({ file: where });
  const reader = await openDriver(where);
  const ended = reader.prepare('select count(*) as count from remediations where ended = 1');
  let works: readonly Work[] = [];
  let before = 0;
  let workers: Workers | null = null;
  return {
    name: `remit-sqlite-${tenants}`,
    says: `Remit on SQLite, tenants: ${tenants}`,
    async prepare(count) {
      const { concurrency, poolSize } = conditions;
      const order: WorkerOrder = { where, targets: before + count, concurrency, poolSize };
      workers = await startWorkers(
        './remitWorker.ts',
        range(conditions.processes).map(() => order),
      );
      works = await prepare({ storage, tenants, count, from: before });
    },
    begin: async () => workers?.begin(shared(works, conditions.processes)),
    done: async () => Number((ended.all()[0] as { count: number }).count) - before,
    workersMs: async () => (await workers?.processorMs()) ?? 0,
    async finish() {
      await workers?.end();
      await checkLogs(storage, works);
      before += works.length;
    },
    traces: async () => null,
    async close() {
      reader.close();
      await storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** DBOS workflows of five steps; `queue` shares them between the processes, `direct` gives each its half. */
export async function dbos(server: string, how: 'queue' | 'direct', conditions: Conditions): Promise<Contender> {
  const name = '@dbos-inc/dbos-sdk';
  const sdk = import.meta.resolve(name);
  const { DBOSClient } = (await import(sdk)) as DbosSdk;
  const database: OwnDatabase = await ownDatabase(server);
  let before = 0;
  let ids: readonly string[] = [];
  let workers: Workers | null = null;
  const isMade = (): Promise<number> =>
    database.count(
      `select count(*) from pg_catalog.pg_tables where schemaname = 'dbos' and tablename = 'workflow_status'`,
    );
  return {
    name: `dbos-${how}`,
    says: how === 'queue' ? 'DBOS workflows from its queue' : 'DBOS workflows started directly',
    async prepare(count) {
      ids = range(count).map(() => randomUUID());
      const orders = range(conditions.processes).map(
        (index): DbosOrder => ({ sdk, url: database.url, name: `worker-${index}`, queue: 'fixes', ...conditions }),
      );
      if ((await isMade()) === 0) {
        // The first one makes the tables.
        const first = await startWorkers('./dbosWorker.ts', orders.slice(0, 1));
        first.begin([[]]);
        while ((await isMade()) === 0) await new Promise((resolve) => setTimeout(resolve, 100));
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        await first.end();
      }
      if (how === 'queue') {
        const client = await DBOSClient.create({ systemDatabaseUrl: database.url });
        for (const workflowID of ids) {
          await client.enqueue({ queueName: 'fixes', workflowName: 'fiveSteps', workflowID }, workflowID);
        }
        await client.destroy();
      }
      workers = await startWorkers('./dbosWorker.ts', orders);
    },
    begin: async () => workers?.begin(how === 'direct' ? shared(ids, conditions.processes) : []),
    done: async () =>
      (await isMade()) === 0
        ? 0
        : (await database.count(`select count(*) from dbos.workflow_status where status = 'SUCCESS'`)) - before,
    workersMs: async () => (await workers?.processorMs()) ?? 0,
    async finish() {
      await workers?.end();
      before += ids.length;
      const steps = await database.count('select count(*) from dbos.operation_outputs');
      if (steps !== before * STEPS) throw new Error(`DBOS kept ${steps} steps of ${before} workflows.`);
    },
    traces: database.traces,
    close: database.close,
  };
}

/** Bare jobs of pg-boss: the same steps, of which nothing is kept. */
export async function bareJobs(server: string, conditions: Conditions): Promise<Contender> {
  const database = await ownDatabase(server);
  const boss = new PgBoss({ connectionString: database.url, schema: 'bare', schedule: false });
  await boss.start();
  await boss.createQueue('fixes');
  let before = 0;
  let count = 0;
  let workers: Workers | null = null;
  return {
    name: 'pg-boss',
    says: 'bare pg-boss jobs, taken and completed in batches',
    async prepare(wanted) {
      count = wanted;
      await boss.insert(range(count).map((n) => ({ name: 'fixes', data: { service: `s${n}` } })));
      const order: BossOrder = { url: database.url, queue: 'fixes', ...conditions };
      workers = await startWorkers(
        './bossWorker.ts',
        range(conditions.processes).map(() => order),
      );
    },
    begin: async () => workers?.begin([]),
    done: async () => (await database.count(`select count(*) from bare.job where state = 'completed'`)) - before,
    workersMs: async () => (await workers?.processorMs()) ?? 0,
    async finish() {
      await workers?.end();
      before += count;
    },
    traces: database.traces,
    async close() {
      await boss.stop({ graceful: false });
      await database.close();
    },
  };
}
