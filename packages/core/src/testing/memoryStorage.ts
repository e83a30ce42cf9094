import type { Clock } from '../ports/clock.js';
import type { FeedbackStore, HaltStore, PinStore, PolicyStore, Storage } from '../ports/storage.js';
import { memoryLocks } from './memory/locks.js';
import { forgetVotes, memoryPatterns, storeFacts } from './memory/patterns.js';
import { dueRemediations, memoryRemediations } from './memory/remediations.js';
import { memorySlots } from './memory/slots.js';
import { emptyState, keyOf, type MemoryState, sealed } from './memory/state.js';
import { memoryStats } from './memory/stats.js';
import { dueTickets, memoryTickets } from './memory/tickets.js';

function memoryHalts({ halts }: MemoryState): HaltStore {
  return {
    async inForce(tenant) {
      return [...halts.values()].filter((halt) => halt.scope === 'global' || halt.tenant === tenant);
    },
    async raise(halt) {
      halts.set(keyOf(halt.tenant, halt.haltId), sealed(halt));
    },
    async lift(tenant, haltId) {
      const found = [...halts].filter(
        ([, halt]) => halt.haltId === haltId && (halt.scope === 'global' || halt.tenant === tenant),
      );
      for (const [key] of found) halts.delete(key);
      return found.length > 0;
    },
  };
}

function memoryPolicies({ policies }: MemoryState): PolicyStore {
  return {
    async find(tenant, category) {
      return policies.get(keyOf(tenant, category))?.at(-1) ?? null;
    },
    async save(tenant, category, { expectedVersion, policy, by, atMs }) {
      const versions = policies.get(keyOf(tenant, category)) ?? [];
      if (versions.length !== expectedVersion) return { kind: 'stale', version: versions.length };
      const version = expectedVersion + 1;
      policies.set(keyOf(tenant, category), [...versions, sealed({ version, policy, by, atMs })]);
      return { kind: 'saved', version };
    },
  };
}

function memoryPins({ pins }: MemoryState): PinStore {
  return {
    async accepted(executor) {
      return pins.get(executor) ?? null;
    },
    async accept(executor, accepted, { onlyFirst }) {
      if (onlyFirst && pins.has(executor)) return false;
      pins.set(executor, sealed(accepted));
      return true;
    },
  };
}

function memoryFeedback(state: MemoryState): FeedbackStore {
  return {
    async record(feedback, facts) {
      const { tenant, ticketId, author } = feedback;
      const key = keyOf(tenant, ticketId, author);
      const replaced = state.feedback.has(key);
      state.feedback.set(key, sealed(feedback));
      // The last vote wins, also over what the earlier one taught about other actions.
      forgetVotes(state, tenant, ticketId, author);
      return { replaced, counted: storeFacts(state, tenant, facts) };
    },
    async ofTicket(tenant, ticketId) {
      return [...state.feedback.values()]
        .filter((feedback) => feedback.tenant === tenant && feedback.ticketId === ticketId)
        .sort((a, b) => a.atMs - b.atMs);
    },
  };
}

/**
 * A store in memory for tests and trials: it meets the whole contract, and forgets all with the process.
 * Values are frozen copies, as a database would keep them; `close` keeps it readable.
 * @param options.clock the store's clock; default the host's.
 */
export function memoryStorage(options: { readonly clock?: Clock } = {}): Storage {
  const state = emptyState(options.clock ?? { now: () => Date.now() });
  return {
    name: 'memory',
    now: async () => state.clock.now(),
    tickets: memoryTickets(state),
    remediations: memoryRemediations(state),
    locks: memoryLocks(state),
    slots: memorySlots(state),
    halts: memoryHalts(state),
    policies: memoryPolicies(state),
    pins: memoryPins(state),
    patterns: memoryPatterns(state),
    feedback: memoryFeedback(state),
    stats: memoryStats(state),
    async due(limit) {
      return {
        tickets: dueTickets(state)
          .slice(0, limit)
          .map(({ record }) => ({ tenant: record.tenant, ticketId: record.ticketId })),
        remediations: dueRemediations(state)
          .slice(0, limit)
          .map(({ tenant, remediationId }) => ({ tenant, remediationId })),
      };
    },
    async close() {},
  };
}
