import type { SlotClaim, SlotStore } from '@remit/core';
import type { ExpressionBuilder, Kysely } from 'kysely';
import { z } from 'zod';
import { parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import type { Sql } from './sql.js';

const EntryRow = z.object({
  tenant: z.string(),
  remediation_id: z.string(),
  amount: whole,
  taken_at_ms: whole,
});
type Entry = z.infer<typeof EntryRow>;

const TotalsRow = z.object({
  counted_in: z.string(),
  scope: z.string(),
  key: z.string(),
  window_ms: whole,
  taken: whole,
  ours: whole,
});
type Totals = Pick<z.infer<typeof TotalsRow>, 'taken' | 'ours'>;

interface Counter {
  readonly counted_in: string;
  readonly scope: string;
  readonly key: string;
  readonly window_ms: number;
}

/** Target keys carry their namespace, so targets (and loops on them) are counted over all tenants, as they are locked. */
function counterOf(tenant: string, { scope, key, windowMs }: SlotClaim): Counter {
  const counted_in = scope === 'target' || scope === 'loop' ? '' : tenant;
  return { counted_in, scope, key, window_ms: windowMs };
}

function nameOf({ counted_in, scope, key, window_ms }: Counter): string {
  return `rate_slots ${JSON.stringify([counted_in, scope, key, window_ms])}`;
}

function isOf(
  eb: ExpressionBuilder<Schema, 'rate_slots'>,
  { counted_in, scope, key, window_ms }: Counter,
  nowMs: number,
) {
  return eb.and([
    eb('counted_in', '=', counted_in),
    eb('scope', '=', scope),
    eb('key', '=', key),
    eb('window_ms', '=', window_ms),
    eb('taken_at_ms', '>', nowMs - window_ms),
  ]);
}

/** What is in the window, oldest first: only looked at where there is no room. */
async function entriesOf(transaction: Kysely<Schema>, counter: Counter, nowMs: number): Promise<readonly Entry[]> {
  const rows = await transaction
    .selectFrom('rate_slots')
    .select(['tenant', 'remediation_id', 'amount', 'taken_at_ms'])
    .where((eb) => isOf(eb, counter, nowMs))
    .orderBy('taken_at_ms')
    .execute();
  return rows.map((row) => parseRow('rate_slots', [counter, row.remediation_id], EntryRow, row));
}

/** What is in the window of each counter, by its name: of all together, and of one remediation. */
async function totalsOf(
  transaction: Kysely<Schema>,
  counters: readonly Counter[],
  { tenant, remediationId, nowMs }: { readonly tenant: string; readonly remediationId: string; readonly nowMs: number },
): Promise<ReadonlyMap<string, Totals>> {
  const rows = await transaction
    .selectFrom('rate_slots')
    .select(['counted_in', 'scope', 'key', 'window_ms'])
    .select(({ and, case: when, eb, fn, ref }) => [
      fn.sum('amount').as('taken'),
      fn
        .sum(
          when()
            .when(and([eb('tenant', '=', tenant), eb('remediation_id', '=', remediationId)]))
            .then(ref('amount'))
            .else(0)
            .end(),
        )
        .as('ours'),
    ])
    .where((eb) => eb.or(counters.map((counter) => isOf(eb, counter, nowMs))))
    .groupBy(['counted_in', 'scope', 'key', 'window_ms'])
    .execute();
  return new Map(
    rows.map((row) => {
      const { taken, ours, ...counter } = parseRow('rate_slots', [row.scope, row.key], TotalsRow, row);
      return [nameOf(counter), { taken, ours }];
    }),
  );
}

/** When so many have left the window that `excess` fewer are in it. */
function untilRoom(entries: readonly Entry[], excess: number, windowMs: number): number | null {
  let left = 0;
  for (const { amount, taken_at_ms } of entries) {
    left += amount;
    if (left >= excess) return taken_at_ms + windowMs;
  }
  return null;
}

/** Rolling counts in SQL. */
export function sqlSlots(sql: Sql): SlotStore {
  return {
    async reserve(tenant, remediationId, claims) {
      if (claims.length === 0) return { kind: 'reserved' };
      return sql.write(async (transaction) => {
        const counters = new Map(claims.map((claim) => counterOf(tenant, claim)).map((one) => [nameOf(one), one]));
        await sql.differences.serialise(transaction, [...counters.keys()]);
        const nowMs = await sql.now(transaction);
        const ask = { tenant, remediationId, nowMs };
        const totals = await totalsOf(transaction, [...counters.values()], ask);
        const wants = new Map<string, number>();
        for (const claim of claims) {
          const counter = counterOf(tenant, claim);
          const name = nameOf(counter);
          const { taken, ours } = totals.get(name) ?? { taken: 0, ours: 0 };
          const want = (wants.get(name) ?? 0) + claim.amount;
          wants.set(name, want);
          const excess = taken - ours + want - claim.limit;
          // What this remediation took before is not asked for again, even if the limit fell since.
          if (want <= ours || excess <= 0) continue;
          const isOurs = (entry: Entry): boolean => entry.tenant === tenant && entry.remediation_id === remediationId;
          const others = (await entriesOf(transaction, counter, nowMs)).filter((entry) => !isOurs(entry));
          const untilMs = want > claim.limit ? null : untilRoom(others, excess, claim.windowMs);
          return { kind: 'refused', claim, taken, untilMs };
        }
        // Taken anew at this moment: the writes follow now, so now is when their window begins.
        const rows = [...counters].map(([name, counter]) => ({
          ...counter,
          tenant,
          remediation_id: remediationId,
          amount: Math.max(wants.get(name) ?? 0, totals.get(name)?.ours ?? 0),
          taken_at_ms: nowMs,
        }));
        await transaction
          .insertInto('rate_slots')
          .values(rows)
          .onConflict((conflict) =>
            conflict
              .columns(['counted_in', 'scope', 'key', 'window_ms', 'tenant', 'remediation_id'])
              .doUpdateSet(({ ref }) => ({
                amount: ref('excluded.amount'),
                taken_at_ms: ref('excluded.taken_at_ms'),
              })),
          )
          .execute();
        return { kind: 'reserved' };
      });
    },
  };
}
