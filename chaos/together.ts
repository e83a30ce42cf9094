import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './judge.js';
import type { Database } from './lanes.js';
import { startWorker, type WorkerProcess } from './processes.js';
import { faultOf, lateSends, pause, type Run, STOP_SETTLES_MS } from './run.js';
import {
  AT_WORK,
  type Boundary,
  DATABASE_KILLED,
  KILL_DATABASE,
  type Order,
  STOPPING,
  SURVIVOR,
} from './worker/order.js';
import { firstLeaseEnd } from './world/leases.js';
import { clockOf, moveClock } from './world/world.js';

/* Two instances on one store and one queue. Whoever comes to the trap first is struck; the other one goes on alone. */

/** The clock is moved to so long before a lease is over: what is left of it passes in real time. */
const BEFORE_THE_END_MS = 200;
/** How long the database is gone, besides the time that it needs to start. */
const GONE_MS = 300;

/** What the first of two workers came to. */
type Event = {
  readonly what: 'killed' | 'stopped' | 'done';
  readonly worker: WorkerProcess;
  readonly other: WorkerProcess;
};

async function eventOf(worker: WorkerProcess, other: WorkerProcess, stops: boolean): Promise<Event> {
  const over = worker.ended.then(({ signal }) => (signal === 'SIGKILL' ? 'killed' : 'done'));
  const never = new Promise<never>(() => {});
  const stopped = stops ? worker.says(STOPPING).then((isSaid) => (isSaid ? 'stopped' : never)) : never;
  return { what: await Promise.race([over, stopped]), worker, other };
}

/** Kills the database when a worker asks for it, and starts it again a moment later. True if one did. */
async function killOnDemand(folder: string, database: Database, workers: readonly WorkerProcess[]): Promise<boolean> {
  const never = new Promise<never>(() => {});
  const asked = workers.map((worker) => worker.says(KILL_DATABASE));
  const isAsked = await Promise.race([
    ...asked.map((said) => said.then((isSaid) => isSaid || never)),
    Promise.all(asked).then((all) => all.some(Boolean)),
  ]);
  if (!isAsked) return false;
  await database.kill();
  writeFileSync(join(folder, DATABASE_KILLED), '');
  await pause(GONE_MS);
  await database.startAgain();
  return true;
}

/** Tells a worker that it goes on alone, and lets the lease of the one that is gone end soon. */
function goOnAlone(folder: string, gone: WorkerProcess, survivor: WorkerProcess): void {
  const endMs = firstLeaseEnd(folder, gone.pid);
  const inMs = endMs === null ? 0 : endMs - BEFORE_THE_END_MS - clockOf(folder).now();
  if (inMs > 0) moveClock(folder, inMs);
  writeFileSync(join(folder, SURVIVOR), String(survivor.pid));
}

/** Runs a trial with two workers, and a third one if both die. */
export async function runTogether(worker: string, order: Order, database: Database | null): Promise<Run> {
  const { folder, trap } = order;
  const orders = new Map<WorkerProcess, Order>();
  const start = (role: Order['role']): WorkerProcess => {
    const own: Order = { ...order, role };
    const child = startWorker(worker, own);
    orders.set(child, own);
    return child;
  };
  const [standby, actor] = [start('stands_by'), start('acts')];
  const workers = [actor, standby];
  const restarted = database && trap?.database ? killOnDemand(folder, database, workers) : Promise.resolve(false);
  const event = await Promise.race([
    eventOf(actor, standby, trap?.signal === 'SIGSTOP'),
    eventOf(standby, actor, trap?.signal === 'SIGSTOP'),
  ]);
  const faults: Fault[] = [];
  const boundaries: Boundary[] = [];
  const gone: number[] = [];
  let kills = 0;
  const finish = async (child: WorkerProcess): Promise<boolean> => {
    const end = await child.ended;
    faults.push(...faultOf(end));
    boundaries.push(...(end.report?.boundaries ?? []));
    if (end.signal !== 'SIGKILL') return true;
    kills += 1;
    gone.push(child.pid);
    return false;
  };

  if (event.what === 'done') {
    await finish(event.worker);
    // The one that stood by ends when it is asked to, with nothing left undone.
    event.other.askToEnd();
    await finish(event.other);
  } else {
    if (event.what === 'killed') await finish(event.worker);
    else gone.push(event.worker.pid);
    await restarted;
    await event.other.says(AT_WORK);
    await pause(STOP_SETTLES_MS);
    goOnAlone(folder, event.worker, event.other);
    if (!(await finish(event.other))) {
      const third = startWorker(worker, { ...order, role: 'acts', trap: null, again: null, takesOver: true });
      await third.says(AT_WORK);
      goOnAlone(folder, event.other, third);
      await finish(third);
    }
    if (event.what === 'stopped') {
      faults.push(...(await lateSends(orders.get(event.worker) ?? order, event.worker)));
    }
  }
  const stopped = event.what === 'stopped';
  return { kills, stopped, databaseKilled: await restarted, faults, boundaries, gone };
}
