import { type CountedFact, tallyOf } from '../../domain/pattern.js';
import { changesInForce, livingPattern } from '../../domain/patternChange.js';
import type { CandidateFix } from '../../domain/runbook.js';
import type { TicketRecord } from '../../domain/ticket.js';
import type { PatternRecord, PatternStore } from '../../ports/storage.js';
import { indexExemplar, indexOf } from './exemplars.js';
import { factsOf, orderOf, storeFacts } from './facts.js';
import { memoryChanges } from './patternChanges.js';
import {
  type FiledExemplar,
  keyOf,
  type MemoryState,
  type PatternEntry,
  pageOf,
  sealed,
  type TicketEntry,
} from './state.js';
import { memoryTracks } from './tracks.js';

function recordOf(state: MemoryState, entry: PatternEntry): PatternRecord {
  const { tenant, patternId, category, title, createdAtMs } = entry;
  const byAction = new Map<string, CountedFact[]>();
  for (const fact of factsOf(state, tenant, patternId)) {
    byAction.set(fact.actionType, [...(byAction.get(fact.actionType) ?? []), fact]);
  }
  const tallies = Object.fromEntries([...byAction].map(([action, facts]) => [action, tallyOf(facts)]));
  return { patternId, category, title, createdAtMs, tallies };
}

function assessedAs(state: MemoryState, tenant: string, patternId: string): readonly TicketEntry[] {
  return state.assessed.get(keyOf(tenant, patternId)) ?? [];
}

function resolvedAs(state: MemoryState, tenant: string, patternId: string): readonly TicketEntry[] {
  const resolved = state.resolved.get(keyOf(tenant, patternId)) ?? [];
  return resolved.filter(({ record }) => record.assessment?.patternId === patternId);
}

/** The newest tickets of a list that is oldest first, newest first. */
function newest(
  tickets: readonly TicketEntry[],
  limit: number,
  isWanted: (record: TicketRecord) => boolean = () => true,
): readonly TicketRecord[] {
  const found: TicketRecord[] = [];
  for (let at = tickets.length - 1; at >= 0 && found.length < limit; at -= 1) {
    const record = tickets[at]?.record;
    if (record && isWanted(record)) found.push(record);
  }
  return found;
}

function candidatesOf(state: MemoryState, tenant: string, patternId: string): readonly CandidateFix[] {
  const isOfPattern = (ticket: TicketEntry | undefined) => ticket?.record.assessment?.patternId === patternId;
  const said = [...state.feedback.values()].flatMap((feedback): CandidateFix[] => {
    const { ticketId, author, atMs, actualResolution: text } = feedback;
    if (feedback.tenant !== tenant || text === null) return [];
    if (!isOfPattern(state.tickets.get(keyOf(tenant, ticketId)))) return [];
    return [{ ticketId, author, atMs, source: 'feedback', text, actions: [] }];
  });
  const done = resolvedAs(state, tenant, patternId).flatMap(({ record: { ticketId, resolution } }): CandidateFix[] => {
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

/** How tickets find their pattern, in memory. */
function memoryFinding(state: MemoryState): Finding {
  const find = (tenant: string, category: string, hash: string): FiledExemplar | null =>
    state.exemplars[state.signatures.get(keyOf(tenant, category, hash)) ?? -1] ?? null;
  const answerOf = ({ exemplar, first }: FiledExemplar) => ({ patternId: exemplar.patternId, ...first });
  return {
    async findBySignature(tenant, category, signatureHash) {
      const filed = find(tenant, category, signatureHash);
      return filed && answerOf(filed);
    },
    async candidates(tenant, category, sought) {
      const index = indexOf(state, tenant, category);
      const places = index.candidates(sought);
      const exemplars = places.flatMap((place) => (state.exemplars[place] ? [state.exemplars[place].exemplar] : []));
      const patternIds = new Set(exemplars.map(({ patternId }) => patternId));
      return {
        exemplars,
        statistics: index.statistics(sought.terms, places),
        tellings: new Map([...patternIds].map((id) => [id, state.indexed.get(keyOf(tenant, id))?.length ?? 0])),
      };
    },
    async adopt(tenant, { patternId: told, category, signature, first, source = null }) {
      const there = find(tenant, category, signature.hash);
      if (there !== null) return answerOf(there);
      const inForce = changesInForce(state.patternChanges.filter((change) => change.tenant === tenant));
      const patternId = livingPattern(told, signature, inForce);
      const { hash, masked, words, terms } = signature;
      const { ticketId } = first;
      const filed = sealed({
        tenant,
        category,
        told,
        exemplar: { patternId, ticketId, source, hash, masked, words, terms },
        first,
      });
      const place = state.exemplars.push(filed) - 1;
      state.signatures.set(keyOf(tenant, category, hash), place);
      indexExemplar(state, place);
      const key = keyOf(tenant, patternId);
      if (!state.patterns.has(key)) {
        const createdAtMs = state.clock.now();
        const position = state.nextPosition();
        const named = { title: masked, foundedTitle: masked, mergedInto: null };
        state.patterns.set(key, { position, tenant, patternId, category, ...named, createdAtMs });
      }
      return answerOf(filed);
    },
  };
}

/** Patterns and what they learned, in memory. */
export function memoryPatterns(state: MemoryState): PatternStore {
  const sorted: PatternStore['facts'] = async (tenant, patternId, actionType) =>
    factsOf(state, tenant, patternId)
      .filter((fact) => fact.actionType === actionType)
      .sort((a, b) => a.atMs - b.atMs || (orderOf(a) < orderOf(b) ? -1 : 1));
  return {
    ...memoryFinding(state),
    ...memoryChanges(state),
    async learn(tenant, facts) {
      storeFacts(state, tenant, facts);
    },
    ...memoryTracks(state, sorted),
    facts: sorted,
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
    async ticketsOf(tenant, patternId, { limit }) {
      return newest(assessedAs(state, tenant, patternId), limit);
    },
    async textsOf(tenant, patternId, { limit }) {
      const tickets = newest(assessedAs(state, tenant, patternId), limit);
      return tickets.map(({ ticketId, title, description }) => ({ ticketId, title, description }));
    },
    async plansOf(tenant, patternId, { limit, fixedByRemit = false }) {
      const isFixed = ({ resolvedAtMs, resolution }: TicketRecord) => resolvedAtMs !== null && resolution === null;
      const tickets = fixedByRemit
        ? newest(resolvedAs(state, tenant, patternId), limit, isFixed)
        : newest(assessedAs(state, tenant, patternId), limit);
      return tickets.map(({ ticketId, createdAtMs, assessment, reopenings }) => ({
        ticketId,
        createdAtMs,
        plan: assessment?.analysis.plan ?? null,
        reopened: reopenings.length > 0,
      }));
    },
    async list(tenant, query) {
      const { category, minOccurrences } = query;
      const entries = [...state.patterns.values()]
        .filter((entry) => entry.tenant === tenant && entry.mergedInto === null)
        .filter((entry) => category === undefined || entry.category === category)
        .map((entry) => ({ position: entry.position, record: recordOf(state, entry) }))
        .filter(
          ({ record }) =>
            minOccurrences <= 0 || Object.values(record.tallies).some((tally) => tally.occurrences >= minOccurrences),
        );
      return pageOf({ name: 'patterns' }, entries, query, ({ record }) => record);
    },
  };
}
