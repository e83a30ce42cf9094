import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { measureAll, type Part, type PartResult, shortcomings } from '../bench/harness/all.js';
import { BENCHES } from '../bench/harness/benches.js';
import { markdownOf } from '../bench/harness/markdown.js';
import { progressOn, shareIn } from '../bench/harness/progress.js';
import { reportAll } from '../bench/harness/reportAll.js';
import { median, quantile, summary } from '../bench/harness/summary.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function bench(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = ['--conditions=@remit/source', '--import', 'tsx', 'bench/main.ts', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

it('a name that is none is refused, with all that are', async () => {
  const { code, stderr } = await bench('nothing', '--json');
  expect(code).toBe(2);
  for (const name of Object.keys(BENCHES)) expect(stderr).toContain(name);
});

it('every name leads to a module that measures', async () => {
  for (const { load } of Object.values(BENCHES)) expect((await load()).bench.run).toBeTypeOf('function');
});

it('medians and quantiles are those of the values, however they are ordered', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile(hundred, 1)]).toEqual([50, 99, 100]);
  expect(summary([2, 9, 4])).toEqual({ median: 4, min: 2, max: 9, n: 3 });
});

const MACHINE = { cpu: 'c', cores: 2, memoryGiB: 4, system: 's', node: 'v', load: { before: 1, after: 2 } };

/** A program that stands in for the measurements: what each does is its name. */
const STAND_IN = `
  const { spawn } = require('node:child_process');
  const { writeFileSync } = require('node:fs');
  const [name, ...args] = process.argv.slice(2);
  const file = args[args.indexOf('--report') + 1];
  console.error('round 1 of 2');
  if (name === 'throws') throw new Error('no such luck');
  if (name === 'killed') process.kill(process.pid, 'SIGKILL');
  if (name === 'hangs') {
    process.on('SIGTERM', () => process.exit(130));
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    writeFileSync(args[0], String(child.pid));
    setInterval(() => {}, 1_000);
  } else {
    const missed = name === 'misses' ? ['p50 11 us against 10'] : [];
    const tables = [{ title: 'T', head: ['a'], rows: [['1 | 2']] }];
    writeFileSync(file, JSON.stringify({ bench: name, json: { args }, tables, missed, machine: ${JSON.stringify(MACHINE)}, seconds: 1 }));
    process.exitCode = missed.length;
  }
`;

/** Whether a process still runs; one that is over and only waits to be noticed does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    // Where there is no /proc the signal alone tells.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux';
  }
}

async function standIns(parts: readonly Part[], data: string | null, withinMs = 600_000) {
  const folder = mkdtempSync(join(tmpdir(), 'remit-bench-test-'));
  const told: string[] = [];
  try {
    const program = join(folder, 'standIn.cjs');
    writeFileSync(program, STAND_IN);
    const progress = ({ name }: Part, done: number, says: string | null) => told.push(`${done} ${name} ${says}`);
    return { results: await measureAll({ parts, data, withinMs, progress, main: [program] }), told };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const statuses = (results: readonly PartResult[]) => results.map(({ bench: name, status }) => `${name} ${status}`);

it('all of them fit into half an hour, and each name takes part', async () => {
  let minutes = 0;
  for (const [name, { load }] of Object.entries(BENCHES)) {
    const { bench: measurement } = await load();
    expect(measurement.all.length, name).toBeGreaterThan(0);
    for (const part of measurement.all) minutes += part.minutes;
  }
  expect(minutes).toBeLessThanOrEqual(30);
});

it('one that throws, is killed or hangs takes no other with it, and leaves nothing running', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'remit-bench-test-'));
  const pidFile = join(folder, 'pid');
  try {
    const { results, told } = await standIns(
      [
        { name: 'throws', args: [], minutes: 1 },
        { name: 'killed', args: [], minutes: 1 },
        { name: 'hangs', args: [pidFile], minutes: 0.1 },
        { name: 'misses', args: ['--rounds', '2'], minutes: 1 },
        { name: 'works', args: [], minutes: 1 },
      ],
      null,
    );
    expect(statuses(results)).toEqual([
      'throws failed',
      'killed failed',
      'hangs timed_out',
      'misses measured',
      'works measured',
    ]);
    expect(shortcomings(results)).toEqual([
      expect.stringMatching(/^throws: failed: it ended with 1: .*no such luck/),
      expect.stringMatching(/^killed: failed: it ended with a signal/),
      expect.stringMatching(/^hangs .*: timed out: it was not done after 0\.1 min/),
      'misses --rounds 2: p50 11 us against 10',
    ]);
    expect(told).toContain('4 works round 1 of 2');
    // On a machine so busy that it did not even begin in that time there is nothing to look for.
    const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : null;
    await expect.poll(() => pid !== null && isAlive(pid), { timeout: 30_000 }).toBe(false);
    const page = reportAll(results, MACHINE, 7);
    expect(page).toContain('7 s on 2 x c, 4 GiB, s, Node v, load 1 to 2.');
    expect(page).toContain('- misses --rounds 2: p50 11 us against 10');
    expect(page).toContain('| 1 \\| 2 |');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('what needs a collection that is not there, or more time than is left, is named and not run', async () => {
  const asks = { name: 'works', args: ['--corpus', '{data}/standIn.cjs'], minutes: 1 };
  const none = await standIns([asks], null);
  expect(none.results).toMatchObject([{ status: 'not_run', because: expect.stringContaining('--data FOLDER') }]);
  const away = await standIns([asks], '/nowhere');
  expect(away.results).toMatchObject([{ status: 'not_run', because: 'there is no /nowhere/standIn.cjs' }]);
  const here = await standIns([{ ...asks, args: ['--corpus', '{data}/bench.test.ts'] }], join(ROOT, 'test'));
  expect(here.results).toMatchObject([{ status: 'measured', args: ['--corpus', join(ROOT, 'test', 'bench.test.ts')] }]);
  const late = await standIns([asks, { ...asks, args: [] }], null, 30_000);
  expect(statuses(late.results)).toEqual(['works not_run', 'works not_run']);
  expect(shortcomings(late.results)[1]).toMatch(/1 min may be needed, 0 are left/);
});

it('progress is a bar on a terminal, and lines elsewhere', () => {
  expect([shareIn('round 2 of 8'), shareIn('500 of 1,000 tickets'), shareIn('opening'), shareIn('9 of 8')]).toEqual([
    0.25,
    0.5,
    null,
    null,
  ]);
  const written: string[] = [];
  let now = 0;
  const screen = { isTTY: true, columns: 60, write: (text: string) => written.push(text) };
  const shown = progressOn(screen, () => now);
  now = 65_000;
  shown.say('round 1 of 2');
  shown.say(`opening ${'x'.repeat(100)}`);
  shown.end();
  expect(written[0]).toContain('[############............] 1:05 round 1 of 2');
  expect(written[1]?.length).toBeLessThan(70);
  expect(written.at(-1)).toBe('\n');
  const lines: string[] = [];
  progressOn({ write: (text) => lines.push(text) }, () => 0).say('opening');
  expect(lines).toEqual(['0:00 opening\n']);
});

it('a cell cannot end its column', () => {
  expect(markdownOf({ title: 'T', head: ['a|b'], rows: [['c\nd']] })).toBe('### T\n\n| a\\|b |\n| --- |\n| c d |\n');
});
