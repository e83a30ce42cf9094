import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** Native code stays where it is installed. */
const nativeModules: Plugin = {
  name: 'native modules',
  setup({ onResolve }) {
    onResolve({ filter: /^libsql$/ }, ({ path, importer }) => ({
      path: pathToFileURL(createRequire(importer).resolve(path)).href,
      external: true,
    }));
  },
};

/** How a program and all it imports become one file that Node runs. */
export function oneFile(program: URL, outfile: string): BuildOptions {
  return {
    entryPoints: [fileURLToPath(program)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@remit/source'],
    // CommonJS modules inside an ES module look for their `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  };
}

/**
 * Puts a program and all it imports into a few files: many processes start from them, and each starts faster. What is loaded
 * only when it is needed stays in a file of its own: put into one with the rest, it would have modules run before those
 * that they are made of.
 * @param plain as a package is built: not minified, and functions are not named anew. Default false.
 */
export async function bundleProgram(program: URL, folder: string, { plain = false } = {}): Promise<string> {
  const name = 'program';
  const { outfile: _, ...options } = oneFile(program, join(folder, `${name}.mjs`));
  await build({
    ...options,
    outdir: folder,
    entryNames: name,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    plugins: [nativeModules],
    minify: !plain,
    keepNames: !plain,
  });
  return join(folder, `${name}.mjs`);
}
