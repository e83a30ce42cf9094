import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleProgram } from '../../chaos/bundleProgram.js';
import type { WorkerAnswer, WorkerWord } from './workerProcess.js';

/** Worker processes that are ready to begin. */
export interface Workers {
  /** Tells each its share; sent once. */
  begin(shares: readonly (readonly unknown[])[]): void;
  /** Processor time that they have used since they started, together, ms. */
  processorMs(): Promise<number>;
  /** Ends them. */
  end(): Promise<void>;
}

const alive = new Set<ChildProcess>();
const folder = mkdtempSync(join(tmpdir(), 'remit-bench-engine-'));
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const compiled = new Map<string, Promise<string>>();

/**
 * The program as a host runs it, compiled ahead. The loader that runs sources names every function anew each time it is
 * made, which nobody pays who installs a package.
 */
function compile(program: string): Promise<string> {
  const known = compiled.get(program);
  if (known) return known;
  const made = bundleProgram(new URL(program, import.meta.url), mkdtempSync(join(folder, 'program-')), { plain: true });
  compiled.set(program, made);
  return made;
}

/** Starts one process for each order, and waits until each says that it is ready. */
export async function startWorkers(program: string, orders: readonly object[]): Promise<Workers> {
  const path = await compile(program);
  const children = orders.map((order) =>
    fork(path, [JSON.stringify(order)], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 2, 2, 'ipc'],
    }),
  );
  for (const child of children) {
    alive.add(child);
    child.once('exit', () => alive.delete(child));
  }
  const failed = children.map(async (child) => {
    const [code] = (await once(child, 'exit')) as [number | null];
    throw new Error(`${program} ended with ${code} before its work was done.`);
  });
  for (const failure of failed) failure.catch(() => {});
  const answer = async (child: ChildProcess, place: number): Promise<WorkerAnswer> => {
    const [said] = await Promise.race([once(child, 'message') as Promise<[WorkerAnswer]>, failed[place] ?? []]);
    if (said === undefined) throw new Error(`${program} said nothing.`);
    return said;
  };
  const say = (child: ChildProcess, word: WorkerWord): boolean => child.send(word);
  await Promise.all(children.map(answer));
  return {
    begin(shares) {
      for (const [place, child] of children.entries()) say(child, { begin: shares[place] ?? [] });
    },
    async processorMs() {
      const answers = children.map(answer);
      for (const child of children) say(child, 'cost');
      const said = await Promise.all(answers);
      return said.reduce((total, one) => total + (one === 'ready' ? 0 : one.processorMs), 0);
    },
    async end() {
      await Promise.all(
        children.map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          child.disconnect();
          await once(child, 'exit');
        }),
      );
    },
  };
}
