import { parseArgs } from 'node:util';
import type { Bench, Table } from '../harness/bench.js';
import { Play, type SimulatedRule } from './play.js';
import { measurePoison, type Poisoned } from './poison.js';
import { type RuleSummary, summarise } from './summary.js';
import { DRIFT, makeWorld, WORLD } from './world.js';

const guaranteed = (alpha: number): SimulatedRule => ({
  name: `guaranteed, alpha ${Math.round(100 * alpha)} %`,
  mode: 'guaranteed',
  alpha,
  form: 'strict',
});

/** The seed's rule as shipped, its loosest policy, and the gate at four promises. */
const RULES: readonly SimulatedRule[] = [
  { name: 'seed, auto from 85', mode: 'seed', requiresApproval: false },
  { name: 'seed, by level', mode: 'seed', requiresApproval: 'by_level' },
  ...[0.1, 0.05, 0.03, 0.02].map(guaranteed),
  { name: 'guaranteed, alpha 5 %, one bound', mode: 'guaranteed', alpha: 0.05, form: 'single' },
];

const SCENARIOS = { stationary: WORLD, drift: DRIFT } as const;
type Scenario = keyof typeof SCENARIOS;

/** What has to hold under drift at alpha 5 %. */
const GOAL = { rule: 'guaranteed, alpha 5 %', wrongPercent: 2.6, coveragePercent: 45, untilDemoted: 3 };

type Figures = Readonly<Record<Scenario, Readonly<Record<string, RuleSummary>>>>;

function missedBy(figures: Figures, poison: readonly Poisoned[]): readonly string[] {
  const missed: string[] = [];
  const drift = figures.drift[GOAL.rule];
  if (drift) {
    if (drift.wrongPercent > GOAL.wrongPercent) missed.push(`wrong under drift: ${drift.wrongPercent} %`);
    if (drift.coveragePercent < GOAL.coveragePercent) missed.push(`coverage under drift: ${drift.coveragePercent} %`);
    if (drift.violated > 0) missed.push(`the promise was broken in ${drift.violated} of the runs`);
    if ((drift.wrongUntilDemoted ?? 0) > GOAL.untilDemoted) {
      missed.push(`a broken fix was wrong ${drift.wrongUntilDemoted} times until it was taken off`);
    }
  }
  for (const { rule, attack, kept, wrongBefore, wrongAfter, wrongStandardError } of poison) {
    if (!rule.startsWith('guaranteed')) continue;
    if (attack.includes('complaints') && kept < 0.95) missed.push(`${rule}: only ${kept} kept after ${attack}`);
    const rose = wrongAfter - wrongBefore > 2 * wrongStandardError;
    if (attack.includes('praises') && rose) missed.push(`${rule}: more wrong after ${attack}`);
  }
  return missed;
}

function tableOf(title: string, figures: Readonly<Record<string, RuleSummary>>): Table {
  const none = (value: number | null): string => (value === null ? 'none' : String(value));
  return {
    title,
    head: [
      'rule',
      'wrong %',
      'coverage %',
      'P(violated)',
      'over',
      'first auto: ticket (day)',
      'wrong on broken fixes',
      'wrong until demoted',
    ],
    rows: Object.entries(figures).map(([rule, found]) => [
      rule,
      found.wrongPercent.toFixed(2),
      found.coveragePercent.toFixed(1),
      found.violated.toFixed(2),
      String(found.over),
      `${none(found.firstAutoTicket)} (${none(found.firstAutoDay)})`,
      String(found.wrongOnBroken),
      none(found.wrongUntilDemoted),
    ]),
  };
}

/** What each rule does in a world that is drawn anew for every run; all decisions are the product's own. */
export const bench: Bench = {
  all: [{ args: ['--runs', '4', '--poison-runs', '1'], minutes: 1 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string' },
        'poison-runs': { type: 'string' },
        seed: { type: 'string' },
        tickets: { type: 'string' },
        days: { type: 'string' },
      },
    });
    const runs = Number(values.runs ?? 40);
    const poisonRuns = Number(values['poison-runs'] ?? 5);
    const seed = Number(values.seed ?? 1);
    const size = { tickets: Number(values.tickets ?? WORLD.tickets), days: Number(values.days ?? WORLD.days) };
    const found = Object.fromEntries(
      Object.entries(SCENARIOS).map(([scenario, options]) => {
        const figures = RULES.map((rule) => {
          progress(`${scenario}: ${rule.name}`);
          const played = Array.from({ length: runs }, (_, run) =>
            new Play(makeWorld({ ...options, ...size, seed: seed + run }), rule).run(),
          );
          return [rule.name, summarise(played)] as const;
        });
        return [scenario, Object.fromEntries(figures)];
      }),
    ) as Figures;
    progress('poison');
    const attacked = RULES.filter(({ name }) => name === 'seed, by level' || name === GOAL.rule);
    const poison = measurePoison(attacked, { runs: poisonRuns, seed, ...size });
    return {
      tables: [
        tableOf(`Without drift, ${runs} runs of ${size.tickets} tickets`, found.stationary),
        tableOf('With drift: seven good fixes stop working on day 108', found.drift),
        {
          title: `Three lying authors from day 45, ${poisonRuns} runs`,
          head: [
            'attack',
            'rule',
            'autos without / with',
            'wrong without / with (standard error of the difference)',
            'kept',
          ],
          rows: poison.map((each) => [
            each.attack,
            each.rule,
            `${each.autosBefore} / ${each.autosAfter}`,
            `${each.wrongBefore} / ${each.wrongAfter} (${each.wrongStandardError})`,
            each.kept.toFixed(3),
          ]),
        },
      ],
      json: { world: WORLD, runs, seed, ...size, delta: 0.05, scenarios: found, poison, goal: GOAL },
      missed: missedBy(found, poison),
    };
  },
};
