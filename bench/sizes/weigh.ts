import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile, type OutputFile } from 'esbuild';

/* What code weighs as it would be sent somewhere: minified and zipped, without what it depends on. */

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The manifest of a package by its folder. */
export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8')) as Manifest;
}

/** Bytes, minified, and zipped file by file. */
export interface Bytes {
  readonly minified: number;
  readonly zipped: number;
}

/** What code weighs. */
export interface Weight {
  /** What is loaded by the import itself: the entry and all that it imports, by a bundler that splits at `import()`. */
  readonly start: Bytes;
  /** The packages and parts of Node that are loaded with it, sorted. */
  readonly loads: readonly string[];
  /** With everything that is loaded later, when it is first used; in one file. */
  readonly all: Bytes;
}

/** The file that stands for the import, and all that it imports at once; what is imported on first use is left out. */
function filesAtStart({ outputs }: Metafile): ReadonlySet<string> {
  const entry = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === '<stdin>');
  const found = new Set<string>();
  const follow = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: next, kind, external } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && !external) follow(next);
    }
  };
  if (entry !== undefined) follow(entry);
  return found;
}

function loadedBy({ outputs }: Metafile, files: Iterable<string>): readonly string[] {
  const imports = [...files].flatMap((file) => outputs[file]?.imports ?? []);
  const loaded = imports.filter(({ external, kind }) => external && kind === 'import-statement');
  return [...new Set(loaded.map(({ path }) => path))].sort();
}

function bytesOf(files: readonly OutputFile[]): Bytes {
  return {
    minified: files.reduce((bytes, { contents }) => bytes + contents.length, 0),
    zipped: files.reduce((bytes, { contents }) => bytes + gzipSync(contents, { level: 9 }).length, 0),
  };
}

/** What a package weighs: all that its main entry exports, or only what these names need. Null without a main entry. */
export async function weigh(folder: string, names?: readonly string[]): Promise<Weight | null> {
  const manifest = manifestOf(folder);
  const main = manifest.exports['.'];
  const source = typeof main === 'object' ? main['@remit/source'] : undefined;
  if (source === undefined) return null;
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const bundle = (splitting: boolean) =>
    build({
      stdin: {
        contents: `export ${names ? `{ ${names.join(', ')} }` : '*'} from '${source}';`,
        resolveDir: join(ROOT, 'packages', folder),
      },
      absWorkingDir: ROOT,
      bundle: true,
      splitting,
      outdir: join(ROOT, 'out'),
      metafile: true,
      minify: true,
      write: false,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      conditions: ['@remit/source'],
      external: dependencies.flatMap((name) => [name, `${name}/*`]),
      logLevel: 'error',
    });
  const whole = await bundle(false);
  const split = await bundle(true);
  const all = bytesOf(whole.outputFiles);
  const files = filesAtStart(split.metafile);
  const start = bytesOf(split.outputFiles.filter(({ path }) => files.has(relative(ROOT, path))));
  // Where nothing is loaded later there is nothing to split, and one file is what a host ships.
  if (start.zipped >= all.zipped)
    return { start: all, loads: loadedBy(whole.metafile, Object.keys(whole.metafile.outputs)), all };
  return { start, loads: loadedBy(split.metafile, files), all };
}

/** What a host takes of core: everything, Remit put together, or the five components alone. */
export const PARTS_OF_CORE = {
  'all that core exports': undefined,
  'createRemit and the five components': [
    'createRemit',
    'ReliabilityScorer',
    'DecisionEngine',
    'SafetyGuard',
    'PatternLearner',
    'FeedbackProcessor',
    'RemitError',
  ],
  'the five components alone': [
    'ReliabilityScorer',
    'DecisionEngine',
    'SafetyGuard',
    'PatternLearner',
    'FeedbackProcessor',
  ],
  'scorer and decision table alone': ['ReliabilityScorer', 'DecisionEngine'],
} as const satisfies Readonly<Record<string, readonly string[] | undefined>>;
