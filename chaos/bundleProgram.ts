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
 * Puts a program and all it imports into one file: many processes start from it, and each starts faster.
 * @param plain as a package is built: not minified, and functions are not named anew. Default false.
 */
export async function bundleProgram(program: URL, folder: string, { plain = false } = {}): Promise<string> {
  const outfile = join(folder, 'program.mjs');
  await build({ ...oneFile(program, outfile), plugins: [nativeModules], minify: !plain, keepNames: !plain });
  return outfile;
}
