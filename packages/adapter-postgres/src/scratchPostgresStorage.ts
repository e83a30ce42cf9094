import { randomBytes } from 'node:crypto';
import type { Clock, Storage } from '@remit/core';
import { Pool } from 'pg';
import { quoted } from './postgresDifferences.js';
import { postgresStorage } from './postgresStorage.js';

/**
 * An empty store in a schema of its own, made on opening and dropped on closing; no other schema is touched. For trials
 * on the very server that a host uses. The user needs the right to create schemas.
 * @throws RemitError `storage_unavailable` as {@link postgresStorage}.
 */
export async function scratchPostgresStorage(
  { url }: { readonly url: string },
  options: { readonly clock?: Clock } = {},
): Promise<Storage & { readonly schema: string }> {
  const schema = `remit_scratch_${randomBytes(8).toString('hex')}`;
  const pool = new Pool({ connectionString: url, max: 5, fallback_application_name: 'remit' });
  pool.on('error', () => {});
  const dropped = async (): Promise<void> => {
    await pool.query(`drop schema if exists ${quoted(schema)} cascade`).finally(() => pool.end());
  };
  try {
    const storage = await postgresStorage({ pool }, { schema, ...options });
    let closing: Promise<void> | undefined;
    return {
      ...storage,
      schema,
      close() {
        closing ??= storage.close().finally(dropped);
        return closing;
      },
    };
  } catch (error) {
    await dropped().catch(() => {});
    throw error;
  }
}
