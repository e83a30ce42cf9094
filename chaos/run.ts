import type { Fault } from './judge.js';
import type { WorkerEnd, WorkerProcess } from './processes.js';
import type { Boundary, Order } from './worker/order.js';
import { callsOf } from './world/world.js';

/* What the ways of running a trial share. */

/** What happened to the workers of a trial. */
export interface Run {
  readonly kills: number;
  readonly stopped: boolean;
  readonly databaseKilled: boolean;
  readonly faults: readonly Fault[];
  /** What the workers passed that lived to the end. */
  readonly boundaries: readonly Boundary[];
  /** Process ids of those that were killed or stopped. */
  readonly gone: readonly number[];
}

/** Past the longest lease (a ticket's: 90 s) and every tool timeout, by the clock of the trial. */
export const PAST_LEASES_MS = 150_000;
/** A signal may need a moment to arrive. */
export const STOP_SETTLES_MS = 30;

/** Waits. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A worker that ended neither by its trap nor at rest has left work behind. */
export function faultOf({ signal, code, complaints }: WorkerEnd): readonly Fault[] {
  if (signal === 'SIGKILL' || code === 0) return [];
  return [{ kind: 'lost', says: `a worker ended with ${signal ?? code}: ${complaints.trim().slice(-500)}` }];
}

/** Lets an owner that stood still past its lease go on to its end; what it sends then is a fault. */
export async function lateSends({ folder, trap, role }: Order, owner: WorkerProcess): Promise<readonly Fault[]> {
  const sentBefore = callsOf(folder).length;
  owner.goOn();
  if (role === 'stands_by') owner.askToEnd();
  const faults = faultOf(await owner.ended);
  const late = callsOf(folder)
    .slice(sentBefore)
    .filter(({ what, owner: sender }) => what === 'arrived' && sender === owner.pid);
  // Between the last look and the wire nothing can be checked: there the tool, or the reconcile rules, must hold.
  if (!String(trap?.at).startsWith('before')) return faults;
  const sent = late.map(({ tool, target }): Fault => ({ kind: 'sentLate', says: `${tool}(${target}) was sent` }));
  return [...faults, ...sent];
}
