import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

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

/** Bytes of one file, minified, and zipped. */
export interface Weight {
  readonly minified: number;
  readonly zipped: number;
}

/** What a package weighs: all that its main entry exports, or only what these names need. Null without a main entry. */
export async function weigh(folder: string, names?: readonly string[]): Promise<Weight | null> {
  const manifest = manifestOf(folder);
  const main = manifest.exports['.'];
  const source = typeof main === 'object' ? main['@remit/source'] : undefined;
  if (source === undefined) return null;
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const built = await build({
    stdin: {
      contents: `export ${names ? `{ ${names.join(', ')} }` : '*'} from '${source}';`,
      resolveDir: join(ROOT, 'packages', folder),
    },
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@remit/source'],
    external: dependencies.flatMap((name) => [name, `${name}/*`]),
    logLevel: 'error',
  });
  const code = built.outputFiles[0]?.contents;
  return code ? { minified: code.length, zipped: gzipSync(code, { level: 9 }).length } : null;
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
