import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parse, ROOT } from './architecture/source.js';

/*
 * The public names of every package, by entry point. A name that comes or goes is a change for users: it has to show
 * in a diff of exports.json. `UPDATE_EXPORTS=1 npx vitest run test/exports.test.ts` writes the file anew.
 */

type ExportLists = Readonly<Record<string, readonly string[]>>;

const LIST = join(ROOT, 'test/exports.json');

/** The names that a hand-listed entry point exports. */
function exportedNames(path: string, text: string): readonly string[] {
  const names = parse({ path, text }).statements.flatMap((statement): readonly string[] => {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      if (clause && ts.isNamedExports(clause)) return clause.elements.map(({ name }) => name.text);
      throw new Error(`${path} has an export *: its names cannot be listed.`);
    }
    const isExported = ts.canHaveModifiers(statement)
      ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : false;
    if (!isExported) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    }
    const { name } = statement as ts.DeclarationStatement;
    return [name?.getText() ?? 'default'];
  });
  return [...new Set(names)].sort();
}

/** Every entry point of every package with sources: `@remit/core/testing` and the file it stands for. */
function entryPoints(): readonly (readonly [entry: string, file: string])[] {
  return readdirSync(join(ROOT, 'packages')).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8'));
    return Object.entries<Record<string, string>>(manifest.exports).flatMap(([subpath, conditions]) => {
      const file = join('packages', folder, conditions['@remit/source'] ?? '');
      const entry = `${manifest.name}${subpath.slice(1)}`;
      return existsSync(join(ROOT, file)) ? [[entry, file] as const] : [];
    });
  });
}

function currentLists(): ExportLists {
  const lists = entryPoints().map(([entry, file]) => {
    return [entry, exportedNames(file, readFileSync(join(ROOT, file), 'utf8'))] as const;
  });
  return Object.fromEntries(lists.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What came and what went, one line each. */
function differences(listed: ExportLists, current: ExportLists): readonly string[] {
  const entries = [...new Set([...Object.keys(listed), ...Object.keys(current)])].sort();
  return entries.flatMap((entry) => {
    const before = listed[entry] ?? [];
    const now = current[entry] ?? [];
    return [
      ...before.filter((name) => !now.includes(name)).map((name) => `- ${entry}: ${name}`),
      ...now.filter((name) => !before.includes(name)).map((name) => `+ ${entry}: ${name}`),
    ];
  });
}

describe('public exports', () => {
  it('are the ones listed in test/exports.json', () => {
    const current = currentLists();
    if (process.env['UPDATE_EXPORTS'] === '1') writeFileSync(LIST, `${JSON.stringify(current, null, 2)}\n`);
    const changed = differences(JSON.parse(readFileSync(LIST, 'utf8')), current);
    const advice = 'If this is meant: UPDATE_EXPORTS=1 npx vitest run test/exports.test.ts';
    expect(changed, [`The public exports changed. ${advice}`, ...changed].join('\n')).toEqual([]);
  });

  it('a name that comes, goes or is renamed shows', () => {
    const listed = { '@remit/x': exportedNames('x.ts', "export { a, b as c } from './a.js'; export const d = 1;") };
    const now = { '@remit/x': exportedNames('x.ts', "export { a, b } from './a.js'; export function d() {}") };
    expect(listed['@remit/x']).toEqual(['a', 'c', 'd']);
    expect(differences(listed, now)).toEqual(['- @remit/x: c', '+ @remit/x: b']);
    expect(differences(now, now)).toEqual([]);
  });
});
