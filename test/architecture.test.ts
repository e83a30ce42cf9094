import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noMachineTraces } from './architecture/hygiene.js';
import { dependencies, layers, type PackageUnderTest, packages } from './architecture/imports.js';
import { purity } from './architecture/purity.js';
import { allFiles, codeOf, homeOf, ROOT, type Source } from './architecture/source.js';
import { names, noAny, noDialectBranch, noExportStar, noSuppression } from './architecture/style.js';

type Rule = (source: Source) => readonly string[];

const files = allFiles();
const code = codeOf(files);

/** Each rule with its sentence. All of them look at one file at a time. */
const RULES: Readonly<Record<string, Rule>> = {
  'inside core: domain <- ports <- engine <- index, and nothing imports testing': layers,
  'packages import core alone, and only examples, cli and tests import an adapter': packages,
  'the domain and the views are pure': purity,
  'no any': noAny,
  'no check is switched off': noSuppression,
  'no export * in an index': noExportStar,
  'no dialect branch outside differences': noDialectBranch,
  'no name ends in Manager, Service, Helper, Util or Info': names,
};

describe('architecture', () => {
  it.each(Object.entries(RULES))('%s', (_, rule) => {
    expect(code.flatMap(rule)).toEqual([]);
  });

  it('no file tells on which machine it was written', () => {
    expect(files.flatMap(noMachineTraces)).toEqual([]);
  });

  it('no commit message tells on which machine it was written', (context) => {
    if (!existsSync(join(ROOT, '.git'))) context.skip('this copy has no git history');
    const text = execFileSync('git', ['log', '--format=%h %B'], { cwd: ROOT, encoding: 'utf8' });
    expect(noMachineTraces({ path: 'git log', text })).toEqual([]);
  });
});

function manifestOf(path: string): PackageUnderTest['manifest'] & { readonly name: string } {
  const found = files.find((file) => file.path === `${path}/package.json`);
  if (!found) throw new Error(`${path} has no package.json`);
  return JSON.parse(found.text);
}

/** Every package and example that has sources. */
const homes = [...new Set(code.flatMap(({ path }) => (path.includes('/src/') ? (homeOf(path)?.home ?? []) : [])))];
const root = JSON.parse(files.find(({ path }) => path === 'package.json')?.text ?? '{}');
const shared = [...Object.keys(root.devDependencies), ...homes.map((home) => manifestOf(home).name)];

describe('dependencies are declared, and declared ones are used', () => {
  it.each(homes)('%s', (path) => {
    const sources = code.filter((source) => source.path.startsWith(`${path}/`) && /\/(src|test)\//.test(source.path));
    expect(dependencies({ path, manifest: manifestOf(path), sources, shared })).toEqual([]);
  });
});

/* A rule that cannot fail guards nothing: each one is shown something bad, and the nearest good thing. */

const CORE = 'packages/core/src';
const machinePath = ['', 'work', 'shared', 'x.md'].join('/');
const registryHost = ['registry', 'example', 'com'].join('.');

const PLANTED: readonly (readonly [rule: Rule, path: string, bad: string, good: string])[] = [
  [layers, `${CORE}/domain/a.ts`, "import type { Clock } from '../ports/clock.js';", "import { b } from './b.js';"],
  [layers, `${CORE}/domain/remediation/a.ts`, "import { c } from '../../engine/c.js';", "import { b } from '../b.js';"],
  [layers, `${CORE}/ports/a.ts`, "import { run } from '../engine/run.js';", "import { b } from '../domain/b.js';"],
  [layers, `${CORE}/engine/a.ts`, "import { m } from '../testing/index.js';", "import { b } from '../errors.js';"],
  [layers, `${CORE}/engine/a.ts`, "export * from '../index.js';", "export { b } from '../ports/b.js';"],
  [layers, `${CORE}/index.ts`, "export { m } from './testing/index.js';", "export { b } from './engine/b.js';"],
  [layers, `${CORE}/misc/a.ts`, 'export const a = 1;', ''],
  [
    packages,
    'packages/http/src/a.ts',
    "import { s } from '@remit/adapter-sqlite';",
    "import { c } from '@remit/core';",
  ],
  [packages, 'packages/conformance/src/a.ts', "type A = import('@remit/http').A;", "import '@remit/core/testing';"],
  [packages, 'packages/adapter-sqlite/src/a.ts', "import '@remit/http';", "import '@remit/storage-kysely';"],
  [packages, 'packages/core/src/a.ts', "import { c } from '@remit/core';", "import { z } from 'zod';"],
  [packages, 'packages/http/src/a.ts', "import '../../core/src/index.js';", "import './b.js';"],
  [packages, 'packages/ui/src/a.ts', "await import('@remit/adapter-postgres');", "import { A } from '@remit/client';"],
  [purity, `${CORE}/domain/a.ts`, 'export async function a() {}', 'export function a() {}'],
  [purity, `${CORE}/domain/a.ts`, 'const a = await b;', '// we await nothing'],
  [purity, `${CORE}/domain/a.ts`, 'for await (const a of b) c(a);', 'for (const a of b) c(a);'],
  [purity, `${CORE}/domain/a.ts`, 'const a = Date.now();', 'const a = Date.UTC(2026, 0);'],
  [purity, `${CORE}/domain/a.ts`, 'const a = new Date();', 'const a = new Date(atMs);'],
  [purity, `${CORE}/domain/a.ts`, 'const a = Math.random();', 'const a = Math.round(1.5);'],
  [purity, `${CORE}/domain/a.ts`, 'const a = process.env.A;', 'const a = { process: 1 };'],
  [purity, `${CORE}/domain/a.ts`, 'const log = console;', 'interface A { readonly console: string }'],
  [purity, `${CORE}/domain/a.ts`, 'setTimeout(a, 1);', 'a.setTimeout;'],
  [purity, `${CORE}/domain/a.ts`, 'fetch(a);', 'a.fetch;'],
  [purity, 'packages/ui/src/view/a.ts', 'const a = Date.now();', 'const a = Date.parse(at);'],
  [purity, `${CORE}/domain/a.ts`, "import { randomUUID } from 'node:crypto';", "import { hash } from 'node:crypto';"],
  [
    purity,
    `${CORE}/domain/a.ts`,
    "import { readFileSync } from 'node:fs';",
    "import canonicalize from 'canonicalize';",
  ],
  [noAny, 'packages/http/src/a.ts', 'const a: any = 1;', 'const a: unknown = 1; // any will do'],
  [noAny, 'examples/x/src/a.ts', 'const a = b as any[];', "const a = 'any';"],
  [noAny, 'packages/http/src/a.ts', 'type A = Map<string, any>;', '/** any */ type A = Map<string, string>;'],
  [noSuppression, 'packages/http/src/a.ts', '// @ts-expect-error\na();', '// expects an error\na();'],
  [noSuppression, 'examples/x/src/a.ts', '// biome-ignore lint/a/b: c\na();', 'a();'],
  [noExportStar, 'packages/http/src/index.ts', "export * from './a.js';", "export { a } from './a.js';"],
  [noExportStar, `${CORE}/testing/index.ts`, "export * as a from './a.js';", "export type { A } from './a.js';"],
  [noDialectBranch, 'packages/storage-kysely/src/a.ts', "if (dialect === 'x') a();", 'a(differences.limit);'],
  [noDialectBranch, 'packages/storage-kysely/src/a.ts', "const a = kind !== 'postgres';", "const a = kind !== 'open';"],
  [noDialectBranch, 'packages/storage-kysely/src/a.ts', "switch (k) { case 'sqlite': a(); }", "const name = 'sqlite';"],
  [noDialectBranch, 'packages/storage-kysely/src/a.ts', 'switch (db.dialect) { default: a(); }', 'open(db.dialect);'],
  [names, 'packages/http/src/a.ts', 'export class TicketManager {}', 'export class TicketStore {}'],
  [names, 'packages/http/src/a.ts', 'function dateHelper() {}', 'function toIso() {}'],
  [names, 'packages/http/src/a.ts', 'const restartService = 1;', "const kind = 'service';"],
  [names, 'packages/http/src/a.ts', 'interface UserInfo {}', 'interface User {}'],
  [names, 'packages/http/src/a.ts', 'export const stringUtils = {};', 'export const utilisation = 0.5;'],
  [names, 'examples/x/src/a.ts', 'class MailService {}', 'const restartService = 1;'],
  [noMachineTraces, 'README.md', `See ${machinePath}.`, 'See docs/work/x.md and https://a.example/work/x.'],
  [noMachineTraces, 'package-lock.json', `"resolved": "https://${registryHost}/a"`, '"resolved": "packages/core"'],
];

describe('each rule rejects what it is there for', () => {
  const named = PLANTED.map(([rule, ...rest]) => [rule.name, rule, ...rest] as const);
  it.each(named)('%s', (_, rule, path, bad, good) => {
    expect(rule({ path, text: bad }), bad).toHaveLength(1);
    if (good !== '') expect(rule({ path, text: good }), good).toEqual([]);
  });

  it('rejects imports that are not declared, and dependencies that are not imported', () => {
    const path = 'packages/x';
    const at = (file: string, text: string): Source => ({ path: `${path}/${file}`, text });
    const sources = [
      at('src/a.ts', "import 'zod'; import 'kysely/helpers'; import 'node:fs'; import './b.js';"),
      at('src/b.ts', "createRequire(import.meta.url).resolve('tsx'); paths.resolve('zod');"),
    ];
    const tests = [at('test/a.test.ts', "import 'vitest'; import 'pg';")];
    const manifest = { dependencies: { zod: '1', stemmer: '1', tsx: '1' } };
    expect(dependencies({ path, manifest, sources: [...sources, ...tests], shared: ['vitest'] })).toEqual([
      'packages/x/src/a.ts:1: kysely is not declared in packages/x/package.json',
      'packages/x/test/a.test.ts:1: pg is not declared in packages/x/package.json',
      'packages/x/package.json: stemmer is declared and never imported',
    ]);
  });

  it('has a planted case for every rule', () => {
    const planted = new Set(PLANTED.map(([rule]) => rule));
    expect(Object.entries(RULES).filter(([, rule]) => !planted.has(rule))).toEqual([]);
  });
});
