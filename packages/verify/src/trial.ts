import {
  type AnalysisInput,
  defaultPolicy,
  type LogRow,
  type PatternFact,
  type Plan,
  type Policy,
  type Principal,
  type Queue,
  type Remit,
  type RemitOptions,
  type Storage,
  signatureOf,
  type TicketInput,
  type TicketView,
  type Work,
} from '@remit/core';
import { type MovableClock, movableClock, scriptedAnalyst } from '@remit/core/testing';
import type { Cast } from './dry/play.js';
import { type DryWorld, dryWorld } from './dry/world.js';
import type { Subject } from './subject.js';

/** The tenant of every trial. */
export const TENANT = 'remit-verify';
/** What every ticket of a trial says, unless it says something else. */
export const TEXT = 'the thing that this trial is about does not work any more';
/** The value of every secret in a trial. */
export const SECRET = 'remit-verify-secret-5f1c0e9a7b';
/** The pattern that it is known under. */
export const PATTERN = 'verify-pattern';

const DAY_MS = 86_400_000;
const HURRY_MS = 1_000;

const EVERY_SCOPE = [
  'tickets:read',
  'tickets:write',
  'tickets:opt_in',
  'feedback:write',
  'policy:write',
  'stats:read',
  'halt',
  'halt:everywhere',
];

/** Somebody of the trial's tenant. */
export function person(id: string, scopes: readonly string[] = EVERY_SCOPE, groups: readonly string[] = []): Principal {
  return { id, tenant: TENANT, scopes, groups };
}

/** Who hands tickets in. */
export const SUBMITTER = person('verify-submitter');
/** Who sets policies and halts. */
export const OPERATOR = person('verify-operator');

/** A queue that does nothing by itself, so that a trial is the same every time. */
interface ManualQueue extends Queue {
  readonly pending: Work[];
  take(index: number): Promise<void>;
}

function manualQueue(clock: MovableClock): ManualQueue {
  const pending: Work[] = [];
  let handler: (work: Work) => Promise<void> = async () => {};
  let report: (error: unknown, work: Work) => void = () => {};
  return {
    pending,
    async wake(work, atMs) {
      const isThere = pending.some((other) => other.id === work.id && other.kind === work.kind);
      if (!isThere && !(atMs !== undefined && atMs > clock.now())) pending.push(work);
    },
    async start(deliver, onError) {
      handler = deliver;
      report = onError;
    },
    async idle() {},
    async drain() {},
    async take(index) {
      const [work] = pending.splice(index, 1);
      if (work) await handler(work).catch((error: unknown) => report(error, work));
    },
  };
}

/** One Remit on the trial's store. */
export interface Instance {
  readonly remit: Remit;
  /** Takes turns until nothing is left to do now. */
  settle(): Promise<void>;
  /** Only analyses and decides. */
  decide(): Promise<void>;
}

/** How a trial is set up. */
export interface TrialSetup {
  /** Laid over the host's policy of the category. */
  readonly policy?: Partial<Policy>;
  readonly options?: Partial<RemitOptions>;
  /** A fault below everything: what the store of the trial suffers from. */
  readonly faults?: (storage: Storage) => Storage;
  readonly faultyExecutor?: (executor: RemitOptions['executor']) => RemitOptions['executor'];
  /** Earlier successes of the action, each approved and praised by other people. Default 25: proven. */
  readonly record?: number;
  /** Actions with such a record. Default: those of the casts. */
  readonly known?: readonly string[];
}

/** A small Remit of its own: an empty store of the host's kind, a world that is made up, a clock that stands still. */
export interface Trial extends Instance {
  readonly world: DryWorld;
  readonly clock: MovableClock;
  /** The store as the engine uses it. */
  readonly storage: Storage;
  /** The store without what a control changed. */
  readonly bare: Storage;
  readonly category: string;
  readonly policy: Policy;
  /** What the analyst says, by ticket. */
  readonly plans: Map<string, Plan | ((input: AnalysisInput) => Plan | null)>;
  instance(change?: (storage: Storage) => Storage): Promise<Instance>;
  /** Hands in a ticket about a cast, opted in, its target named. */
  submit(ticketId: string, cast: Cast, change?: Partial<TicketInput>, actor?: Principal): Promise<void>;
  view(ticketId: string): Promise<TicketView>;
  log(ticketId: string): Promise<readonly LogRow[]>;
  /** One person's yes to what is shown. */
  approve(ticketId: string, who?: Principal): Promise<void>;
  /** As many yeses as are needed. */
  approveAll(ticketId: string): Promise<void>;
  /** `route/reason, state/reason` of the ticket, for sentences. */
  say(ticketId: string): Promise<string>;
  close(): Promise<void>;
}

/** Somebody who may approve in a category under a policy. */
export function approver(n: number, policy: Pick<Policy, 'approverGroups'>): Principal {
  return person(`verify-approver-${n}`, ['tickets:read', 'remediation:approve'], policy.approverGroups);
}

/** What lets everything pass that only record, score and policy could stop: what is left is the protection under trial. */
export const OPEN: Partial<Policy> = {
  enabled: true,
  requiresApproval: false,
  criticalAutoApprove: true,
  allowBelowSeedMinimum: true,
  minReliabilityScore: 0,
  maxActionsPerHour: 1_000,
};
/** The same, but a person is asked. */
export const ASKING: Partial<Policy> = { ...OPEN, requiresApproval: true };

/** Limits that nothing in a trial reaches. */
export const NO_LIMITS = {
  actionsPerHourTenant: 1_000,
  actionsPerHourTarget: 1_000,
  actionsPerHourPattern: 1_000,
  loopAllowed: 1_000,
  targetsPerHourTenant: 1_000,
  stormFrom: 1_000,
};

/** Successes of an action, far enough apart and by different people, so that all of them count. */
function goodRecord(actionType: string, atMs: number, count: number): readonly PatternFact[] {
  return Array.from({ length: count }, (_, n): readonly PatternFact[] => {
    const about = { patternId: PATTERN, actionType, ticketId: `PAST-${n}`, atMs: atMs - (n + 2) * DAY_MS };
    const came = { resolved: true, executed: true, succeeded: true, confidence: 0.97, similarity: 1 };
    return [
      { ...about, ...came, kind: 'outcome', remediationId: `past-${n}`, principal: `fixer-${n}`, via: 'approval' },
      { ...about, kind: 'vote', principal: `voter-${n}`, verdict: 'positive', admissible: true },
    ];
  }).flat();
}

/** The policy that a trial goes by: the host's, without what other trials are about, and the trial's own changes on top. */
function policyFor(subject: Subject, category: string, change: Partial<Policy>): Policy {
  const aside = { maintenanceWindows: [], freezePeriods: [], phase: null, mode: 'seed', shadow: false } as const;
  return { ...(subject.policies[category] ?? defaultPolicy(category)), ...aside, ...change };
}

/** The category that an action is for: one that is in use, if there is any. */
export function categoryFor(subject: Subject, cast: Cast): string {
  const [known] = subject.categories.filter((one) => cast.entry.categories.includes(one));
  return known ?? cast.entry.categories[0] ?? subject.categories[0] ?? 'other';
}

/** Sets a trial up about some casts, in the category of the first; all of them are on stage and show their fault. */
export async function startTrial(
  subject: Subject,
  casts: readonly [Cast, ...Cast[]],
  setup: TrialSetup = {},
): Promise<Trial> {
  const [first] = casts;
  const category = categoryFor(subject, first);
  const policy = policyFor(subject, category, { ...OPEN, ...setup.policy });
  const clock = movableClock();
  const catalogue = setup.options?.catalogue ?? subject.catalogue;
  const world = dryWorld({ ...catalogue, actions: [...catalogue.actions, ...subject.catalogue.actions] });
  const bare = await subject.openStore(clock);
  const faults = setup.faults ?? ((storage) => storage);
  const storage = subject.store(faults(bare), world);
  const executor = subject.executor((setup.faultyExecutor ?? ((own) => own))(world.executor), world);
  const plans: Trial['plans'] = new Map();
  let ids = 0;
  let asked = 0;
  // The host's clock runs fast: validation that goes on until the time is up is not waited for.
  const hurried = {
    now() {
      asked += 1;
      return clock.now() + asked * HURRY_MS;
    },
  };

  async function instance(change: (storage: Storage) => Storage = (own) => own): Promise<Instance> {
    const queue = manualQueue(clock);
    const remit = subject.remit(
      subject.create({
        storage: change(storage),
        executor,
        catalogue,
        categories: [...new Set([...subject.categories, category])],
        analyst: scriptedAnalyst((input) => {
          const said = plans.get(input.ticket.ticketId) ?? null;
          return { plan: typeof said === 'function' ? said(input) : said, confidence: 0.97 };
        }),
        clock: hurried,
        queue,
        ids: {
          next(kind) {
            ids += 1;
            return `${kind}-verify-${ids}`;
          },
        },
        ...setup.options,
        hooks: { resolveSecret: async () => SECRET, ...setup.options?.hooks },
        settings: {
          recoverEveryMs: 2 ** 31 - 1,
          ...setup.options?.settings,
          limits: { ...subject.limits, ...NO_LIMITS, ...setup.options?.settings?.limits },
        },
      }),
    );
    await remit.start();
    const isTicket = (work: Work): boolean => work.kind === 'ticket';
    return {
      remit,
      async settle() {
        let before = '';
        for (let turn = 0; turn < 50; turn += 1) {
          while (queue.pending.length > 0) await queue.take(0);
          const due = await storage.due(100);
          const left = JSON.stringify(due);
          if (left === before) return;
          before = left;
          for (const one of due.tickets) await queue.wake({ kind: 'ticket', tenant: one.tenant, id: one.ticketId });
          for (const one of due.remediations) {
            await queue.wake({ kind: 'remediation', tenant: one.tenant, id: one.remediationId });
          }
        }
      },
      async decide() {
        for (let at = queue.pending.findIndex(isTicket); at >= 0; at = queue.pending.findIndex(isTicket)) {
          await queue.take(at);
        }
      },
    };
  }

  const { version, hash, masked, words, terms } = signatureOf(TEXT);
  const signature = { hash, masked, words, terms };
  const told = { ticketId: 'EARLIER', similarity: 1, known: false };
  await bare.policies.save(TENANT, category, { expectedVersion: 0, policy, by: 'verify', atMs: clock.now() });
  await bare.patterns.adopt(TENANT, { patternId: PATTERN, category, signature, version, first: told });
  for (const action of new Set(setup.known ?? casts.map(({ entry }) => entry.name))) {
    await bare.patterns.learn(TENANT, goodRecord(action, clock.now(), setup.record ?? 25));
  }
  for (const cast of casts) world.stage(cast);
  const { remit, settle, decide } = await instance();

  const view = (ticketId: string): Promise<TicketView> => remit.ticket(OPERATOR, ticketId);
  async function approve(ticketId: string, who: Principal = approver(1, policy)): Promise<void> {
    const { remediation } = await view(ticketId);
    const { approvalId = '', bindingHash = '' } = remediation?.approval ?? {};
    await remit.answerApproval(who, ticketId, { approve: true, approvalId, bindingHash });
  }
  return {
    remit,
    settle,
    decide,
    world,
    clock,
    storage,
    bare,
    category,
    policy,
    plans,
    instance,
    async submit(ticketId, cast, change = {}, actor = SUBMITTER) {
      if (!plans.has(ticketId)) {
        plans.set(ticketId, { actions: [{ action: cast.entry.name, arguments: cast.arguments }] });
      }
      const ticket = { ticketId, description: TEXT, category, optedIn: true, targets: [cast.target], ...change };
      await remit.submitTicket(actor, ticket);
    },
    view,
    log: (ticketId) => bare.remediations.logOf(TENANT, ticketId),
    approve,
    async approveAll(ticketId) {
      for (let n = 1; n <= policy.approvers; n += 1) await approve(ticketId, approver(n, policy));
    },
    async say(ticketId) {
      const { ticket, remediation } = await view(ticketId);
      const { route, reason } = ticket.assessment?.decision ?? { route: 'none', reason: ticket.status };
      return `${route}/${reason}, ${remediation ? `${remediation.state}/${remediation.reason}` : 'no remediation'}`;
    },
    close: () => remit.close(),
  };
}

/** Does something with a trial and ends it, whatever comes of it. */
export async function withTrial<Result>(
  subject: Subject,
  casts: readonly [Cast, ...Cast[]],
  setup: TrialSetup,
  use: (trial: Trial) => Promise<Result>,
): Promise<Result> {
  const trial = await startTrial(subject, casts, setup);
  try {
    return await use(trial);
  } finally {
    await trial.close();
  }
}
