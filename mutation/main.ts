import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { SLICES, type SliceName } from './slices.js';

/*
 * npm run mutation [-- SLICE ...] [--static] [--json]
 * Changes the guard and the domain in small ways, one at a time, and asks whether a test notices. What was found is
 * kept in node_modules/.cache/mutation; a second run only looks at what changed since. With --static also what runs while a
 * module loads is changed: each such change needs a process of its own.
 */

/** Below this share of noticed changes (0..100) the command fails. */
const BREAK_BELOW = 90;

/** What came of one slice. `score` is the share of changes that a test noticed, 0..100. */
interface SliceScore {
  readonly slice: SliceName;
  readonly mutants: number;
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  readonly uncovered: number;
  /** Sentences for people, and without `--static` what runs while a module loads: nothing tells which test sees that. */
  readonly ignored: number;
  readonly score: number;
}

const isSlice = (name: string): name is SliceName => Object.hasOwn(SLICES, name);

function scoreOf(noticed: number, all: number): number {
  return all === 0 ? 100 : Math.round((noticed / all) * 1_000) / 10;
}

/** How Node runs the tests under mocha. */
const NODE_OPTIONS = ['--conditions=@remit/source', '--import', 'tsx', '--import', './mutation/resolveVitest.mjs'];

/** The tests pass, and pass again in the same process. */
function requireRepeatable(slice: SliceName): void {
  const { status, stdout } = spawnSync(process.execPath, [...NODE_OPTIONS, 'mutation/repeats.mjs', slice]);
  if (status !== 0) throw new Error(`The tests of ${slice} do not pass three times in a row:\n${stdout}`);
}

async function mutate(slice: SliceName, isStaticToo: boolean): Promise<SliceScore> {
  requireRepeatable(slice);
  const folder = `node_modules/.cache/mutation/${slice}`;
  const results = await new Stryker({
    mutate: [...SLICES[slice].mutate],
    // Outside: a second copy of everything inside the repository would be found by whatever looks through it.
    tempDirName: join(tmpdir(), `remit-mutation-${process.pid}`),
    ignorePatterns: ['chaos', 'docs', 'examples', 'release', 'soak'],
    testRunner: 'mocha',
    plugins: ['@stryker-mutator/mocha-runner', fileURLToPath(new URL('prose.mjs', import.meta.url))],
    ignorers: ['prose'],
    testRunnerNodeArgs: NODE_OPTIONS,
    mochaOptions: { spec: [...SLICES[slice].tests], 'no-config': true, 'no-package': true },
    coverageAnalysis: 'perTest',
    ignoreStatic: !isStaticToo,
    concurrency: 1,
    incremental: true,
    incrementalFile: `${folder}/incremental.json`,
    reporters: ['json', 'html', 'clear-text', 'progress-append-only'],
    jsonReporter: { fileName: `${folder}/report.json` },
    htmlReporter: { fileName: `${folder}/report.html` },
    clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
    allowConsoleColors: false,
    // A machine that is busy is no endless loop.
    timeoutMS: 10_000,
    disableTypeChecks: false,
  }).runMutationTest();
  const count = (...states: readonly string[]): number =>
    results.filter(({ status }) => states.includes(status)).length;
  const [killed, timedOut, survived] = [count('Killed'), count('Timeout'), count('Survived')];
  const [uncovered, ignored] = [count('NoCoverage'), count('Ignored')];
  const mutants = killed + timedOut + survived + uncovered;
  return { slice, mutants, killed, timedOut, survived, uncovered, ignored, score: scoreOf(killed + timedOut, mutants) };
}

/** The table of docs/MUTATION.md. */
function tableOf(slices: readonly SliceScore[]): string {
  const rows = slices.map(({ slice, mutants, killed, timedOut, survived, uncovered, ignored, score }) =>
    [slice, mutants, killed, timedOut, survived, uncovered, ignored, `${score} %`].join(' | '),
  );
  const head = ['slice', 'changes', 'noticed', 'never ended', 'missed', 'not run', 'left out', 'score'];
  return [head.join(' | '), head.map(() => '---').join(' | '), ...rows].map((row) => `| ${row} |`).join('\n');
}

async function main(): Promise<void> {
  const options = { json: { type: 'boolean' }, static: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const unknown = positionals.filter((name) => !isSlice(name));
  if (unknown.length > 0) {
    throw new Error(`There is no slice ${unknown.join(', ')}; there are: ${Object.keys(SLICES).join(', ')}.`);
  }
  if (!existsSync('packages/core/src/domain')) throw new Error('Run this where the repository is: npm run mutation.');
  const wanted = positionals.filter(isSlice);
  const slices: SliceScore[] = [];
  for (const slice of wanted.length > 0 ? wanted : Object.keys(SLICES).filter(isSlice))
    slices.push(await mutate(slice, values.static === true));
  console.log(tableOf(slices));
  const mutants = slices.reduce((sum, slice) => sum + slice.mutants, 0);
  const noticed = slices.reduce((sum, { killed, timedOut }) => sum + killed + timedOut, 0);
  const score = scoreOf(noticed, mutants);
  console.log(`${noticed} of ${mutants} changes were noticed: ${score} %.`);
  if (values.json) console.log(JSON.stringify({ mutants, noticed, score, slices }));
  process.exitCode = score < BREAK_BELOW ? 1 : 0;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
