import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { oneFile } from '../../chaos/bundleProgram.js';

/**
 * Remit's paths as a host runs them: compiled ahead. The loader that runs sources names every function anew each time it
 * is made, which nobody pays who installs a package.
 */
export async function compiledPaths(): Promise<typeof import('./ours.js')> {
  const folder = await mkdtemp(join(tmpdir(), 'remit-bench-decision-'));
  try {
    const outfile = join(folder, 'ours.mjs');
    await build(oneFile(new URL('./ours.ts', import.meta.url), outfile));
    return (await import(pathToFileURL(outfile).href)) as typeof import('./ours.js');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
