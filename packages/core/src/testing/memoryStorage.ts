import { INSTALLATION } from '../domain/audit.js';
import { IDEMPOTENCY, OUTBOX } from '../domain/policy.js';
import type { PromotedRunbook } from '../domain/runbook.js';
import type { Halt } from '../domain/safety.js';
import type { Clock } from '../ports/clock.js';
import type { FeedbackStore, HaltStore, PinStore, PolicyStore, RunbookStore, Storage } from '../ports/storage.js';
import { contentOf, haltContent, memoryAudit, record } from './memory/audit.js';
import { forgetVotes, storeFacts } from './memory/facts.js';
import { forgetKeys, memoryIdempotency } from './memory/idempotency.js';
import { memoryLocks } from './memory/locks.js';
import { forgetEvents, memoryOutbox, tell } from './memory/outbox.js';
import { memoryPatterns } from './memory/patterns.js';
import { dueRemediations, memoryRemediations } from './memory/remediations.js';
import { memorySlots, windowOf } from './memory/slots.js';
import { emptyState, type HaltEntry, keyOf, type MemoryState, sealed } from './memory/state.js';
import { memoryStats } from './memory/stats.js';
import { dueTickets, memoryTickets } from './memory/tickets.js';
import { memoryTrials } from './memory/trials.js';

function memoryHalts(state: MemoryState): HaltStore {
  const { halts } = state;
  const keep = (halt: Halt, lifted: HaltEntry['lifted']): void => {
    const entry = sealed({ halt, lifted });
    halts.set(keyOf(halt.tenant, halt.haltId), entry);
    record(state, {
      tenant: halt.tenant,
      kind: 'halt',
      key: halt.haltId,
      actor: lifted?.by ?? halt.by,
      atMs: lifted?.atMs ?? halt.atMs,
      content: haltContent(entry),
    });
  };
  return {
    async inForce(tenant) {
      return [...halts.values()]
        .filter(({ halt, lifted }) => lifted === null && (halt.scope === 'global' || halt.tenant === tenant))
        .map(({ halt }) => halt);
    },
    async raise(halt) {
      keep(halt, null);
    },
    async lift(tenant, haltId, by, atMs) {
      const found = [...halts.values()].filter(
        ({ halt, lifted }) =>
          lifted === null && halt.haltId === haltId && (halt.scope === 'global' || halt.tenant === tenant),
      );
      for (const { halt } of found) keep(halt, { by, atMs });
      return found.length > 0;
    },
  };
}

function memoryPolicies(state: MemoryState): PolicyStore {
  const { policies } = state;
  return {
    async find(tenant, category) {
      return policies.get(keyOf(tenant, category))?.at(-1) ?? null;
    },
    async save(tenant, category, { expectedVersion, policy, by, atMs, reason = null }) {
      const versions = policies.get(keyOf(tenant, category)) ?? [];
      if (versions.length !== expectedVersion) return { kind: 'stale', version: versions.length };
      const version = expectedVersion + 1;
      const saved = sealed({ version, policy, by, atMs, reason });
      policies.set(keyOf(tenant, category), [...versions, saved]);
      const key = keyOf(category, version);
      record(state, { tenant, kind: 'policy', key, actor: by, atMs, content: contentOf(saved) });
      return { kind: 'saved', version };
    },
  };
}

function memoryPins(state: MemoryState): PinStore {
  const { pins, definitions } = state;
  const inForce = (tenant: string, executor: string) => pins.get(keyOf(tenant, executor))?.at(-1)?.pins ?? {};
  return {
    async accepted(tenant, executor) {
      return { ...inForce(INSTALLATION, executor), ...inForce(tenant, executor) };
    },
    async accept(tenant, executor, accepted) {
      const before = inForce(tenant, executor);
      const wins = (name: string) => !(accepted.onlyNew && Object.hasOwn(before, name));
      const given = Object.entries(accepted.pins).filter(([name, pin]) => wins(name) && before[name] !== pin);
      if (given.length === 0) return false;
      for (const [name, pin] of given) {
        const definition = accepted.definitions[name];
        if (definition !== undefined) definitions.set(pin, sealed(definition));
      }
      const { principal: by, atMs } = accepted;
      const acceptance = sealed({ pins: { ...before, ...Object.fromEntries(given) }, by, atMs });
      const earlier = pins.get(keyOf(tenant, executor)) ?? [];
      pins.set(keyOf(tenant, executor), [...earlier, acceptance]);
      const key = keyOf(executor, earlier.length + 1);
      record(state, { tenant, kind: 'pins', key, actor: by, atMs, content: contentOf(acceptance) });
      return true;
    },
    async definitions(hashes) {
      const found = hashes.flatMap((hash) => {
        const definition = definitions.get(hash);
        return definition === undefined ? [] : [[hash, definition] as const];
      });
      return Object.fromEntries(found);
    },
  };
}

function memoryRunbooks(state: MemoryState): RunbookStore {
  const { clock, runbooks } = state;
  const newest = (tenant: string, name: string): PromotedRunbook | undefined =>
    runbooks.findLast((one) => one.tenant === tenant && one.runbook.name === name);
  return {
    async promote(promoted) {
      const version = (newest(promoted.tenant, promoted.runbook.name)?.version ?? 0) + 1;
      const stored = sealed({ ...promoted, version, atMs: clock.now() });
      runbooks.push(stored);
      tell(state, {
        tenant: promoted.tenant,
        type: 'runbook_promoted',
        data: { name: promoted.runbook.name, version },
      });
      return stored;
    },
    async inForce(tenant, category) {
      return runbooks
        .filter((one) => one.tenant === tenant && newest(tenant, one.runbook.name) === one)
        .filter((one) => one.category === category && !one.retired)
        .sort((a, b) => (a.runbook.name < b.runbook.name ? -1 : 1));
    },
    async ofPattern(tenant, patternId) {
      return runbooks.filter((one) => one.tenant === tenant && one.patternId === patternId);
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
      const { atMs } = feedback;
      record(state, {
        tenant,
        kind: 'feedback',
        key: keyOf(ticketId, author),
        actor: author,
        atMs,
        content: contentOf(feedback),
      });
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
  const halts = memoryHalts(state);
  const policies = memoryPolicies(state);
  return {
    name: 'memory',
    now: async () => state.clock.now(),
    async standingOrders(tenant, { ticketId, category }) {
      const record = state.tickets.get(keyOf(tenant, ticketId))?.record;
      return {
        nowMs: state.clock.now(),
        halts: await halts.inForce(tenant),
        ticket: record ? { optedIn: record.optedIn, isResolvedByPerson: record.resolution !== null } : null,
        policy: await policies.find(tenant, category),
      };
    },
    tickets: memoryTickets(state),
    remediations: memoryRemediations(state),
    locks: memoryLocks(state),
    slots: memorySlots(state),
    halts,
    policies,
    pins: memoryPins(state),
    patterns: memoryPatterns(state),
    runbooks: memoryRunbooks(state),
    feedback: memoryFeedback(state),
    stats: memoryStats(state),
    audit: memoryAudit(state),
    trials: memoryTrials(state),
    outbox: memoryOutbox(state),
    idempotency: memoryIdempotency(state),
    async due(limit, after) {
      const from = after ?? { tickets: 0, remediations: 0 };
      const allTickets = dueTickets(state).filter(({ position }) => position > from.tickets);
      const allRemediations = dueRemediations(state).filter(({ position }) => position > from.remediations);
      const tickets = allTickets.slice(0, limit);
      const remediations = allRemediations.slice(0, limit);
      const isAll = tickets.length === allTickets.length && remediations.length === allRemediations.length;
      return {
        tickets: tickets.map(({ record }) => ({ tenant: record.tenant, ticketId: record.ticketId })),
        remediations: remediations.map(({ tenant, remediationId }) => ({ tenant, remediationId })),
        next: isAll
          ? null
          : {
              tickets: tickets.at(-1)?.position ?? from.tickets,
              remediations: remediations.at(-1)?.position ?? from.remediations,
            },
      };
    },
    async tidy(limit) {
      const nowMs = state.clock.now();
      const slots = [...state.slots].filter(([, { counter, takenAtMs }]) => takenAtMs + windowOf(counter) <= nowMs);
      const locks = [...state.locks].filter(
        ([, { tenant, remediationId }]) =>
          state.remediations.get(keyOf(tenant, remediationId))?.projection.holdsLocks === false,
      );
      const removed = [...slots.slice(0, limit), ...locks.slice(0, limit)];
      for (const [key] of slots.slice(0, limit)) state.slots.delete(key);
      for (const [key] of locks.slice(0, limit)) state.locks.delete(key);
      const events = forgetEvents(state, nowMs - OUTBOX.keptMs, limit);
      return removed.length + events + forgetKeys(state, nowMs - IDEMPOTENCY.keptMs, limit);
    },
    async close() {},
  };
}
