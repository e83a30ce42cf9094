import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packages.js';
import { run } from './run.js';
import type { Tarball } from './tarballs.js';

/* A project of somebody else's: nothing but the tarballs, and the embedding that the README shows. */

const EXAMPLE = join(ROOT, 'examples', 'minimal-node', 'src');
const ANSWER = /route: manual because: low_reliability\nscore: 49\.4/;

const COMPILER_OPTIONS = {
  target: 'ES2023',
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  // Types of packages are tried too: nothing is skipped.
  skipLibCheck: false,
  types: ['node'],
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
};

/** Imports as calls of require. */
function withRequire(source: string): string {
  return source.replace(/^import (.+) from '(.+)';$/gm, (_, names, from) => `const ${names} = require('${from}');`);
}

/** Installs the tarballs into an empty project in `folder` and compiles the embedding there, strictly. */
export function makeEmptyProject(folder: string, tarballs: readonly Tarball[]): void {
  mkdirSync(join(folder, 'esm'), { recursive: true });
  mkdirSync(join(folder, 'cjs'), { recursive: true });
  const dependencies = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
  // Internal versions are exact and not in any registry yet: each resolves to its tarball.
  const manifest = {
    private: true,
    name: 'somebody-else',
    dependencies: { zod: '^4.6.7', '@types/node': '^20', ...dependencies },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, overrides: dependencies }));
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder);

  const main = readFileSync(join(EXAMPLE, 'main.ts'), 'utf8');
  writeFileSync(join(folder, 'esm', 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'cjs', 'package.json'), '{ "type": "commonjs" }');
  writeFileSync(join(folder, 'esm', 'main.ts'), main);
  writeFileSync(join(folder, 'esm', 'catalogue.ts'), readFileSync(join(EXAMPLE, 'catalogue.ts')));
  // All but the test suites, which need vitest.
  const everything = tarballs
    .filter(({ name }) => name !== '@remit/conformance')
    .map(({ name }) => `export * as ${name.replace(/\W/g, '_')} from '${name}';`);
  writeFileSync(join(folder, 'esm', 'everything.ts'), `${everything.join('\n')}\n`);
  writeFileSync(join(folder, 'esm', 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
  run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'esm'], folder);

  const compiled = (file: string): string => withRequire(readFileSync(join(folder, 'esm', file), 'utf8'));
  // Only a module may await outside of functions.
  writeFileSync(join(folder, 'cjs', 'main.js'), `(async () => {\n${compiled('main.js')}\n})();\n`);
  const catalogue = compiled('catalogue.js').replace('export const catalogue =', 'exports.catalogue =');
  writeFileSync(join(folder, 'cjs', 'catalogue.js'), catalogue);
}

/** Runs the embedding on a Node, by `import` and by `require`; what did not answer as the README says, in sentences. */
export function embeddingFaults(folder: string, node: string): readonly string[] {
  return [join('esm', 'main.js'), join('cjs', 'main.js')].flatMap((program) => {
    try {
      const said = run(node, [program], folder);
      return ANSWER.test(said) ? [] : [`${program} on ${node} said:\n${said}`];
    } catch (error) {
      return [`${program} on ${node}: ${(error as Error).message}`];
    }
  });
}

/** A Node of another major version, from the binaries that its npm package brings; installed into `folder`. */
export function otherNode(major: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const binaries = `node-${process.platform}-${process.arch}`;
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `${binaries}@${major}`], folder);
  return join(folder, 'node_modules', binaries, 'bin', 'node');
}
