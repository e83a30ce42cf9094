import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storageConformance } from '@remit/conformance';
import { movableClock } from '@remit/core/testing';
import { MIGRATIONS } from '@remit/storage-kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { expectExcused, verbsCalled } from '../../../test/explained.js';
import { openDriver } from '../src/drivers.js';
import { sqliteStorage } from '../src/index.js';
import { EXCUSES, faultsOf, tellingDriver } from './plans.js';

const folder = mkdtempSync(join(tmpdir(), 'remit-contract-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

storageConformance({
  name: 'SQLite file',
  open: async () => {
    const clock = movableClock();
    files += 1;
    const file = join(folder, `${files}.db`);
    const storage = await sqliteStorage({ file, clock });
    const reopen = async () => {
      await storage.close();
      return sqliteStorage({ file, clock });
    };
    return { storage, clock, reopen };
  },
});

const statements = new Set<string>();
const verbs = verbsCalled();

storageConformance({
  name: 'SQLite in memory',
  open: async () => {
    const clock = movableClock();
    const database = await openDriver(':memory:');
    let isOpen = false;
    // Migrations read whatever there is.
    const told = (sql: string) => void (isOpen && statements.add(sql));
    const opened = await sqliteStorage({ database: tellingDriver(database, told), clock });
    isOpen = true;
    const close = async (): Promise<void> => {
      await opened.close();
      database.close();
    };
    return { storage: verbs.listening({ ...opened, close }), clock };
  },
  gaps: { 'persistence / everything is there after a restart': 'a database in memory is gone when it is closed' },
});

describe('the statements of all these cases', () => {
  it('are those of every verb', () => {
    expect(verbs.uncalled()).toEqual([]);
  });

  it('find their rows by an index, and in its order', async () => {
    const database = await openDriver(':memory:');
    await sqliteStorage({ database });
    const tables = new Set(MIGRATIONS.flatMap(({ makes }) => makes));
    const own = [...statements].filter((sql) => /^(with|select|insert|update|delete)\b/.test(sql));
    expect(own.length).toBeGreaterThan(200);
    expectExcused(
      own.flatMap((sql) => faultsOf(database, sql, tables)),
      EXCUSES,
    );
    database.close();
  });
});
