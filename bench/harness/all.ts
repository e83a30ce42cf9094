import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PartOfAll, Table } from './bench.js';
import type { Machine } from './machine.js';

/* Every measurement, one after the other, each in a process of its own: one that fails takes no other with it. */

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
/** How long a measurement that was told to stop may take to clear up, ms. */
const GRACE_MS = 10_000;
/** Stands in the options of a part for the folder of labelled collections. */
const DATA = '{data}';

/** What one measurement writes for whoever runs it: `--report FILE`. */
export interface Report {
  readonly bench: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly tables: readonly Table[];
  readonly missed: readonly string[];
  readonly machine: Machine;
  readonly seconds: number;
}

/** One measurement of all, by its name. */
export interface Part extends PartOfAll {
  readonly name: string;
}

/** What came of a part. */
export type PartResult = {
  readonly bench: string;
  readonly args: readonly string[];
  readonly seconds: number;
} & (
  | { readonly status: 'measured'; readonly report: Report }
  | { readonly status: 'failed' | 'timed_out' | 'not_run'; readonly because: string }
);

/** The arguments of a part once it is known where the collections are, or why it cannot run. */
function argumentsOf({ args }: Part, data: string | null): { readonly args: string[] } | { readonly because: string } {
  const filled = args.map((argument) => argument.replace(DATA, data ?? DATA));
  const files = args.flatMap((argument, at) => (argument.startsWith(DATA) ? [filled[at] ?? ''] : []));
  const missing = files.find((file) => data === null || !existsSync(file));
  if (missing === undefined) return { args: filled };
  return { because: data === null ? 'it needs labelled collections: give --data FOLDER' : `there is no ${missing}` };
}

interface Ended {
  readonly code: number | null;
  readonly isLate: boolean;
  /** The last lines it said. */
  readonly said: readonly string[];
}

/** Runs a program with all it starts, and ends all of it when its time is over or this process is told to end. */
function runProgram(args: readonly string[], limitMs: number, told: (line: string) => void): Promise<Ended> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > 20) said.shift();
    told(line);
  });
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // All of it is over already.
    }
  };
  let isLate = false;
  let killing: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    isLate = true;
    send('SIGTERM');
    killing = setTimeout(() => send('SIGKILL'), GRACE_MS);
  }, limitMs);
  const interrupted = (): void => send('SIGTERM');
  process.once('exit', interrupted);
  return new Promise((resolve) => {
    const over = (code: number | null): void => {
      clearTimeout(timer);
      clearTimeout(killing);
      process.off('exit', interrupted);
      // Whatever it started and did not end itself.
      send('SIGKILL');
      resolve({ code, isLate, said });
    };
    child.once('error', (error) => {
      said.push(String(error));
      over(null);
    });
    child.once('close', over);
  });
}

/** How all are measured. */
export interface AllOptions {
  readonly parts: readonly Part[];
  /** The folder of labelled collections; null: what needs one is not run, and said so. */
  readonly data: string | null;
  /** Nothing is begun that could end later than this from the start, ms. */
  readonly withinMs: number;
  /** Told before each part (`says` is null) and for each line that one says; `done` counts the parts that are over. */
  readonly progress: (part: Part, done: number, says: string | null) => void;
  /** The program that measures one part. Default: this one. */
  readonly main?: readonly string[];
}

async function measurePart(part: Part, args: readonly string[], told: (line: string) => void, main: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'remit-bench-all-'));
  const file = join(folder, 'report.json');
  try {
    const { code, isLate, said } = await runProgram(
      [...main, part.name, ...args, '--report', file],
      part.minutes * 60_000,
      told,
    );
    if (isLate) return { status: 'timed_out', because: `it was not done after ${part.minutes} min` } as const;
    if (existsSync(file)) {
      return { status: 'measured', report: JSON.parse(readFileSync(file, 'utf8')) as Report } as const;
    }
    const why = said.find((line) => /^\w*Error\b/.test(line)) ?? said.slice(-3).join(' / ');
    return { status: 'failed', because: `it ended with ${code ?? 'a signal'}: ${why}` } as const;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measures all parts in their order. Never rejects for what a part does. */
export async function measureAll(options: AllOptions): Promise<readonly PartResult[]> {
  const { parts, data, withinMs, progress, main = [...process.execArgv, MAIN] } = options;
  const startedAt = performance.now();
  const results: PartResult[] = [];
  for (const part of parts) {
    const asked = argumentsOf(part, data);
    const about = { bench: part.name, args: 'args' in asked ? asked.args : part.args };
    const left = withinMs - (performance.now() - startedAt);
    if ('because' in asked) results.push({ ...about, seconds: 0, status: 'not_run', because: asked.because });
    else if (part.minutes * 60_000 > left) {
      const because = `${part.minutes} min may be needed, ${Math.max(0, Math.floor(left / 60_000))} are left`;
      results.push({ ...about, seconds: 0, status: 'not_run', because });
    } else {
      const from = performance.now();
      progress(part, results.length, null);
      const found = await measurePart(part, asked.args, (line) => progress(part, results.length, line), main);
      results.push({ ...about, seconds: Math.round((performance.now() - from) / 100) / 10, ...found });
    }
  }
  return results;
}

/** What was missed, failed or left out, in words. */
export function shortcomings(results: readonly PartResult[]): readonly string[] {
  return results.flatMap((result) => {
    const name = [result.bench, ...result.args].join(' ');
    if (result.status !== 'measured') return [`${name}: ${result.status.replace('_', ' ')}: ${result.because}`];
    return result.report.missed.map((missed) => `${name}: ${missed}`);
  });
}
