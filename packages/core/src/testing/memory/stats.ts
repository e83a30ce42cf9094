import { dayOf, grouped, scoresByDay, workOfDay } from '../../domain/dayFigures.js';
import type { RunFigure, TicketFigure } from '../../domain/figures.js';
import { assessmentFigures, ticketFigureOf } from '../../domain/ticketFigure.js';
import type { StatsStore } from '../../ports/storage.js';
import { keyOf, type MemoryState, type RemediationEntry, type TicketEntry } from './state.js';

function isDisputed(state: MemoryState, tenant: string, ticketId: string): boolean {
  return [...state.facts.values()].some(
    ({ tenant: owner, fact }) =>
      owner === tenant &&
      fact.ticketId === ticketId &&
      fact.kind === 'vote' &&
      fact.counted &&
      fact.verdict === 'negative',
  );
}

function figureOf(state: MemoryState, { record }: TicketEntry): TicketFigure {
  const disputed = isDisputed(state, record.tenant, record.ticketId);
  return ticketFigureOf({ ...record, disputed }, record.assessment && assessmentFigures(record.assessment));
}

function runOf(entry: RemediationEntry, category: string): RunFigure {
  const { remediationId, ticketId, createdAtMs, projection } = entry;
  const { route, state, reason, acts, approval } = projection;
  return {
    ...{ remediationId, ticketId, category, createdAtMs, route, state, reason, acts },
    approval: approval && {
      requestedAtMs: approval.requestedAtMs,
      consentsAtMs: approval.consents.map(({ atMs }) => atMs),
      grantedAtMs: approval.grantedAtMs,
    },
  };
}

/** What figures are made of, in memory. */
export function memoryStats(state: MemoryState): StatsStore {
  const since = (tenant: string, sinceMs: number): readonly TicketEntry[] =>
    [...state.tickets.values()].filter(({ record }) => record.tenant === tenant && record.createdAtMs >= sinceMs);
  const stats: StatsStore = {
    async tickets(tenant, { sinceMs, category }) {
      return since(tenant, sinceMs)
        .filter(({ record }) => category === undefined || record.category === category)
        .map((entry) => figureOf(state, entry));
    },
    async runs(tenant, { sinceMs }) {
      const categories = new Map(since(tenant, sinceMs).map(({ record }) => [record.ticketId, record.category]));
      return [...state.remediations.values()].flatMap((entry) => {
        const category = entry.tenant === tenant ? categories.get(entry.ticketId) : undefined;
        return category === undefined ? [] : [runOf(entry, category)];
      });
    },
    async scores(tenant, query) {
      return scoresByDay(await stats.tickets(tenant, query));
    },
    async work(tenant, query) {
      const runs = await stats.runs(tenant, query);
      const deferred = state.log.flatMap(({ tenant: owner, ticketId, event }) =>
        owner === tenant && event.type === 'deferred' ? [{ ticketId, reason: event.reason }] : [],
      );
      return grouped(await stats.tickets(tenant, query), ({ createdAtMs }) => dayOf(createdAtMs)).map(
        ([day, tickets]) => {
          const isOfDay = ({ ticketId }: { readonly ticketId: string }) =>
            tickets.some((one) => one.ticketId === ticketId);
          const deferrals = deferred.filter(isOfDay).map(({ reason }) => reason);
          return workOfDay(day, { tickets, runs: runs.filter(isOfDay), deferrals });
        },
      );
    },
    async deferrals(tenant, { sinceMs }) {
      const asked = new Set(since(tenant, sinceMs).map(({ record }) => keyOf(tenant, record.ticketId)));
      return state.log.flatMap(({ tenant: owner, ticketId, event }) =>
        event.type === 'deferred' && asked.has(keyOf(owner, ticketId)) ? [event.reason] : [],
      );
    },
  };
  return stats;
}
