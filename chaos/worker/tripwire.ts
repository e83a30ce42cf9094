import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Boundary, DATABASE_KILLED, KILL_DATABASE, SPRUNG, STOPPING, type Trap } from './order.js';

/** Counts the boundaries a worker passes, and strikes at the one that was chosen. */
export interface Tripwire {
  /** Passed in this order: each name gets a number from its second time on. */
  pass(boundary: Boundary): void;
  readonly passed: readonly Boundary[];
  /** Sets another trap: so many boundaries from here the worker dies. */
  dieAfter(boundaries: number): void;
}

const LOOK_EVERY_MS = 5;
const STRUCK_WITHIN_MS = 60_000;

/** Stands still: nothing of this process runs meanwhile. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** True for the first worker of a trial that comes here. */
function isFirst(folder: string, name: string): boolean {
  try {
    closeSync(openSync(join(folder, name), 'wx'));
    return true;
  } catch {
    return false;
  }
}

function killDatabase(folder: string): void {
  writeSync(1, `${KILL_DATABASE}\n`);
  const done = join(folder, DATABASE_KILLED);
  for (let waited = 0; waited < STRUCK_WITHIN_MS && !existsSync(done); waited += LOOK_EVERY_MS) {
    standStill(LOOK_EVERY_MS);
  }
}

/** Nothing of this process runs on after a signal; one to oneself may need a moment to arrive. */
function strike({ signal, database }: Trap, folder: string): void {
  if (database) killDatabase(folder);
  if (signal === 'none') return;
  if (signal === 'SIGSTOP') writeSync(1, `${STOPPING}\n`);
  process.kill(process.pid, signal);
  standStill(signal === 'SIGKILL' ? 60_000 : 50);
}

/** Sets the trap. Of several workers of a trial the first one that comes there is struck, and nobody else. */
export function setTripwire(first: Trap | null, folder: string): Tripwire {
  const passed: Boundary[] = [];
  const times = new Map<string, number>();
  let last: number | null = null;
  return {
    passed,
    dieAfter(boundaries) {
      last = passed.length + boundaries;
    },
    pass(boundary) {
      const time = (times.get(boundary.name) ?? 0) + 1;
      times.set(boundary.name, time);
      const name = time === 1 ? boundary.name : `${boundary.name} #${time}`;
      passed.push({ ...boundary, name });
      if (first && (first.at === name || first.at === passed.length) && isFirst(folder, SPRUNG)) strike(first, folder);
      if (last === passed.length) strike({ at: last, signal: 'SIGKILL', database: false }, folder);
    },
  };
}
