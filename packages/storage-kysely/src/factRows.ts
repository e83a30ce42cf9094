import type { CountedFact, PatternFact } from '@remit/core';
import { factSource, remediationOfSource, speaksForAutonomy } from '@remit/core/adapter';
import { z } from 'zod';
import { asFlag, flag, parseRow, real, whole } from './rows.js';

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
    via: z.enum(['auto', 'approval', 'human', 'shadow']),
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

/** A fact as a row, with the pattern that it was told to. */
export function factColumns(tenant: string, fact: CountedFact, told: string) {
  return {
    tenant,
    pattern_id: fact.patternId,
    told_pattern_id: told,
    action_type: fact.actionType,
    ticket_id: fact.ticketId,
    kind: fact.kind,
    source: factSource(fact),
    principal: fact.principal,
    at_ms: fact.atMs,
    counted: asFlag(fact.counted),
    speaks: asFlag(speaksForAutonomy(fact)),
    ...ownColumns(fact),
  };
}

/** What a fact says, as against what it is filed under. */
export const CONTENT = [
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

/** The key of a fact within its tenant, as one text. */
export function keyOf(fact: PatternFact): string {
  return JSON.stringify([fact.patternId, fact.actionType, fact.ticketId, fact.kind, factSource(fact)]);
}
