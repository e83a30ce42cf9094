import { z } from 'zod';
import { command, request } from '../request.js';
import type { ManagedSystem, Probe, System } from './system.js';

/** What `pool_status` finds. */
export interface PoolStatus {
  pool: string;
  workers: number;
  maxWorkers: number;
  queueDepth: number;
  /** How long the oldest job in the queue has waited, milliseconds. */
  oldestWaitMs: number;
  /** No job was refused in the window, and the queue was short or shrank. */
  keepsUp: boolean;
  /** Of all jobs offered in the window. */
  refusedJobsPercent: number;
}

const stateSchema = z.object({
  workers: z.number(),
  maxWorkers: z.number(),
  queueDepth: z.number(),
  oldestWaitMs: z.number(),
  offered: z.number(),
  refused: z.number(),
});
type PoolState = z.infer<typeof stateSchema>;

/** Jobs of its own go in this long before the window opens: a queue that starts to drain has room for them by then. */
const settleMs = 100;
const windowMs = 150;
/** A queue whose oldest job is younger than this is short. */
const shortWaitMs = 250;
/** Jobs per second in the rush; two workers do some 95, four some 190. */
const rushPerSecond = 130;

async function readState(system: ManagedSystem): Promise<PoolState> {
  return stateSchema.parse(await command(system, 'GET', '/state'));
}

function postJob(system: System): Promise<number> {
  return request({ port: system.port, path: '/job', method: 'POST' }).then((response) => response.status);
}

/** Hands in a job of its own, then watches the queue: a quarter of a second in all. */
export async function readPoolStatus(system: ManagedSystem): Promise<PoolStatus> {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  // When the job is done does not matter here, only what the queue does meanwhile.
  void postJob(system);
  await wait(settleMs);
  const before = await readState(system);
  await wait(windowMs);
  const after = await readState(system);
  const offered = after.offered - before.offered;
  const refused = after.refused - before.refused;
  const short = after.oldestWaitMs < shortWaitMs;
  // A full queue is a job or two shorter at times; one that drains loses more than that.
  const shrank = after.queueDepth <= before.queueDepth * 0.95;
  return {
    pool: system.name,
    workers: after.workers,
    maxWorkers: after.maxWorkers,
    queueDepth: after.queueDepth,
    oldestWaitMs: after.oldestWaitMs,
    keepsUp: refused === 0 && (short || shrank),
    refusedJobsPercent: offered === 0 ? 0 : Math.round((refused / offered) * 100),
  };
}

/** What a user sees who hands in a few jobs and waits for them. */
export async function usePool(system: System): Promise<Probe> {
  const statuses = await Promise.all(Array.from({ length: 5 }, () => postJob(system)));
  const failed = statuses.filter((status) => status !== 200);
  if (failed.length === 0) return { ok: true, detail: `${statuses.length} jobs done` };
  return { ok: false, detail: `${failed.length} of ${statuses.length} jobs failed with ${failed[0]}` };
}

/**
 * Sets the number of workers.
 * @throws LabError `refused` outside 1..maxWorkers.
 */
export async function scalePool(system: ManagedSystem, workers: number): Promise<{ workers: number }> {
  return { workers: stateSchema.parse(await command(system, 'PUT', '/workers', { workers })).workers };
}

/** Sends the pool more jobs than its workers can do, and a first crowd, so that the queue is full at once. */
export async function overload(system: ManagedSystem): Promise<void> {
  await command(system, 'PUT', '/feed', { perSecond: rushPerSecond });
  for (let rounds = 0; rounds < 20; rounds += 1) {
    const before = await readState(system);
    await Promise.all(Array.from({ length: 80 }, () => postJob(system)));
    if ((await readState(system)).refused > before.refused) return;
  }
  throw new Error(`${system.name} is not overloaded`);
}
