import { mkdtemp, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type Fault, type Judgement, judge } from './judge.js';
import { startWorker, type WorkerEnd } from './processes.js';
import { SCENARIOS, type ScenarioName } from './scenarios.js';
import type { ChaosStore } from './store.js';
import type { Boundary, Order, Sabotage, Trap } from './worker/order.js';
import { callsOf, clockOf, isBusy, moveClock } from './world/world.js';

/** What all trials of a run share. */
export interface Bench {
  readonly folder: string;
  readonly storeName: string;
  readonly store: ChaosStore;
  /** A store that is filled and closed, to be copied. */
  readonly template: string;
  readonly worker: string;
  readonly toolServer: string;
}

/** One trial: in which situation, and where its workers die. */
export interface TrialPlan {
  readonly scenario: ScenarioName;
  /** Null: nobody dies; a dry run. */
  readonly trap: Trap | null;
  /** The so-manieth boundary at which the recovering worker dies too; null: it lives. */
  readonly again: number | null;
  readonly sabotage: Sabotage | null;
}

/** What came of a trial. */
export interface TrialResult extends Judgement {
  readonly plan: TrialPlan;
  readonly kills: number;
  readonly stopped: boolean;
  /** Calls that ended after the worker that sent them had been killed. */
  readonly orphans: number;
  /** Second effects that a tool refused. */
  readonly refused: number;
  /** What the last worker passed. */
  readonly boundaries: readonly Boundary[];
}

/** Past the longest lease (a ticket's: 90 s) and every tool timeout, by the clock of the trial. */
const PAST_LEASES_MS = 150_000;
const STOP_SETTLES_MS = 30;
const WORLD_SETTLES_WITHIN_MS = 5_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function worldAtRest(folder: string): Promise<void> {
  for (let waited = 0; waited < WORLD_SETTLES_WITHIN_MS && isBusy(folder); waited += STOP_SETTLES_MS) {
    await pause(STOP_SETTLES_MS);
  }
}

/** A worker that ended neither by its trap nor at rest has left work behind. */
function faultOf({ signal, code, complaints }: WorkerEnd): readonly Fault[] {
  if (signal === 'SIGKILL' || code === 0) return [];
  return [{ kind: 'lost', says: `a worker ended with ${signal ?? code}: ${complaints.trim().slice(-500)}` }];
}

/** Owners are killed; each time another worker finds the store after the lease. */
async function killInTurn(bench: Bench, order: Order, again: number | null) {
  const traps: (Trap | null)[] = [order.trap, again === null ? null : { at: again, signal: 'SIGKILL' }, null];
  let kills = 0;
  for (const [turn, trap] of traps.entries()) {
    const end = await startWorker(bench.worker, { ...order, trap, takesOver: turn > 0 }).ended;
    if (end.signal !== 'SIGKILL') {
      return { kills, stopped: false, faults: faultOf(end), boundaries: end.report?.boundaries ?? [] };
    }
    kills += 1;
    moveClock(order.folder, PAST_LEASES_MS);
  }
  return { kills, stopped: false, faults: [], boundaries: [] };
}

/** The owner stands still past its lease, another worker takes over, and then the owner goes on. */
async function stopAndGoOn(bench: Bench, order: Order) {
  const owner = startWorker(bench.worker, order);
  const stopped = await owner.stopped;
  const faults: Fault[] = [];
  if (stopped) {
    await pause(STOP_SETTLES_MS);
    moveClock(order.folder, PAST_LEASES_MS);
    faults.push(...faultOf(await startWorker(bench.worker, { ...order, trap: null, takesOver: true }).ended));
    const sentBefore = callsOf(order.folder).length;
    owner.goOn();
    const end = await owner.ended;
    faults.push(...faultOf(end));
    const late = callsOf(order.folder)
      .slice(sentBefore)
      .filter(({ what, owner: sender }) => what === 'arrived' && sender === owner.pid);
    // Between the last look and the wire nothing can be checked: there the tool, or the reconcile rules, must hold.
    if (String(order.trap?.at).startsWith('before')) {
      faults.push(
        ...late.map(({ tool, target }): Fault => ({ kind: 'sentLate', says: `${tool}(${target}) was sent` })),
      );
    }
  } else {
    faults.push(...faultOf(await owner.ended));
  }
  return { kills: 0, stopped, faults, boundaries: [] };
}

/** Runs one trial in a folder of its own, to the last effect of the last orphan, and judges it. */
export async function runTrial(bench: Bench, plan: TrialPlan): Promise<TrialResult> {
  const folder = await mkdtemp(join(bench.folder, 'trial-'));
  await bench.store.copy(bench.template, folder);
  const { scenario, trap, again, sabotage } = plan;
  const { storeName: store, toolServer } = bench;
  const order: Order = { folder, store, scenario, toolServer, trap, takesOver: false, sabotage };
  const run = trap?.signal === 'SIGSTOP' ? await stopAndGoOn(bench, order) : await killInTurn(bench, order, again);
  await worldAtRest(folder);
  const storage = await bench.store.open(folder, clockOf(folder));
  const judgement = await judge(storage, folder, SCENARIOS[scenario]);
  await storage.close();
  const calls = callsOf(folder);
  // An orphan's parent is no longer the worker by the time it ends.
  const arrived = new Map(calls.filter(({ what }) => what === 'arrived').map((call) => [call.call, call.owner]));
  const orphans = calls.filter(({ what, call, owner }) => what !== 'arrived' && arrived.get(call) !== owner).length;
  const { kills, stopped, boundaries } = run;
  const faults = [...run.faults, ...judgement.faults, ...wrongEnd(plan, judgement)];
  await rm(folder, { recursive: true });
  const refused = calls.filter(({ what }) => what === 'refused').length;
  return { ...judgement, plan, kills, stopped, orphans, refused, boundaries, faults };
}

/** A dry run must end as its situation says, or the trials would be about something else. */
function wrongEnd({ scenario, trap, sabotage }: TrialPlan, { states }: Judgement): readonly Fault[] {
  const { ends } = SCENARIOS[scenario];
  if (trap !== null || sabotage !== null || states.join() === ends.join()) return [];
  return [{ kind: 'lost', says: `nobody was killed, yet it ended ${states.join()} instead of ${ends.join()}` }];
}

/** Trials that run at the same time unless told otherwise: a worker and its tools keep one processor busy. */
export const DEFAULT_JOBS = Math.max(2, Math.min(4, cpus().length));
