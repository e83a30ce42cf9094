import {
  type Catalogue,
  createRemit,
  type DecisionInput,
  decideRoute,
  type Executor,
  type Limits,
  type Policy,
  type Remit,
  type RemitOptions,
  type Route,
  type Storage,
  type ToolCatalogue,
  verifyAudit,
} from '@remit/core';
import { recompute } from '@remit/core/statistics';
import type { MovableClock } from '@remit/core/testing';
import type { Play } from './dry/play.js';
import type { DryWorld } from './dry/world.js';

/** What the guarantees are tried on, and the parts that a trial is put together from. A control swaps one part. */
export interface Subject {
  readonly catalogue: Catalogue;
  readonly categories: readonly string[];
  /** The writes that can be tried. */
  readonly plays: readonly Play[];
  /** The policy in force, by category. */
  readonly policies: Readonly<Record<string, Policy>>;
  readonly limits: Limits;
  /** The tools as the host's own executor lists them; null when it was not asked or could not be. */
  readonly tools: ToolCatalogue | null;
  /** Opens an empty store of the host's kind, under the clock of the trial. */
  readonly openStore: (clock: MovableClock) => Promise<Storage>;
  /** The store as it is used; the way in for a control, or for a store that is not as it should be. */
  readonly store: (storage: Storage, world: DryWorld) => Storage;
  /** The executor as it is used. */
  readonly executor: (executor: Executor, world: DryWorld) => Executor;
  /** How Remit is made of its options. */
  readonly create: (options: RemitOptions) => Remit;
  /** Remit as it is used. */
  readonly remit: (remit: Remit) => Remit;
  /** The decision table as it is used. */
  readonly decide: (input: DecisionInput) => { readonly route: Route };
  /** How a decision is computed again from its row. */
  readonly recompute: typeof recompute;
  /** How the log is verified. */
  readonly verifyAudit: typeof verifyAudit;
}

/** The parts that are Remit's own. */
export const OWN_PARTS: Pick<
  Subject,
  'store' | 'executor' | 'create' | 'remit' | 'decide' | 'recompute' | 'verifyAudit'
> = {
  store: (storage) => storage,
  executor: (executor) => executor,
  create: createRemit,
  remit: (remit) => remit,
  decide: decideRoute,
  recompute,
  verifyAudit,
};

/** What came of trying a guarantee. */
export type Finding =
  | { readonly kind: 'holds'; readonly because: string }
  | { readonly kind: 'broken'; readonly because: string }
  /** It could not be tried here; never counted as a pass. */
  | { readonly kind: 'not_applicable'; readonly because: string };

/** It holds. */
export const holds = (because: string): Finding => ({ kind: 'holds', because });
/** It does not hold. */
export const broken = (because: string): Finding => ({ kind: 'broken', because });
/** It could not be tried. */
export const notApplicable = (because: string): Finding => ({ kind: 'not_applicable', because });

/** One guarantee: how it is tried, and how the protection behind it is taken out of a copy. */
export interface Guarantee {
  /** Small letters, digits and _; stable, for programs. */
  readonly id: string;
  /** The sentence that has to hold. */
  readonly says: string;
  /** Properties of section 17 of the specification that it speaks for. */
  readonly properties: readonly number[];
  /** Tries to break it on a subject, and says what came of it. */
  attempt(subject: Subject): Promise<Finding>;
  /** The same subject without the protection: trying it must find the guarantee broken. */
  without(subject: Subject): Subject;
}

/** The subject with its store wrapped once more. */
export function withStore(subject: Subject, change: (storage: Storage, world: DryWorld) => Storage): Subject {
  return { ...subject, store: (storage, world) => change(subject.store(storage, world), world) };
}

/** The subject with its executor wrapped once more. */
export function withExecutor(subject: Subject, change: (executor: Executor, world: DryWorld) => Executor): Subject {
  return { ...subject, executor: (executor, world) => change(subject.executor(executor, world), world) };
}

/** The subject put together with other options. */
export function withOptions(subject: Subject, change: (options: RemitOptions) => RemitOptions): Subject {
  return { ...subject, create: (options) => subject.create(change(options)) };
}

/** The subject with other catalogue entries at the moment it is put together. */
export function withEntries(
  subject: Subject,
  change: (entry: Catalogue['actions'][number]) => Catalogue['actions'],
): Subject {
  return withOptions(subject, (options) => ({
    ...options,
    catalogue: { ...options.catalogue, actions: options.catalogue.actions.flatMap(change) },
  }));
}

/** The subject whose store answers with other policies. */
export function withPolicy(subject: Subject, change: Partial<Policy>): Subject {
  return withStore(subject, (storage) => {
    const swap = <Version extends { readonly policy: Policy } | null>(found: Version): Version =>
      found && { ...found, policy: { ...found.policy, ...change } };
    return {
      ...storage,
      policies: { ...storage.policies, find: async (...asked) => swap(await storage.policies.find(...asked)) },
      async standingOrders(...asked) {
        const orders = await storage.standingOrders(...asked);
        return { ...orders, policy: swap(orders.policy) };
      },
    };
  });
}
