import type { Catalogue } from '../domain/action.js';
import type { DecisionEngine } from '../domain/decision.js';
import type { ReliabilityScorer } from '../domain/evidence.js';
import type { Limits } from '../domain/policy.js';
import type { Analyst } from '../ports/analyst.js';
import type { Clock } from '../ports/clock.js';
import type { Executor } from '../ports/executor.js';
import type { Ids } from '../ports/ids.js';
import type { Queue } from '../ports/queue.js';
import type { Storage } from '../ports/storage.js';
import type { Observers } from './observe.js';
import type { PatternLearner } from './patternLearner.js';
import type { FeedbackProcessor } from './recordFeedback.js';
import type { SafetyGuard } from './safetyGuard.js';

/** What a host tells Remit about its world. */
export interface HostHooks {
  /** The value of a secret, asked for right before a call that refers to it. */
  readonly resolveSecret?: (name: string) => Promise<string>;
  /** The targets (`kind:name`) a CMDB finds for a ticket; those are trusted. Rejecting counts as none. */
  readonly resolveTargets?: (ticket: {
    readonly tenant: string;
    readonly ticketId: string;
    readonly description: string;
  }) => Promise<readonly string[]>;
}

/** How Remit is tuned. */
export interface Settings {
  /** How long an analyst may take, ms. */
  readonly analystTimeoutMs: number;
  /** How long one read may take, ms. */
  readonly readTimeoutMs: number;
  /** Reads an analyst may make for one ticket. */
  readonly readsPerAnalysis: number;
  /** How often unfinished work is looked for, ms. */
  readonly recoverEveryMs: number;
  /** What the guard keeps under. */
  readonly limits: Limits;
}

/** Everything the engine's parts share. */
export interface EngineContext {
  readonly storage: Storage;
  readonly executor: Executor;
  readonly analyst: Analyst;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly catalogue: Catalogue;
  readonly categories: readonly string[];
  readonly scorer: ReliabilityScorer;
  readonly decisionEngine: DecisionEngine;
  /** The built-in guard, and a host's own, which may only be stricter. */
  readonly guards: readonly Pick<SafetyGuard, 'clear'>[];
  readonly patterns: PatternLearner;
  readonly feedback: FeedbackProcessor;
  readonly observers: Observers;
  readonly hooks: HostHooks;
  readonly settings: Settings;
  /** Names this instance in leases. */
  readonly owner: string;
}
