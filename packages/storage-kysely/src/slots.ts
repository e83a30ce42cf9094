import type { SlotClaim, SlotStore } from '@remit/core';
import type { Kysely } from 'kysely';
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

/** What is in the window, oldest first. The limits of the claims keep it short. */
async function entriesOf(transaction: Kysely<Schema>, counter: Counter, nowMs: number): Promise<readonly Entry[]> {
  const rows = await transaction
    .selectFrom('rate_slots')
    .select(['tenant', 'remediation_id', 'amount', 'taken_at_ms'])
    .where('counted_in', '=', counter.counted_in)
    .where('scope', '=', counter.scope)
    .where('key', '=', counter.key)
    .where('window_ms', '=', counter.window_ms)
    .where('taken_at_ms', '>', nowMs - counter.window_ms)
    .orderBy('taken_at_ms')
    .execute();
  return rows.map((row) => parseRow('rate_slots', [counter, row.remediation_id], EntryRow, row));
}

function total(entries: readonly Entry[]): number {
  return entries.reduce((sum, { amount }) => sum + amount, 0);
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
      return sql.write(async (transaction) => {
        const names = claims.map((claim) => nameOf(counterOf(tenant, claim)));
        await sql.differences.serialise(transaction, names);
        const nowMs = await sql.now(transaction);
        const wanted = new Map<string, { readonly counter: Counter; readonly want: number; readonly ours: number }>();
        for (const claim of claims) {
          const counter = counterOf(tenant, claim);
          const want = (wanted.get(nameOf(counter))?.want ?? 0) + claim.amount;
          const taken = await entriesOf(transaction, counter, nowMs);
          const isOurs = (entry: Entry): boolean => entry.tenant === tenant && entry.remediation_id === remediationId;
          const ours = total(taken.filter(isOurs));
          wanted.set(nameOf(counter), { counter, want, ours });
          const others = taken.filter((entry) => !isOurs(entry));
          const excess = total(others) + want - claim.limit;
          // What this remediation took before is not asked for again, even if the limit fell since.
          if (want <= ours || excess <= 0) continue;
          const untilMs = want > claim.limit ? null : untilRoom(others, excess, claim.windowMs);
          return { kind: 'refused', claim, taken: total(taken), untilMs };
        }
        // Taken anew at this moment: the writes follow now, so now is when their window begins.
        for (const { counter, want, ours } of wanted.values()) {
          const taken = { amount: Math.max(want, ours), taken_at_ms: nowMs };
          await transaction
            .insertInto('rate_slots')
            .values({ ...counter, tenant, remediation_id: remediationId, ...taken })
            .onConflict((conflict) =>
              conflict
                .columns(['counted_in', 'scope', 'key', 'window_ms', 'tenant', 'remediation_id'])
                .doUpdateSet(taken),
            )
            .execute();
        }
        return { kind: 'reserved' };
      });
    },
  };
}
