import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecisionInput, decideRoute, type GuaranteeInput, isMorePermissive } from '../../src/domain/decision.js';

const OPEN: GuaranteeInput = {
  onProbation: false,
  supervisedSuccesses: 5,
  principals: 2,
  lowerQuantile: 0.9,
  openBound: 0.85,
};

function decide(guarantee: Partial<GuaranteeInput> = {}, input: Partial<DecisionInput> = {}) {
  return decideRoute({
    optedIn: true,
    policy: { enabled: true, requiresApproval: 'by_level', minReliabilityScore: 85, criticalAutoApprove: false },
    actionClasses: ['safe_write'],
    score: 86,
    standing: 'learning',
    approvedSuccesses: 0,
    failures: 0,
    phase: null,
    guarantee: { ...OPEN, ...guarantee },
    ...input,
  });
}

describe('the decision table in mode guaranteed', () => {
  it('lets the gate decide instead of standing and level', () => {
    expect(decide()).toMatchObject({ route: 'auto', reason: 'certified' });
    expect(decide({ openBound: null })).toMatchObject({ route: 'approval', reason: 'gate_closed' });
    expect(decide({ lowerQuantile: 0.849 })).toMatchObject({ route: 'approval', reason: 'gate_closed' });
    expect(decide({ openBound: null }, { score: 99, standing: 'proven' }).route).toBe('approval');
  });

  it.each([
    [{ onProbation: true }, 'on_probation'],
    [{ supervisedSuccesses: 4 }, 'too_few_supervised'],
    [{ principals: 1 }, 'too_few_supervised'],
    [{ supervisedSuccesses: Number.NaN }, 'too_few_supervised'],
    [{ lowerQuantile: Number.NaN }, 'gate_closed'],
    [{ lowerQuantile: 7 }, 'gate_closed'],
  ])('asks a person with %o', (guarantee, reason) => {
    expect(decide(guarantee)).toMatchObject({ route: 'approval', reason });
  });

  it.each([
    [{ optedIn: false }, 'suggest_only', 'opt_in_missing'],
    [{ actionClasses: ['forbidden'] }, 'manual', 'forbidden'],
    [{ actionClasses: ['destructive'] }, 'approval', 'never_without_approval'],
    [{ actionClasses: ['critical_write'] }, 'approval', 'critical_write'],
    [{ score: 84.9 }, 'approval', 'below_min_reliability'],
    [{ score: Number.NaN }, 'manual', 'low_reliability'],
  ] as const)('keeps the other rows: %o', (input, route, reason) => {
    expect(decide({}, input)).toMatchObject({ route, reason });
  });

  it('always asks where the policy wants every write approved', () => {
    const policy = { enabled: true, requiresApproval: true, minReliabilityScore: 85, criticalAutoApprove: false };
    expect(decide({}, { policy } as Partial<DecisionInput>)).toMatchObject({ reason: 'policy_requires_approval' });
  });

  it('never becomes more permissive when anything gets worse', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.nat(9), fc.nat(9), fc.boolean(), (high, low, many, few, onProbation) => {
        const better = decide({ lowerQuantile: Math.max(high, low), supervisedSuccesses: Math.max(many, few) });
        const worse = decide({
          lowerQuantile: Math.min(high, low),
          supervisedSuccesses: Math.min(many, few),
          onProbation,
          openBound: onProbation ? 0.85 : 0.9,
        });
        expect(isMorePermissive(worse.route, better.route)).toBe(false);
      }),
    );
  });
});
