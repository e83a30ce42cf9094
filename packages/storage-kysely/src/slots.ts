import type { SlotClaim, SlotStore } from '@remit/core';
import { type Kysely, sql as raw, type SqlBool } from 'kysely';
import { z } from 'zod';
import type { RowOf } from './differences.js';
import { gathered } from './gathered.js';
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
type Reservation = Awaited<ReturnType<SlotStore['reserve']>>;

const TakenRow = z.object({ place: whole, taken: whole });

interface Counter {
  readonly counted_in: string;
  readonly scope: string;
  readonly key: string;
  readonly window_ms: number;
}

/** Whose slots they are. */
interface Owner {
  readonly tenant: string;
  readonly remediationId: string;
}

/** Target keys carry their namespace, so targets (and loops on them) are counted over all tenants, as they are locked. */
function counterOf(tenant: string, { scope, key, windowMs }: SlotClaim): Counter {
  const counted_in = scope === 'target' || scope === 'loop' ? '' : tenant;
  return { counted_in, scope, key, window_ms: windowMs };
}

function nameOf({ counted_in, scope, key, window_ms }: Counter): string {
  return `rate_slots ${JSON.stringify([counted_in, scope, key, window_ms])}`;
}

/** What is in the window, oldest first: only looked at where there is no room. */
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

const ownerOf = ({ tenant, remediationId }: Owner) => ({ tenant, remediation_id: remediationId });

const COUNTER_COLUMNS = { place: 'whole', counted_in: 'text', scope: 'text', key: 'text', window_ms: 'whole' } as const;
const OWN_COLUMNS = { ...COUNTER_COLUMNS, tenant: 'text', remediation_id: 'text' } as const;
const ROW_COLUMNS = {
  counted_in: 'text',
  scope: 'text',
  key: 'text',
  window_ms: 'whole',
  tenant: 'text',
  remediation_id: 'text',
  amount: 'whole',
  taken_at_ms: 'whole',
} as const;

const ROW_NAMES = Object.keys(ROW_COLUMNS) as (keyof typeof ROW_COLUMNS)[];

/** What is in the window of each counter. */
async function takenOf(
  { differences }: Sql,
  transaction: Kysely<Schema>,
  counters: readonly Counter[],
  nowMs: number,
): Promise<readonly number[]> {
  const asked = counters.map((counter, place) => ({ place, ...counter }));
  const rows = await transaction
    .selectFrom(differences.rowsOf(COUNTER_COLUMNS, asked).as('counter'))
    .innerJoin('rate_slots as slot', (join) =>
      join
        .onRef('slot.counted_in', '=', 'counter.counted_in')
        .onRef('slot.scope', '=', 'counter.scope')
        .onRef('slot.key', '=', 'counter.key')
        .onRef('slot.window_ms', '=', 'counter.window_ms')
        .on(({ eb, ref }) => eb('slot.taken_at_ms', '>', raw<number>`${nowMs} - ${ref('counter.window_ms')}`)),
    )
    .select(({ fn }) => ['counter.place', fn.sum('slot.amount').as('taken')])
    .groupBy('counter.place')
    .execute();
  return byPlace(counters, rows);
}

/** What of it each remediation took. */
async function oursOf(
  { differences }: Sql,
  transaction: Kysely<Schema>,
  owned: readonly (Counter & ReturnType<typeof ownerOf>)[],
  nowMs: number,
): Promise<readonly number[]> {
  const asked = owned.map((one, place) => ({ place, ...one }));
  const rows = await transaction
    .selectFrom(differences.rowsOf(OWN_COLUMNS, asked).as('counter'))
    .innerJoin('rate_slots as slot', (join) =>
      join
        .onRef('slot.counted_in', '=', 'counter.counted_in')
        .onRef('slot.scope', '=', 'counter.scope')
        .onRef('slot.key', '=', 'counter.key')
        .onRef('slot.window_ms', '=', 'counter.window_ms')
        .onRef('slot.tenant', '=', 'counter.tenant')
        .onRef('slot.remediation_id', '=', 'counter.remediation_id')
        .on(({ eb, ref }) => eb('slot.taken_at_ms', '>', raw<number>`${nowMs} - ${ref('counter.window_ms')}`)),
    )
    .select(['counter.place', 'slot.amount as taken'])
    .execute();
  return byPlace(owned, rows);
}

function byPlace(asked: readonly unknown[], rows: readonly { readonly place: unknown }[]): readonly number[] {
  const found = new Map(
    rows.map((row) => {
      const { place, taken } = parseRow('rate_slots', [row.place], TakenRow, row);
      return [place, taken];
    }),
  );
  return asked.map((_, place) => found.get(place) ?? 0);
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

/** What one remediation asks for. */
interface Ask extends Owner {
  readonly claims: readonly SlotClaim[];
}

/** What it wants of one counter, and has of it. */
interface Want {
  readonly counter: Counter;
  readonly want: number;
  readonly ours: number;
}

/** The first claim that there is no room for, and by how much. */
function refusedOf(
  { tenant, claims }: Ask,
  { taken, ours }: { readonly taken: ReadonlyMap<string, number>; readonly ours: ReadonlyMap<string, number> },
): { readonly wants: ReadonlyMap<string, Want> } | { readonly claim: SlotClaim; readonly excess: number } {
  const wants = new Map<string, Want>();
  for (const claim of claims) {
    const counter = counterOf(tenant, claim);
    const name = nameOf(counter);
    const have = ours.get(name) ?? 0;
    const want = (wants.get(name)?.want ?? 0) + claim.amount;
    wants.set(name, { counter, want, ours: have });
    const excess = (taken.get(name) ?? 0) - have + want - claim.limit;
    // What this remediation took before is not asked for again, even if the limit fell since.
    if (want > have && excess > 0) return { claim, excess };
  }
  return { wants };
}

/** Why a claim is refused: what is in its window, and when enough of it has left. */
async function refusal(
  transaction: Kysely<Schema>,
  { tenant, remediationId, claims }: Ask,
  { claim, excess }: { readonly claim: SlotClaim; readonly excess: number },
  nowMs: number,
): Promise<Extract<Reservation, { kind: 'refused' }>> {
  const counter = counterOf(tenant, claim);
  const entries = await entriesOf(transaction, counter, nowMs);
  const others = entries.filter((entry) => entry.tenant !== tenant || entry.remediation_id !== remediationId);
  const name = nameOf(counter);
  const upTo = claims.slice(0, claims.indexOf(claim) + 1);
  const want = upTo
    .filter((one) => nameOf(counterOf(tenant, one)) === name)
    .reduce((total, { amount }) => total + amount, 0);
  const taken = entries.reduce((total, { amount }) => total + amount, 0);
  return {
    kind: 'refused',
    claim,
    taken,
    untilMs: want > claim.limit ? null : untilRoom(others, excess, claim.windowMs),
  };
}

/**
 * Reserves for several remediations, one after the other, in one transaction. Where there is no room for one of several
 * it is not answered (null): why there is none is found out when it asks alone.
 */
async function reserveAll(sql: Sql, asks: readonly Ask[]): Promise<readonly (Reservation | null)[]> {
  return sql.writeSwiftly(async (transaction) => {
    const countersOf = ({ tenant, claims }: Ask) =>
      new Map(claims.map((claim) => counterOf(tenant, claim)).map((one) => [nameOf(one), one]));
    const counters = new Map(asks.flatMap((ask) => [...countersOf(ask)]));
    await sql.differences.serialise(transaction, [...counters.keys()]);
    const nowMs = await sql.now(transaction);
    const sums = await takenOf(sql, transaction, [...counters.values()], nowMs);
    const taken = new Map([...counters.keys()].map((name, place) => [name, sums[place] ?? 0]));
    const owned = asks.flatMap((ask) =>
      [...countersOf(ask)].map(([name, counter]) => ({ ask, name, counter: { ...counter, ...ownerOf(ask) } })),
    );
    const owns = await oursOf(
      sql,
      transaction,
      owned.map(({ counter }) => counter),
      nowMs,
    );
    const rows: RowOf<typeof ROW_COLUMNS>[] = [];
    const answers: (Reservation | null)[] = [];
    for (const ask of asks) {
      const ours = new Map(owned.flatMap((one, place) => (one.ask === ask ? [[one.name, owns[place] ?? 0]] : [])));
      const asked = refusedOf(ask, { taken, ours });
      if ('claim' in asked) {
        answers.push(asks.length > 1 ? null : await refusal(transaction, ask, asked, nowMs));
        continue;
      }
      for (const [name, { counter, want, ours: have }] of asked.wants) {
        const amount = Math.max(want, have);
        // Taken anew at this moment: the writes follow now, so now is when their window begins.
        rows.push({ ...counter, ...ownerOf(ask), amount, taken_at_ms: nowMs });
        taken.set(name, (taken.get(name) ?? 0) - have + amount);
      }
      answers.push({ kind: 'reserved' });
    }
    if (rows.length > 0) {
      await transaction
        .insertInto('rate_slots')
        .columns(ROW_NAMES)
        .expression(
          transaction
            .selectFrom(sql.differences.rowsOf(ROW_COLUMNS, rows).as('next'))
            .select(ROW_NAMES)
            .where(raw<SqlBool>`true`),
        )
        .onConflict((conflict) =>
          conflict
            .columns(['counted_in', 'scope', 'key', 'window_ms', 'tenant', 'remediation_id'])
            .doUpdateSet(({ ref }) => ({ amount: ref('excluded.amount'), taken_at_ms: ref('excluded.taken_at_ms') })),
        )
        .execute();
    }
    return answers;
  });
}

/** Rolling counts in SQL. */
export function sqlSlots(sql: Sql): SlotStore {
  const reserve = gathered<Ask, Reservation>({
    together: (asks) => reserveAll(sql, asks),
    async alone(ask) {
      const [answer] = await reserveAll(sql, [ask]);
      if (!answer) throw new Error('A reservation was left without an answer.');
      return answer;
    },
    about: ({ tenant, remediationId }) => JSON.stringify([tenant, remediationId]),
  });
  return {
    async reserve(tenant, remediationId, claims) {
      return claims.length === 0 ? { kind: 'reserved' } : reserve({ tenant, remediationId, claims });
    },
  };
}
