import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_POLICY,
  DecisionEngine,
  FeedbackProcessor,
  GUARD,
  PatternLearner,
  ReliabilityScorer,
  RemitError,
  SafetyGuard,
} from '../src/index.js';
import { memoryStorage, recordingExecutor } from '../src/testing/index.js';
import { fleetCatalogue, machines, toolsFor } from './engine/fleetCatalogue.js';
import { proposed, stateOf } from './remediationLog.js';

describe('each of the five components works alone', () => {
  const evidence = { confidence: 0.9, positive: 9, rated: 10, succeeded: 9, executed: 10, similarity: 1, resolved: 5 };

  it('ReliabilityScorer scores evidence, and refuses weights that do not sum to 1', () => {
    const { score, level, flagged } = new ReliabilityScorer().score(evidence);
    expect({ score, level, flagged }).toEqual({ score: 88.333333333, level: 'high', flagged: [] });
    expect(new ReliabilityScorer().score({ ...evidence, confidence: 1.7 }).flagged).toEqual(['aiConfidence']);
    const weights = { aiConfidence: 1, humanFeedback: 1, historicalSuccess: 0, patternRecognition: 0 };
    expect(() => new ReliabilityScorer({ weights })).toThrow(RemitError);
    const onlyPeople = { aiConfidence: 0, humanFeedback: 1, historicalSuccess: 0, patternRecognition: 0 };
    expect(new ReliabilityScorer({ weights: onlyPeople }).score(evidence).score).toBeCloseTo((100 * 10) / 12, 9);
  });

  it('DecisionEngine decides, and a host’s findings only take it down', () => {
    const input = {
      optedIn: true,
      policy: { ...DEFAULT_POLICY, requiresApproval: false },
      actionClasses: ['safe_write'],
      score: 95,
      standing: 'proven',
      approvedSuccesses: 20,
      failures: 0,
      phase: null,
    } as const;
    expect(new DecisionEngine().decide(input).route).toBe('auto');
    const careful = new DecisionEngine({
      findings: () => [{ reason: 'target_untrusted', atMost: 'approval', inputs: {} }],
    });
    expect(careful.decide(input)).toMatchObject({ route: 'approval', reason: 'target_untrusted' });
    const generous = new DecisionEngine({
      findings: () => [{ reason: 'target_untrusted', atMost: 'auto', inputs: {} }],
    });
    expect(generous.decide({ ...input, optedIn: false }).route).toBe('suggest_only');
  });

  const storage = memoryStorage();
  const ids = { next: (kind: string) => `${kind}-${randomUUID()}` };

  it('PatternLearner recognises, learns and judges', async () => {
    const learner = new PatternLearner({ storage, ids });
    const ticket = {
      tenant: 'acme',
      ticketId: 'A',
      category: 'server',
      title: null,
      description: 'disk full on node 7',
    };
    const { patternId, known } = await learner.recognise(ticket);
    expect(known).toBe(false);
    expect(await learner.recognise({ ...ticket, ticketId: 'B', description: 'disk full on node 8' })).toMatchObject({
      patternId,
      similarity: 1,
      known: true,
    });
    const key = { tenant: 'acme', patternId, actionType: 'restart' };
    const fact = {
      kind: 'outcome',
      patternId,
      actionType: 'restart',
      ticketId: 'T',
      remediationId: null,
      principal: 'ana',
      atMs: 0,
      resolved: true,
      executed: true,
      succeeded: true,
      via: 'human',
      confidence: 0.9,
      similarity: 1,
    } as const;
    await learner.learn({ tenant: 'acme', facts: [fact] });
    expect(await learner.standing(key)).toMatchObject({ standing: 'learning', tally: { occurrences: 1 } });
    expect(await learner.standing({ ...key, tenant: 'other' })).toMatchObject({ tally: { occurrences: 0 } });
  });

  it('FeedbackProcessor records, and the last vote of an author wins', async () => {
    const storage = memoryStorage();
    const processor = new FeedbackProcessor({ storage });
    const ticket = { tenant: 'acme', ticketId: 'T', assessment: null } as never;
    const said = {
      ticketId: 'T',
      author: 'ana',
      remediationId: null,
      feedbackType: 'positive',
      rating: 4,
      wasHelpful: null,
      resolutionAccurate: null,
      actionsWorked: null,
      comment: null,
      whatWorked: null,
      whatDidntWork: null,
      suggestions: null,
      actualResolution: null,
      timeToResolve: null,
    } as const;
    const subject = { ticket, approvers: [], collapsed: false };
    expect(await processor.record(said, subject)).toMatchObject({ replaced: false, feedback: { value: 0.75 } });
    expect(await processor.record({ ...said, rating: 1 }, subject)).toMatchObject({
      replaced: true,
      feedback: { verdict: 'negative' },
    });
    expect((await storage.feedback.ofTicket('acme', 'T')).length).toBe(1);
  });

  it('SafetyGuard says no with its reason where nothing is known, and gives no clearance', async () => {
    const executor = recordingExecutor(toolsFor(machines(), () => 0));
    const settings = { readTimeoutMs: 100, limits: GUARD };
    const guard = new SafetyGuard({ storage, executor, catalogue: fleetCatalogue, settings, ids });
    const intent = {
      step: 0,
      direction: 'do',
      action: 'enable',
      tool: 'ops/enable',
      arguments: { service: 's0' },
      targets: ['service:s0'],
      idempotencyKey: 'k',
      timeoutMs: 1,
      dedupes: false,
      undoable: true,
      readable: true,
    } as const;
    const remediation = stateOf(proposed('auto', 1));
    if (remediation.state === 'none') throw new Error('nothing was proposed');
    const base = {
      tenant: 'acme',
      ticketId: 'T',
      remediationId: 'r',
      remediation,
      intent,
      steps: [],
      policy: DEFAULT_POLICY,
      policyVersion: 0,
      nowMs: 0,
      leaseUntilMs: 0,
    };
    const decideAgain = async () => remediation.proposal;
    const readTools = async () => ({ now: null, accepted: {} });
    const answer = await guard.clear({ ...base, optedIn: false, decideAgain, readTools });
    expect(answer).toMatchObject({
      kind: 'refused',
      verdict: { check: expect.any(String), answer: expect.not.stringMatching('yes') },
    });
    expect('clearance' in answer).toBe(false);
  });
});
