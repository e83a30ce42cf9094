import { parseArgs } from 'node:util';
import type { Bench } from '../harness/bench.js';
import { random } from '../harness/random.js';
import { median, quantile, rounded } from '../harness/summary.js';
import { compiledPaths } from './bundled.js';
import type { Path, Question } from './ours.js';
import { cedarPath, governancePaths, rulesEnginePath } from './peers.js';

/* How long it takes to say whether an action may run by itself, beside others that decide by rules. */

const CATEGORIES = 100;
/** Our goals, microseconds. */
const GOAL = { p50: 10, p99: 30 };

/** Questions of every kind; every other one may run. */
function questions(count: number): readonly Question[] {
  const draw = random(7);
  return Array.from({ length: count }, (): Question => {
    const category = `category-${draw.below(CATEGORIES)}`;
    if (draw.chance(0.5)) return { category, actionClass: 'safe_write', standing: 'proven', confidence: 0.97 };
    return {
      category,
      actionClass: draw.chance(0.5) ? 'safe_write' : 'critical_write',
      standing: draw.chance(0.5) ? 'learning' : 'proven',
      confidence: draw.chance(0.5) ? 0.97 : 0.1,
    };
  });
}

/** Only what may run: what Remit does most for. */
function clearable(all: readonly Question[]): readonly Question[] {
  return all.filter(
    ({ actionClass, standing, confidence }) =>
      actionClass === 'safe_write' && standing === 'proven' && confidence > 0.9,
  );
}

interface Times {
  readonly p50: number;
  readonly p99: number;
}

async function time(path: Path, asked: readonly Question[]): Promise<Times> {
  const found: number[] = [];
  for (const question of asked) {
    const from = performance.now();
    const answer = path.ask(question);
    if (typeof answer !== 'boolean') await answer;
    found.push((performance.now() - from) * 1_000);
  }
  return { p50: median(found), p99: quantile(found, 0.99) };
}

export const bench: Bench = {
  all: [{ args: ['--rounds', '5'], minutes: 1 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: { count: { type: 'string', default: '4000' }, rounds: { type: 'string', default: '9' } },
    });
    const [count, rounds] = [Number(values.count), Number(values.rounds)];
    const categories = Array.from({ length: CATEGORIES }, (_, n) => `category-${n}`);
    const { remitPaths } = await compiledPaths();
    const ours = await remitPaths(categories);
    const governance = await governancePaths(categories);
    const paths: Readonly<Record<string, Path>> = {
      remit: ours.whole,
      remitTable: ours.table,
      governed: governance.whole,
      governancePolicy: governance.bare,
      jsonRules: await rulesEnginePath(categories),
      cedar: await cedarPath(categories),
    };
    const all = questions(count);

    progress('checking that all of them say the same');
    let differing = 0;
    for (const question of all.slice(0, 500)) {
      const answers = await Promise.all(Object.values(paths).map((path) => path.ask(question)));
      if (new Set(answers).size > 1) differing += 1;
    }
    if (differing > 0) throw new Error(`${differing} of 500 questions were answered differently.`);

    const asked = clearable(all);
    const slow = asked.slice(0, 200);
    const found: Record<string, Times[]> = Object.fromEntries(Object.keys(paths).map((name) => [name, []]));
    // One round to warm up; then in turn, so that what disturbs one disturbs all.
    for (let round = 0; round <= rounds; round += 1) {
      progress(`round ${round} of ${rounds}`);
      for (const [name, path] of Object.entries(paths)) {
        const times = await time(path, name === 'jsonRules' || name === 'cedar' ? slow : asked);
        if (round > 0) found[name]?.push(times);
      }
    }
    const of = (name: string, which: keyof Times) => (found[name] ?? []).map((times) => times[which]);
    const results = Object.fromEntries(
      Object.keys(paths).map((name) => {
        const [p50, p99] = [of(name, 'p50'), of(name, 'p99')];
        const spread = { p50: [Math.min(...p50), Math.max(...p50)], p99: [Math.min(...p99), Math.max(...p99)] };
        const ratios = p50.map((value, at) => value / (of('governed', 'p50')[at] ?? Number.NaN));
        return [
          name,
          {
            p50: rounded(median(p50)),
            p99: rounded(median(p99)),
            spread: { p50: spread.p50.map((v) => rounded(v)), p99: spread.p99.map((v) => rounded(v)) },
            ofGovernedCall: rounded(median(ratios)),
          },
        ];
      }),
    );
    const remit = results['remit'];
    const p99Ratio = rounded(median(of('remit', 'p99').map((value, at) => value / (of('governed', 'p99')[at] ?? 1))));
    const missed = [
      ...(remit && remit.p50 > GOAL.p50 ? [`p50 ${remit.p50} us against ${GOAL.p50}`] : []),
      ...(remit && remit.p99 > GOAL.p99 ? [`p99 ${remit.p99} us against ${GOAL.p99}`] : []),
      ...(remit && remit.ofGovernedCall >= 1 ? [`p50 is ${remit.ofGovernedCall} times the governed call`] : []),
    ];
    return {
      tables: [
        {
          title: `A decision under ${CATEGORIES} policies, microseconds: median of ${rounds} rounds (least..most)`,
          head: ['who', 'p50', 'p99', 'p50 beside the governed call'],
          rows: Object.entries(results).map(([name, { p50, p99, spread, ofGovernedCall }]) => [
            paths[name]?.says ?? name,
            `${p50} (${spread.p50.join('..')})`,
            `${p99} (${spread.p99.join('..')})`,
            `${ofGovernedCall}`,
          ]),
        },
      ],
      json: { policies: CATEGORIES, questions: asked.length, rounds, goal: GOAL, results, p99OfGovernedCall: p99Ratio },
      missed,
    };
  },
};
