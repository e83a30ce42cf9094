import { parseArgs } from 'node:util';
import { type ChaosReport, isClean, sayTrial, TAKEOVER_WITHIN_MS } from './report.js';
import { runChaos } from './runChaos.js';
import type { TrialResult } from './trial.js';

/* npm run chaos -- --store sqlite|postgres --trials N [--seed S] [--jobs J] [--scenario NAME] [--json] */

const DEFAULT_TRIALS = '500';
const SHOW_EVERY = 25;

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} takes a whole number above 0, not "${text}".`);
}

function sayReport(report: ChaosReport): string {
  const { boundaries, reconciled, kinds, takeoverMs } = report;
  const list = (counts: object): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    `${report.trials} trials in ${report.seconds} s on ${report.store}: ${report.kills} kills (${report.killedTwice} trials twice), ${report.stopped} stops, database killed in ${report.databaseKills} trials.`,
    `Boundaries: ${boundaries.covered} of ${boundaries.known}; of those where something changes ${boundaries.changing.covered} of ${boundaries.changing.known}.`,
    `Struck at: ${list(kinds)}.`,
    `Recovered ${report.recovered}, parked for a person ${report.parked}. Reconcile reads: ${list(reconciled)}; sent again ${report.resent}.`,
    takeoverMs.count === 0
      ? 'Nobody was there to take over when a lease ended: the next worker is started after that.'
      : `Taken over after the end of the lease, ${takeoverMs.count} times: half within ${takeoverMs.p50} ms, all within ${takeoverMs.max} ms (allowed: ${TAKEOVER_WITHIN_MS}).`,
    `Orphaned calls that ended later: ${report.orphans}; second effects refused by tools: ${report.refused}.`,
    `duplicates ${report.duplicates}, lost ${report.lost}, chainBroken ${report.chainBroken}, unintended ${report.unintended}, untrue ${report.untrue}, lockedForNothing ${report.lockedForNothing}, sentLate ${report.sentLate}`,
    ...report.faults,
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      store: { type: 'string', default: 'sqlite' },
      trials: { type: 'string', default: DEFAULT_TRIALS },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string' },
      scenario: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const trials = wholeNumber('trials', values.trials);
  const onTrial = (result: TrialResult, done: number): void => {
    for (const { kind, says } of result.faults) process.stderr.write(`\n${kind}: ${says} [${sayTrial(result)}]\n`);
    const slowest = Math.max(0, ...result.takeovers);
    if (slowest > TAKEOVER_WITHIN_MS) process.stderr.write(`\ntaken over after ${slowest} ms [${sayTrial(result)}]\n`);
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${trials} trials`);
    else if (done % SHOW_EVERY === 0) process.stderr.write(`${done} of ${trials} trials\n`);
  };
  const report = await runChaos({
    store: values.store,
    trials,
    seed: wholeNumber('seed', values.seed),
    ...(values.jobs === undefined ? {} : { jobs: wholeNumber('jobs', values.jobs) }),
    ...(values.scenario === undefined ? {} : { scenario: values.scenario }),
    onTrial,
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  console.log(sayReport(report));
  if (values.json) console.log(JSON.stringify(report));
  process.exitCode = isClean(report) ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
