import {
  type CountedFact,
  factSource,
  isCounted,
  isTakenBackBy,
  livingPattern,
  type PatternFact,
  type Reopening,
  remediationOfSource,
  speaksForAutonomy,
  takenBack,
} from '@remit/core';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { changesFor, factLocks } from './changes.js';
import { asFlag, flag, parseRow, real, whole } from './rows.js';
import type { Schema } from './schema.js';
import type { Sql } from './sql.js';

const common = {
  pattern_id: z.string(),
  action_type: z.string(),
  ticket_id: z.string(),
  source: z.string(),
  principal: z.string(),
  at_ms: whole,
  counted: flag,
};
const FactRow = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('outcome'),
    ...common,
    resolved: flag,
    executed: flag,
    succeeded: flag,
    via: z.enum(['auto', 'approval', 'human']),
    confidence: real,
    similarity: real,
  }),
  z.object({
    kind: z.literal('vote'),
    ...common,
    verdict: z.enum(['positive', 'neutral', 'negative']),
    admissible: flag,
  }),
]);

/** A row as a fact. */
export function factOf(key: unknown, row: unknown): CountedFact {
  const parsed = parseRow('pattern_facts', key, FactRow, row);
  const { pattern_id: patternId, action_type: actionType, ticket_id: ticketId, principal, at_ms: atMs } = parsed;
  const base = { patternId, actionType, ticketId, principal, atMs, counted: parsed.counted };
  if (parsed.kind === 'vote') {
    return { kind: 'vote', ...base, verdict: parsed.verdict, admissible: parsed.admissible };
  }
  const { resolved, executed, succeeded, via, confidence, similarity } = parsed;
  const remediationId = remediationOfSource(parsed.source);
  return { kind: 'outcome', ...base, remediationId, resolved, executed, succeeded, via, confidence, similarity };
}

/** The columns of one kind of fact; those of the other are null, also where a fact is replaced. */
function ownColumns(fact: PatternFact) {
  if (fact.kind === 'vote') {
    const none = { resolved: null, executed: null, succeeded: null, via: null, confidence: null, similarity: null };
    return { ...none, verdict: fact.verdict, admissible: asFlag(fact.admissible) };
  }
  return {
    resolved: asFlag(fact.resolved),
    executed: asFlag(fact.executed),
    succeeded: asFlag(fact.succeeded),
    via: fact.via,
    confidence: fact.confidence,
    similarity: fact.similarity,
    verdict: null,
    admissible: null,
  };
}

/** What a fact says, as against what it is filed under. */
const CONTENT = [
  'told_pattern_id',
  'principal',
  'at_ms',
  'counted',
  'speaks',
  'resolved',
  'executed',
  'succeeded',
  'via',
  'confidence',
  'similarity',
  'verdict',
  'admissible',
] as const;

const aboutOf = ({ patternId, actionType, principal }: PatternFact): string =>
  JSON.stringify([patternId, actionType, principal]);
const keyOf = (fact: PatternFact): string =>
  JSON.stringify([fact.patternId, fact.actionType, fact.ticketId, fact.kind, factSource(fact)]);

/** What principals said about patterns and action types, as far as {@link isCounted} asks: only what counts. */
async function earlierOf(
  transaction: Kysely<Schema>,
  tenant: string,
  facts: readonly PatternFact[],
): Promise<readonly CountedFact[]> {
  const distinct = (of: (fact: PatternFact) => string): string[] => [...new Set(facts.map(of))];
  const rows = await transaction
    .selectFrom('pattern_facts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where(
      'pattern_id',
      'in',
      distinct(({ patternId }) => patternId),
    )
    .where(
      'action_type',
      'in',
      distinct(({ actionType }) => actionType),
    )
    .where(
      'principal',
      'in',
      distinct(({ principal }) => principal),
    )
    .where('counted', '=', 1)
    .execute();
  return rows.map((row) => factOf([tenant, row.pattern_id, row.action_type, row.ticket_id, row.kind, row.source], row));
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

/** Stores facts, each with whether it counts; each replaces the one with the same key. True when any of them counts. */
export async function storeFacts(
  { differences }: Sql,
  transaction: Kysely<Schema>,
  tenant: string,
  facts: readonly PatternFact[],
): Promise<boolean> {
  if (facts.length === 0) return false;
  // Locked before it is asked where they count now: a change of a pattern locks all that is told to it, too.
  const told = [...new Set(facts.map(({ patternId }) => patternId))];
  await differences.serialise(transaction, factLocks(tenant, told));
  const inForce = await changesFor(transaction, tenant, told);
  const living = facts.map((fact) => ({ ...fact, patternId: livingPattern(fact.patternId, fact, inForce) }));
  const further = living.map(({ patternId }) => patternId).filter((patternId) => !told.includes(patternId));
  if (further.length > 0) await differences.serialise(transaction, factLocks(tenant, further));
  const toldOf = new Map(living.map((fact, at) => [keyOf(fact), facts[at]?.patternId ?? fact.patternId]));
  const judged = counted(living, await earlierOf(transaction, tenant, living));
  const rows = judged.map((fact) => ({
    tenant,
    pattern_id: fact.patternId,
    told_pattern_id: toldOf.get(keyOf(fact)) ?? fact.patternId,
    action_type: fact.actionType,
    ticket_id: fact.ticketId,
    kind: fact.kind,
    source: factSource(fact),
    principal: fact.principal,
    at_ms: fact.atMs,
    counted: asFlag(fact.counted),
    speaks: asFlag(speaksForAutonomy(fact)),
    ...ownColumns(fact),
  }));
  await transaction
    .insertInto('pattern_facts')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'pattern_id', 'action_type', 'ticket_id', 'kind', 'source'])
        .doUpdateSet(({ ref }) => Object.fromEntries(CONTENT.map((name) => [name, ref(`excluded.${name}`)]))),
    )
    .execute();
  return judged.some((fact) => fact.counted);
}

/** Replaces what a fix taught that did not last. */
export async function takeFactsBack(
  sql: Sql,
  transaction: Kysely<Schema>,
  { tenant, ticketId }: { readonly tenant: string; readonly ticketId: string },
  reopening: Reopening,
): Promise<void> {
  const rows = await transaction
    .selectFrom('pattern_facts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('ticket_id', '=', ticketId)
    .where('kind', '=', 'outcome')
    .execute();
  for (const row of rows) {
    const fact = factOf([tenant, row.pattern_id, row.action_type, ticketId, row.kind, row.source], row);
    if (fact.kind !== 'outcome' || !isTakenBackBy(fact, reopening)) continue;
    await transaction
      .deleteFrom('pattern_facts')
      .where('tenant', '=', tenant)
      .where('pattern_id', '=', row.pattern_id)
      .where('action_type', '=', row.action_type)
      .where('ticket_id', '=', ticketId)
      .where('kind', '=', 'outcome')
      .where('source', '=', row.source)
      .execute();
    await storeFacts(sql, transaction, tenant, [takenBack({ ...fact, patternId: row.told_pattern_id }, reopening)]);
  }
}

/** Forgets what an author's vote on a ticket taught. */
export async function forgetVotes(
  transaction: Kysely<Schema>,
  tenant: string,
  ticketId: string,
  author: string,
): Promise<void> {
  await transaction
    .deleteFrom('pattern_facts')
    .where('tenant', '=', tenant)
    .where('ticket_id', '=', ticketId)
    .where('principal', '=', author)
    .where('kind', '=', 'vote')
    .execute();
}
