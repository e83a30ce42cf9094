import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { openDriver } from '../src/drivers.js';
import { type NodeStatement, type SqliteDriver, sqliteStorage } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'remit-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TICKET = {
  tenant: 'acme',
  ticketId: 'INC-1',
  title: null,
  description: 'down',
  category: 'server',
  optedIn: true,
  priority: null,
  requester: null,
  submitter: 'ana',
  targets: [],
  metadata: {},
};

function only(driver: SqliteDriver, query: string): unknown {
  const [row] = driver.prepare(query).all() as Record<string, unknown>[];
  return row && Object.values(row).find((value) => typeof value !== 'object');
}

describe('opening a file', () => {
  it('says that the folder is missing, and what to do', async () => {
    const file = join(folder, 'not', 'there', 'remit.db');
    await expect(sqliteStorage({ file })).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining(join(folder, 'not', 'there')),
      nextStep: expect.stringContaining('mkdir -p'),
    });
  });

  it('says that a file is no database', async () => {
    const file = join(folder, 'letter.txt');
    writeFileSync(file, 'Dear all, this is not a database. '.repeat(100));
    await expect(sqliteStorage({ file })).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: `${file}: The file is not an SQLite database.`,
      nextStep: expect.stringContaining('another file'),
    });
  });

  it('says that a folder is no file', async () => {
    await expect(sqliteStorage({ file: folder })).rejects.toMatchObject({ code: 'storage_unavailable' });
  });

  it('says that the folder cannot be written', async (context) => {
    if (process.getuid?.() === 0) context.skip('the superuser may write everywhere');
    const closed = mkdtempSync(join(folder, 'closed-'));
    chmodSync(closed, 0o500);
    await expect(sqliteStorage({ file: join(closed, 'remit.db') })).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('cannot be written'),
    });
  });

  it('says that another process locks the file, after the busy timeout', async () => {
    const file = join(folder, 'locked.db');
    await (await sqliteStorage({ file })).close();
    // By the same driver: two copies of SQLite in one process do not see each other's locks.
    const other = await openDriver(file);
    other.exec('begin exclusive');
    const storage = await sqliteStorage({ file, busyTimeoutMs: 50 });
    await expect(storage.tickets.submit(TICKET, 'hash')).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('locked by another process'),
      nextStep: expect.stringContaining('Find the process'),
    });
    await expect(storage.tickets.claim('acme', 'INC-1', { owner: 'w', leaseMs: 1 })).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    const halt = {
      haltId: 'h',
      scope: 'tenant',
      tenant: 'acme',
      category: null,
      reason: 'x',
      by: 'op',
      atMs: 1,
    } as const;
    await expect(storage.halts.raise(halt)).rejects.toMatchObject({ code: 'storage_unavailable' });
    await expect(storage.tickets.release('acme', 'INC-1', 1)).rejects.toMatchObject({ code: 'storage_unavailable' });
    const signature = { hash: 'h', masked: 'm', words: 'm', terms: ['m'] };
    const first = { ticketId: 'INC-1', similarity: 1, known: false };
    const adoption = { patternId: 'p', category: 'server', signature, version: 1, first };
    await expect(storage.patterns.adopt('acme', adoption)).rejects.toMatchObject({ code: 'storage_unavailable' });
    other.exec('rollback');
    // Nothing is stuck afterwards.
    expect((await storage.tickets.submit(TICKET, 'hash')).kind).toBe('created');
    expect((await storage.tickets.claim('acme', 'INC-1', { owner: 'w', leaseMs: 1 })).kind).toBe('claimed');
    await storage.close();
    other.close();
  });

  it('says that it is closed', async () => {
    const storage = await sqliteStorage({ file: ':memory:' });
    await storage.close();
    await expect(storage.tickets.find('acme', 'INC-1')).rejects.toMatchObject({ code: 'storage_unavailable' });
  });
});

describe('durability', () => {
  it('journals ahead and waits for the disk, unless told otherwise', async () => {
    for (const [name, options, level] of [
      ['default', {}, 2],
      ['full', { synchronous: 'full' }, 2],
      ['off', { synchronous: 'off' }, 0],
    ] as const) {
      const database = new Database(join(folder, `${name}.db`));
      await sqliteStorage({ database, ...options });
      expect(only(database, 'pragma journal_mode')).toBe('wal');
      expect(only(database, 'pragma synchronous')).toBe(level);
      expect(only(database, 'pragma busy_timeout')).toBe(5_000);
      database.close();
    }
  });
});

describe('a given database', () => {
  it('stays open when the store is closed', async () => {
    const database = new Database(':memory:');
    const storage = await sqliteStorage({ database });
    await storage.tickets.submit(TICKET, 'hash');
    await storage.close();
    expect(only(database, 'select count(*) from tickets')).toBe(1);
  });

  it('may be one of node:sqlite, whose statements take parameters one by one', async () => {
    const better = new Database(':memory:');
    // As node:sqlite: no `reader`, parameters one by one, and in older versions no `columns` either.
    const statementOf = (query: string, hasColumns: boolean): NodeStatement => {
      const statement = better.prepare(query);
      const checked = (parameters: readonly unknown[]): readonly unknown[] => {
        if (parameters.some((one) => Array.isArray(one) || typeof one === 'boolean' || one === undefined)) {
          throw new TypeError('Provided value cannot be bound to SQLite parameter');
        }
        return parameters;
      };
      return {
        ...(hasColumns ? { columns: () => (statement.reader ? ['one'] : []) } : {}),
        all: (...parameters) => statement.all([...checked(parameters)]),
        run: (...parameters) => statement.run([...checked(parameters)]),
        iterate: (...parameters) => statement.iterate([...checked(parameters)]),
      };
    };
    for (const hasColumns of [true, false]) {
      const database: SqliteDriver = {
        prepare: (query) => statementOf(query, hasColumns),
        exec: (query) => better.exec(query),
        close: () => undefined,
      };
      const storage = await sqliteStorage({ database });
      const ticketId = `INC-${hasColumns}`;
      expect((await storage.tickets.submit({ ...TICKET, ticketId }, 'hash')).kind).toBe('created');
      expect((await storage.tickets.claim('acme', ticketId, { owner: 'w', leaseMs: 1 })).kind).toBe('claimed');
      expect((await storage.tickets.find('acme', ticketId))?.status).toBe('analyzing');
    }
  });
});
