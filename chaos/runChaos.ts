import { rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorker } from './bundleWorker.js';
import { type ChaosReport, reportOn } from './report.js';
import { type ScenarioName, scenarioNames } from './scenarios.js';
import { seedStore } from './seed.js';
import { chaosStore } from './store.js';
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
export async function withBench<Result>(storeName: string, use: (bench: Bench) => Promise<Result>): Promise<Result> {
  const store = chaosStore(storeName);
  const folder = await mkdtemp(join(tmpdir(), 'remit-chaos-'));
  const clearAway = (): void => rmSync(folder, { recursive: true, force: true });
  // Whoever interrupts the run leaves no files behind either.
  process.once('exit', clearAway);
  try {
    const template = join(folder, 'template');
    await mkdir(template);
    const storage = await store.open(template, { now: () => Date.now() });
    await seedStore(storage);
    await storage.close();
    const worker = await bundleWorker(folder);
    const toolServer = fileURLToPath(new URL('./world/toolServer.mjs', import.meta.url));
    return await use({ folder, storeName, store, template, worker, toolServer });
  } finally {
    process.off('exit', clearAway);
    clearAway();
  }
}

/** Runs trials side by side; the results come in the order of the plans. */
export async function runTrials(
  bench: Bench,
  plans: readonly TrialPlan[],
  { jobs = DEFAULT_JOBS, onTrial }: Pick<ChaosOptions, 'jobs' | 'onTrial'> = {},
): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < plans.length; index = next++) {
      const plan = plans[index];
      if (!plan) return;
      const result = await runTrial(bench, plan);
      results[index] = result;
      done += 1;
      onTrial?.(result, done);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}

/** Runs each situation once with nobody killed, to learn where somebody can be. */
export async function dryRuns(
  bench: Bench,
  scenarios: readonly ScenarioName[],
  jobs?: number,
): Promise<readonly TrialResult[]> {
  const plans = scenarios.map((scenario): TrialPlan => ({ scenario, trap: null, again: null, sabotage: null }));
  const results = await runTrials(bench, plans, jobs === undefined ? {} : { jobs });
  const failed = results.find(({ boundaries }) => boundaries.length === 0);
  if (!failed) return results;
  const says = failed.faults.map((fault) => fault.says).join('; ');
  throw new Error(`"${failed.plan.scenario}" does not run even when nobody is killed: ${says}`);
}

/** The whole crash test. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const startedMs = performance.now();
  const scenarios = scenarioNames(options.scenario);
  return withBench(options.store, async (bench) => {
    const dry = await dryRuns(bench, scenarios, options.jobs);
    const places: readonly Place[] = placesOf(dry);
    const plans = planTrials(places, options.trials, options.seed ?? 1);
    const results = await runTrials(bench, plans, options);
    const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
    return reportOn({ store: options.store, seconds, places, dry, results });
  });
}
