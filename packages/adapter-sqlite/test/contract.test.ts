import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storageConformance } from '@remit/conformance';
import { movableClock } from '@remit/core/testing';
import { afterAll } from 'vitest';
import { sqliteStorage } from '../src/index.js';

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

storageConformance({
  name: 'SQLite in memory',
  open: async () => {
    const clock = movableClock();
    return { storage: await sqliteStorage({ file: ':memory:', clock }), clock };
  },
  gaps: { 'persistence / everything is there after a restart': 'a database in memory is gone when it is closed' },
});
