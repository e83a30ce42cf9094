import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from './bundleProgram.js';
import { type Lane, openLane } from './lanes.js';
import { type ChaosReport, reportOn } from './report.js';
import { type ScenarioName, scenarioNames } from './scenarios.js';
import { type StoreName, storeName } from './store.js';
import { type Bench, DEFAULT_JOBS, runTrial, type TrialPlan, type TrialResult } from './trial.js';
import { type Place, placesOf, planTrials } from './walk.js';

/** How the crash test is run. */
export interface ChaosOptions {
  readonly store: string;
  readonly trials: number;
  /** Chooses where recovering workers die. Default 1. */
  readonly seed?: number;
  readonly jobs?: number;
  /** The only situation to run; default: all without a known fault. */
  readonly scenario?: string;
  /** Told after each trial. */
  readonly onTrial?: (result: TrialResult, done: number) => void;
}

/** Makes what trials share, lends it, and clears it away. */
export async function withBench<Result>(
  { store, jobs = DEFAULT_JOBS }: { readonly store: StoreName; readonly jobs?: number | undefined },
  use: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'remit-chaos-'));
  const clearAway = (): void => rmSync(folder, { recursive: true, force: true });
  // Whoever interrupts the run leaves no files behind either.
  process.once('exit', clearAway);
  const lanes: Lane[] = [];
  try {
    const worker = await bundleProgram(new URL('./worker/main.ts', import.meta.url), folder);
    const toolServer = fileURLToPath(new URL('./world/toolServer.mjs', import.meta.url));
    for (let lane = 0; lane < jobs; lane += 1) lanes.push(await openLane(store, join(folder, `lane-${lane}`)));
    return await use({ folder, store, lanes, worker, toolServer });
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
    process.off('exit', clearAway);
    clearAway();
  }
}

/** Runs trials side by side; the results come in the order of the plans. */
export async function runTrials(
  bench: Bench,
  plans: readonly TrialPlan[],
  onTrial?: ChaosOptions['onTrial'],
): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = [];
  let next = 0;
  let done = 0;
  const work = async (lane: Lane): Promise<void> => {
    for (let index = next++; index < plans.length; index = next++) {
      const plan = plans[index];
      if (!plan) return;
      const result = await runTrial(bench, lane, plan);
      results[index] = result;
      done += 1;
      onTrial?.(result, done);
    }
  };
  await Promise.all(bench.lanes.map(work));
  return results;
}

/** Runs each situation once with nobody killed, to learn where somebody can be. */
export async function dryRuns(bench: Bench, scenarios: readonly ScenarioName[]): Promise<readonly TrialResult[]> {
  const plans = scenarios.map((scenario): TrialPlan => ({ scenario, trap: null, again: null, sabotage: null }));
  const results = await runTrials(bench, plans);
  const failed = results.find(({ boundaries }) => boundaries.length === 0);
  if (!failed) return results;
  const says = failed.faults.map((fault) => fault.says).join('; ');
  throw new Error(`"${failed.plan.scenario}" does not run even when nobody is killed: ${says}`);
}

/** The whole crash test. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const startedMs = performance.now();
  const scenarios = scenarioNames(options.scenario);
  const store = storeName(options.store);
  return withBench({ store, jobs: options.jobs }, async (bench) => {
    const dry = await dryRuns(bench, scenarios);
    const places: readonly Place[] = placesOf(dry);
    const killsDatabase = bench.lanes.every(({ database }) => database !== null);
    const plans = planTrials(places, { trials: options.trials, seed: options.seed ?? 1, killsDatabase });
    const results = await runTrials(bench, plans, options.onTrial);
    const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
    return reportOn({ store, seconds, places, dry, results });
  });
}
