import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { ROUTES } from '@remit/http';
import { describe, expect, it } from 'vitest';
import { allFiles, ROOT, type Source } from './architecture/source.js';

/*
 * What the guides say can be followed: links lead somewhere, code stands in a file that is compiled, tests that are
 * quoted are there, and the table of routes is the router's.
 */

/** A text without its fenced blocks: what looks like a link or a heading in them is none. */
const prose = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```$/gm, '');

/** The anchors that a page has, as code forges make them of its headings. */
function anchorsOf(markdown: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...prose(markdown).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/ /g, '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** Relative links that lead nowhere; `textOf` is null for what does not exist. */
function brokenLinks({ path, text }: Source, textOf: (path: string) => string | null): readonly string[] {
  const links = [...prose(text).matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  return links.flatMap(([, target = '', anchor]) => {
    const at = target === '' ? path : posix.normalize(posix.join(dirname(path), target));
    const found = textOf(at);
    if (found === null) return [`${path}: there is no ${target}`];
    if (anchor === undefined || anchorsOf(found).includes(anchor)) return [];
    return [`${path}: ${at} has no heading #${anchor}`];
  });
}

const COMPILED = /^(?:(?:packages|examples)\/[^/]+\/(?:src|test)|test)\/.+\.ts$/;
/** Lines as they read, whatever they are indented by. */
const lines = (text: string): readonly string[] => text.split('\n').map((line) => line.trim());

/** Blocks of TypeScript that are no excerpt of the compiled file named right before them. */
function inventedBlocks({ path, text }: Source, textOf: (path: string) => string | null): readonly string[] {
  const blocks = [...text.matchAll(/^(?:<!-- from (\S+) -->\n+)?```(?:ts|typescript)\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, from, block = '']) => {
    const [first = ''] = lines(block);
    if (from === undefined) return [`${path}: no file is named before "${first}"`];
    const source = COMPILED.test(from) ? textOf(from) : null;
    if (source === null) return [`${path}: ${from} is no file that is compiled`];
    const stands = `\n${lines(source).join('\n')}\n`.includes(`\n${lines(block.trimEnd()).join('\n')}\n`);
    return stands ? [] : [`${path}: "${first}" does not stand like this in ${from}`];
  });
}

/** Tests that are quoted behind a link to their file and are not in it. */
function lostTests({ path, text }: Source, textOf: (path: string) => string | null): readonly string[] {
  const quoted = [...text.matchAll(/\]\((\S+\.test\.ts)\): "([^"]+)"/g)];
  return quoted.flatMap(([, target = '', title = '']) => {
    const file = textOf(posix.join(dirname(path), target));
    return file?.includes(title) ? [] : [`${path}: ${target} has no test "${title}"`];
  });
}

/** The table of routes, as the router has them. */
function routeTable(): string {
  const rows = ROUTES.map(({ method, pattern, doc, scopes, isPublic }) => [
    `\`${method} ${pattern}\``,
    doc,
    scopes.map((scope) => `\`${scope}\``).join(' or ') || (isPublic ? 'none' : 'any caller who is known'),
  ]);
  const table = [['route', 'does', 'scope'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const said = table.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const [head = '', ...rest] = said;
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest].join('\n');
}

const TABLE = /(?<=<!-- routes: [^>]* -->\n\n)[\s\S]*?(?=\n\n<!-- end of routes -->)/;

const textOf = (path: string): string | null => {
  const full = join(ROOT, path);
  if (!existsSync(full)) return null;
  return /\.\w+$/.test(path) ? readFileSync(full, 'utf8') : '';
};
const pages = allFiles().filter(({ path }) => path.endsWith('.md'));
const index: Source = { path: 'llms.txt', text: readFileSync(join(ROOT, 'llms.txt'), 'utf8') };
const guides = pages.filter(({ path }) => path.startsWith('docs/'));

describe('the guides', () => {
  it('link to files and headings that exist', () => {
    expect([...pages, index].flatMap((page) => brokenLinks(page, textOf))).toEqual([]);
    const unlisted = guides.filter(({ path }) => /^docs\/[A-Z_]+\.md$/.test(path) && !index.text.includes(`(${path})`));
    expect(unlisted.map(({ path }) => path)).toEqual([]);
  });

  it('show code as it stands in files that are compiled', () => {
    expect(guides.flatMap((page) => inventedBlocks(page, textOf))).toEqual([]);
  });

  it('quote tests that are there', () => {
    expect(guides.flatMap((page) => lostTests(page, textOf))).toEqual([]);
  });

  it('docs/API_ENHANCED.md has the table of routes (UPDATE_DOCS=1 writes it)', () => {
    const path = join(ROOT, 'docs/API_ENHANCED.md');
    if (process.env['UPDATE_DOCS']) writeFileSync(path, readFileSync(path, 'utf8').replace(TABLE, routeTable));
    expect(TABLE.exec(readFileSync(path, 'utf8'))?.[0]).toBe(routeTable());
  });
});

describe('a guide that is wrong would be seen:', () => {
  const files: Readonly<Record<string, string>> = {
    'docs/a.md': '# One\n\n## A `b`, and c\n\n## One\n\n```sh\n# no heading\n```\n',
    'examples/x/test/a.test.ts': "it('holds', () => {\n  const a = 1;\n  const b = 2;\n});\n",
    'scripts/a.ts': 'const a = 1;\n',
  };
  const known = (path: string): string | null => files[path] ?? null;
  const page = (text: string): Source => ({ path: 'docs/b.md', text });

  it.each([
    ['[a](a.md), [b](a.md#one-1), [c](https://c.example#d)', []],
    ['[a](a.md#a-b-and-c) [b](#here)\n\n# Here\n', []],
    ['[a](c.md)', ['docs/b.md: there is no c.md']],
    ['[a](a.md#no-heading)', ['docs/b.md: docs/a.md has no heading #no-heading']],
    ['[a](#there)\n\n# Here\n', ['docs/b.md: docs/b.md has no heading #there']],
  ])('links %j', (text, faults) => {
    expect(brokenLinks({ path: 'docs/b.md', text }, (path) => (path === 'docs/b.md' ? text : known(path)))).toEqual(
      faults,
    );
  });

  const block = (from: string, code: string): string => `${from}\`\`\`ts\n${code}\n\`\`\`\n`;
  it.each([
    [block('<!-- from examples/x/test/a.test.ts -->\n', 'const a = 1;\n  const b = 2;'), null],
    [block('', 'const a = 1;'), /no file is named/],
    [block('<!-- from examples/x/test/a.test.ts -->\n\nText.\n\n', 'const a = 1;'), /no file is named/],
    [block('<!-- from scripts/a.ts -->\n', 'const a = 1;'), /no file that is compiled/],
    [block('<!-- from examples/x/test/b.test.ts -->\n', 'const a = 1;'), /no file that is compiled/],
    [block('<!-- from examples/x/test/a.test.ts -->\n', 'const a = 2;'), /does not stand like this/],
    [block('<!-- from examples/x/test/a.test.ts -->\n', 'const a'), /does not stand like this/],
  ])('code %j', (text, fault) => {
    const faults = inventedBlocks(page(text), known);
    if (fault === null) expect(faults).toEqual([]);
    else expect(faults).toEqual([expect.stringMatching(fault)]);
  });

  it('tests', () => {
    const link = '[a](../examples/x/test/a.test.ts)';
    expect(lostTests(page(`${link}: "holds"`), known)).toEqual([]);
    expect(lostTests(page(`${link}: "falls"`), known)).toHaveLength(1);
    expect(lostTests(page('[a](gone.test.ts): "holds"'), known)).toHaveLength(1);
  });
});
