import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Bench } from '../harness/bench.js';
import { rounded, saySummary, summary } from '../harness/summary.js';

/* What a package weighs: its own code minified and zipped, how long it takes to import, and what it depends on. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Our goals for core: kB (1,000 bytes) zipped, and ms to import. */
const GOAL = { zippedKb: 35, importMs: 50 };
const IMPORTS = 9;

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package's main entry as one minified file without what it depends on. */
async function bundled(home: string, entry: string, external: readonly string[]): Promise<Uint8Array | null> {
  const built = await build({
    entryPoints: [join(home, entry)],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@remit/source'],
    external: external.flatMap((name) => [name, `${name}/*`]),
    logLevel: 'error',
  });
  return built.outputFiles[0]?.contents ?? null;
}

/** Milliseconds that a new process takes to import core, with its dependencies, from compiled code. */
async function importTimes(): Promise<readonly number[]> {
  // Beside core, so that its dependencies are found.
  const folder = mkdtempSync(join(ROOT, 'packages/core/node_modules-import-'));
  try {
    const outfile = join(folder, 'core.mjs');
    const packages = 'external';
    await build({
      entryPoints: [join(ROOT, 'packages/core/src/index.ts')],
      outfile,
      packages,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'error',
    });
    const program = `const from = performance.now(); await import(${JSON.stringify(pathToFileURL(outfile).href)});
      console.log(performance.now() - from);`;
    return Array.from({ length: IMPORTS }, () =>
      Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const bench: Bench = {
  all: [{ args: [], minutes: 1 }],
  async run(_, progress) {
    const packages: Record<string, { minified: number; zipped: number; dependencies: readonly string[] }> = {};
    for (const folder of readdirSync(join(ROOT, 'packages')).sort()) {
      const home = join(ROOT, 'packages', folder);
      const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
      const main = manifest.exports['.'];
      const source = typeof main === 'object' ? main['@remit/source'] : undefined;
      if (source === undefined) continue;
      progress(manifest.name);
      const dependencies = Object.keys(manifest.dependencies ?? {});
      const code = await bundled(home, source, [...dependencies, ...Object.keys(manifest.peerDependencies ?? {})]);
      if (code === null) continue;
      packages[manifest.name] = { minified: code.length, zipped: gzipSync(code, { level: 9 }).length, dependencies };
    }
    progress('importing core');
    const imported = summary(await importTimes());
    const zippedKb = rounded((packages['@remit/core']?.zipped ?? Number.NaN) / 1_000, 1);
    return {
      tables: [
        {
          title: 'What each package weighs, without what it depends on',
          head: ['package', 'minified, bytes', 'and zipped, bytes', 'direct dependencies'],
          rows: Object.entries(packages).map(([name, { minified, zipped, dependencies }]) => [
            name,
            `${minified}`,
            `${zipped}`,
            `${dependencies.length}: ${dependencies.join(', ')}`,
          ]),
        },
        {
          title: 'Importing core in a new process, ms',
          head: ['median (least..most)'],
          rows: [[saySummary(imported, 1)]],
        },
      ],
      json: { packages, importMs: imported, goal: GOAL },
      missed: [
        ...(zippedKb <= GOAL.zippedKb ? [] : [`core is ${zippedKb} kB zipped; the goal is ${GOAL.zippedKb}`]),
        ...(imported.median <= GOAL.importMs ? [] : [`importing core takes ${rounded(imported.median)} ms`]),
      ],
    };
  },
};
