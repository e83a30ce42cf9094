import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { FromHost, LongOrder, ToHost } from './messages.js';

/* Instances that are killed and started again, and watched. */

/** How much memory one process had resident. */
export interface MemorySample {
  readonly instance: number;
  readonly pid: number;
  /** Since the run began, ms of real time. */
  readonly sinceMs: number;
  readonly bytes: number;
}

/** The instances of a long run. */
export interface Fleet {
  readonly memory: readonly MemorySample[];
  /** Faults that tools met, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** Processes that ended without having been told to. */
  readonly fell: readonly string[];
  /** SIGKILL; it is started again after a moment. Resolves once the new process takes work. */
  killOne(instance: number): Promise<void>;
  /** Moves the clock of one instance. */
  moveClock(instance: number, byMs: number): void;
  /** SIGTERM for all; resolves with their exit codes. */
  end(): Promise<readonly (number | null)[]>;
  kill(): void;
}

/**
 * A young generation of one size: V8 lets it grow and shrink by tens of MB with how busy the machine is, and a leak of a
 * few MB would not be seen behind that.
 */
const NODE_OPTIONS = ['--min-semi-space-size=2', '--max-semi-space-size=2'];

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Starts so many instances of a bundled program; resolves when all of them take work. */
export async function startFleet(program: string, count: number, order: LongOrder): Promise<Fleet> {
  const startedMs = performance.now();
  const memory: MemorySample[] = [];
  const faults: Record<string, number> = {};
  const fell: string[] = [];
  const children: ChildProcess[] = [];
  const expected = new WeakSet<ChildProcess>();
  let closing = false;

  async function start(instance: number): Promise<void> {
    const child = fork(program, [JSON.stringify(order)], { execArgv: NODE_OPTIONS });
    alive.add(child);
    children[instance] = child;
    child.once('exit', (code, signal) => {
      alive.delete(child);
      if (expected.has(child) || closing) return;
      fell.push(`instance ${instance} ended by itself: ${code ?? signal}`);
      void start(instance).catch((error: unknown) => fell.push(String(error)));
    });
    await new Promise<void>((ready, failed) => {
      child.once('exit', () => failed(new Error(`Instance ${instance} ended before it was ready.`)));
      child.on('message', (message: FromHost) => {
        if (message.kind === 'ready') return ready();
        if (message.kind === 'fault') faults[message.name] = (faults[message.name] ?? 0) + 1;
        else {
          const sinceMs = performance.now() - startedMs;
          memory.push({ instance, pid: child.pid ?? 0, sinceMs, bytes: message.rss });
        }
      });
    });
  }

  await Promise.all(Array.from({ length: count }, (_, instance) => start(instance)));
  return {
    memory,
    faults,
    fell,
    async killOne(instance) {
      const child = children[instance];
      if (!child) return;
      expected.add(child);
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await start(instance);
    },
    moveClock(instance, moveClockMs) {
      children[instance]?.send({ moveClockMs } satisfies ToHost);
    },
    async end() {
      closing = true;
      const exits = children.map(async (child) => ((await once(child, 'exit')) as [number | null])[0]);
      for (const child of children) child.kill('SIGTERM');
      return Promise.all(exits);
    },
    kill() {
      closing = true;
      for (const child of children) child.kill('SIGKILL');
    },
  };
}
