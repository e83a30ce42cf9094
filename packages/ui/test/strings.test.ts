import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const SOURCES = new URL('../src/', import.meta.url);
const LIST = new URL('../strings.en.json', import.meta.url);

/** Every text that the sources say literally: `say('English')`. */
function textsIn(): readonly string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.flatMap((name) => {
    const source = readFileSync(new URL(name, SOURCES), 'utf8');
    const said = source.matchAll(/\bsay\(\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)")/g);
    // What is put in by the helpers of an element: `this.#number(policy, 'approvers', 'People who ...')`.
    const named = source.matchAll(/(?:tick|count|choice|[yY]esNo|text)\('(?:\w+', ')?([^']+)'/g);
    const choices = source.matchAll(/^\s+\['?[\w ]+'?, '([A-Z][^']*)'\],$/gm);
    return [...said, ...named, ...choices].map(([, single, double]) => single ?? double ?? '');
  });
}

test('the list of texts for translators is whole', () => {
  const list = [...new Set(textsIn())].sort();
  if (process.env['UPDATE_STRINGS'] === '1') writeFileSync(LIST, `${JSON.stringify(list, null, 2)}\n`);
  expect(
    JSON.parse(readFileSync(LIST, 'utf8')),
    'UPDATE_STRINGS=1 npx vitest run packages/ui/test/strings.test.ts',
  ).toEqual(list);
});
