import { describe, expect, it } from 'vitest';
import {
  DecisionEngine,
  type DecisionInput,
  type DecisionReason,
  decideRoute,
  downgrade,
  type Finding,
  type GuaranteeInput,
  isMorePermissive,
  type Route,
  type RuleLooked,
} from '../src/domain/decision.js';
import { DEFAULT_POLICY } from '../src/domain/policy.js';

/* Each row of the table by itself: what it leads to, at which value, and what it says it looked at. */

const policy = {
  enabled: true,
  requiresApproval: false,
  minReliabilityScore: 85,
  criticalAutoApprove: true,
} as const satisfies DecisionInput['policy'];

/** A safe write that goes through all rows and acts by itself at row 14. */
const best: DecisionInput = {
  optedIn: true,
  policy,
  actionClasses: ['safe_write'],
  score: 96,
  standing: 'proven',
  approvedSuccesses: 10,
  failures: 0,
  phase: null,
};
const phase = { approvalForAll: false, inShare: true, actionsAllowed: true, minReliabilityScore: null };
const guarantee: GuaranteeInput = {
  onProbation: false,
  supervisedSuccesses: 5,
  principals: 2,
  lowerQuantile: 0.9,
  openBound: 0.9,
};

type Last = readonly [rule: RuleLooked['rule'], route: Route, reason: DecisionReason, inputs: RuleLooked['inputs']];

function expectLast(change: Partial<DecisionInput>, [rule, route, reason, inputs]: Last): void {
  const decision = decideRoute({ ...best, ...change });
  expect(decision).toMatchObject({ route, reason });
  expect(decision.because.at(-1)).toEqual({ rule, reason, applies: true, inputs });
  for (const looked of decision.because.slice(0, -1)) expect(looked.applies).toBe(false);
}

const earning = (change: Partial<DecisionInput>) => {
  const { actionClasses, approvedSuccesses, failures, standing, score, policy: of } = { ...best, ...change };
  return { actionClasses, criticalAutoApprove: of.criticalAutoApprove, approvedSuccesses, failures, standing, score };
};
const critical: Partial<DecisionInput> = { actionClasses: ['safe_write', 'critical_write'] };
const low: Partial<DecisionInput> = { standing: 'eligible', score: 89.9 };

describe('the row of the decision table that decides', () => {
  it.each<[string, Partial<DecisionInput>, Last]>([
    ['no plan', { actionClasses: [], optedIn: false }, [0, 'manual', 'no_plan', { actions: 0 }]],
    ['not opted in', { optedIn: false }, [1, 'suggest_only', 'opt_in_missing', { optedIn: false }]],
    [
      'category off',
      { policy: { ...policy, enabled: false } },
      [1, 'suggest_only', 'category_disabled', { enabled: false }],
    ],
    [
      'only looks',
      { actionClasses: ['read_only', 'read_only'], score: 0 },
      [2, 'auto', 'read_only', { actionClasses: ['read_only', 'read_only'] }],
    ],
    [
      'forbidden',
      { actionClasses: ['safe_write', 'forbidden'] },
      [3, 'manual', 'forbidden', { actionClasses: ['safe_write', 'forbidden'] }],
    ],
    [
      'outside of the share',
      { phase: { ...phase, inShare: false } },
      [4, 'suggest_only', 'rollout_phase', { phase: { ...phase, inShare: false } }],
    ],
    [
      'outside of the families',
      { phase: { ...phase, actionsAllowed: false } },
      [4, 'suggest_only', 'rollout_phase', { phase: { ...phase, actionsAllowed: false } }],
    ],
    ['low', { score: 59.9 }, [5, 'manual', 'low_reliability', { score: 59.9 }]],
    [
      'destructive',
      { actionClasses: ['destructive'] },
      [6, 'approval', 'never_without_approval', { actionClasses: ['destructive'] }],
    ],
    ['medium', { score: 74.9 }, [8, 'approval', 'medium_reliability', { score: 74.9 }]],
    [
      'below the minimum',
      { score: 84.9 },
      [9, 'approval', 'below_min_reliability', { score: 84.9, minReliabilityScore: 85 }],
    ],
    ['learning', { standing: 'learning' }, [10, 'approval', 'pattern_not_eligible', { standing: 'learning' }]],
    ['on probation', { standing: 'probation' }, [10, 'approval', 'pattern_not_eligible', { standing: 'probation' }]],
    [
      'a policy that asks',
      { policy: { ...policy, requiresApproval: true } },
      [11, 'approval', 'policy_requires_approval', { requiresApproval: true }],
    ],
    [
      'a phase that asks for all',
      { phase: { ...phase, approvalForAll: true } },
      [12, 'approval', 'rollout_phase', { phase: { ...phase, approvalForAll: true }, score: 96 }],
    ],
    [
      'below the minimum of the phase',
      { phase: { ...phase, minReliabilityScore: 97 } },
      [12, 'approval', 'rollout_phase', { phase: { ...phase, minReliabilityScore: 97 }, score: 96 }],
    ],
    ['critical and earned', critical, [13, 'auto', 'critical_earned', earning(critical)]],
    ['very high', {}, [14, 'auto', 'very_high_eligible', { score: 96 }]],
    [
      'very high within a phase',
      { phase: { ...phase, minReliabilityScore: 96 } },
      [14, 'auto', 'very_high_eligible', { score: 96 }],
    ],
    ['proven', { score: 89.9 }, [15, 'auto', 'proven_pattern', { standing: 'proven' }]],
    ['high', low, [16, 'auto', 'high_eligible', { requiresApproval: false }]],
    [
      'high by level',
      { ...low, policy: { ...policy, requiresApproval: 'by_level' } },
      [17, 'approval', 'high_requires_approval', { requiresApproval: 'by_level' }],
    ],
  ])('%s', (_, change, last) => {
    expectLast(change, last);
  });

  it.each<[string, Partial<DecisionInput>]>([
    ['nobody allows it', { policy: { ...policy, criticalAutoApprove: false } }],
    ['nine approved successes', { approvedSuccesses: 9 }],
    ['half a success more', { approvedSuccesses: 10.5 }],
    ['one failure', { failures: 1 }],
    ['less than no failure', { failures: -1 }],
    ['half a failure', { failures: 0.5 }],
    ['not proven', { standing: 'eligible' }],
    ['a score below 90', { score: 89.9 }],
  ])('a critical write that has not earned it waits: %s', (_, change) => {
    expectLast({ ...critical, ...change }, [7, 'approval', 'critical_write', earning({ ...critical, ...change })]);
  });

  it('looks at every row before it, once', () => {
    const rules = decideRoute({ ...best, ...low }).because.map(({ rule }) => rule);
    expect(rules).toEqual([0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    expect(decideRoute({ ...best, guarantee }).because.map(({ rule }) => rule)).toEqual([
      0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13,
    ]);
  });

  it.each([-0.1, 100.1, Number.NaN, '96' as unknown as number])('takes a score of %s for low', (score) => {
    expect(decideRoute({ ...best, score })).toMatchObject({ route: 'manual', reason: 'low_reliability' });
  });

  it('takes 0 and 100 for scores', () => {
    expect(decideRoute({ ...best, score: 100 }).route).toBe('auto');
    const open = { ...policy, minReliabilityScore: 0 };
    expect(decideRoute({ ...best, score: 100, policy: { ...open, minReliabilityScore: 100 } }).route).toBe('auto');
    expect(decideRoute({ ...best, score: 0, policy: open })).toMatchObject({ reason: 'low_reliability' });
    expect(decideRoute({ ...best, policy: open }).route).toBe('auto');
  });
});

describe('the rows of mode guaranteed', () => {
  const judged = (change: Partial<GuaranteeInput>, rest: Partial<DecisionInput> = {}) => ({
    ...rest,
    guarantee: { ...guarantee, ...change },
  });
  const supervised = (supervisedSuccesses: number, principals: number) => ({ supervisedSuccesses, principals });
  const bound = (lowerQuantile: number, openBound: number | null) => ({ lowerQuantile, openBound });

  it.each<[string, Partial<DecisionInput>, Last]>([
    [
      'an open gate, whatever the standing',
      judged({}, { standing: 'learning' }),
      [13, 'auto', 'certified', bound(0.9, 0.9)],
    ],
    ['at its very bound', judged({ lowerQuantile: 1, openBound: 1 }), [13, 'auto', 'certified', bound(1, 1)]],
    ['below the bound', judged({ lowerQuantile: 0.89 }), [17, 'approval', 'gate_closed', bound(0.89, 0.9)]],
    ['no open bound', judged({ openBound: null }), [17, 'approval', 'gate_closed', bound(0.9, null)]],
    ['no probability', judged({ lowerQuantile: 1.1 }), [17, 'approval', 'gate_closed', bound(1.1, 0.9)]],
    ['not a number', judged({ lowerQuantile: Number.NaN }), [17, 'approval', 'gate_closed', bound(Number.NaN, 0.9)]],
    ['on probation', judged({ onProbation: true }), [10, 'approval', 'on_probation', { onProbation: true }]],
    [
      'nobody knows about probation',
      judged({ onProbation: undefined as never }),
      [10, 'approval', 'on_probation', { onProbation: undefined }],
    ],
    [
      'four supervised successes',
      judged({ supervisedSuccesses: 4 }),
      [10, 'approval', 'too_few_supervised', supervised(4, 2)],
    ],
    ['one principal', judged({ principals: 1 }), [10, 'approval', 'too_few_supervised', supervised(5, 1)]],
    [
      'a policy that asks',
      judged({}, { policy: { ...policy, requiresApproval: true } }),
      [11, 'approval', 'policy_requires_approval', { requiresApproval: true }],
    ],
  ])('%s', (_, change, last) => {
    expectLast(change, last);
  });
});

describe('findings', () => {
  const decided = decideRoute(best);
  const finding = (atMost: Route, reason: Finding['reason'] = 'target_untrusted'): Finding => ({
    reason,
    atMost,
    inputs: { seen: 1 },
  });

  it('leave the very same decision where there are none', () => {
    expect(downgrade(decided, [])).toBe(decided);
  });

  it('are all told, the one that took it down last with its reason', () => {
    const down = downgrade(decided, [
      finding('auto'),
      finding('approval', 'tool_changed'),
      finding('manual'),
      finding('approval'),
    ]);
    expect(down).toMatchObject({ route: 'manual', reason: 'target_untrusted' });
    expect(down.because.slice(decided.because.length)).toEqual([
      { rule: 'finding', reason: 'target_untrusted', applies: false, inputs: { seen: 1, atMost: 'auto' } },
      { rule: 'finding', reason: 'tool_changed', applies: true, inputs: { seen: 1, atMost: 'approval' } },
      { rule: 'finding', reason: 'target_untrusted', applies: true, inputs: { seen: 1, atMost: 'manual' } },
      { rule: 'finding', reason: 'target_untrusted', applies: false, inputs: { seen: 1, atMost: 'approval' } },
    ]);
    expect(decided.route).toBe('auto');
  });

  it('of a host are heard by the engine', () => {
    const asked: DecisionInput[] = [];
    const engine = new DecisionEngine({
      findings: (input) => {
        asked.push(input);
        return [finding('approval')];
      },
    });
    expect(engine.decide(best)).toMatchObject({ route: 'approval', reason: 'target_untrusted' });
    expect(asked).toEqual([best]);
    expect(new DecisionEngine().decide(best)).toEqual(decided);
  });

  it('go by auto before approval before nobody', () => {
    const routes = ['auto', 'approval', 'manual', 'suggest_only'] as const;
    const more = routes.flatMap((one) =>
      routes.filter((other) => isMorePermissive(one, other)).map((other) => `${one}>${other}`),
    );
    expect(more).toEqual([
      'auto>approval',
      'auto>manual',
      'auto>suggest_only',
      'approval>manual',
      'approval>suggest_only',
    ]);
  });
});

it('asks a person by default', () => {
  expect(decideRoute({ ...best, policy: DEFAULT_POLICY })).toMatchObject({ reason: 'policy_requires_approval' });
});
