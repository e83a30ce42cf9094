import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { bundleProgram } from '../chaos/bundleProgram.js';
import type { HostOrder } from './host/order.js';

/** Makes the host's program, in a folder; it can be started as often as wanted. */
export function bundleHost(folder: string): Promise<string> {
  return bundleProgram(new URL('./host/main.ts', import.meta.url), folder);
}

const alive = new Set<ChildProcess>();
// Whoever interrupts the run leaves no instance behind.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Instances that run. */
export interface Instances {
  readonly pids: readonly number[];
  /** How many have not ended. */
  running(): number;
  /** Asks all of them to finish what they hold (SIGTERM); resolves with their exit codes. */
  end(): Promise<readonly (number | null)[]>;
  /** Kills those that still run. */
  kill(): void;
}

async function ready(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`An instance ended with ${code} before it was ready.`);
  });
  await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => {});
}

/** Starts so many instances of a program of {@link bundleHost}; resolves when all of them take work. */
export async function startInstances(program: string, count: number, order: HostOrder): Promise<Instances> {
  // As `node` would: this process may run under a loader that an instance does not need.
  const start = (): ChildProcess => fork(program, [JSON.stringify(order)], { execArgv: [] });
  const children = Array.from({ length: count }, start);
  for (const child of children) {
    alive.add(child);
    child.once('exit', () => alive.delete(child));
  }
  const exits = children.map(async (child) => ((await once(child, 'exit')) as [number | null])[0]);
  await Promise.all(children.map(ready));
  return {
    pids: children.map(({ pid }) => pid ?? 0),
    running: () => children.filter((child) => alive.has(child)).length,
    async end() {
      for (const child of children) child.kill('SIGTERM');
      return Promise.all(exits);
    },
    kill() {
      for (const child of children) child.kill('SIGKILL');
    },
  };
}
