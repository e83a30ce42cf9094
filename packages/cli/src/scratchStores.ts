import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresStorage, scratchPostgresStorage } from '@remit/adapter-postgres';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { type Clock, RemitError, type Storage } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { postgresUrl, STORES } from './openStore.js';

/* Stores for trials: one's own to read, never to write, and empty ones of the same kind. */

/** What a value of `--store` gives a trial. */
export interface TrialStores {
  /** What is used, for people. */
  readonly says: readonly string[];
  /** The host's own, as a copy or read-only; null where there is nothing to read. */
  own(): Promise<Storage | null>;
  /** An empty one, gone when it is closed. */
  openStore(clock: Clock): Promise<Storage>;
}

async function inOwnFolder<Opened extends Storage>(open: (folder: string) => Promise<Opened>): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'remit-verify-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const storage = await open(folder);
    return { ...storage, close: () => storage.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A copy of a database file with what stands beside it; the file itself is not opened as a database. */
async function copied(file: string): Promise<Storage> {
  return inOwnFolder(async (folder) => {
    const copy = join(folder, 'copy.sqlite');
    await copyFile(file, copy).catch((cause: unknown) => {
      throw new RemitError('storage_unavailable', `The database ${file} cannot be read.`, {
        nextStep: 'Name the file that remit serve was started with.',
        cause,
      });
    });
    // What was committed and not yet moved into the file stands in its log.
    await copyFile(`${file}-wal`, `${copy}-wal`).catch(() => {});
    return sqliteStorage({ file: copy });
  });
}

/** The same server, on which the session may not write. */
function readOnly(url: string): string {
  const changed = new URL(url);
  changed.searchParams.set('options', '-c default_transaction_read_only=on');
  return changed.href;
}

/** The stores that a value of `--store` stands for; null: in memory. @throws RemitError `invalid_configuration`. */
export function trialStores(spec: string | undefined): TrialStores {
  if (spec === undefined || spec === 'memory') {
    return {
      says: ['Trials ran on empty stores in memory.'],
      own: async () => null,
      openStore: async (clock) => memoryStorage({ clock }),
    };
  }
  const [, kind, file] = /^(\w+):(.+)$/.exec(spec) ?? [];
  if (kind === 'sqlite' && file) {
    return {
      says: [
        'Policies and chains were read from a copy of your database file; the file was only copied.',
        'Trials ran on empty SQLite files in the folder for temporary files, which are removed.',
      ],
      own: () => copied(file),
      openStore: (clock) =>
        inOwnFolder((folder) => sqliteStorage({ file: join(folder, 'trial.sqlite'), synchronous: 'off', clock })),
    };
  }
  const url = postgresUrl(spec);
  if (url !== null) {
    return {
      says: [
        'Policies and chains were read from your database in sessions that may not write.',
        'Trials ran on your server in schemas remit_scratch_..., made for each trial and dropped after it.',
      ],
      own: () => postgresStorage({ url: readOnly(url) }),
      openStore: (clock) => scratchPostgresStorage({ url }, { clock }),
    };
  }
  throw new RemitError('invalid_configuration', `--store ${kind ?? spec} is not a store that this version opens.`, {
    nextStep: `Use --store ${STORES}.`,
  });
}
