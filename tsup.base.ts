import type { Options } from 'tsup';

/** The one build recipe: ESM only, types beside the code, source maps that lead back to `src`. */
export function build(entry: Record<string, string>): Options {
  return {
    entry,
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    clean: true,
    sourcemap: true,
    splitting: true,
    // TypeScript 6 reports the baseUrl that tsup's declaration bundler still sets.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  };
}
