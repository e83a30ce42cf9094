import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Package, ROOT } from './packages.js';

/** Licences under which anybody may use, change and pass on what Remit depends on. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
]);

/** Packages whose manifest names their licence in a form of old; read in the licence file that they ship. */
const SAID_ELSEWHERE: Readonly<Record<string, string>> = { 'node_modules/jstat': 'MIT' };

interface LockEntry {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Where Node would find `name` from an entry of the lock: its own node_modules first, then further out. */
function entryOf(name: string, from: string, lock: Readonly<Record<string, LockEntry>>): string | null {
  for (let at = from; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at}/node_modules/${name}`;
    if (lock[path]) return path;
  }
  const outermost = `node_modules/${name}`;
  return lock[outermost] ? outermost : null;
}

/** The licence of what is installed: the lock's, or the package's own word where the lock is silent. */
function licenceOf(path: string, entry: LockEntry): string {
  const said = entry.license ?? SAID_ELSEWHERE[path];
  if (said) return said;
  const { license } = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8')) as { license?: unknown };
  return typeof license === 'string' ? license : 'none named';
}

function isAllowed(licence: string): boolean {
  const anyOf = licence.replace(/[()]/g, '').split(' OR ');
  return anyOf.some((each) => each.split(' AND ').every((one) => ALLOWED.has(one.trim())));
}

/** What was seen of everything that the packages bring along at run time. */
export interface DependencyReport {
  readonly packages: number;
  /** How many packages stand under each licence. */
  readonly byLicence: Readonly<Record<string, number>>;
  /** Packages that would run a script when they are installed. */
  readonly withInstallScript: readonly string[];
  readonly faults: readonly string[];
}

/** Walks what the packages depend on at run time, peers that are no option included, as the lock has it. */
export function checkDependencies(packages: readonly Package[]): DependencyReport {
  const lock = (
    JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Readonly<Record<string, LockEntry>>;
    }
  ).packages;
  const faults: string[] = [];
  const seen = new Map<string, LockEntry>();
  const visit = (name: string, from: string, isOptional: boolean): void => {
    const path = entryOf(name, from, lock);
    if (path === null) {
      if (!isOptional) faults.push(`${name}, asked for by ${from}, is not in package-lock.json`);
      return;
    }
    const entry = lock[path];
    if (entry === undefined || entry.link || seen.has(path)) return;
    seen.set(path, entry);
    for (const each of Object.keys(entry.dependencies ?? {})) visit(each, path, false);
    for (const each of Object.keys(entry.optionalDependencies ?? {})) visit(each, path, true);
  };
  for (const { folder, manifest } of packages) {
    const from = folder.slice(ROOT.length);
    const isOptional = (name: string): boolean => manifest.peerDependenciesMeta?.[name]?.optional === true;
    const peers = Object.keys(manifest.peerDependencies ?? {}).filter((name) => !isOptional(name));
    for (const name of [...Object.keys(manifest.dependencies ?? {}), ...peers]) visit(name, from, false);
  }
  const byLicence: Record<string, number> = {};
  const withInstallScript: string[] = [];
  for (const [path, entry] of seen) {
    // A package for another platform is in the lock, not on this disk; its main package says the licence of both.
    const licence = entry.license ?? (entry.version && !isHere(path) ? 'of another platform' : licenceOf(path, entry));
    byLicence[licence] = (byLicence[licence] ?? 0) + 1;
    if (licence !== 'of another platform' && !isAllowed(licence)) faults.push(`${path} is under ${licence}`);
    if (entry.hasInstallScript) withInstallScript.push(path.split('node_modules/').at(-1) ?? path);
  }
  return { packages: seen.size, byLicence, withInstallScript, faults };
}

function isHere(path: string): boolean {
  try {
    readFileSync(join(ROOT, path, 'package.json'));
    return true;
  } catch {
    return false;
  }
}
