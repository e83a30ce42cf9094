import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readManifest } from '../build/manifest.js';

const { modules } = await readManifest();
const elements = modules.flatMap(({ path, declarations }) =>
  declarations.map((element) => ({ ...element, source: readFileSync(new URL(`../${path}`, import.meta.url), 'utf8') })),
);

describe('the custom-elements manifest', () => {
  test('has every element, under the name that it is registered under', () => {
    const tags = elements.map(({ source }) => /static readonly tag = '([\w-]+)'/.exec(source)?.[1]);
    expect(elements.map(({ tagName }) => tagName)).toEqual(tags);
    expect(tags).toHaveLength(17);
  });

  test.each(elements.map((element) => [element.tagName, element] as const))(
    '%s: says what it is and every event that it fires',
    (_, { description, events = [], attributes = [], source }) => {
      expect(description).toMatch(/\w.*\./s);
      const fired = [...source.matchAll(/this\.(?:tell|act)\(\s*['`](remit-[\w-]+)['`]/g)].map(([, name]) => name);
      const described = events.map(({ name }) => name);
      expect(fired.filter((name) => name !== undefined && !described.includes(name))).toEqual([]);
      for (const { name, description: text } of [...events, ...attributes])
        expect([name, text]).toEqual([name, expect.stringMatching(/\w/)]);
    },
  );
});
