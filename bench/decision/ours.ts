import {
  type ActionClass,
  type CatalogueEntry,
  type ClearRequest,
  createRemit,
  DEFAULT_POLICY,
  type DecisionBasis,
  DecisionEngine,
  type Executor,
  GUARD,
  judgeTally,
  type PatternTally,
  type Policy,
  ReliabilityScorer,
  SafetyGuard,
  type Standing,
  type Storage,
} from '@remit/core';
import { memoryStorage, movableClock, recordingExecutor, scriptedAnalyst } from '@remit/core/testing';
import { z } from 'zod';

/* Remit's own path from the facts to a clearance, with every fact in memory. */

/** What is asked: whether an action of a category may run by itself. */
export interface Question {
  readonly category: string;
  readonly actionClass: ActionClass;
  /** A pattern of that standing. */
  readonly standing: Extract<Standing, 'proven' | 'learning'>;
  /** The analyst's confidence, 0..1. */
  readonly confidence: number;
}

/** One way through the rules. */
export interface Path {
  readonly says: string;
  /** Whether it may run by itself. */
  ask(question: Question): boolean | Promise<boolean>;
}

const TALLIES: Readonly<Record<Question['standing'], PatternTally>> = {
  proven: {
    occurrences: 40,
    executed: 40,
    succeeded: 40,
    approvedSuccesses: 40,
    failures: 0,
    positive: 40,
    rated: 40,
    meanConfidence: 0.97,
    meanSimilarity: 1,
    principals: 12,
  },
  learning: {
    occurrences: 3,
    executed: 3,
    succeeded: 3,
    approvedSuccesses: 3,
    failures: 0,
    positive: 3,
    rated: 3,
    meanConfidence: 0.97,
    meanSimilarity: 1,
    principals: 3,
  },
};

const entry: CatalogueEntry = {
  name: 'restart',
  title: 'Restart',
  tool: 'ops/restart',
  class: 'safe_write',
  family: 'restart',
  categories: ['server'],
  arguments: z.strictObject({ service: z.string() }),
  targets: [{ kind: 'service', argument: '/service' }],
  allowedTargets: ['service:web'],
  timeoutMs: 500,
  idempotent: true,
  dedupes: false,
  symptom: { tool: 'ops/status', arguments: { service: '$target' }, expect: [{ path: '/up', equals: false }] },
  prechecks: [{ tool: 'ops/status', arguments: { service: '$target' }, expect: [{ path: '/answers', equals: true }] }],
  snapshot: { tool: 'ops/status', arguments: { service: '$target' }, fields: ['/up'] },
  validation: [{ tool: 'ops/status', arguments: { service: '$target' }, expect: [{ path: '/up', equals: true }] }],
  irreversible: 'starting again is its own remedy',
};
const catalogue = { actions: [entry], runbooks: [] };

/** The first request for a clearance that a real Remit makes for a ticket; all of its facts are real. */
async function realRequest(): Promise<ClearRequest> {
  const clock = movableClock();
  const storage = memoryStorage({ clock });
  const status = { readOnly: true, run: () => ({ up: false, answers: true }) };
  const executor = recordingExecutor({ 'ops/status': status, 'ops/restart': { run: () => ({}) } });
  let asked: ClearRequest | null = null;
  const remit = createRemit({
    storage,
    executor,
    catalogue,
    clock,
    analyst: scriptedAnalyst({
      plan: { actions: [{ action: 'restart', arguments: { service: 'web' } }] },
      confidence: 0.97,
    }),
    // Asked before the built-in guard, and says no: nothing is carried out.
    guard: {
      async clear(request) {
        asked = request;
        const verdict = { check: 'host_guard', answer: 'blocked', because: 'seen', evidence: null } as const;
        return { kind: 'refused', verdict, verdicts: [verdict] };
      },
    },
    scorer: new (class extends ReliabilityScorer {
      override score() {
        const { positive, rated, succeeded, executed, occurrences: resolved } = TALLIES.proven;
        return super.score({ positive, rated, succeeded, executed, resolved, confidence: 0.97, similarity: 1 });
      }
    })(),
  });
  const scopes = ['tickets:read', 'tickets:write', 'tickets:opt_in', 'policy:write', 'remediation:approve'];
  const person = (id: string) => ({ id, tenant: 'acme', scopes });
  await remit.start();
  const ticket = { ticketId: 'T', description: 'web does not answer', category: 'server', optedIn: true };
  await remit.submitTicket(person('ana'), { ...ticket, targets: ['service:web'] });
  const { remediation } = await remit.whenAtRest(person('ana'), 'T', 5_000);
  const { approvalId = '', bindingHash = '' } = remediation?.approval ?? {};
  await remit.answerApproval(person('gil'), 'T', { approve: true, approvalId, bindingHash });
  await remit.whenAtRest(person('ana'), 'T', 5_000);
  await remit.close();
  if (asked === null) throw new Error('the guard was never asked');
  return asked;
}

/** Facts that are there already: each answer is what a store or a server said. */
function factsInMemory(nowMs: number): { readonly storage: Storage; readonly executor: Executor } {
  const clock = { now: () => nowMs };
  const storage = memoryStorage({ clock });
  const none = Promise.resolve([]);
  const now = Promise.resolve(nowMs);
  const taken = Promise.resolve({ kind: 'taken' } as const);
  const reserved = Promise.resolve({ kind: 'reserved' } as const);
  const status = Promise.resolve({ ok: true, value: { up: false, answers: true } } as const);
  return {
    storage: {
      ...storage,
      now: () => now,
      halts: { ...storage.halts, inForce: () => none },
      locks: { ...storage.locks, take: () => taken, release: async () => {} },
      slots: { reserve: () => reserved },
      patterns: { ...storage.patterns, plansOf: () => none },
    },
    executor: { ...recordingExecutor({}), read: () => status },
  };
}

/** Remit's two ways: the table alone, and everything up to the clearance. */
export async function remitPaths(
  categories: readonly string[],
): Promise<{ readonly table: Path; readonly whole: Path }> {
  const policies = new Map<string, Policy>(
    categories.map((category) => [category, { ...DEFAULT_POLICY, requiresApproval: false }]),
  );
  const scorer = new ReliabilityScorer();
  const engine = new DecisionEngine();
  const request = await realRequest();
  const { storage, executor } = factsInMemory(request.nowMs);
  let ids = 0;
  const next = (kind: string): string => {
    ids += 1;
    return `${kind}-${ids}`;
  };
  const settings = { limits: GUARD, readTimeoutMs: 5_000 };
  const guard = new SafetyGuard({ storage, executor, catalogue, settings, ids: { next } });
  const tools = await request.readTools();
  const readTools = () => Promise.resolve(tools);

  /** Score, standing and decision from the facts. */
  function decide({ category, actionClass, standing: record, confidence }: Question): DecisionBasis {
    const policy = policies.get(category) ?? DEFAULT_POLICY;
    const tally = TALLIES[record];
    const { positive, rated, succeeded, executed, occurrences: resolved } = tally;
    const evidence = { confidence, positive, rated, succeeded, executed, similarity: 1, resolved };
    const { standing, statistics, lacking } = judgeTally(tally);
    const reliability = scorer.score(evidence);
    const { enabled, requiresApproval, minReliabilityScore, criticalAutoApprove } = policy;
    const decisionInput = {
      optedIn: true,
      policy: { enabled, requiresApproval, minReliabilityScore, criticalAutoApprove },
      actionClasses: [actionClass],
      score: reliability.score,
      standing,
      approvedSuccesses: tally.approvedSuccesses,
      failures: tally.failures,
      phase: null,
    };
    const decision = engine.decide(decisionInput);
    const judged = { actionType: 'restart', evidence, tally, statistics, standing, reliability, lacking };
    const { weights } = scorer;
    return { standings: [judged], reliability, weights, phase: null, policyVersion: 1, decisionInput, decision };
  }

  // As a store loads it, with what was decided before: every question that may run is decided alike.
  const [category = ''] = categories;
  const decided = decide({ category, actionClass: 'safe_write', standing: 'proven', confidence: 0.97 });
  const loaded = JSON.parse(JSON.stringify(request.remediation)) as ClearRequest['remediation'];
  const remediation = { ...loaded, proposal: { ...loaded.proposal, ...decided } };

  return {
    table: {
      says: 'Remit: score, standing, decision table with every rule looked at',
      ask: (question) => decide(question).decision.route === 'auto',
    },
    whole: {
      says: 'Remit: the same, then every check of the guard, up to a clearance',
      async ask(question) {
        if (decide(question).decision.route !== 'auto') return false;
        const policy = policies.get(question.category) ?? DEFAULT_POLICY;
        const decideAgain = () => Promise.resolve(decide(question));
        const answer = await guard.clear({ ...request, remediation, policy, decideAgain, readTools });
        if (answer.kind === 'refused') throw new Error(`${answer.verdict.check}: ${answer.verdict.because}`);
        return true;
      },
    },
  };
}
