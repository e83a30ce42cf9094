import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from '../harness/bench.js';
import { rounded, saySummary } from '../harness/summary.js';
import { importTimes } from './importTimes.js';
import { manifestOf, PARTS_OF_CORE, ROOT, type Weight, weigh } from './weigh.js';

/* What a package weighs: its own code minified and zipped, how long it takes to import, and what it depends on. */

/** Our goals for core: kB (1,000 bytes) zipped that importing it loads, and ms that this takes. */
const GOAL = { zippedKb: 35, importMs: 50 };

/** The columns of a weight. */
const BYTES = ['minified, bytes', 'and zipped', 'with all that is loaded later', 'and zipped'] as const;
const columnsOf = ({ start, all }: Weight): readonly string[] =>
  [start.minified, start.zipped, all.minified, all.zipped].map(String);

export const bench: Bench = {
  all: [{ args: ['--imports', '9'], minutes: 1 }],
  async run(args, progress) {
    const { values } = parseArgs({ args: [...args], options: { imports: { type: 'string', default: '20' } } });
    const packages: Record<string, Weight & { readonly dependencies: readonly string[] }> = {};
    for (const folder of readdirSync(join(ROOT, 'packages')).sort()) {
      const weight = await weigh(folder);
      if (weight === null) continue;
      const { name, dependencies = {} } = manifestOf(folder);
      progress(name);
      packages[name] = { ...weight, dependencies: Object.keys(dependencies) };
    }
    const parts: Record<string, Weight> = {};
    for (const [part, names] of Object.entries(PARTS_OF_CORE)) {
      const weight = await weigh('core', names);
      if (weight) parts[part] = weight;
    }
    const imported = await importTimes(progress, Number(values.imports));
    const core = imported['core']?.ms.median ?? Number.NaN;
    const zippedKb = rounded((packages['@remit/core']?.start.zipped ?? Number.NaN) / 1_000, 1);
    return {
      tables: [
        {
          title: 'What each package weighs, without what it depends on',
          head: ['package', ...BYTES, 'direct dependencies'],
          rows: Object.entries(packages).map(([name, { dependencies, ...weight }]) => [
            name,
            ...columnsOf(weight),
            `${dependencies.length}: ${dependencies.join(', ')}`,
          ]),
        },
        {
          title: 'What a host bundles of core',
          head: ['imported', ...BYTES],
          rows: Object.entries(parts).map(([part, weight]) => [part, ...columnsOf(weight)]),
        },
        {
          title: `Importing in a new process after node's own start: median of ${values.imports} (least..most)`,
          head: ['what', 'ms', 'processor time, ms'],
          rows: Object.entries(imported).map(([name, { ms, cpuMs }]) => [
            name,
            saySummary(ms, 1),
            saySummary(cpuMs, 1),
          ]),
        },
      ],
      json: { packages, parts, imported, goal: GOAL },
      missed: [
        ...(zippedKb <= GOAL.zippedKb
          ? []
          : [`importing core loads ${zippedKb} kB zipped; the goal is ${GOAL.zippedKb}`]),
        ...(core <= GOAL.importMs ? [] : [`importing core takes ${rounded(core)} ms; the goal is ${GOAL.importMs}`]),
      ],
    };
  },
};
