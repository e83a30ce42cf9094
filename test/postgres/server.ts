import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { canRun, copied, installedBinaries, NoPostgres, runAs, sentenceOf } from './binaries.js';

/** A running server. */
export interface PostgresServer {
  /** Of its database `postgres`, for a role that may do everything. */
  readonly url: string;
  /** Process id of the server; null for one that was there before. */
  readonly pid: number | null;
  /**
   * Kills every process of it at once (SIGKILL): no shutdown, nothing flushed, its files as they were at that moment.
   * @throws NoPostgres for a server that was there before: it is somebody else's.
   */
  kill(): Promise<void>;
  /** Starts a killed one again, on the files that it left; resolves when it answers. */
  startAgain(): Promise<void>;
  /** Ends it and removes all its files; nothing to do for a server that was there before. */
  stop(): Promise<void>;
}

/** How a server is started. */
export interface ServerOptions {
  /** Whether a commit waits for the disk. Default false: a test's data need not survive a power cut. */
  readonly fsync?: boolean;
  /** The folder with `bin`, `lib` and `share`. Default: the one that npm installed for this platform. */
  readonly binaries?: string;
  /** Settings of the server besides those of a test. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

const STARTS_WITHIN_MS = 30_000;
const WATCHER = fileURLToPath(new URL('watcher.mjs', import.meta.url));

/** Resolves when the process ends, with what it wrote to standard error. */
async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly said: string }> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

async function query(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

async function answers(url: string): Promise<boolean> {
  return query(url, 'select 1').then(
    () => true,
    () => false,
  );
}

/** A server process, and what it said at its end. */
interface Launched {
  readonly postgres: ChildProcess;
  readonly over: ReturnType<typeof ended>;
}

async function untilItAnswers(url: string, over: Launched['over']): Promise<void> {
  let failure: string | null = null;
  void over.then(({ said }) => {
    failure = said.trim();
  });
  const deadline = performance.now() + STARTS_WITHIN_MS;
  while (!(await answers(url))) {
    if (failure !== null) throw new NoPostgres(`postgres ended while starting: ${failure}`);
    if (performance.now() > deadline) throw new NoPostgres(`postgres did not start in ${STARTS_WITHIN_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Until the last process of the killed server is gone, a new one refuses to use its files. */
async function startedAgain(launch: () => Promise<Launched>): Promise<Launched> {
  const deadline = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    try {
      return await launch();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
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

/**
 * A Postgres of the caller's own, which it may kill; started from the binaries that npm installed, on a socket in a
 * temporary folder. It ends with this process, however that ends.
 * @throws NoPostgres when none can run here, with the reason.
 */
export async function startOwnPostgres({
  fsync = false,
  binaries: given,
  settings: more,
}: ServerOptions = {}): Promise<PostgresServer> {
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
    const settings = { ...CONFIGURATION, ...durable, ...more, unix_socket_directories: sockets };
    const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    const url = `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(sockets)}`;
    const launch = async (): Promise<Launched> => {
      const postgres = spawn(join(binaries, 'bin', 'postgres'), args, { ...how, stdio: ['ignore', 'ignore', 'pipe'] });
      watcher.add(postgres);
      const over = ended(postgres);
      await untilItAnswers(url, over);
      // The server must not keep a process alive that has nothing else to do.
      postgres.unref();
      return { postgres, over };
    };
    let launched = await launch();
    return {
      url,
      get pid() {
        return launched.postgres.pid ?? null;
      },
      async kill() {
        const children = await query(url, 'select pid from pg_stat_activity where pid <> pg_backend_pid()');
        // The first of them starts the others again: it goes before them.
        launched.postgres.kill('SIGKILL');
        for (const { pid } of children) killed(Number(pid));
        await launched.over;
      },
      async startAgain() {
        launched = await startedAgain(launch);
      },
      stop: () => watcher.finish(),
    };
  } catch (error) {
    await watcher.finish();
    throw error instanceof NoPostgres ? error : new NoPostgres(sentenceOf(error));
  }
}

/**
 * A Postgres for tests: the one that `REMIT_TEST_POSTGRES` names, else one of our own.
 * @throws NoPostgres when none can run here, with the reason.
 */
export async function startPostgres(options: ServerOptions = {}): Promise<PostgresServer> {
  const url = process.env['REMIT_TEST_POSTGRES'];
  if (!url) return startOwnPostgres(options);
  if (!(await answers(url))) throw new NoPostgres('The server that REMIT_TEST_POSTGRES names does not answer.');
  const notOurs = async (): Promise<void> => {
    throw new NoPostgres('The server that REMIT_TEST_POSTGRES names was there before and is not killed.');
  };
  return { url, pid: null, kill: notOurs, startAgain: notOurs, stop: async () => {} };
}
