import { FAULT_KINDS, type FaultKind, type Reconciled } from './judge.js';
import type { TrialResult } from './trial.js';
import { nameOf, type Place } from './walk.js';

/** How many distinct places there are, and at how many a worker died or stopped. */
export interface Coverage {
  readonly known: number;
  readonly covered: number;
}

/** What a run of the crash test found. Each kind of fault counts faults; none may be above 0. */
export interface ChaosReport extends Readonly<Record<FaultKind, number>> {
  readonly store: string;
  readonly trials: number;
  readonly kills: number;
  /** Trials that were parked for a person. */
  readonly parked: number;
  /** Trials with a kill or stop whose work others brought to an end without a person to reconcile. */
  readonly recovered: number;
  /** Trials in which the recovering worker was killed too. */
  readonly killedTwice: number;
  /** Trials in which an owner stood still past its lease and went on. */
  readonly stopped: number;
  /** Trials whose place was not reached: nobody died. */
  readonly missed: number;
  /** Calls that ended after the worker that sent them was killed. */
  readonly orphans: number;
  /** Second effects that a deduping tool refused. */
  readonly refused: number;
  readonly reconciled: Reconciled;
  readonly resent: number;
  /** Trials in which the database was killed and started again. */
  readonly databaseKills: number;
  /** How long after the lease of one that was gone another instance, which was there already, went on, ms. */
  readonly takeoverMs: { readonly count: number; readonly p50: number | null; readonly max: number | null };
  readonly boundaries: Coverage & { readonly changing: Coverage };
  /** Trials by what the worker was doing when it died. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** One sentence for each fault, with its trial. */
  readonly faults: readonly string[];
}

interface Run {
  readonly store: string;
  readonly seconds: number;
  readonly places: readonly Place[];
  readonly dry: readonly TrialResult[];
  readonly results: readonly TrialResult[];
}

/** The longest that work may lie after the lease of one that is gone, ms. */
export const TAKEOVER_WITHIN_MS = 2_000;

const struck = ({ kills, stopped, databaseKilled }: TrialResult): boolean => kills > 0 || stopped || databaseKilled;
const isParked = ({ states }: TrialResult): boolean => states.includes('needs_reconciliation');

/** A trial in words, so that it can be found again. */
export function sayTrial({ plan: { scenario, trap, again, sabotage } }: TrialResult): string {
  const where = trap ? `${trap.signal}${trap.database ? ' and the database' : ''} ${trap.at}` : 'nobody killed';
  const twice = again === null ? '' : `, again at boundary ${again} of the next worker`;
  return `${scenario}: ${where}${twice}${sabotage ? ` (${sabotage})` : ''}`;
}

/** The place that a trial was about; null for a dry run. */
function placeNameOf({ plan: { scenario, trap } }: TrialResult): string | null {
  if (trap === null) return null;
  const signal = trap.signal === 'SIGSTOP' ? 'SIGSTOP' : 'SIGKILL';
  return nameOf({ scenario, signal, at: String(trap.at) });
}

function spread(all: readonly number[]): ChaosReport['takeoverMs'] {
  const sorted = [...all].sort((a, b) => a - b);
  return { count: sorted.length, p50: sorted[Math.floor(sorted.length / 2)] ?? null, max: sorted.at(-1) ?? null };
}

function coverage(places: readonly Place[], results: readonly TrialResult[]): Coverage {
  const hit = new Set(results.filter(struck).map(placeNameOf));
  return { known: places.length, covered: places.filter((place) => hit.has(nameOf(place))).length };
}

function kindsOf(places: readonly Place[], results: readonly TrialResult[]): Readonly<Record<string, number>> {
  const kinds = new Map(places.map((place) => [nameOf(place), place.kind]));
  const counts: Record<string, number> = {};
  for (const result of results.filter(struck)) {
    const kind = kinds.get(placeNameOf(result) ?? '');
    if (kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
}

/** Adds a run up. Faults of dry runs count as well. */
export function reportOn({ store, seconds, places, dry, results }: Run): ChaosReport {
  const all = [...dry, ...results];
  const faults = all.flatMap((result) => result.faults.map((fault) => ({ ...fault, trial: sayTrial(result) })));
  const sum = (of: (result: TrialResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const count = (of: (result: TrialResult) => boolean): number => results.filter(of).length;
  const byKind = Object.fromEntries(
    FAULT_KINDS.map((kind) => [kind, faults.filter((fault) => fault.kind === kind).length]),
  ) as Record<FaultKind, number>;
  const changing = places.filter(({ changes }) => changes);
  return {
    store,
    trials: results.length,
    kills: sum(({ kills }) => kills),
    ...byKind,
    parked: count(isParked),
    recovered: count((result) => struck(result) && !isParked(result) && result.faults.length === 0),
    killedTwice: count(({ kills }) => kills > 1),
    stopped: count(({ stopped }) => stopped),
    missed: count((result) => !struck(result)),
    orphans: sum(({ orphans }) => orphans),
    refused: sum(({ refused }) => refused),
    reconciled: {
      happened: sum(({ reconciled }) => reconciled.happened),
      did_not_happen: sum(({ reconciled }) => reconciled.did_not_happen),
      cannot_tell: sum(({ reconciled }) => reconciled.cannot_tell),
    },
    resent: sum(({ resent }) => resent),
    databaseKills: count(({ databaseKilled }) => databaseKilled),
    takeoverMs: spread(results.flatMap(({ takeovers }) => takeovers)),
    boundaries: { ...coverage(places, results), changing: coverage(changing, results) },
    kinds: kindsOf(places, results),
    seconds,
    faults: faults.map(({ kind, says, trial }) => `${kind}: ${says} [${trial}]`),
  };
}

/** Whether nothing was found that must never be, and nothing lay for too long. */
export function isClean(report: ChaosReport): boolean {
  const isPrompt = (report.takeoverMs.max ?? 0) <= TAKEOVER_WITHIN_MS;
  return isPrompt && FAULT_KINDS.every((kind) => report[kind] === 0);
}
