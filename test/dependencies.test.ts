import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './architecture/source.js';

/** `package dependency`, a line each, as the manifests have it. */
function declared(): readonly string[] {
  return readdirSync(join(ROOT, 'packages')).flatMap((folder) => {
    const { name, dependencies = {} } = JSON.parse(
      readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8'),
    ) as { readonly name: string; readonly dependencies?: Readonly<Record<string, string>> };
    return Object.keys(dependencies)
      .filter((dependency) => !dependency.startsWith('@remit/'))
      .map((dependency) => `${name} ${dependency}`);
  });
}

it('every direct dependency is justified in the guide, and the guide names no other', () => {
  const guide = readFileSync(join(ROOT, 'docs/DEPENDENCIES.md'), 'utf8');
  const rows = [...guide.matchAll(/^\| `([^`]+)`\s*\| `([^`]+)`\s*\| (\S.*?)\s*\|$/gm)];
  expect(rows.map(([, name, dependency]) => `${name} ${dependency}`).sort()).toEqual([...declared()].sort());
});
