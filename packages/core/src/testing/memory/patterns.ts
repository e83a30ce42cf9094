import { type CountedFact, factSource, isCounted, type PatternFact, tallyOf } from '../../domain/pattern.js';
import { SIMILARITY } from '../../domain/policy.js';
import { isTakenBackBy, takenBack } from '../../domain/reopening.js';
import type { CandidateFix } from '../../domain/runbook.js';
import type { Reopening } from '../../domain/ticket.js';
import type { PatternRecord, PatternStore } from '../../ports/storage.js';
import { ExemplarIndex } from './exemplarIndex.js';
import { type FiledExemplar, keyOf, type MemoryState, type PatternEntry, pageOf, sealed } from './state.js';

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

type Finding = Pick<PatternStore, 'findBySignature' | 'candidates' | 'adopt'>;

/** Adds an exemplar to its pattern's candidates; the oldest goes when there are too many. */
function indexExemplar(state: MemoryState, tenant: string, place: number, index: ExemplarIndex): void {
  const termsAt = (at: number): readonly string[] => state.exemplars[at]?.exemplar.terms ?? [];
  index.add(place, termsAt(place));
  const key = keyOf(tenant, state.exemplars[place]?.exemplar.patternId ?? '');
  const places = state.indexed.get(key) ?? [];
  state.indexed.set(key, places);
  places.push(place);
  if (places.length <= SIMILARITY.exemplarsPerPattern) return;
  const oldest = places.shift();
  if (oldest !== undefined) index.remove(oldest, termsAt(oldest));
}

/** How tickets find their pattern, in memory. */
function memoryFinding(state: MemoryState): Finding {
  const find = (tenant: string, category: string, hash: string): FiledExemplar | null =>
    state.exemplars[state.signatures.get(keyOf(tenant, category, hash)) ?? -1] ?? null;
  const indexOf = (tenant: string, category: string): ExemplarIndex => {
    const index = state.indexes.get(keyOf(tenant, category)) ?? new ExemplarIndex();
    state.indexes.set(keyOf(tenant, category), index);
    return index;
  };
  const answerOf = ({ exemplar, first }: FiledExemplar) => ({ patternId: exemplar.patternId, ...first });
  return {
    async findBySignature(tenant, category, signatureHash) {
      const filed = find(tenant, category, signatureHash);
      return filed && answerOf(filed);
    },
    async candidates(tenant, category, terms, limit) {
      const index = indexOf(tenant, category);
      const exemplars = index
        .candidates(terms, limit)
        .flatMap((place) => (state.exemplars[place] ? [state.exemplars[place].exemplar] : []));
      const patternIds = new Set(exemplars.map(({ patternId }) => patternId));
      return {
        exemplars,
        statistics: index.statistics(new Set([...terms, ...exemplars.flatMap((exemplar) => exemplar.terms)])),
        tellings: new Map([...patternIds].map((id) => [id, state.indexed.get(keyOf(tenant, id))?.length ?? 0])),
      };
    },
    async adopt(tenant, { patternId, category, signature, first }) {
      const there = find(tenant, category, signature.hash);
      if (there !== null) return answerOf(there);
      const { hash, masked, words, terms } = signature;
      const { ticketId } = first;
      const filed = sealed({ exemplar: { patternId, ticketId, hash, masked, words, terms }, first });
      const place = state.exemplars.push(filed) - 1;
      state.signatures.set(keyOf(tenant, category, hash), place);
      indexExemplar(state, tenant, place, indexOf(tenant, category));
      const key = keyOf(tenant, patternId);
      if (!state.patterns.has(key)) {
        const createdAtMs = state.clock.now();
        const position = state.nextPosition();
        state.patterns.set(key, { position, tenant, patternId, category, title: masked, createdAtMs });
      }
      return answerOf(filed);
    },
  };
}

/** Patterns and what they learned, in memory. */
export function memoryPatterns(state: MemoryState): PatternStore {
  return {
    ...memoryFinding(state),
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
