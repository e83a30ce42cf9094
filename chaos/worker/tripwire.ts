import { writeSync } from 'node:fs';
import { type Boundary, STOPPING, type Trap } from './order.js';

/** Counts the boundaries a worker passes, and strikes at the one that was chosen. */
export interface Tripwire {
  /** Passed in this order: each name gets a number from its second time on. */
  pass(boundary: Boundary): void;
  readonly passed: readonly Boundary[];
}

/** Nothing of this process runs on after this; a signal to oneself may need a moment to arrive. */
function strike(signal: Trap['signal']): void {
  if (signal === 'SIGSTOP') writeSync(1, `${STOPPING}\n`);
  process.kill(process.pid, signal);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, signal === 'SIGKILL' ? 60_000 : 50);
}

/** Sets the trap. */
export function setTripwire(trap: Trap | null): Tripwire {
  const passed: Boundary[] = [];
  const times = new Map<string, number>();
  return {
    passed,
    pass(boundary) {
      const time = (times.get(boundary.name) ?? 0) + 1;
      times.set(boundary.name, time);
      const name = time === 1 ? boundary.name : `${boundary.name} #${time}`;
      passed.push({ ...boundary, name });
      if (trap && (trap.at === name || trap.at === passed.length)) strike(trap.signal);
    },
  };
}
