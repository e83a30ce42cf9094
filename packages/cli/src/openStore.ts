import { type PostgresStorageOptions, postgresStorage } from '@remit/adapter-postgres';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { type Queue, RemitError, type Storage } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { pgBossQueue } from '@remit/queue-pgboss';

/** What `--store` may say. */
export const STORES = 'sqlite:FILE, postgres:URL or memory';

/** The value of `--store`. @throws RemitError `invalid_configuration` when it was left out. */
export function requireStore(spec: string | undefined): string {
  if (spec !== undefined) return spec;
  throw new RemitError('invalid_configuration', '--store is missing.', { nextStep: `Use --store ${STORES}.` });
}

/** The URL in a value of `--store` that names Postgres; null for other stores. */
export function postgresUrl(spec: string): string | null {
  return /^(?:postgres:)?(postgres(?:ql)?:\/\/.+)$/.exec(spec)?.[1] ?? null;
}

/**
 * The queue that goes with a store: instances on one Postgres share the work through pg-boss on the same server. Null:
 * the one in this process.
 */
export function queueFor(spec: string, onTrouble: (error: unknown) => void): Queue | null {
  const url = postgresUrl(spec);
  return url === null ? null : pgBossQueue({ connectionString: url }, { onTrouble });
}

/**
 * Opens the store that `--store` names: `sqlite:FILE`, `postgres:URL` (a URL that begins with postgres: will do) or
 * `memory`.
 * @throws RemitError `invalid_configuration`; `storage_unavailable` when the file or the server cannot be used.
 */
export async function openStore(
  spec: string,
  options: Pick<PostgresStorageOptions, 'onMigration'> = {},
): Promise<Storage> {
  if (spec === 'memory') return memoryStorage();
  const [, kind, rest] = /^(\w+):(.+)$/.exec(spec) ?? [];
  if (kind === 'sqlite' && rest) return sqliteStorage({ file: rest, ...options });
  const url = postgresUrl(spec);
  if (url !== null) return postgresStorage({ url }, options);
  // A URL may hold a password: say no more than what kind of store was asked for.
  throw new RemitError('invalid_configuration', `--store ${kind ?? spec} is not a store that this version opens.`, {
    nextStep: `Use --store ${STORES}.`,
  });
}
