import type { Random } from '../harness/random.js';
import { random } from '../harness/random.js';

/* A synthetic world: comparisons between rules, never forecasts for anybody. */

/** How a fix behaves: nearly always right, mostly right, or a coin. */
export type FixKind = 'good' | 'mid' | 'bad';

/** What is fixed about the world. Times are days, the rest shares unless said. */
export interface WorldOptions {
  readonly seed: number;
  readonly tickets: number;
  readonly days: number;
  readonly patterns: number;
  /** Tickets that resemble no other. */
  readonly oneOff: number;
  /** Tickets that were taken for another pattern; the fix then works in 30 of 100 cases. */
  readonly mismatched: number;
  /** Good proposals that an approver rejects all the same. */
  readonly falseRejects: number;
  /** Bad proposals that an approver rejects. */
  readonly trueRejects: number;
  /** Failures that the check after the run does not see; they are found a day later. */
  readonly missed: number;
  /** Runs that somebody votes on; positive after a success, and after a failure. */
  readonly voted: number;
  readonly praiseAfterSuccess: number;
  readonly praiseAfterFailure: number;
  /** Good patterns whose fix works in one of ten cases from `breakDay` on. */
  readonly broken: number;
  readonly breakDay: number;
}

/** The world of the published figures, without drift. */
export const WORLD: WorldOptions = {
  seed: 1,
  tickets: 12_000,
  days: 180,
  patterns: 120,
  oneOff: 0.2,
  mismatched: 0.005,
  falseRejects: 0.003,
  trueRejects: 0.7,
  missed: 0.15,
  voted: 0.3,
  praiseAfterSuccess: 0.95,
  praiseAfterFailure: 0.35,
  broken: 0,
  breakDay: 108,
};

/** The same world with seven fixes that stop working. */
export const DRIFT: WorldOptions = { ...WORLD, broken: 7 };

/** One ticket, with all that chance decides about it: every rule meets the same. */
export interface WorldTicket {
  readonly index: number;
  /** Since the beginning. */
  readonly day: number;
  readonly pattern: number;
  /** The proposed fix works. */
  readonly works: boolean;
  /** The probability that it does not: known to nobody in the world. */
  readonly risk: number;
  readonly confidence: number;
  readonly similarity: number;
  /** What somebody would vote once it ran; null: nobody does. */
  readonly vote: 'positive' | 'negative' | null;
  /** The check after the run sees a failure. */
  readonly seen: boolean;
  /** An approver would reject it. */
  readonly rejected: boolean;
  /** Its pattern's fix has stopped working. */
  readonly broken: boolean;
}

/** A world: tickets in order, and how often and of what kind each pattern is. */
export interface World {
  readonly options: WorldOptions;
  readonly tickets: readonly WorldTicket[];
  readonly counts: readonly number[];
  readonly kinds: readonly FixKind[];
  /** Patterns that break. */
  readonly broken: ReadonlySet<number>;
}

const ZIPF = 0.9;
const MISMATCH_WORKS = 0.3;
const BROKEN_WORKS = 0.1;

function drawFix({ uniform, beta }: Random): { readonly kind: FixKind; readonly works: number } {
  const which = uniform();
  if (which < 0.55) return { kind: 'good', works: beta(200, 1) };
  if (which < 0.8) return { kind: 'mid', works: beta(14, 2) };
  return { kind: 'bad', works: beta(3, 3) };
}

/** An overconfident analyst: sure of most things, a little less of those that will fail. */
function stated({ beta }: Random, works: boolean): number {
  return works ? beta(12.8, 1.2) : beta(8.45, 1.55);
}

function chooser(count: number): (uniform: number) => number {
  const weights = Array.from({ length: count }, (_, rank) => (rank + 1) ** -ZIPF);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const upTo = weights.map((weight) => {
    sum += weight / total;
    return sum;
  });
  return (uniform) => {
    const found = upTo.findIndex((bound) => uniform < bound);
    return found < 0 ? count - 1 : found;
  };
}

/** Draws a world; the same options give the same one. */
export function makeWorld(options: WorldOptions): World {
  const numbers = random(options.seed * 104_729 + 17);
  const { uniform, chance, below, beta } = numbers;
  const fixes = Array.from({ length: options.patterns }, () => drawFix(numbers));
  const good = fixes.flatMap(({ kind }, pattern) => (kind === 'good' ? [pattern] : []));
  const broken = new Set<number>();
  while (broken.size < Math.min(options.broken, good.length)) broken.add(good[below(good.length)] ?? 0);
  const days = Array.from({ length: options.tickets }, () => uniform() * options.days).sort((a, b) => a - b);
  const choose = chooser(options.patterns);
  const counts = new Array<number>(options.patterns).fill(0);
  const kinds: FixKind[] = fixes.map(({ kind }) => kind);
  const tickets = days.map((day, index): WorldTicket => {
    let pattern = choose(uniform());
    let { works: probability } = fixes[pattern] ?? drawFix(numbers);
    if (chance(options.oneOff)) {
      const own = drawFix(numbers);
      pattern = kinds.length;
      kinds.push(own.kind);
      counts.push(0);
      probability = own.works;
    }
    counts[pattern] = (counts[pattern] ?? 0) + 1;
    const isBroken = broken.has(pattern) && day >= options.breakDay;
    if (isBroken) probability = BROKEN_WORKS;
    if (chance(options.mismatched)) probability = MISMATCH_WORKS;
    const works = chance(probability);
    const praised = chance(works ? options.praiseAfterSuccess : options.praiseAfterFailure);
    const vote = praised ? 'positive' : 'negative';
    return {
      index,
      day,
      pattern,
      works,
      risk: 1 - probability,
      confidence: stated(numbers, works),
      similarity: beta(46, 4),
      vote: chance(options.voted) ? vote : null,
      seen: !chance(options.missed),
      rejected: chance(works ? options.falseRejects : options.trueRejects),
      broken: isBroken,
    };
  });
  return { options, tickets, counts, kinds, broken };
}
