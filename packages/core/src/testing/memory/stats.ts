import type { Reliability } from '../../domain/reliability.js';
import type { StateName } from '../../domain/remediation.js';
import type { TicketRecord } from '../../domain/ticket.js';
import type { StatsStore } from '../../ports/storage.js';
import type { MemoryState } from './state.js';

interface Scored {
  readonly record: TicketRecord;
  readonly reliability: Reliability;
}

function averageOf(scored: readonly Scored[]): number {
  return scored.reduce((sum, { reliability }) => sum + reliability.score, 0) / scored.length;
}

function groups(scored: readonly Scored[], by: (record: TicketRecord) => string): [string, Scored[]][] {
  const found = new Map<string, Scored[]>();
  for (const one of scored) found.set(by(one.record), [...(found.get(by(one.record)) ?? []), one]);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Figures, in memory. */
export function memoryStats(state: MemoryState): StatsStore {
  return {
    async reliability(tenant, { sinceMs, category }) {
      const scored = [...state.tickets.values()].flatMap(({ record }): Scored[] => {
        const asked = record.tenant === tenant && record.createdAtMs >= sinceMs;
        const inCategory = category === undefined || record.category === category;
        const reliability = record.assessment?.reliability;
        return asked && inCategory && reliability ? [{ record, reliability }] : [];
      });
      const levels = { very_high: 0, high: 0, medium: 0, low: 0 };
      for (const { reliability } of scored) levels[reliability.level] += 1;
      return {
        tickets: scored.length,
        averageScore: scored.length === 0 ? null : averageOf(scored),
        levels,
        byCategory: groups(scored, (record) => record.category).map(([name, part]) => ({
          category: name,
          tickets: part.length,
          averageScore: averageOf(part),
        })),
        trend: groups(scored, (record) => new Date(record.createdAtMs).toISOString().slice(0, 10)).map(
          ([day, part]) => ({ day, tickets: part.length, averageScore: averageOf(part) }),
        ),
      };
    },
    async remediation(tenant, { sinceMs }) {
      const tickets = [...state.tickets.values()].filter(
        ({ record }) => record.tenant === tenant && record.createdAtMs >= sinceMs,
      );
      const routes = { auto: 0, approval: 0, manual: 0, suggest_only: 0 };
      const states: Partial<Record<StateName, number>> = {};
      for (const entry of state.remediations.values()) {
        if (entry.tenant !== tenant || entry.createdAtMs < sinceMs) continue;
        const { route, state: name } = entry.projection;
        routes[route] += 1;
        states[name] = (states[name] ?? 0) + 1;
      }
      return {
        tickets: tickets.length,
        optedIn: tickets.filter(({ record }) => record.optedIn).length,
        routes,
        states,
      };
    },
  };
}
