import type { Fault } from './judge.js';
import { startWorker } from './processes.js';
import { faultOf, lateSends, PAST_LEASES_MS, pause, type Run, STOP_SETTLES_MS } from './run.js';
import { type Order, STOPPING } from './worker/order.js';
import { moveClock } from './world/world.js';

/* One instance at a time: each next worker finds the store after the lease of the one before. */

/** Owners are killed in turn, the last one lives. */
export async function killInTurn(worker: string, order: Order): Promise<Run> {
  const again = order.again === null ? null : ({ at: order.again, signal: 'SIGKILL', database: false } as const);
  const gone: number[] = [];
  for (const [turn, trap] of [order.trap, again, null].entries()) {
    const child = startWorker(worker, { ...order, trap, again: null, takesOver: turn > 0 });
    const end = await child.ended;
    if (end.signal !== 'SIGKILL') {
      const boundaries = end.report?.boundaries ?? [];
      return { kills: gone.length, stopped: false, databaseKilled: false, faults: faultOf(end), boundaries, gone };
    }
    gone.push(child.pid);
    moveClock(order.folder, PAST_LEASES_MS);
  }
  return { kills: gone.length, stopped: false, databaseKilled: false, faults: [], boundaries: [], gone };
}

/** The owner stands still past its lease, another worker takes over, and then the owner goes on. */
export async function stopAndGoOn(worker: string, order: Order): Promise<Run> {
  const owner = startWorker(worker, order);
  const stopped = await owner.says(STOPPING);
  const faults: Fault[] = [];
  if (stopped) {
    await pause(STOP_SETTLES_MS);
    moveClock(order.folder, PAST_LEASES_MS);
    faults.push(...faultOf(await startWorker(worker, { ...order, trap: null, again: null, takesOver: true }).ended));
    faults.push(...(await lateSends(order, owner)));
  } else {
    faults.push(...faultOf(await owner.ended));
  }
  return { kills: 0, stopped, databaseKilled: false, faults, boundaries: [], gone: stopped ? [owner.pid] : [] };
}
