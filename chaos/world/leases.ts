import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf, reachedAt } from './world.js';

/* Who held what: noted by the workers of a trial, to see how soon others take over from a dead one. */

/** A lease that a worker got, prolonged or gave back; or that a worker is at work. */
export type LeaseNote =
  | { readonly what: 'at_work'; readonly pid: number; readonly atMs: number }
  | {
      readonly what: 'claimed' | 'kept';
      readonly pid: number;
      /** By the host's clock, ms since the epoch. */
      readonly atMs: number;
      readonly id: string;
      readonly token: number;
      /** By the clock of the trial. */
      readonly untilMs: number;
    }
  | {
      readonly what: 'over';
      readonly pid: number;
      readonly atMs: number;
      readonly id: string;
      readonly token: number | null;
    };

type Held = Extract<LeaseNote, { what: 'claimed' | 'kept' }>;

const FILE = 'leases';

/** Notes what a worker holds from now on. */
export function noteLease(folder: string, note: LeaseNote): void {
  appendFileSync(join(folder, FILE), `${JSON.stringify(note)}\n`);
}

function notesIn(folder: string): readonly LeaseNote[] {
  return linesOf(folder, FILE).map((line) => JSON.parse(line) as LeaseNote);
}

function holdersOf(notes: readonly LeaseNote[]): ReadonlyMap<string, Held> {
  const held = new Map<string, Held>();
  for (const note of notes) {
    if (note.what === 'at_work') continue;
    if (note.what !== 'over') held.set(note.id, note);
    // Whoever comes too late gives back nothing.
    else if (held.get(note.id)?.token === note.token) held.delete(note.id);
  }
  return held;
}

/** When the first lease that a worker still has ends, by the clock of the trial; null when it has none. */
export function firstLeaseEnd(folder: string, pid: number): number | null {
  const ends = [...holdersOf(notesIn(folder)).values()].filter((held) => held.pid === pid);
  return ends.length === 0 ? null : Math.min(...ends.map(({ untilMs }) => untilMs));
}

/**
 * How long after a lease of one of these workers was over another one went on, in ms of the host's clock. Counted only
 * where that one was at work when the lease ended: one that is started later cannot be sooner.
 */
export function takeoversIn(folder: string, gone: readonly number[]): readonly number[] {
  const notes = notesIn(folder);
  const atWork = new Map(notes.flatMap(({ what, pid, atMs }) => (what === 'at_work' ? [[pid, atMs] as const] : [])));
  return notes.flatMap((note, index) => {
    if (note.what !== 'claimed') return [];
    const before = holdersOf(notes.slice(0, index)).get(note.id);
    if (!before || before.token !== note.token - 1 || before.pid === note.pid || !gone.includes(before.pid)) return [];
    const endedAtMs = reachedAt(folder, before.untilMs);
    return (atWork.get(note.pid) ?? Number.POSITIVE_INFINITY) > endedAtMs ? [] : [note.atMs - endedAtMs];
  });
}
