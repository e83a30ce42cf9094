import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, transform } from 'esbuild';
import { minify } from 'terser';

/* One script for browsers, made of the sources. */

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

/** Bundles one entry of the sources for browsers: one ES module without imports, minified. */
export async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    ...(entry.includes('\n') || entry.includes(';')
      ? { stdin: { contents: entry, resolveDir: fileURLToPath(new URL('../src', import.meta.url)), loader: 'ts' } }
      : { entryPoints: [fileURLToPath(new URL(`../src/${entry}`, import.meta.url))] }),
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['@remit/source'],
    legalComments: 'none',
    plugins: [smallTexts],
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`${entry} gave no script.`);
  // Once more with names that compress better: two of a hundred bytes less for every page.
  const { code } = await minify(file.text, { module: true, ecma: 2020, format: { ecma: 2020 } });
  if (code === undefined) throw new Error(`${entry} gave no script.`);
  return code;
}
