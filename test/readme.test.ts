import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReliabilityScorer } from '@remit/core';
import { describe, expect, it } from 'vitest';
import { allFiles, ROOT } from './architecture/source.js';

/* What the documents say is what the code does, as far as that can be checked. */

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The fenced blocks of a language, in order. */
function blocks(markdown: string, language: string): readonly string[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, found, text = '']) =>
    found === language ? [text] : [],
  );
}

/** Paths in backticks: what has a slash and an ending. */
function pathsNamed(markdown: string): readonly string[] {
  const named = [...markdown.matchAll(/`((?:[\w.@-]+\/)*[\w.-]+\.(?:ts|md|json))`/g)].map(([, path = '']) => path);
  return [...new Set(named)];
}

const EXAMPLE = 'examples/minimal-node/src';

describe('README', () => {
  it('shows the example as it is', () => {
    expect(blocks(read('README.md'), 'ts')).toEqual([read(`${EXAMPLE}/main.ts`), read(`${EXAMPLE}/catalogue.ts`)]);
  });

  it('tells what the example prints', () => {
    const args = ['--conditions=@remit/source', '--import', 'tsx', `${EXAMPLE}/main.ts`];
    const printed = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', timeout: 20_000 });
    expect(blocks(read('README.md'), 'text')).toContain(printed);
    expect(blocks(read('README.md'), 'sh')).toContain(`node ${args.join(' ')}\n`);
  });

  it('names every package', () => {
    const manifests = allFiles().filter(({ path }) => /^packages\/[^/]+\/package\.json$/.test(path));
    const missing = manifests
      .map(({ text }) => JSON.parse(text).name)
      .filter((name) => !read('README.md').includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });
});

describe('documents', () => {
  it('ARCHITECTURE.md names files that exist', () => {
    const paths = pathsNamed(read('ARCHITECTURE.md'));
    const missing = paths.filter((path) => {
      return ![path, join('packages/core/src', path)].some((candidate) => existsSync(join(ROOT, candidate)));
    });
    expect(paths.length).toBeGreaterThan(40);
    expect(missing).toEqual([]);
  });

  it('docs/RELIABILITY_SCORING.md shows scores as they are computed', () => {
    const rows = [...read('docs/RELIABILITY_SCORING.md').matchAll(/^\| +(\d+) +\| +([\d.]+) +\| +(\w+) +\|$/gm)];
    const scorer = new ReliabilityScorer();
    for (const [, count, score, level] of rows) {
      const n = Number(count);
      const evidence = {
        confidence: 0.875,
        positive: n,
        rated: n,
        succeeded: n,
        executed: n,
        similarity: 1,
        resolved: n,
      };
      const computed = scorer.score(evidence);
      expect([count, computed.score.toFixed(1), computed.level]).toEqual([count, score, level]);
    }
    expect(rows.length).toBeGreaterThan(4);
  });

  it('a path or a block that is wrong would be seen', () => {
    expect(pathsNamed('See `domain/policy.ts`, `errors.ts` and `POST /a`.')).toEqual(['domain/policy.ts', 'errors.ts']);
    expect(blocks('```ts\nlet a;\n```\n\n```text\nb\n```\n', 'ts')).toEqual(['let a;\n']);
  });
});
