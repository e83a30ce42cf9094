import { type CountedFact, factSource, isCounted, type PatternFact, tallyOf } from '../../domain/pattern.js';
import { isTakenBackBy, takenBack } from '../../domain/reopening.js';
import type { CandidateFix } from '../../domain/runbook.js';
import type { Reopening } from '../../domain/ticket.js';
import type { PatternRecord, PatternStore } from '../../ports/storage.js';
import { keyOf, type MemoryState, type PatternEntry, pageOf, sealed } from './state.js';

function factKey(tenant: string, fact: PatternFact): string {
  const { kind, patternId, actionType, ticketId } = fact;
  return keyOf(tenant, patternId, actionType, ticketId, kind, factSource(fact));
}

/** What facts of one moment are ordered by. */
function orderOf(fact: PatternFact): string {
  return [fact.ticketId, fact.kind, factSource(fact)].join('\u0000');
}

function factsOf(state: MemoryState, tenant: string, patternId: string): readonly CountedFact[] {
  return [...state.facts.values()]
    .filter((entry) => entry.tenant === tenant && entry.fact.patternId === patternId)
    .map(({ fact }) => fact);
}

/** Stores facts, each with whether it counts; each replaces the one with the same key. True when any of them counts. */
export function storeFacts(state: MemoryState, tenant: string, facts: readonly PatternFact[]): boolean {
  let anyCounted = false;
  for (const fact of facts) {
    const key = factKey(tenant, fact);
    state.facts.delete(key);
    const earlier = factsOf(state, tenant, fact.patternId).filter(
      ({ actionType, principal }) => actionType === fact.actionType && principal === fact.principal,
    );
    const counted = isCounted(fact, earlier);
    state.facts.set(key, { tenant, fact: sealed({ ...fact, counted }) });
    anyCounted ||= counted;
  }
  return anyCounted;
}

/** Replaces what a fix taught that did not last. */
export function takeFactsBack(state: MemoryState, tenant: string, ticketId: string, reopening: Reopening): void {
  for (const [key, { tenant: owner, fact }] of [...state.facts]) {
    if (owner !== tenant || fact.ticketId !== ticketId || fact.kind !== 'outcome') continue;
    if (!isTakenBackBy(fact, reopening)) continue;
    state.facts.delete(key);
    const { counted: _, ...told } = fact;
    storeFacts(state, tenant, [takenBack(told, reopening)]);
  }
}

/** Forgets what an author's vote on a ticket taught. */
export function forgetVotes(state: MemoryState, tenant: string, ticketId: string, author: string): void {
  for (const [key, { tenant: owner, fact }] of state.facts) {
    const isTheirs = owner === tenant && fact.ticketId === ticketId && fact.principal === author;
    if (fact.kind === 'vote' && isTheirs) state.facts.delete(key);
  }
}

function recordOf(state: MemoryState, entry: PatternEntry): PatternRecord {
  const { tenant, patternId, category, title, createdAtMs } = entry;
  const byAction = new Map<string, CountedFact[]>();
  for (const fact of factsOf(state, tenant, patternId)) {
    byAction.set(fact.actionType, [...(byAction.get(fact.actionType) ?? []), fact]);
  }
  const tallies = Object.fromEntries([...byAction].map(([action, facts]) => [action, tallyOf(facts)]));
  return { patternId, category, title, createdAtMs, tallies };
}

function candidatesOf(state: MemoryState, tenant: string, patternId: string): readonly CandidateFix[] {
  const tickets = [...state.tickets.values()].filter(
    ({ record }) => record.tenant === tenant && record.assessment?.patternId === patternId,
  );
  const ids = new Set(tickets.map(({ record }) => record.ticketId));
  const said = [...state.feedback.values()].flatMap((feedback): CandidateFix[] => {
    const { ticketId, author, atMs, actualResolution: text } = feedback;
    if (feedback.tenant !== tenant || !ids.has(ticketId) || text === null) return [];
    return [{ ticketId, author, atMs, source: 'feedback', text, actions: [] }];
  });
  const done = tickets.flatMap(({ record: { ticketId, resolution } }): CandidateFix[] => {
    if (!resolution) return [];
    const { resolver: author, atMs, text, actions } = resolution;
    return [{ ticketId, author, atMs, source: 'resolution', text, actions }];
  });
  return [...said, ...done].sort(
    (a, b) =>
      b.atMs - a.atMs || (a.ticketId < b.ticketId ? -1 : a.ticketId > b.ticketId ? 1 : a.source < b.source ? -1 : 1),
  );
}

/** Patterns and what they learned, in memory. */
export function memoryPatterns(state: MemoryState): PatternStore {
  const find = (tenant: string, category: string, hash: string): string | null => {
    const there = state.exemplars.find(
      (entry) => entry.tenant === tenant && entry.category === category && entry.exemplar.hash === hash,
    );
    return there?.exemplar.patternId ?? null;
  };
  return {
    async findBySignature(tenant, category, signatureHash) {
      return find(tenant, category, signatureHash);
    },
    async candidates(tenant, category, terms, limit) {
      const asked = new Set(terms);
      return state.exemplars
        .map((entry, position) => {
          const shared = entry.exemplar.terms.filter((term) => asked.has(term)).length;
          return { ...entry, position, shared };
        })
        .filter((entry) => entry.tenant === tenant && entry.category === category && entry.shared > 0)
        .sort((a, b) => b.shared - a.shared || b.position - a.position)
        .slice(0, limit)
        .map(({ exemplar }) => exemplar);
    },
    async adopt(tenant, { patternId, category, signature }) {
      const there = find(tenant, category, signature.hash);
      if (there !== null) return { patternId: there };
      const { hash, masked, terms } = signature;
      state.exemplars.push({ tenant, category, exemplar: sealed({ patternId, hash, masked, terms }) });
      const key = keyOf(tenant, patternId);
      if (!state.patterns.has(key)) {
        const createdAtMs = state.clock.now();
        const position = state.nextPosition();
        state.patterns.set(key, { position, tenant, patternId, category, title: masked, createdAtMs });
      }
      return { patternId };
    },
    async learn(tenant, facts) {
      storeFacts(state, tenant, facts);
    },
    async facts(tenant, patternId, actionType) {
      return factsOf(state, tenant, patternId)
        .filter((fact) => fact.actionType === actionType)
        .sort((a, b) => a.atMs - b.atMs || (orderOf(a) < orderOf(b) ? -1 : 1));
    },
    async tally(tenant, patternId, actionType) {
      return tallyOf(factsOf(state, tenant, patternId).filter((fact) => fact.actionType === actionType));
    },
    async find(tenant, patternId) {
      const entry = state.patterns.get(keyOf(tenant, patternId));
      return entry ? { patternId, category: entry.category, title: entry.title } : null;
    },
    async candidateFixes(tenant, patternId, limit) {
      return candidatesOf(state, tenant, patternId).slice(0, limit);
    },
    async ticketsOf(tenant, patternId, limit) {
      return [...state.tickets.values()]
        .filter(({ record }) => record.tenant === tenant && record.assessment?.patternId === patternId)
        .sort((a, b) => b.position - a.position)
        .slice(0, limit)
        .map(({ record }) => record);
    },
    async list(tenant, query) {
      const { category, minOccurrences } = query;
      const entries = [...state.patterns.values()]
        .filter((entry) => entry.tenant === tenant && (category === undefined || entry.category === category))
        .map((entry) => ({ position: entry.position, record: recordOf(state, entry) }))
        .filter(
          ({ record }) =>
            minOccurrences <= 0 || Object.values(record.tallies).some((tally) => tally.occurrences >= minOccurrences),
        );
      return pageOf({ name: 'patterns' }, entries, query, ({ record }) => record);
    },
  };
}
