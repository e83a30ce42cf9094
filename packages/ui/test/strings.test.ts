import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const SOURCES = new URL('../src/', import.meta.url);
const LIST = new URL('../strings.en.json', import.meta.url);

/** Every text with its key, as the sources say it: `say('key', 'English')`. */
function textsIn(): readonly (readonly [key: string, english: string])[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.flatMap((name) =>
    [
      ...readFileSync(new URL(name, SOURCES), 'utf8').matchAll(
        /\bsay\(\s*'(\w+)',\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)")/g,
      ),
    ].map(([, key = '', single, double]) => [key, single ?? double ?? ''] as const),
  );
}

test('the list of texts for translators is whole, and a key says one thing', () => {
  const texts = new Map<string, string>();
  const twice: string[] = [];
  for (const [key, english] of textsIn()) {
    if (texts.has(key) && texts.get(key) !== english) twice.push(`${key}: ${texts.get(key)} / ${english}`);
    texts.set(key, english);
  }
  expect(twice).toEqual([]);
  const list = Object.fromEntries([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (process.env['UPDATE_STRINGS'] === '1') writeFileSync(LIST, `${JSON.stringify(list, null, 2)}\n`);
  expect(
    JSON.parse(readFileSync(LIST, 'utf8')),
    'UPDATE_STRINGS=1 npx vitest run packages/ui/test/strings.test.ts',
  ).toEqual(list);
});
