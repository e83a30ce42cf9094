import { SCENARIOS, type ScenarioName } from './scenarios.js';
import type { TrialPlan, TrialResult } from './trial.js';
import type { Trap } from './worker/order.js';

/* In which order trials walk through all places where a worker can die. */

/** A place of a situation: one trial dies (or stops) there. */
export interface Place {
  readonly scenario: ScenarioName;
  readonly at: string;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  readonly changes: boolean;
  readonly kind: string;
}

/** The name of a place, unique in a run. */
export function nameOf({ scenario, signal, at }: Pick<Place, 'scenario' | 'signal' | 'at'>): string {
  return `${scenario} | ${signal} | ${at}`;
}

/** All places that dry runs passed: those where something changes first, then those where a worker only looks. */
export function placesOf(dryRuns: readonly TrialResult[]): readonly Place[] {
  const places = dryRuns.flatMap(({ plan: { scenario }, boundaries }) => {
    const kills = boundaries.map(({ name, ...rest }): Place => ({ scenario, at: name, signal: 'SIGKILL', ...rest }));
    const stops = kills.filter(({ at }) => SCENARIOS[scenario].stops && /^(before|after) the last look/.test(at));
    return [
      ...kills,
      ...stops.map((place): Place => ({ ...place, signal: 'SIGSTOP', kind: `stopped: ${place.kind}` })),
    ];
  });
  return [...places.filter(({ changes }) => changes), ...places.filter(({ changes }) => !changes)];
}

/** A number that looks random and is the same for the same seed and index (mulberry32). */
function draw(seed: number, index: number): number {
  let mixed = (seed * 0x9e3779b9 + index * 0x85ebca6b) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}

/** One trial in so many kills the recovering worker as well. */
const TWICE_EVERY = 4;
/** The second kill comes within so many boundaries. */
const TWICE_WITHIN = 60;

/** One trial in so many kills the database too; every other one of those leaves the workers alive. */
const DATABASE_EVERY = 5;

function trapOf({ at, signal }: Place, index: number, killsDatabase: boolean): Trap {
  const database = killsDatabase && signal === 'SIGKILL' && index % DATABASE_EVERY === 0;
  const livesOn = database && (index / DATABASE_EVERY) % 2 === 0;
  return { at, signal: livesOn ? 'none' : signal, database };
}

/** How trials are planned. */
export interface Planning {
  readonly trials: number;
  readonly seed: number;
  /** Whether there is a database that can be killed. */
  readonly killsDatabase: boolean;
}

/**
 * The trials of a run. Enough trials walk through all places in order, and from the start again with other second
 * kills; fewer than the places where something changes are spread evenly over those.
 */
export function planTrials(places: readonly Place[], { trials, seed, killsDatabase }: Planning): readonly TrialPlan[] {
  const changing = places.filter(({ changes }) => changes).length;
  const placeOf = (index: number): Place | undefined =>
    trials < changing ? places[Math.floor((index * changing) / trials)] : places[index % places.length];
  return Array.from({ length: trials }, (_, index) => {
    const place = placeOf(index);
    if (!place) throw new Error('There is no place at which a worker could die.');
    const { scenario } = place;
    const trap = trapOf(place, index, killsDatabase);
    const twice = trap.signal === 'SIGKILL' && (index + seed) % TWICE_EVERY === 0;
    return {
      scenario,
      trap,
      again: twice ? 1 + (draw(seed, index) % TWICE_WITHIN) : null,
      sabotage: null,
    };
  });
}
