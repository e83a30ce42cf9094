import type { CountedFact, PatternFact, Reopening } from '@remit/core';
import { COUNTS_BESIDE_MS, factSource, isCounted, isTakenBackBy, livingPattern, takenBack } from '@remit/core/adapter';
import type { Kysely } from 'kysely';
import { changesFor, factLocks } from './changes.js';
import { CONTENT, factColumns, factOf, keyOf } from './factRows.js';
import { runTogether } from './prepared.js';
import { parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import type { Sql } from './sql.js';
import { forgetDays } from './statsDays.js';
import { foldChanges } from './tallyFold.js';

const aboutOf = ({ patternId, actionType, principal }: PatternFact): string =>
  JSON.stringify([patternId, actionType, principal]);

/** What is stored of the tickets that facts are about, and what their principals said beside them. */
interface Neighbours {
  /** Every fact of the same tickets, patterns and action types. */
  readonly ofTickets: readonly CountedFact[];
  /** As far as {@link isCounted} asks. */
  readonly ofPrincipals: readonly CountedFact[];
}

function distinct<Name extends string>(facts: readonly Record<Name, string>[], name: Name): string[] {
  return [...new Set(facts.map((fact) => fact[name]))];
}

async function neighboursOf(
  transaction: Kysely<Schema>,
  tenant: string,
  facts: readonly PatternFact[],
): Promise<Neighbours> {
  const times = facts.map(({ atMs }) => atMs);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const some = () =>
    transaction
      .selectFrom('pattern_facts')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('pattern_id', 'in', distinct(facts, 'patternId'))
      .where('action_type', 'in', distinct(facts, 'actionType'));
  const beside = (kind: PatternFact['kind'], speaks: readonly number[]) =>
    some()
      .where('principal', 'in', distinct(facts, 'principal'))
      .where('counted', '=', 1)
      .where('kind', '=', kind)
      .where('speaks', 'in', [...speaks])
      .where('at_ms', '>=', first - COUNTS_BESIDE_MS[kind])
      .where('at_ms', '<=', last + COUNTS_BESIDE_MS[kind]);
  const rows = await some()
    .where('ticket_id', 'in', distinct(facts, 'ticketId'))
    .unionAll(beside('outcome', [1]))
    .unionAll(beside('vote', [0, 1]))
    .execute();
  const all = new Map<string, CountedFact>();
  for (const row of rows) {
    const fact = factOf([tenant, row.pattern_id, row.action_type, row.ticket_id, row.kind, row.source], row);
    all.set(keyOf(fact), fact);
  }
  const tickets = new Set(facts.map(({ ticketId }) => ticketId));
  const stored = [...all.values()];
  return {
    ofTickets: stored.filter(({ ticketId }) => tickets.has(ticketId)),
    ofPrincipals: stored.filter((fact) => fact.counted),
  };
}

/** Facts, each with whether it counts beside those before it; of several with one key the last. */
function counted(facts: readonly PatternFact[], earlier: readonly CountedFact[]): readonly CountedFact[] {
  const known = new Map(earlier.map((fact) => [keyOf(fact), fact]));
  const decided = new Map<string, CountedFact>();
  for (const fact of facts) {
    const beside = [...known.values()].filter((other) => aboutOf(other) === aboutOf(fact));
    const judged: CountedFact = { ...fact, counted: isCounted(fact, beside) };
    decided.set(keyOf(fact), judged);
    if (judged.counted) known.set(keyOf(fact), judged);
    else known.delete(keyOf(fact));
  }
  return [...decided.values()];
}

/** All facts of a pattern and action type, oldest first. */
export async function factsFor(
  db: Kysely<Schema>,
  tenant: string,
  patternId: string,
  actionType: string,
): Promise<readonly CountedFact[]> {
  const rows = await db
    .selectFrom('pattern_facts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('pattern_id', '=', patternId)
    .where('action_type', '=', actionType)
    .orderBy('at_ms')
    .orderBy('ticket_id')
    .orderBy('kind')
    .orderBy('source')
    .execute();
  return rows.map((row) => factOf([tenant, patternId, actionType, row.ticket_id, row.kind, row.source], row));
}

/** Facts of a ticket that are to go: what its fixes taught, or what one author's vote did. */
interface Going {
  readonly ticketId: string;
  readonly kind: PatternFact['kind'];
  readonly principal?: string;
}

async function goingRows(transaction: Kysely<Schema>, tenant: string, { ticketId, kind, principal }: Going) {
  const rows = await transaction
    .selectFrom('pattern_facts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('ticket_id', '=', ticketId)
    .where('kind', '=', kind)
    .$if(principal !== undefined, (rest) => rest.where('principal', '=', principal ?? ''))
    .execute();
  return rows.map((row) => ({
    told: row.told_pattern_id,
    fact: factOf([tenant, row.pattern_id, row.action_type, row.ticket_id, row.kind, row.source], row),
  }));
}

type GoingFact = Awaited<ReturnType<typeof goingRows>>[number];

/** Facts that go, and facts as they are told, which come. */
interface Rewriting {
  readonly removed: readonly CountedFact[];
  readonly told: readonly PatternFact[];
}

/**
 * Removes and stores facts in one go, and keeps the tallies with them. True when any of those stored counts.
 * @param going where facts are to go, which ones may; null: none.
 * @param rewritten what is removed of those, and told.
 */
async function rewrite(
  sql: Sql,
  transaction: Kysely<Schema>,
  { tenant, going }: { readonly tenant: string; readonly going: Going | null },
  rewritten: (going: readonly GoingFact[]) => Rewriting,
): Promise<boolean> {
  const { differences } = sql;
  const read = async () => rewritten(going === null ? [] : await goingRows(transaction, tenant, going));
  const toldTo = going === null ? [] : (await goingRows(transaction, tenant, going)).map(({ told }) => told);
  // Locked before it is asked where they count now: a change of a pattern locks all that is told to it, too.
  const first = [...new Set([...toldTo, ...rewritten([]).told.map(({ patternId }) => patternId)])];
  if (first.length === 0) return false;
  await differences.serialise(transaction, factLocks(tenant, first));
  const inForce = await changesFor(transaction, tenant, first);
  const { removed, told } = await read();
  const living = told.map((fact) => ({ ...fact, patternId: livingPattern(fact.patternId, fact, inForce) }));
  const touched = [...living, ...removed];
  if (touched.length === 0) return false;
  const further = distinct(touched, 'patternId').filter((patternId) => !first.includes(patternId));
  if (further.length > 0) await differences.serialise(transaction, factLocks(tenant, further));
  const toldOf = new Map(living.map((fact, at) => [keyOf(fact), told[at]?.patternId ?? fact.patternId]));
  const { ofTickets, ofPrincipals } = await neighboursOf(transaction, tenant, touched);
  const gone = new Set(removed.map(keyOf));
  const judged = counted(
    living,
    ofPrincipals.filter((fact) => !gone.has(keyOf(fact))),
  );
  const folded = await foldChanges(transaction, tenant, { ofTickets, ofPrincipals, removed, stored: judged });
  const kept = new Set(judged.map(keyOf));
  await runTogether(differences, transaction, [
    ...removed.filter((fact) => !kept.has(keyOf(fact))).map((fact) => removal(transaction, tenant, fact)),
    ...(judged.length > 0
      ? [
          storing(
            transaction,
            judged.map((fact) => factColumns(tenant, fact, toldOf.get(keyOf(fact)) ?? fact.patternId)),
          ),
        ]
      : []),
    ...folded,
  ]);
  // A complaint calls a ticket's fix wrong, on whatever day that was handed in.
  const votes = [...judged, ...removed].filter(({ kind }) => kind === 'vote');
  if (votes.length > 0) {
    const tickets = await transaction
      .selectFrom('tickets')
      .select('created_at_ms')
      .where('tenant', '=', tenant)
      .where('ticket_id', 'in', distinct(votes, 'ticketId'))
      .execute();
    const createdAtMs = tickets.map((row) => parseRow('tickets', [tenant], whole, row.created_at_ms));
    await forgetDays(sql, transaction, tenant, { createdAtMs, nowMs: await sql.now(transaction) });
  }
  return judged.some((fact) => fact.counted);
}

function removal(transaction: Kysely<Schema>, tenant: string, fact: CountedFact) {
  return transaction
    .deleteFrom('pattern_facts')
    .where('tenant', '=', tenant)
    .where('pattern_id', '=', fact.patternId)
    .where('action_type', '=', fact.actionType)
    .where('ticket_id', '=', fact.ticketId)
    .where('kind', '=', fact.kind)
    .where('source', '=', factSource(fact));
}

function storing(transaction: Kysely<Schema>, rows: readonly ReturnType<typeof factColumns>[]) {
  return transaction
    .insertInto('pattern_facts')
    .values([...rows])
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'pattern_id', 'action_type', 'ticket_id', 'kind', 'source'])
        .doUpdateSet(({ ref }) => Object.fromEntries(CONTENT.map((name) => [name, ref(`excluded.${name}`)]))),
    );
}

/** Stores facts, each with whether it counts; each replaces the one with the same key. True when any of them counts. */
export function storeFacts(
  sql: Sql,
  transaction: Kysely<Schema>,
  tenant: string,
  told: readonly PatternFact[],
): Promise<boolean> {
  return rewrite(sql, transaction, { tenant, going: null }, () => ({ removed: [], told }));
}

/** Replaces what a fix taught that did not last. */
export async function takeFactsBack(
  sql: Sql,
  transaction: Kysely<Schema>,
  { tenant, ticketId }: { readonly tenant: string; readonly ticketId: string },
  reopening: Reopening,
): Promise<void> {
  await rewrite(sql, transaction, { tenant, going: { ticketId, kind: 'outcome' } }, (rows) => {
    const back = rows.flatMap(({ told, fact }) => {
      if (fact.kind !== 'outcome' || !isTakenBackBy(fact, reopening)) return [];
      const { counted: _, ...said } = fact;
      return [{ fact, told: takenBack({ ...said, patternId: told }, reopening) }];
    });
    return { removed: back.map(({ fact }) => fact), told: back.map(({ told }) => told) };
  });
}

/** Stores what an author's vote on a ticket teaches in the place of what their vote before taught. */
export function replaceVotes(
  sql: Sql,
  transaction: Kysely<Schema>,
  { tenant, ticketId, author }: { readonly tenant: string; readonly ticketId: string; readonly author: string },
  told: readonly PatternFact[],
): Promise<boolean> {
  const going = { ticketId, kind: 'vote', principal: author } as const;
  return rewrite(sql, transaction, { tenant, going }, (rows) => ({ removed: rows.map(({ fact }) => fact), told }));
}
