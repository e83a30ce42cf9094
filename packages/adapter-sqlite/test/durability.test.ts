import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Storage } from '@remit/core';
import { afterEach, expect, it, vi } from 'vitest';
import { openDriver, type SqliteDriver } from '../src/drivers.js';
import { sqliteStorage } from '../src/sqliteStorage.js';

/* Which commits wait for the disk, and when the write-ahead log is moved into the database. */

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function watched() {
  const folder = mkdtempSync(join(tmpdir(), 'remit-durable-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'remit.sqlite');
  const driver = await openDriver(file);
  const said: string[] = [];
  const database: SqliteDriver = {
    prepare: (sql) => driver.prepare(sql),
    exec(sql) {
      said.push(sql);
      return driver.exec(sql);
    },
    close: () => driver.close(),
  };
  const storage = await sqliteStorage({ database });
  cleanUps.push(async () => {
    await storage.close();
    driver.close();
  });
  /** How the commit of the last thing that was done counts. */
  const kindOfLast = (): string | undefined =>
    said.findLast((sql) => sql.startsWith('pragma synchronous'))?.split(' = ')[1];
  return { storage, file, said, kindOfLast };
}

const ticket = (ticketId: string) => ({
  tenant: 'acme',
  ticketId,
  title: null,
  description: 'the cache is full',
  category: 'server',
  optedIn: false,
  priority: null,
  requester: null,
  submitter: 'monitoring',
  targets: [],
  metadata: {},
});

const submit = (storage: Storage, ticketId: string) => storage.tickets.submit(ticket(ticketId), `hash of ${ticketId}`);

it('waits for the disk before a ticket is acknowledged, and not for leases, locks and slots', async () => {
  const { storage, kindOfLast } = await watched();
  await submit(storage, 'T-1');
  expect(kindOfLast()).toBe('full');
  await storage.tickets.claim('acme', 'T-1', { owner: 'w', leaseMs: 1_000 });
  expect(kindOfLast()).toBe('normal');
  await submit(storage, 'T-2');
  expect(kindOfLast()).toBe('full');
  await storage.locks.take('acme', 'r-1', ['service:a']);
  expect(kindOfLast()).toBe('normal');
  await storage.patterns.learn('acme', []);
  expect(kindOfLast()).toBe('full');
});

it('moves what was written into the database once nobody writes', async () => {
  const { storage, file, said } = await watched();
  const before = statSync(file).size;
  for (let n = 0; n < 40; n += 1) await submit(storage, `T-${n}`);
  expect(statSync(file).size).toBe(before);
  await vi.waitFor(() => expect(readFileSync(file).includes('T-39')).toBe(true), { timeout: 10_000, interval: 20 });
  expect(said.filter((sql) => sql.includes('wal_checkpoint'))).toHaveLength(1);
});
