import { randomUUID } from 'node:crypto';
import type { Catalogue } from '../domain/action.js';
import type { Principal } from '../domain/approval.js';
import { hashOf } from '../domain/canonical.js';
import { checkCatalogue } from '../domain/catalogue.js';
import { DecisionEngine } from '../domain/decision.js';
import { ReliabilityScorer } from '../domain/evidence.js';
import { DEFAULT_CATEGORIES, GUARD, type Limits, type Policy } from '../domain/policy.js';
import type { Halt } from '../domain/safety.js';
import type { Ticket, TicketRecord } from '../domain/ticket.js';
import { RemitError } from '../errors.js';
import type { Analyst } from '../ports/analyst.js';
import type { Clock } from '../ports/clock.js';
import type { Executor } from '../ports/executor.js';
import type { Ids } from '../ports/ids.js';
import type { Queue } from '../ports/queue.js';
import type { Storage } from '../ports/storage.js';
import { requireHaltScope, requireScope } from './authorise.js';
import type { EngineContext, HostHooks, Settings } from './context.js';
import { gatherReliability, policyInForce } from './gather.js';
import { handleTicket } from './handleTicket.js';
import { inProcessQueue } from './inProcessQueue.js';
import { recordLateReply } from './lateReply.js';
import { Observers } from './observe.js';
import { parseDays, parseFeedback, parsePolicy, parseTicket, requireCategory } from './parse.js';
import { PatternLearner } from './patternLearner.js';
import { isAtRest, patternView, ticketView } from './readModels.js';
import { answerReconciliation } from './reconcile.js';
import { FeedbackProcessor, type FeedbackSubject } from './recordFeedback.js';
import { recover } from './recover.js';
import type { Remit, TicketView } from './remit.js';
import { answerApproval, loadState } from './resolveApproval.js';
import { resolveTicket } from './resolveTicket.js';
import { runbookAnalyst } from './runbookAnalyst.js';
import { runRemediation } from './runRemediation.js';
import { SafetyGuard } from './safetyGuard.js';
import { setOptIn } from './setOptIn.js';
import { readTools } from './tools.js';

/** What Remit is made of. Only `storage`, `executor` and `catalogue` have no default. */
export interface RemitOptions {
  readonly storage: Storage;
  readonly executor: Executor;
  readonly catalogue: Catalogue;
  /** Default: {@link runbookAnalyst}. */
  readonly analyst?: Analyst;
  /** Default: in this process. */
  readonly queue?: Queue;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** Default: random UUIDs. */
  readonly ids?: Ids;
  /** Default: server, network, storage, application, database, cloud, security, other. */
  readonly categories?: readonly string[];
  readonly scorer?: ReliabilityScorer;
  /** A host's own; the built-in rules run as well, and the stricter answer holds. */
  readonly decisionEngine?: DecisionEngine;
  /** A host's own; the built-in checks run as well, and the first no holds. */
  readonly guard?: Pick<SafetyGuard, 'clear'>;
  readonly patterns?: PatternLearner;
  readonly feedback?: FeedbackProcessor;
  readonly hooks?: HostHooks;
  readonly settings?: Partial<Omit<Settings, 'limits'>> & { readonly limits?: Partial<Limits> };
}

const DEFAULT_SETTINGS: Settings = {
  analystTimeoutMs: 60_000,
  readTimeoutMs: 5_000,
  readsPerAnalysis: 50,
  recoverEveryMs: 5_000,
  limits: GUARD,
};

const DAY_MS = 86_400_000;
/** How often a waiting reader looks again although nothing was told, ms (another instance may do the work). */
const LOOK_AGAIN_MS = 100;

function haltScope(category: string | undefined, everywhere: boolean): Halt['scope'] {
  if (everywhere) return 'global';
  return category === undefined ? 'tenant' : 'category';
}

function contextOf(options: RemitOptions): EngineContext {
  const { storage, executor } = options;
  const clock = options.clock ?? { now: () => Date.now() };
  const ids = options.ids ?? { next: (kind) => `${kind}_${randomUUID()}` };
  const limits = { ...GUARD, ...options.settings?.limits };
  const settings: Settings = { ...DEFAULT_SETTINGS, ...options.settings, limits };
  const catalogue = checkCatalogue(options.catalogue);
  const builtIn = new SafetyGuard({ storage, executor, catalogue, settings, ids });
  return {
    storage,
    executor,
    clock,
    ids,
    settings,
    analyst: options.analyst ?? runbookAnalyst(),
    queue: options.queue ?? inProcessQueue({ clock }),
    catalogue,
    categories: options.categories ?? DEFAULT_CATEGORIES,
    scorer: options.scorer ?? new ReliabilityScorer(),
    decisionEngine: options.decisionEngine ?? new DecisionEngine(),
    // The built-in one looks last, so that its clearance is the freshest.
    guards: options.guard ? [options.guard, builtIn] : [builtIn],
    patterns: options.patterns ?? new PatternLearner({ storage, ids }),
    feedback: options.feedback ?? new FeedbackProcessor({ storage }),
    observers: new Observers(),
    hooks: options.hooks ?? {},
    owner: ids.next('owner'),
  };
}

/**
 * Puts Remit together. Nothing runs until `start()`.
 * @throws RemitError `invalid_catalogue` with every fault and its place.
 */
export function createRemit(options: RemitOptions): Remit {
  const context = contextOf(options);
  const { storage, observers, queue, settings, categories } = context;
  let lookout: NodeJS.Timeout | undefined;
  let closed = false;

  const trouble = (where: string) => (error: unknown) => observers.tell('trouble', { where, error });

  async function find(actor: Principal, ticketId: string): Promise<TicketRecord> {
    const record = await storage.tickets.find(actor.tenant, ticketId);
    if (record) return record;
    throw new RemitError('not_found', `There is no ticket ${JSON.stringify(ticketId)}.`, {
      nextStep: 'Check the ticket id; it is the one the ticket was handed in with.',
    });
  }

  /** The ticket as soon as it is as wanted, or as it is after a time. */
  async function waitUntil(
    actor: Principal,
    ticketId: string,
    timeoutMs: number,
    wanted: (view: TicketView) => boolean,
  ): Promise<TicketView> {
    requireScope(actor, 'tickets:read');
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const told = nextEvent(Math.min(LOOK_AGAIN_MS, Math.max(1, deadline - performance.now())));
      const view = await ticketView(context, await find(actor, ticketId));
      if (wanted(view) || performance.now() >= deadline) {
        told.cancel();
        return view;
      }
      await told.happened;
    }
  }

  function nextEvent(withinMs: number): { readonly happened: Promise<void>; cancel(): void } {
    let finish = (): void => {};
    const happened = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const timer = setTimeout(finish, withinMs);
    observers.emitter.once('remediation_event', finish);
    const cancel = (): void => {
      clearTimeout(timer);
      observers.emitter.off('remediation_event', finish);
    };
    return { happened: happened.finally(cancel), cancel };
  }

  async function subjectOf(ticket: TicketRecord): Promise<FeedbackSubject> {
    const found = ticket.remediationId === null ? null : await loadState(context, ticket.tenant, ticket.remediationId);
    const approvers = found?.state.approval?.consents.map(({ by }) => by) ?? [];
    return { ticket, approvers, collapsed: found?.state.state === 'recovered' };
  }

  return {
    events: observers.emitter,
    categories,

    async submitTicket(actor, input) {
      requireScope(actor, 'tickets:write');
      const parsed = parseTicket(input, categories);
      if (parsed.optedIn) requireScope(actor, 'tickets:opt_in');
      const ticket: Ticket = { ...parsed, tenant: actor.tenant, submitter: actor.id };
      const { submitter: _, ...content } = ticket;
      const submission = await storage.tickets.submit(ticket, hashOf(content));
      if (submission.kind === 'conflict') {
        throw new RemitError(
          'ticket_conflict',
          `Ticket ${JSON.stringify(ticket.ticketId)} exists with other content.`,
          {
            nextStep: 'Use another ticket_id, or send the same content again.',
          },
        );
      }
      const created = submission.kind === 'created';
      if (created) {
        observers.tell('ticket_received', submission.record);
        await queue.wake({ kind: 'ticket', tenant: ticket.tenant, id: ticket.ticketId });
      }
      return { ...(await ticketView(context, submission.record)), created };
    },

    async ticket(actor, ticketId) {
      requireScope(actor, 'tickets:read');
      return ticketView(context, await find(actor, ticketId));
    },

    async tickets(actor, query) {
      requireScope(actor, 'tickets:read');
      return storage.tickets.list(actor.tenant, query);
    },

    whenDecided: (actor, ticketId, timeoutMs) =>
      waitUntil(actor, ticketId, timeoutMs, ({ ticket }) => !['received', 'analyzing'].includes(ticket.status)),

    whenAtRest: (actor, ticketId, timeoutMs) => waitUntil(actor, ticketId, timeoutMs, isAtRest),

    async answerApproval(actor, ticketId, answer) {
      const ticket = await find(actor, ticketId);
      await answerApproval(context, actor, ticket, answer);
      return ticketView(context, await find(actor, ticketId));
    },

    async reconcile(actor, ticketId, answer) {
      await answerReconciliation(context, actor, await find(actor, ticketId), answer);
      return ticketView(context, await find(actor, ticketId));
    },

    async setOptIn(actor, ticketId, optedIn) {
      requireScope(actor, 'tickets:write');
      if (optedIn) requireScope(actor, 'tickets:opt_in');
      await setOptIn(context, actor, await find(actor, ticketId), optedIn);
      return ticketView(context, await find(actor, ticketId));
    },

    async pendingApprovals(actor, page) {
      requireScope(actor, 'tickets:read');
      const { items, nextCursor } = await storage.remediations.awaitingApproval(actor.tenant, page);
      const views = await Promise.all(items.map(async (item) => ticketView(context, await find(actor, item.ticketId))));
      return { items: views, nextCursor };
    },

    async logOf(actor, ticketId) {
      requireScope(actor, 'tickets:read');
      await find(actor, ticketId);
      return storage.remediations.logOf(actor.tenant, ticketId);
    },

    async recordFeedback(actor, input) {
      requireScope(actor, 'feedback:write');
      const parsed = parseFeedback(input);
      const ticket = await find(actor, parsed.ticketId);
      const processed = await context.feedback.record({ ...parsed, author: actor.id }, await subjectOf(ticket));
      observers.tell('feedback_recorded', processed.feedback);
      if (!ticket.assessment) return { ...processed, reliability: null };
      const { patternId, similarity, analysis, actionTypes } = ticket.assessment;
      const recognition = { patternId, similarity };
      const { reliability } = await gatherReliability(context, ticket, recognition, analysis.confidence, actionTypes);
      await storage.tickets.rescore(actor.tenant, ticket.ticketId, reliability);
      return { ...processed, reliability };
    },

    async feedbackOf(actor, ticketId) {
      requireScope(actor, 'tickets:read');
      await find(actor, ticketId);
      return storage.feedback.ofTicket(actor.tenant, ticketId);
    },

    async resolveTicket(actor, ticketId, input) {
      requireScope(actor, 'tickets:write');
      return ticketView(context, await resolveTicket(context, actor, await find(actor, ticketId), input));
    },

    async policyOf(actor, category) {
      requireScope(actor, 'tickets:read');
      requireCategory(category, categories);
      return policyInForce(context, actor.tenant, category);
    },

    async setPolicy(actor, category, { policy: change, expectedVersion }) {
      requireScope(actor, 'policy:write');
      requireCategory(category, categories);
      const before = await policyInForce(context, actor.tenant, category);
      const policy: Policy = parsePolicy({ ...before.policy, ...change });
      const atMs = await storage.now();
      const by = actor.id;
      const saved = await storage.policies.save(actor.tenant, category, { expectedVersion, policy, by, atMs });
      if (saved.kind === 'stale') {
        throw new RemitError('version_conflict', `The policy of ${category} is at version ${saved.version} by now.`, {
          nextStep: 'Read the policy again and repeat the change on top of it.',
          facts: { expectedVersion, version: saved.version },
        });
      }
      const { version } = saved;
      observers.tell('policy_changed', { tenant: actor.tenant, category, version, by });
      return { version, policy, by, atMs };
    },

    async acceptTools(actor) {
      requireScope(actor, 'policy:write');
      const { now } = await readTools(context);
      if (!now) {
        throw new RemitError('invalid_configuration', 'The tools could not be looked at.', {
          nextStep: 'Check that the tool servers run, then accept again.',
        });
      }
      const by = { principal: actor.id, atMs: await storage.now(), onlyFirst: false };
      await storage.pins.accept(context.executor.name, now.pins, by);
      return now.pins;
    },

    async patterns(actor, { minOccurrences = 0, ...query }) {
      requireScope(actor, 'tickets:read');
      const { items, nextCursor } = await storage.patterns.list(actor.tenant, { ...query, minOccurrences });
      return { items: items.map(patternView), nextCursor };
    },

    async reliabilityStats(actor, { days, category }) {
      requireScope(actor, 'stats:read');
      const sinceMs = (await storage.now()) - parseDays(days) * DAY_MS;
      if (category === undefined) return storage.stats.reliability(actor.tenant, { sinceMs });
      requireCategory(category, categories);
      return storage.stats.reliability(actor.tenant, { sinceMs, category });
    },

    async remediationStats(actor, { days }) {
      requireScope(actor, 'stats:read');
      const sinceMs = (await storage.now()) - parseDays(days) * DAY_MS;
      return storage.stats.remediation(actor.tenant, { sinceMs });
    },

    async halt(actor, { category, everywhere = false, reason }) {
      requireHaltScope(actor);
      if (everywhere) requireScope(actor, 'halt:everywhere');
      if (category !== undefined) requireCategory(category, categories);
      const halt = {
        haltId: context.ids.next('halt'),
        scope: haltScope(category, everywhere),
        tenant: actor.tenant,
        category: everywhere ? null : (category ?? null),
        reason,
        by: actor.id,
        atMs: await storage.now(),
      };
      await storage.halts.raise(halt);
      observers.tell('halt_raised', halt);
      return halt;
    },

    async liftHalt(actor, haltId) {
      requireScope(actor, 'halt');
      const inForce = await storage.halts.inForce(actor.tenant);
      const halt = inForce.find((one) => one.haltId === haltId);
      if (halt?.scope === 'global') requireScope(actor, 'halt:everywhere');
      const lifted = await storage.halts.lift(actor.tenant, haltId, actor.id, await storage.now());
      if (!lifted) throw new RemitError('not_found', `There is no halt ${JSON.stringify(haltId)} in force.`);
      observers.tell('halt_lifted', { haltId, tenant: actor.tenant, by: actor.id });
    },

    async halts(actor) {
      requireScope(actor, 'tickets:read');
      return storage.halts.inForce(actor.tenant);
    },

    async start() {
      await queue.start(
        (work) =>
          work.kind === 'ticket'
            ? handleTicket(context, work.tenant, work.id)
            : runRemediation(context, work.tenant, work.id),
        (error, work) => trouble(`${work.kind} ${work.id}`)(error),
      );
      context.executor.onLateReply?.((reply) => void recordLateReply(context, reply).catch(trouble('late reply')));
      // Pins what the tools are now, if this is the first time; a server that is down is told as trouble.
      await readTools(context);
      await recover(context);
      lookout = setInterval(() => void recover(context).catch(trouble('recovery')), settings.recoverEveryMs);
      lookout.unref();
    },

    idle: () => queue.idle(),

    async close() {
      if (closed) return;
      closed = true;
      clearInterval(lookout);
      await queue.drain();
      await context.executor.close();
      await storage.close();
    },
  };
}
