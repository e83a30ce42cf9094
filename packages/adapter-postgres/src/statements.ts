import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';

/** Statements that a connection keeps prepared at most. */
const KEPT = 200;
/** A statement is worth preparing once it was sent that often. */
const OFTEN = 3;
/** Statements that are counted at most; then counting begins anew. */
const COUNTED = 2_000;

/** The name under which a statement is prepared; null: it is sent as it is. */
export type NameStatement = (text: string) => string | null;

/** Names what is sent again and again. Texts that differ by the length of a list come too seldom to get one. */
export function namesOfStatements(): NameStatement {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (names.size >= KEPT) return null;
    const count = (counts.get(text) ?? 0) + 1;
    if (counts.size >= COUNTED) counts.clear();
    counts.set(text, count);
    if (count < OFTEN) return null;
    counts.delete(text);
    const name = `remit_${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
    names.set(text, name);
    return name;
  };
}

/**
 * Whether the pool's connections lead to one server process each. A pooler in between may hand each statement to another
 * one, which knows nothing of what was prepared; it tells an id of its own instead of the server process's.
 */
export async function isDirect(pool: Pool): Promise<boolean> {
  const client = (await pool.connect()) as PoolClient & { readonly processID?: number | null };
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    client.release();
    return rows[0]?.pid === client.processID;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
