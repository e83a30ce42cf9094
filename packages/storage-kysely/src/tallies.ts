import type { PatternTally, TallySums } from '@remit/core';
import { addSums, EMPTY_TALLY, NO_SUMS, tallyOfSums } from '@remit/core/adapter';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { parseRow, real, whole } from './rows.js';
import type { Schema } from './schema.js';

const TallyRow = z.object({
  pattern_id: z.string(),
  action_type: z.string(),
  occurrences: whole,
  executed: whole,
  succeeded: whole,
  approved_successes: whole,
  positive: whole,
  rated: whole,
  outcomes: whole,
  confidence: real,
  similarity: real,
  principals: whole,
});

/** What is kept of some patterns of a tenant, one per pattern and action type that was learned about. */
async function talliesWhere(
  db: Kysely<Schema>,
  tenant: string,
  patternIds: readonly string[],
  actionType: string | null,
): Promise<readonly { patternId: string; actionType: string; sums: TallySums; principals: number }[]> {
  if (patternIds.length === 0) return [];
  const rows = await db
    .selectFrom('pattern_tallies')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('pattern_id', 'in', [...patternIds])
    .where('facts', '>', 0)
    .$if(actionType !== null, (rest) => rest.where('action_type', '=', actionType ?? ''))
    .execute();
  return rows.map((row) => {
    const { pattern_id, action_type, approved_successes, principals, ...sums } = parseRow(
      'pattern_tallies',
      [tenant, row.pattern_id, row.action_type],
      TallyRow,
      row,
    );
    const all = { ...sums, approvedSuccesses: approved_successes };
    return { patternId: pattern_id, actionType: action_type, sums: all, principals };
  });
}

/** The same, of other facts in the place of some of them that speak alike for autonomy. */
export async function tallyInstead(
  db: Kysely<Schema>,
  tenant: string,
  about: { readonly patternId: string; readonly actionType: string },
  { some, instead }: { readonly some: TallySums; readonly instead: TallySums },
): Promise<PatternTally> {
  const [found] = await talliesWhere(db, tenant, [about.patternId], about.actionType);
  return tallyOfSums(addSums(addSums(found?.sums ?? NO_SUMS, some, -1), instead), found?.principals ?? 0);
}

/** The tallies of some patterns, by pattern and action type. */
export async function talliesOf(
  db: Kysely<Schema>,
  tenant: string,
  patternIds: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, PatternTally>>>> {
  const byPattern = new Map<string, Record<string, PatternTally>>();
  for (const { patternId, actionType, sums, principals } of await talliesWhere(db, tenant, patternIds, null)) {
    byPattern.set(patternId, { ...byPattern.get(patternId), [actionType]: tallyOfSums(sums, principals) });
  }
  return byPattern;
}

/** Whose tally is asked for. */
export interface TallyAsk {
  readonly tenant: string;
  readonly patternId: string;
  readonly actionType: string;
}

/** The counted facts of patterns and action types, as they add up. */
export async function talliesFor(db: Kysely<Schema>, asks: readonly TallyAsk[]): Promise<readonly PatternTally[]> {
  const tenants = [...new Set(asks.map(({ tenant }) => tenant))];
  const found = await Promise.all(
    tenants.map(async (tenant) => {
      const patternIds = asks.filter((ask) => ask.tenant === tenant).map(({ patternId }) => patternId);
      return [tenant, await talliesOf(db, tenant, [...new Set(patternIds)])] as const;
    }),
  );
  const byTenant = new Map(found);
  return asks.map(
    ({ tenant, patternId, actionType }) => byTenant.get(tenant)?.get(patternId)?.[actionType] ?? EMPTY_TALLY,
  );
}
