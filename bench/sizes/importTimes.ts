import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { type Summary, summary } from '../harness/summary.js';
import { manifestOf, ROOT } from './weigh.js';

/* How long a new process takes to import core, beside what it depends on; node's own start is not counted. */

/** Fresh processes for each. */
const IMPORTS = 20;

/** What importing cost in fresh processes. */
export interface ImportTime {
  /** From the import to its end, ms. */
  readonly ms: Summary;
  /** Processor time of that, ms: it does not depend on who else is busy. */
  readonly cpuMs: Summary;
}

/** Each in turn, so that what disturbs one disturbs all: nothing, each dependency, all of them, core. */
export async function importTimes(
  progress: (says: string) => void,
  rounds = IMPORTS,
): Promise<Readonly<Record<string, ImportTime>>> {
  // Beside core, so that its dependencies are found.
  const folder = mkdtempSync(join(ROOT, 'packages/core/node_modules-import-'));
  try {
    const { metafile } = await build({
      metafile: true,
      // As it is packed: every entry point at once, and what several need in files of its own.
      entryPoints: Object.fromEntries(
        Object.entries(manifestOf('core').exports).map(([name, conditions]) => [
          name === '.' ? 'core' : name.slice(2),
          join(ROOT, 'packages/core', typeof conditions === 'object' ? (conditions['@remit/source'] ?? '') : ''),
        ]),
      ),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      absWorkingDir: ROOT,
      packages: 'external',
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'error',
    });
    // By what core imports of each, which may be less than its main file.
    const external = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter((one) => one.external));
    const dependencies = [...new Set(external.map(({ path }) => path))]
      .filter((path) => !path.startsWith('node:'))
      .sort();
    const later = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.flatMap(({ kind, path }) => (kind === 'dynamic-import' ? [path] : [])),
    );
    const subjects: Readonly<Record<string, readonly string[]>> = {
      nothing: [],
      ...Object.fromEntries(dependencies.map((name) => [name, [name]])),
      'all dependencies': dependencies,
      core: ['./core.mjs'],
      'core and what it loads later': ['./core.mjs', ...later.map((path) => `./${basename(path)}`)],
    };
    const program = (specifiers: readonly string[]) => `
      const from = performance.now();
      const before = process.cpuUsage();
      ${specifiers.map((specifier) => `await import(${JSON.stringify(specifier)});`).join('\n')}
      const { user, system } = process.cpuUsage(before);
      console.log(JSON.stringify([performance.now() - from, (user + system) / 1_000]));`;
    const found = Object.fromEntries(Object.keys(subjects).map((name) => [name, [] as [number, number][]]));
    const fileOf = (name: string): string => join(folder, `imports-${name.replaceAll(/\W/g, '-')}.mjs`);
    for (const [name, specifiers] of Object.entries(subjects)) writeFileSync(fileOf(name), program(specifiers));
    for (let round = 1; round <= rounds; round += 1) {
      progress(`importing: round ${round} of ${rounds}`);
      for (const name of Object.keys(subjects)) {
        const said = execFileSync(process.execPath, [fileOf(name)], { encoding: 'utf8' });
        found[name]?.push(JSON.parse(said) as [number, number]);
      }
    }
    return Object.fromEntries(
      Object.entries(found).map(([name, times]) => [
        name,
        { ms: summary(times.map(([ms]) => ms)), cpuMs: summary(times.map(([, cpuMs]) => cpuMs)) },
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
