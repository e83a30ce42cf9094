import { type ChildProcess, spawn } from 'node:child_process';
import type { Order, WorkerReport } from './worker/order.js';

/** How a worker process ended. */
export interface WorkerEnd {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  /** Null when it did not get to the end. */
  readonly report: WorkerReport | null;
  /** What it complained about. */
  readonly complaints: string;
}

/** A worker process. */
export interface WorkerProcess {
  readonly pid: number;
  readonly ended: Promise<WorkerEnd>;
  /** True as soon as it says that line; false when it ends without. */
  says(line: string): Promise<boolean>;
  /** Lets a stopped one go on. */
  goOn(): void;
  /** Asks it to finish what it holds and end (SIGTERM). */
  askToEnd(): void;
}

const alive = new Set<ChildProcess>();
// Whoever interrupts the harness leaves no worker behind, not even a stopped one.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

function reportIn(output: string): WorkerReport | null {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  return last.startsWith('{') ? (JSON.parse(last) as WorkerReport) : null;
}

/** Starts a worker. It ends by itself, or by its own signal. */
export function startWorker(program: string, order: Order): WorkerProcess {
  const child = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  alive.add(child);
  let output = '';
  let complaints = '';
  let isOver = false;
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const look of waiting) look();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = new Promise<WorkerEnd>((resolve, reject) => {
    child.once('error', reject);
    // `close`, so that the last line is read; nothing a worker starts holds on to its output.
    child.once('close', (code, signal) => {
      alive.delete(child);
      isOver = true;
      tell();
      resolve({ code, signal, complaints, report: signal === null ? reportIn(output) : null });
    });
  });
  const says = (line: string): Promise<boolean> =>
    new Promise((resolve) => {
      const look = (): void => {
        const isSaid = output.includes(`${line}\n`);
        if (!isSaid && !isOver) return;
        waiting.delete(look);
        resolve(isSaid);
      };
      waiting.add(look);
      look();
    });
  return {
    pid: child.pid ?? 0,
    ended,
    says,
    goOn: () => void child.kill('SIGCONT'),
    askToEnd: () => void child.kill('SIGTERM'),
  };
}
