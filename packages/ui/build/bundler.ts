import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, transform } from 'esbuild';
import { minify } from 'terser';

/* One script for browsers, made of the sources. */

const SOURCES = new URL('../src/', import.meta.url);

/** Styles and templates stand in the sources as people read them; browsers get them without the room between. */
const smallTexts: Plugin = {
  name: 'small-texts',
  setup({ onLoad }) {
    onLoad({ filter: /ui[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const styles = [...source.matchAll(/css`([^`$]*)`/g)].map(([, text = '']) => text);
      const small = await Promise.all(styles.map((text) => transform(text, { loader: 'css', minify: true })));
      let next = 0;
      const contents = source.replace(/css`[^`$]*`/g, () => {
        const { code } = small[next] ?? { code: '' };
        next += 1;
        return `css\`${code.trim().replaceAll('\\', '\\\\')}\``;
      });
      // What stands at the start of a line in a template is room for the reader alone; so is a line's end beside a tag.
      const lines = contents.replace(/\n\s+/g, '\n').replace(/([>}])\n(?=<)|>\n(?=\$)/g, (_, end = '>') => end);
      return { contents: lines, loader: 'ts' };
    });
  },
};

/*
 * Compression looks back 32 kB only, so modules that say alike things lie side by side in the script of all elements. A
 * folder stands for its modules; what is not named comes after these, as it is needed. `ORDER` changes nothing but size.
 */
const ORDER = [
  ...['element.ts', 'api.ts', 'store.ts', 'view', 'styles', 'live.ts', 'render/states.ts', 'elements/ring.ts'],
  ...['render/charts.ts', 'render/ticket.ts', 'elements/score.ts', 'render/guarantee.ts', 'render/fixes.ts'],
  ...['render/logRow.ts', 'elements/policy.ts', 'elements/feedback.ts', 'elements/toggle.ts', 'elements/log.ts'],
  ...['render/pattern.ts', 'render/patternTickets.ts', 'render/calendar.ts', 'elements/dashboard.ts'],
  ...['elements/tickets.ts', 'elements/patterns.ts', 'elements/submit.ts', 'elements/halt.ts'],
];

/** What a page without a build step can import from the script. */
const EXPORTS = `export { connect } from './api.ts'; export { setStrings } from './element.ts';
export { createStore } from './store.ts';`;

async function modulesOf(place: string): Promise<readonly string[]> {
  if (place.endsWith('.ts')) return [place];
  return (await readdir(new URL(`${place}/`, SOURCES))).sort().map((name) => `${place}/${name}`);
}

/** What the entry names is taken for needed, in the order in which it is named. */
const asNamed: Plugin = {
  name: 'as-named',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*\.ts$/ }, ({ path }) => ({
      path: fileURLToPath(new URL(path, SOURCES)),
      sideEffects: true,
    }));
  },
};

/** Bundles sources for browsers: one ES module without imports, minified. Its imports are as from `src`. */
export async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(SOURCES), loader: 'ts' },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@remit/source'],
    legalComments: 'none',
    plugins: [asNamed, smallTexts],
  });
  // Once more with names that compress better.
  const { code } = await minify(outputFiles[0]?.text ?? '', { module: true, ecma: 2020, format: { ecma: 2020 } });
  if (!code) throw new Error('The bundle is empty.');
  return code;
}

/** Bundles all elements and the console; running it registers them. */
export async function bundleAll(): Promise<string> {
  const modules = [...(await Promise.all(ORDER.map(modulesOf))).flat(), 'define.ts'];
  return bundle(`${modules.map((path) => `import './${path}';`).join('\n')}\n${EXPORTS}`);
}
