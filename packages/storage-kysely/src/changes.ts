import type { PatternChange } from '@remit/core';
import { changesInForce } from '@remit/core/adapter';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { json, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import { patternEditShape } from './shapes.js';

/** A row of pattern_changes. */
export const ChangeRow = z.object({
  tenant: z.string(),
  change_id: z.string(),
  pattern_id: z.string(),
  edit: json(patternEditShape),
  reason: z.string().nullable(),
  changed_by: z.string(),
  at_ms: whole,
});

/** A row as a change. */
export function changeOf(row: z.infer<typeof ChangeRow>): PatternChange {
  const { tenant, change_id: changeId, pattern_id: patternId, edit, reason, changed_by: by, at_ms: atMs } = row;
  return { tenant, changeId, patternId, edit, reason, by, atMs };
}

/** Every change of a tenant's patterns, oldest first. */
export async function allChanges(db: Kysely<Schema>, tenant: string): Promise<readonly PatternChange[]> {
  const rows = await db
    .selectFrom('pattern_changes')
    .selectAll()
    .where('tenant', '=', tenant)
    .orderBy('position')
    .execute();
  return rows.map((row) => changeOf(parseRow('pattern_changes', [tenant, row.change_id], ChangeRow, row)));
}

/** The changes in force by which what is told to these patterns may count elsewhere; mostly none. */
export async function changesFor(
  db: Kysely<Schema>,
  tenant: string,
  patternIds: readonly string[],
): Promise<readonly PatternChange[]> {
  const any = await db
    .selectFrom('pattern_changes')
    .select('position')
    .where('tenant', '=', tenant)
    .where('pattern_id', 'in', [...patternIds])
    .limit(1)
    .executeTakeFirst();
  return any ? changesInForce(await allChanges(db, tenant)) : [];
}

/** What whoever files facts of these patterns locks. */
export function factLocks(tenant: string, patternIds: readonly string[]): string[] {
  return patternIds.map((patternId) => `pattern_facts ${JSON.stringify([tenant, patternId])}`);
}
