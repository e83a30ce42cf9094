import { addSums, type CountedFact, NO_SUMS, principalsOf, sumsOf, type TallySums } from '@remit/core';
import type { Kysely } from 'kysely';
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

/** Keeps the tallies with a change of facts. */
export async function foldFacts(transaction: Kysely<Schema>, tenant: string, change: FactChange): Promise<void> {
  const now = new Map(change.ofTickets.map((fact) => [keyOf(fact), fact]));
  for (const fact of change.removed) now.delete(keyOf(fact));
  for (const fact of change.stored) now.set(keyOf(fact), fact);
  const groups = new Map([...change.removed, ...change.stored].map((fact) => [groupOf(fact), fact]));
  const deltas: Delta[] = [];
  for (const [group, one] of groups) {
    const before = change.ofTickets.filter((fact) => groupOf(fact) === group);
    const after = [...now.values()].filter((fact) => groupOf(fact) === group);
    deltas.push(await deltaOf(transaction, tenant, one, { before, after, change }));
  }
  await transaction
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
    )
    .execute();
}

/** Forgets the tallies of patterns all of whose facts are filed anew. */
export async function forgetTallies(
  transaction: Kysely<Schema>,
  tenant: string,
  patternIds: readonly string[],
): Promise<void> {
  await transaction
    .deleteFrom('pattern_tallies')
    .where('tenant', '=', tenant)
    .where('pattern_id', 'in', [...patternIds])
    .execute();
}
