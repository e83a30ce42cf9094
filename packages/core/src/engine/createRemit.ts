import { randomUUID } from 'node:crypto';
import type { Catalogue } from '../domain/action.js';
import { checkCatalogue } from '../domain/catalogue.js';
import { DecisionEngine } from '../domain/decision.js';
import { ReliabilityScorer } from '../domain/evidence.js';
import { DEFAULT_CATEGORIES, GUARD, type Limits, SETTINGS, TIDY } from '../domain/policy.js';
import type { Analyst } from '../ports/analyst.js';
import type { Clock } from '../ports/clock.js';
import type { Embedder } from '../ports/embedder.js';
import type { Executor } from '../ports/executor.js';
import type { Ids } from '../ports/ids.js';
import type { Logger } from '../ports/logger.js';
import type { Queue } from '../ports/queue.js';
import type { Storage } from '../ports/storage.js';
import { type AuditOptions, requireLongKey } from './auditOptions.js';
import type { EngineContext, HostHooks, Settings } from './context.js';
import { lookAfter } from './health.js';
import { inProcessQueue } from './inProcessQueue.js';
import { logEvents } from './logEvents.js';
import { Observers } from './observe.js';
import { runbookAnalyst } from './onDemand.js';
import { PatternLearner } from './patternLearner.js';
import { FeedbackProcessor } from './recordFeedback.js';
import { lookOutFor } from './recover.js';
import type { Remit } from './remit.js';
import { SafetyGuard } from './safetyGuard.js';
import type { Sealer } from './sealer.js';
import { haltVerbs } from './verbs/halts.js';
import { laterVerbs, loadWork } from './verbs/later.js';
import { watchAnalyst } from './watchAnalyst.js';

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
  /** Lets texts be alike in meaning, not in words alone. Default: none. */
  readonly embedder?: Embedder;
  /**
   * Ids of principals whose tickets programs print, such as that of an ingest source: their lines are one problem when
   * they fit one template. Never name a principal for whom people write. Default: none.
   */
  readonly alertSources?: readonly string[];
  readonly feedback?: FeedbackProcessor;
  readonly hooks?: HostHooks;
  /** Hears what observers are told: ids and states, and what failed. Default: nobody. */
  readonly logger?: Logger;
  /** Anchors and key of the tenants' chains. Default: neither, so that a full rewrite of the database is not found. */
  readonly audit?: AuditOptions;
  readonly settings?: Partial<Omit<Settings, 'limits'>> & { readonly limits?: Partial<Limits> };
}

function contextOf(options: RemitOptions & Pick<EngineContext, 'analyst'>): EngineContext {
  const { storage, executor } = options;
  const clock = options.clock ?? { now: () => Date.now() };
  const ids = options.ids ?? { next: (kind) => `${kind}_${randomUUID()}` };
  const limits = { ...GUARD, ...options.settings?.limits };
  const settings: Settings = { ...SETTINGS, ...options.settings, limits };
  const catalogue = checkCatalogue(options.catalogue);
  const builtIn = new SafetyGuard({ storage, executor, catalogue, settings, ids });
  return {
    storage,
    executor,
    clock,
    ids,
    settings,
    analyst: options.analyst,
    queue: options.queue ?? inProcessQueue({ clock }),
    catalogue,
    categories: options.categories ?? DEFAULT_CATEGORIES,
    scorer: options.scorer ?? new ReliabilityScorer(),
    decisionEngine: options.decisionEngine ?? new DecisionEngine(),
    // The built-in one looks last, so that its clearance is the freshest.
    guards: options.guard ? [options.guard, builtIn] : [builtIn],
    patterns:
      options.patterns ??
      new PatternLearner({
        storage,
        ids,
        ...(options.embedder && { embedder: options.embedder }),
        ...(options.alertSources && { alertSources: options.alertSources }),
      }),
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
  const watched = watchAnalyst(options.analyst ?? runbookAnalyst());
  const context = contextOf({ ...options, analyst: watched.analyst });
  if (options.logger) logEvents(context.observers, options.logger);
  const { storage, observers, queue, settings } = context;
  const recover = lookOutFor(context);
  let lookout: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let tidying: NodeJS.Timeout | undefined;
  let sealer: Sealer | undefined;
  let started = false;
  let closed = false;
  const isRunning = (): boolean => started && !closed;
  const health = lookAfter({ storage, isRunning, analyst: watched.record });

  const trouble = (where: string) => (error: unknown) => observers.tell('trouble', { where, error });
  const audit = { ...options.audit, storage, trouble: (where: string, error: unknown) => trouble(where)(error) };
  requireLongKey(audit);

  /** One look at a time: with a store that does not answer they would pile up. */
  function lookOut(): void {
    looking ??= recover()
      .catch(trouble('recovery'))
      .finally(() => {
        looking = undefined;
      });
  }

  return {
    events: observers.emitter,
    categories: context.categories,
    ...haltVerbs(context),
    ...laterVerbs(context),

    async start() {
      // Everything that acts, and everything that stops it, is loaded before anything is done.
      const { handleTicket, pinFirstUse, runRemediation, sealerOf } = await loadWork();
      await queue.start(
        ({ kind, tenant, id }) =>
          kind === 'ticket' ? handleTicket(context, tenant, id) : runRemediation(context, tenant, id),
        (error, { kind, id }) => trouble(`${kind} ${id}`)(error),
      );
      await pinFirstUse(context);
      await recover();
      clearInterval(lookout);
      lookout = setInterval(lookOut, settings.recoverEveryMs);
      lookout.unref();
      sealer ??= sealerOf(audit);
      sealer.start();
      started = true;
      clearInterval(tidying);
      tidying = setInterval(() => void storage.tidy(TIDY.atOnce).catch(trouble('tidying')), TIDY.everyMs);
      tidying.unref();
    },

    idle: () => queue.idle(),
    health,

    async close() {
      if (closed) return;
      closed = true;
      clearInterval(lookout);
      clearInterval(tidying);
      await queue.drain();
      await looking;
      await sealer?.stop();
      await context.executor.close();
      await storage.close();
    },
  };
}
