import { type ChildProcess, spawn } from 'node:child_process';
import { type Order, STOPPING, type WorkerReport } from './worker/order.js';

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
  /** True as soon as it says that it stops; false when it ends without. */
  readonly stopped: Promise<boolean>;
  /** Lets a stopped one go on. */
  goOn(): void;
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
  let tellStopped = (_: boolean): void => {};
  const stopped = new Promise<boolean>((resolve) => {
    tellStopped = resolve;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.includes(`${STOPPING}\n`)) tellStopped(true);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = new Promise<WorkerEnd>((resolve, reject) => {
    child.once('error', reject);
    // `close`, so that the last line is read; nothing a worker starts holds on to its output.
    child.once('close', (code, signal) => {
      alive.delete(child);
      tellStopped(false);
      resolve({ code, signal, complaints, report: signal === null ? reportIn(output) : null });
    });
  });
  return { pid: child.pid ?? 0, ended, stopped, goOn: () => void child.kill('SIGCONT') };
}
