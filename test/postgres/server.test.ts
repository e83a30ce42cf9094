import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, expect, it, type TestContext } from 'vitest';
import { installedBinaries } from './binaries.js';
import { testDatabase } from './database.js';
import { startOwnPostgres, startPostgres } from './server.js';

const found = await testDatabase();
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Skips where no server of our own can run. */
function ownServer(context: TestContext): void {
  if ('reason' in found) context.skip(found.reason);
  if (process.env['REMIT_TEST_POSTGRES']) context.skip('the tests use a server that was there before');
}

/** A folder for temporary files of a test's own, which other users may pass through. */
function openFolder(mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'remit-server-'));
  chmodSync(folder, mode);
  folders.push(folder);
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function holder(folder: string): ChildProcess {
  const program = fileURLToPath(new URL('holder.ts', import.meta.url));
  const args = ['--conditions=@remit/source', '--import', 'tsx', program];
  return spawn(process.execPath, args, {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const serverFoldersIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('remit-pg-'));

it('no server and no file of it outlives the process that started it, even one that is killed', async (context) => {
  ownServer(context);
  const folder = openFolder(0o711);
  const child = holder(folder);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const { pid, url } = JSON.parse(line.toString()) as { pid: number; url: string };
  // With a connection that is at work: it must not hold the end up.
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const working = client.query('select pg_sleep(60)').catch(() => 'cut off');
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  await expect.poll(() => serverFoldersIn(folder), { timeout: 10_000 }).toEqual([]);
  expect(await working).toBe('cut off');
});

it('nor when it is killed while the server is still being made', async (context) => {
  ownServer(context);
  const folder = openFolder(0o711);
  const child = holder(folder);
  await expect.poll(() => serverFoldersIn(folder).length, { timeout: 10_000, interval: 5 }).toBe(1);
  child.kill('SIGKILL');
  await expect.poll(() => serverFoldersIn(folder), { timeout: 15_000 }).toEqual([]);
});

it('runs from a checkout that only its owner may read', async (context) => {
  ownServer(context);
  if (process.getuid?.() !== 0) context.skip('only root starts the server as somebody else');
  const closed = openFolder(0o700);
  const binaries = join(closed, 'binaries');
  cpSync(await installedBinaries(), binaries, { recursive: true, verbatimSymlinks: true });
  const server = await startPostgres({ binaries, fsync: true });
  const client = new Client({ connectionString: server.url });
  await client.connect();
  expect((await client.query('show fsync')).rows).toEqual([{ fsync: 'on' }]);
  await client.end();
  await server.stop();
  expect(isAlive(server.pid ?? 0)).toBe(false);
});

it('is killed with all its processes, keeps what was committed, and starts again', async (context) => {
  ownServer(context);
  const server = await startOwnPostgres({ fsync: true });
  const before = server.pid;
  const client = new Client({ connectionString: server.url });
  const cutOff = new Promise<Error>((resolve) => client.once('error', resolve));
  await client.connect();
  await client.query('create table kept (n int)');
  await client.query('insert into kept values (1)');
  const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity');
  await server.kill();
  expect(await cutOff).toBeInstanceOf(Error);
  await expect.poll(() => rows.filter(({ pid }) => isAlive(pid)), { timeout: 5_000 }).toEqual([]);
  await server.startAgain();
  expect(server.pid).not.toBe(before);
  const again = new Client({ connectionString: server.url });
  await again.connect();
  expect((await again.query('select n from kept')).rows).toEqual([{ n: 1 }]);
  await again.end();
  await server.stop();
  expect(isAlive(server.pid ?? 0)).toBe(false);
});
