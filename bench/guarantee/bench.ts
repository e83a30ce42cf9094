import { parseArgs } from 'node:util';
import { betaQuantile, cleanRunsLeft, gateSettings } from '@remit/core/statistics';
import type { Bench } from '../harness/bench.js';
import { rounded } from '../harness/summary.js';
import { allowedShare, type Broken, measureValidity } from './validity.js';

const ALPHAS = [0.02, 0.05];

function missedBy(found: readonly Broken[]): readonly string[] {
  const limit = (runs: number): number => allowedShare(runs);
  const broken = found
    .filter(({ variant, share, runs }) => variant !== 'latched' && share > limit(runs))
    .map(({ variant, path, alpha, share }) => `${variant}, alpha ${alpha}, ${path}: open too often (${share})`);
  const worst = Math.max(...found.filter(({ variant }) => variant === 'latched').map(({ share }) => share));
  if (worst > 0.5) return broken;
  return [...broken, 'the latched gate passes: this measurement cannot tell a broken gate'];
}

/** Clean runs that open the strictest way of the gate, by alpha. */
function cleanRuns(): readonly { alpha: number; runs: number }[] {
  return [0.01, 0.02, 0.03, 0.05, 0.1, 0.2].map((alpha) => ({
    alpha,
    runs: cleanRunsLeft({ clean: 0, losses: 0 }, gateSettings({ alpha, delta: 0.05 }), 0),
  }));
}

/** Whether the gate keeps its promise, on paths of risk that drift, swing, and fight it. */
export const bench: Bench = {
  all: [{ args: ['--runs', '300', '--steps', '1000'], minutes: 2 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: { runs: { type: 'string' }, steps: { type: 'string' }, seed: { type: 'string' } },
    });
    const size = {
      alphas: ALPHAS,
      runs: Number(values.runs ?? 1_500),
      steps: Number(values.steps ?? 3_000),
      seed: Number(values.seed ?? 1),
    };
    const found = measureValidity(size, progress);
    const paths = [...new Set(found.map(({ path }) => path))];
    const cell = (path: string, variant: string): string =>
      ALPHAS.map((alpha) =>
        found.find((one) => one.path === path && one.variant === variant && one.alpha === alpha)?.share.toFixed(3),
      ).join(' / ');
    return {
      tables: [
        {
          title: `P(open while the average true risk is at or above alpha), alpha 2 % / 5 %, ${size.runs} runs of ${size.steps} (at most ${allowedShare(size.runs).toFixed(3)})`,
          head: ['risk path', 'the gate', 'one bound with the whole delta', 'one bound, latched'],
          rows: paths.map((path) => [path, cell(path, 'gate'), cell(path, 'oneBound'), cell(path, 'latched')]),
        },
        {
          title: 'Clean runs without a single loss that open the gate (delta 5 %)',
          head: ['alpha', 'runs'],
          rows: cleanRuns().map(({ alpha, runs }) => [`${100 * alpha} %`, String(runs)]),
        },
      ],
      json: {
        ...size,
        delta: 0.05,
        allowed: rounded(allowedShare(size.runs), 4),
        paths: found.map((one) => ({
          ...one,
          share: rounded(one.share, 4),
          standardError: rounded(one.standardError, 4),
        })),
        cleanRuns: cleanRuns(),
        lowerQuantileOf20Clean: rounded(betaQuantile(0.1, 24, 1), 4),
      },
      missed: missedBy(found),
    };
  },
};
