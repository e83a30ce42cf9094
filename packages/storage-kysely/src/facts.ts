import {
  type CountedFact,
  factSource,
  isCounted,
  type PatternFact,
  remediationOfSource,
  speaksForAutonomy,
} from '@remit/core';
import type { Kysely } from 'kysely';
import { z } from 'zod';
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

function factOf(key: unknown, row: unknown): CountedFact {
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

/** What a principal said about a pattern and action type, as far as {@link isCounted} asks: only what counts. */
async function earlierOf(transaction: Kysely<Schema>, tenant: string, fact: PatternFact): Promise<CountedFact[]> {
  const { patternId, actionType, principal } = fact;
  const rows = await transaction
    .selectFrom('pattern_facts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('pattern_id', '=', patternId)
    .where('action_type', '=', actionType)
    .where('principal', '=', principal)
    .where('counted', '=', 1)
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
  const nameOf = ({ patternId, actionType, principal }: PatternFact): string =>
    `pattern_facts ${JSON.stringify([tenant, patternId, actionType, principal])}`;
  await differences.serialise(transaction, facts.map(nameOf));
  let anyCounted = false;
  for (const fact of facts) {
    const counted = isCounted(fact, await earlierOf(transaction, tenant, fact));
    const content = {
      principal: fact.principal,
      at_ms: fact.atMs,
      counted: asFlag(counted),
      speaks: asFlag(speaksForAutonomy(fact)),
      ...ownColumns(fact),
    };
    await transaction
      .insertInto('pattern_facts')
      .values({
        tenant,
        pattern_id: fact.patternId,
        action_type: fact.actionType,
        ticket_id: fact.ticketId,
        kind: fact.kind,
        source: factSource(fact),
        ...content,
      })
      .onConflict((conflict) =>
        conflict.columns(['tenant', 'pattern_id', 'action_type', 'ticket_id', 'kind', 'source']).doUpdateSet(content),
      )
      .execute();
    anyCounted ||= counted;
  }
  return anyCounted;
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
