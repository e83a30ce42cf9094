import type { CountedFact, TallySums } from '@remit/core';
import { addSums, NO_SUMS, principalsOf, sumsOf } from '@remit/core/adapter';
import type { Kysely } from 'kysely';
import type { Change } from './differences.js';
import { keyOf } from './factRows.js';
import type { Schema } from './schema.js';

/* Tallies are kept beside the facts, by what each change of facts adds and takes, in the transaction that makes it. */

/** What changed, and what was there before. Whoever changes facts holds the locks of their patterns. */
export interface FactChange {
  /** Every fact of the tickets that are touched, under every pattern and action type that is, as it was before. */
  readonly ofTickets: readonly CountedFact[];
  /** Some counted facts of the same principals: those that are known anyway. */
  readonly ofPrincipals: readonly CountedFact[];
  readonly removed: readonly CountedFact[];
  readonly stored: readonly CountedFact[];
}

const groupOf = ({ patternId, actionType }: CountedFact): string => JSON.stringify([patternId, actionType]);

/** Whether a principal stands behind a pattern and action type by what they said about other tickets. */
async function standsElsewhere(
  transaction: Kysely<Schema>,
  tenant: string,
  about: { readonly patternId: string; readonly actionType: string; readonly principal: string },
  tickets: ReadonlySet<string>,
  known: readonly CountedFact[],
): Promise<boolean> {
  const elsewhere = known.filter(
    (fact) => fact.patternId === about.patternId && fact.actionType === about.actionType && !tickets.has(fact.ticketId),
  );
  if (principalsOf(elsewhere).has(about.principal)) return true;
  const row = await transaction
    .selectFrom('pattern_facts')
    .select('ticket_id')
    .where('tenant', '=', tenant)
    .where('pattern_id', '=', about.patternId)
    .where('action_type', '=', about.actionType)
    .where('principal', '=', about.principal)
    .where('counted', '=', 1)
    .where('kind', 'in', ['outcome', 'vote'])
    .where('speaks', '=', 1)
    .where('ticket_id', 'not in', [...tickets])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** How a tally changes. */
interface Delta {
  readonly patternId: string;
  readonly actionType: string;
  readonly facts: number;
  readonly principals: number;
  readonly sums: TallySums;
}

async function deltaOf(
  transaction: Kysely<Schema>,
  tenant: string,
  { patternId, actionType }: CountedFact,
  {
    before,
    after,
    change,
  }: {
    readonly before: readonly CountedFact[];
    readonly after: readonly CountedFact[];
    readonly change: FactChange;
  },
): Promise<Delta> {
  const tickets = new Set([...change.removed, ...change.stored].map(({ ticketId }) => ticketId));
  const [stood, stand] = [principalsOf(before), principalsOf(after)];
  let principals = 0;
  for (const principal of new Set([...stood, ...stand])) {
    const by = Number(stand.has(principal)) - Number(stood.has(principal));
    const about = { patternId, actionType, principal };
    if (by !== 0 && !(await standsElsewhere(transaction, tenant, about, tickets, change.ofPrincipals)))
      principals += by;
  }
  const sums = addSums(sumsOf(after), sumsOf(before), -1);
  return { patternId, actionType, facts: after.length - before.length, principals, sums };
}

function columnsOf(tenant: string, { patternId, actionType, facts, principals, sums }: Delta) {
  return {
    tenant,
    pattern_id: patternId,
    action_type: actionType,
    revision: 1,
    facts,
    principals,
    occurrences: sums.occurrences,
    executed: sums.executed,
    succeeded: sums.succeeded,
    approved_successes: sums.approvedSuccesses,
    positive: sums.positive,
    rated: sums.rated,
    outcomes: sums.outcomes,
    confidence: sums.confidence,
    similarity: sums.similarity,
  };
}

const ADDED = Object.keys(
  columnsOf('', { patternId: '', actionType: '', facts: 0, principals: 0, sums: NO_SUMS }),
).filter((name) => !['tenant', 'pattern_id', 'action_type'].includes(name)) as readonly (keyof ReturnType<
  typeof columnsOf
> &
  keyof Schema['pattern_tallies'])[];

/** The statements that keep tallies and tracks with a change of facts. None depends on what another one does. */
export async function foldChanges(
  transaction: Kysely<Schema>,
  tenant: string,
  change: FactChange,
): Promise<readonly Change[]> {
  const before = new Map(change.ofTickets.map((fact) => [keyOf(fact), fact]));
  const after = new Map(before);
  for (const fact of change.removed) after.delete(keyOf(fact));
  for (const fact of change.stored) after.set(keyOf(fact), fact);
  const touched = [...change.removed, ...change.stored];
  const groups = new Map(touched.map((fact) => [groupOf(fact), fact]));
  const deltas: Delta[] = [];
  for (const [group, one] of groups) {
    const own = (facts: ReadonlyMap<string, CountedFact>) =>
      [...facts.values()].filter((fact) => groupOf(fact) === group);
    deltas.push(await deltaOf(transaction, tenant, one, { before: own(before), after: own(after), change }));
  }
  const tallies = transaction
    .insertInto('pattern_tallies')
    .values(deltas.map((delta) => columnsOf(tenant, delta)))
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'pattern_id', 'action_type'])
        .doUpdateSet(({ eb, ref }) =>
          Object.fromEntries(
            ADDED.map((name) => [name, eb(ref(`pattern_tallies.${name}`), '+', ref(`excluded.${name}`))]),
          ),
        ),
    );
  const tracks = [...groups].map(([group, { patternId, actionType }]) => {
    const changed = touched.filter((fact) => groupOf(fact) === group);
    const times = changed.flatMap((fact) => [fact.atMs, before.get(keyOf(fact))?.atMs ?? fact.atMs]);
    return transaction
      .deleteFrom('pattern_tracks')
      .where('tenant', '=', tenant)
      .where('pattern_id', '=', patternId)
      .where('action_type', '=', actionType)
      .where('up_to_ms', '>=', Math.min(...times));
  });
  return [tallies, ...tracks];
}

/** Forgets the tallies of patterns all of whose facts are filed anew, and what was folded of them. */
export async function forgetTallies(
  transaction: Kysely<Schema>,
  tenant: string,
  patternIds: readonly string[],
): Promise<void> {
  const nothing = Object.fromEntries(ADDED.filter((name) => name !== 'revision').map((name) => [name, 0]));
  await transaction
    .updateTable('pattern_tallies')
    .set(nothing)
    // Never one that was there before: whoever read it must not keep anything under it.
    .set('revision', ({ eb, ref }) => eb(ref('revision').$castTo<number>(), '+', 1))
    .where('tenant', '=', tenant)
    .where('pattern_id', 'in', [...patternIds])
    .execute();
  await transaction
    .deleteFrom('pattern_tracks')
    .where('tenant', '=', tenant)
    .where('pattern_id', 'in', [...patternIds])
    .execute();
}
