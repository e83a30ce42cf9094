import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteStorage } from '@remit/adapter-sqlite';
import type { Clock, Storage } from '@remit/core';

/** A kind of store that can be crashed into. */
export interface ChaosStore {
  /** Opens the store of a trial; the first opening of a new folder makes it. */
  open(folder: string, clock: Clock): Promise<Storage>;
  /** Gives a new trial its own copy of a store that is closed. */
  copy(from: string, to: string): Promise<void>;
}

const NAME = 'store.sqlite';
const file = (folder: string): string => join(folder, NAME);

const STORES: Readonly<Record<string, ChaosStore>> = {
  sqlite: {
    open: (folder, clock) => sqliteStorage({ file: file(folder), clock }),
    async copy(from, to) {
      // What was committed may still be in the write-ahead log, the file beside it.
      const parts = readdirSync(from).filter((part) => part === NAME || part === `${NAME}-wal`);
      for (const part of parts) copyFileSync(join(from, part), join(to, part));
    },
  },
};

/** The store of that name. @throws Error with a sentence when there is none. */
export function chaosStore(name: string): ChaosStore {
  const store = STORES[name];
  if (store) return store;
  throw new Error(`The crash test knows no store "${name}" yet; it can use: ${Object.keys(STORES).join(', ')}.`);
}
