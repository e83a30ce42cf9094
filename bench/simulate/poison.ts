import { rounded } from '../harness/summary.js';
import { attackOf, busiest } from './attack.js';
import { Play, type SimulatedRule } from './play.js';
import { makeWorld, WORLD, type World } from './world.js';

/** Automatic runs of the attacked patterns, and how many were wrong, without and with the lies. */
export interface Poisoned {
  readonly rule: string;
  readonly attack: string;
  readonly autosBefore: number;
  readonly autosAfter: number;
  readonly wrongBefore: number;
  readonly wrongAfter: number;
  /** autosAfter / autosBefore. */
  readonly kept: number;
  /** Standard error of wrongAfter - wrongBefore over the runs, which differ in nothing but the lies. */
  readonly wrongStandardError: number;
}

const FROM_DAY = 45;
const LIARS = 3;

const ATTACKS = [
  {
    name: '40 false praises about each of 6 mediocre or bad fixes',
    verdict: 'positive',
    votes: 40,
    kinds: ['mid', 'bad'],
    patterns: 6,
  },
  {
    name: '20 false complaints about each of 10 good fixes',
    verdict: 'negative',
    votes: 20,
    kinds: ['good'],
    patterns: 10,
  },
] as const;

/** Standard error of the sum of independent draws; 0 with fewer than two. */
function standardErrorOfSum(draws: readonly number[]): number {
  const n = draws.length;
  if (n < 2) return 0;
  const mean = draws.reduce((total, each) => total + each, 0) / n;
  const spread = draws.reduce((total, each) => total + (each - mean) ** 2, 0) / (n - 1);
  return Math.sqrt(n * spread);
}

function on(world: World, rule: SimulatedRule, attack: (typeof ATTACKS)[number], lies: boolean) {
  const patterns = busiest(world, attack.kinds, attack.patterns);
  const { verdict, votes } = attack;
  const plan = { patterns, verdict, votes, authors: LIARS, fromDay: FROM_DAY };
  const { perPattern } = new Play(world, rule, lies ? attackOf(plan) : null).run();
  const figures = [...patterns].map((pattern) => perPattern.get(pattern) ?? { autos: 0, wrong: 0 });
  const sum = (of: 'autos' | 'wrong'): number => figures.reduce((total, each) => total + each[of], 0);
  return { autos: sum('autos'), wrong: sum('wrong') };
}

/** What three lying authors achieve against each rule. */
export function measurePoison(
  rules: readonly SimulatedRule[],
  options: { readonly runs: number; readonly seed: number; readonly tickets: number; readonly days: number },
): readonly Poisoned[] {
  const { runs, seed, tickets, days } = options;
  return ATTACKS.flatMap((attack) =>
    rules.map((rule) => {
      const moreWrong: number[] = [];
      const total = { autosBefore: 0, autosAfter: 0, wrongBefore: 0, wrongAfter: 0 };
      for (let run = 0; run < runs; run += 1) {
        const world = makeWorld({ ...WORLD, seed: seed + run, tickets, days });
        const [before, after] = [on(world, rule, attack, false), on(world, rule, attack, true)];
        total.autosBefore += before.autos;
        total.wrongBefore += before.wrong;
        total.autosAfter += after.autos;
        total.wrongAfter += after.wrong;
        moreWrong.push(after.wrong - before.wrong);
      }
      const kept = total.autosBefore === 0 ? 1 : rounded(total.autosAfter / total.autosBefore, 3);
      const wrongStandardError = rounded(standardErrorOfSum(moreWrong), 2);
      return { rule: rule.name, attack: attack.name, ...total, kept, wrongStandardError };
    }),
  );
}
