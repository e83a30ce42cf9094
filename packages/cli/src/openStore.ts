import { postgresStorage } from '@remit/adapter-postgres';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { RemitError, type Storage } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';

/** What `--store` may say. */
export const STORES = 'sqlite:FILE, postgres:URL or memory';

/**
 * Opens the store that `--store` names: `sqlite:FILE`, `postgres:URL` (a URL that begins with postgres: will do) or
 * `memory`.
 * @throws RemitError `invalid_configuration`; `storage_unavailable` when the file or the server cannot be used.
 */
export async function openStore(spec: string): Promise<Storage> {
  if (spec === 'memory') return memoryStorage();
  const [, kind, rest] = /^(\w+):(.+)$/.exec(spec) ?? [];
  if (kind === 'sqlite' && rest) return sqliteStorage({ file: rest });
  if (/^postgres(ql)?:\/\//.test(spec)) return postgresStorage({ url: spec });
  if (kind === 'postgres' && /^postgres(ql)?:\/\//.test(rest ?? '')) return postgresStorage({ url: rest ?? '' });
  // A URL may hold a password: say no more than what kind of store was asked for.
  throw new RemitError('invalid_configuration', `--store ${kind ?? spec} is not a store that this version opens.`, {
    nextStep: `Use --store ${STORES}.`,
  });
}
