import { mkdtemp, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { killInTurn, stopAndGoOn } from './inTurn.js';
import { type Fault, type Judgement, judge } from './judge.js';
import type { Lane } from './lanes.js';
import { pause, type Run, STOP_SETTLES_MS } from './run.js';
import { SCENARIOS, type ScenarioName } from './scenarios.js';
import { chaosStore, type StoreName } from './store.js';
import { runTogether } from './together.js';
import type { Boundary, Order, Sabotage, Trap } from './worker/order.js';
import { takeoversIn } from './world/leases.js';
import { callsOf, clockOf, isBusy } from './world/world.js';

/** What all trials of a run share. */
export interface Bench {
  readonly folder: string;
  readonly store: StoreName;
  /** As many trials run at the same time. */
  readonly lanes: readonly Lane[];
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
  readonly databaseKilled: boolean;
  /** How long after a lease of somebody who was gone another one went on, ms. */
  readonly takeovers: readonly number[];
  /** Calls that ended after the worker that sent them had been killed. */
  readonly orphans: number;
  /** Second effects that a tool refused. */
  readonly refused: number;
  /** What the workers passed that lived to the end. */
  readonly boundaries: readonly Boundary[];
}

const WORLD_SETTLES_WITHIN_MS = 5_000;

async function worldAtRest(folder: string): Promise<void> {
  for (let waited = 0; waited < WORLD_SETTLES_WITHIN_MS && isBusy(folder); waited += STOP_SETTLES_MS) {
    await pause(STOP_SETTLES_MS);
  }
}

function runWorkers({ store, worker }: Bench, { database }: Lane, order: Order): Promise<Run> {
  if (chaosStore(store).instances > 1) return runTogether(worker, order, database);
  return order.trap?.signal === 'SIGSTOP' ? stopAndGoOn(worker, order) : killInTurn(worker, order);
}

/** Runs one trial in a folder of its own, to the last effect of the last orphan, and judges it. */
export async function runTrial(bench: Bench, lane: Lane, plan: TrialPlan): Promise<TrialResult> {
  const folder = await mkdtemp(join(bench.folder, 'trial-'));
  await lane.copy(folder);
  const { scenario, trap, again, sabotage } = plan;
  const { store, toolServer } = bench;
  const how = { role: 'acts', takesOver: false, sabotage } as const;
  const run = await runWorkers(bench, lane, { folder, store, scenario, toolServer, trap, again, ...how });
  await worldAtRest(folder);
  const storage = await chaosStore(store).open(folder, clockOf(folder));
  const judgement = await judge(storage, folder, SCENARIOS[scenario]);
  await storage.close();
  const calls = callsOf(folder);
  // An orphan's parent is no longer the worker by the time it ends.
  const arrived = new Map(calls.filter(({ what }) => what === 'arrived').map((call) => [call.call, call.owner]));
  const orphans = calls.filter(({ what, call, owner }) => what !== 'arrived' && arrived.get(call) !== owner).length;
  const { gone, ...workers } = run;
  const takeovers = takeoversIn(folder, gone);
  const faults = [...run.faults, ...judgement.faults, ...wrongEnd(plan, judgement)];
  await lane.discard(folder);
  await rm(folder, { recursive: true });
  const refused = calls.filter(({ what }) => what === 'refused').length;
  return { ...judgement, ...workers, plan, takeovers, orphans, refused, faults };
}

/** A dry run must end as its situation says, or the trials would be about something else. */
function wrongEnd({ scenario, trap, sabotage }: TrialPlan, { states }: Judgement): readonly Fault[] {
  const { ends } = SCENARIOS[scenario];
  if (trap !== null || sabotage !== null || states.join() === ends.join()) return [];
  return [{ kind: 'lost', says: `nobody was killed, yet it ended ${states.join()} instead of ${ends.join()}` }];
}

/** Trials that run at the same time unless told otherwise: a worker and its tools keep one processor busy. */
export const DEFAULT_JOBS = Math.max(2, Math.min(4, cpus().length));
