import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packages.js';

const FRONT_MATTER = /^---\n(?<bumps>[\s\S]*?)\n---\n(?<words>[\s\S]*)$/;
const BUMP = /^["'](?<name>@remit\/[a-z0-9-]+)["']: (?:major|minor|patch)$/;

/** What is wrong with the notes of changes that the next CHANGELOG is made of: one that cannot be read is left out of it. */
export function changesetFaults(names: readonly string[]): readonly string[] {
  const folder = join(ROOT, '.changeset');
  const files = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md');
  return files.flatMap((file) => {
    const { bumps = '', words = '' } = FRONT_MATTER.exec(readFileSync(join(folder, file), 'utf8'))?.groups ?? {};
    const lines = bumps.split('\n').filter((line) => line.trim() !== '');
    const bumped = lines.map((line) => BUMP.exec(line)?.groups?.['name']);
    if (lines.length === 0 || words.trim() === '') return [`.changeset/${file}: names no package, or says nothing`];
    return bumped.every((name) => name !== undefined && names.includes(name))
      ? []
      : [`.changeset/${file}: each line has to be a published package and major, minor or patch`];
  });
}
