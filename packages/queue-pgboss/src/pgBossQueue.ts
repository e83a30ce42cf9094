import { createHash } from 'node:crypto';
import { type Clock, type Queue, RemitError, type Work } from '@remit/core';
import PgBoss from 'pg-boss';
import { type Deliveries, deliver, keyOf } from './deliveries.js';

/** Where the queue is. */
export type PgBossConnection =
  | {
      /** A pg-boss of the host's, which starts and stops it. It should supervise, so that dead instances are noticed. */
      readonly boss: PgBoss;
    }
  | {
      /** For example `postgres://user:password@host:5432/database`. */
      readonly connectionString: string;
      /** The schema that holds pg-boss' tables, made if need be. Default `remit_queue`. */
      readonly schema?: string;
    };

/** Options of {@link pgBossQueue}. */
export interface PgBossQueueOptions {
  /** Pieces of work that run in this process at the same time; the rest waits in the database. Default 8. */
  readonly concurrency?: number;
  /** How often to look for work that another instance woke, ms. Work woken here is looked for at once. Default 500. */
  readonly pollEveryMs?: number;
  /** How long after it was taken work of an instance that died is given to another one, ms, in whole seconds. Default 60000. */
  readonly takeOverAfterMs?: number;
  /** First part of the queues' names; instances with the same name share the work. Default `remit`. */
  readonly name?: string;
  /** The clock by which `wake` reads its times. Default: the host's. */
  readonly clock?: Clock;
  /** Hears of trouble that belongs to no work, such as a database that does not answer. Default: nobody. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Work of an instance that died is given away so many times; after that the engine finds it by itself. */
const TAKE_OVERS = 3;
const IDLE_LOOKS_EVERY_MS = 50;
const DEADLOCKS = 10;

function unavailable(error: unknown): RemitError {
  const said = error instanceof Error ? error.message : String(error);
  return new RemitError('storage_unavailable', `pg-boss cannot use its database: ${said}`, {
    nextStep: 'Check that Postgres runs, the URL, and that the user may make a schema.',
    cause: error,
  });
}

const CONNECTS_WITHIN_MS = 5_000;
/** Longer than any of pg-boss' statements takes; then the server is taken for gone. */
const ANSWERS_WITHIN_MS = 30_000;

/** A pg-boss of our own. One that failed to start never starts again: each try needs a new one. */
function newBoss(connection: Extract<PgBossConnection, { connectionString: string }>, takeOverSeconds: number): PgBoss {
  // pg-boss hands what it does not know to its pool.
  const pool = { connectionTimeoutMillis: CONNECTS_WITHIN_MS, query_timeout: ANSWERS_WITHIN_MS, keepAlive: true };
  return new PgBoss({
    ...pool,
    connectionString: connection.connectionString,
    schema: connection.schema ?? 'remit_queue',
    max: 4,
    application_name: 'remit-queue',
    schedule: false,
    maintenanceIntervalSeconds: Math.max(1, Math.floor(takeOverSeconds / 2)),
  });
}

/** Makes a queue if need be. Instances that do so together may deadlock inside pg-boss: all but one are told to repeat. */
async function makeQueue(boss: PgBoss, queue: PgBoss.Queue): Promise<void> {
  for (let left = DEADLOCKS; ; left -= 1) {
    try {
      if (!(await boss.getQueue(queue.name))) await boss.createQueue(queue.name, queue);
      return;
    } catch (error) {
      if (left === 0 || (error as { code?: unknown }).code !== '40P01') throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
    }
  }
}

/**
 * A queue that any number of instances share, on pg-boss 10 in the same Postgres as the store. What one instance wakes,
 * whichever has room delivers; work of an instance that died goes to another one. A wake that cannot be sent is reported
 * and lost: the engine finds unfinished work by itself.
 */
export function pgBossQueue(connection: PgBossConnection, options: PgBossQueueOptions = {}): Queue {
  const { concurrency = 8, pollEveryMs = 500, takeOverAfterMs = 60_000, name = 'remit' } = options;
  const { clock = { now: () => Date.now() }, onTrouble = () => {} } = options;
  const expireInSeconds = Math.max(1, Math.ceil(takeOverAfterMs / 1_000));
  // Two, as a wake for later must not stand in for a wake now.
  const [now, later] = [`${name}-now`, `${name}-later`];
  let opening: Promise<PgBoss> | undefined;
  let deliveries: Deliveries | undefined;
  let report: (error: unknown, work: Work) => void = onTrouble;
  let draining: Promise<void> | undefined;

  async function makeQueues(boss: PgBoss): Promise<PgBoss> {
    for (const queue of [now, later]) {
      // "short": one job that waits for each work; one that is running does not count.
      await makeQueue(boss, { name: queue, policy: 'short', expireInSeconds, retryLimit: TAKE_OVERS });
    }
    return boss;
  }

  async function open(): Promise<PgBoss> {
    if ('boss' in connection) {
      connection.boss.off('error', onTrouble).on('error', onTrouble);
      return makeQueues(connection.boss);
    }
    const boss = newBoss(connection, expireInSeconds);
    boss.on('error', onTrouble);
    try {
      await boss.start();
      return await makeQueues(boss);
    } catch (error) {
      await boss.stop({ graceful: false }).catch(onTrouble);
      throw error;
    }
  }

  async function opened(): Promise<PgBoss> {
    opening ??= open();
    const mine = opening;
    try {
      return await mine;
    } catch (error) {
      // The next one tries again.
      if (opening === mine) opening = undefined;
      throw unavailable(error);
    }
  }

  async function send(work: Work, atMs: number | undefined): Promise<void> {
    const boss = await opened();
    const inMs = atMs === undefined ? 0 : atMs - clock.now();
    const { kind, tenant, id } = work;
    const key = inMs > 0 ? `${keyOf(work)} ${atMs}` : keyOf(work);
    const singletonKey = createHash('sha256').update(key).digest('hex');
    // As a distance, not as a time: the database's clock may differ from the host's.
    const delay = inMs > 0 ? { startAfter: inMs / 1_000 } : {};
    await boss.send(inMs > 0 ? later : now, { kind, tenant, id }, { singletonKey, ...delay });
  }

  async function stop(): Promise<void> {
    await deliveries?.stop();
    const boss = await opening?.catch(() => undefined);
    if ('boss' in connection) connection.boss.off('error', onTrouble);
    else await boss?.stop({ graceful: false });
  }

  return {
    async wake(work, atMs) {
      if (draining) return;
      try {
        await send(work, atMs);
        deliveries?.hurry();
      } catch (error) {
        report(error, work);
      }
    },
    async start(handler, onError) {
      report = onError;
      const boss = await opened();
      const queues = [now, later];
      deliveries ??= deliver({ boss, queues, concurrency, pollEveryMs, handler, onError, onTrouble });
    },
    async idle() {
      const boss = await opened();
      for (;;) {
        const waiting = await boss.getQueueSize(now, { before: 'completed' }).catch((error: unknown) => {
          throw unavailable(error);
        });
        if (draining || (waiting === 0 && (deliveries?.taken() ?? 0) === 0)) return;
        await new Promise((resolve) => setTimeout(resolve, IDLE_LOOKS_EVERY_MS));
      }
    },
    drain() {
      draining ??= stop();
      return draining;
    },
  };
}
