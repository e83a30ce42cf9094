import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionClass, Family } from '../src/domain/action.js';
import { type DecisionInput, decideRoute, downgrade, isMorePermissive, type Route } from '../src/domain/decision.js';
import { DEFAULT_POLICY, type PhaseName, type Policy } from '../src/domain/policy.js';
import { phaseInput, rolloutBucket } from '../src/domain/rollout.js';

const PERMISSION: Readonly<Record<Route, number>> = { auto: 2, approval: 1, suggest_only: 0, manual: 0 };

/* Property 8: each list goes from the most permissive value to the strictest. */
const CLASSES: readonly ActionClass[] = ['read_only', 'safe_write', 'critical_write', 'destructive', 'forbidden'];
const SECOND: readonly (ActionClass | null)[] = [null, 'safe_write', 'critical_write', 'destructive'];
const SCORES = [100, 95, 94.9, 90, 89.9, 85, 84.9, 75, 74.9, 60, 59.9, Number.NaN];
const STANDINGS = ['proven', 'eligible', 'learning', 'probation'] as const;
const POLICIES: readonly Policy['requiresApproval'][] = [false, 'by_level', true];
const MINIMA = [85, 95];
const EARNED = [
  { criticalAutoApprove: true, approvedSuccesses: 10, failures: 0 },
  { criticalAutoApprove: true, approvedSuccesses: 9, failures: 0 },
  { criticalAutoApprove: false, approvedSuccesses: 9, failures: 1 },
];
const PHASES: readonly (PhaseName | null)[] = [null, 'full', 'scale', 'expansion', 'pilot'];
/** No order among these: every one of them is looked at. */
const TICKETS: readonly (readonly [bucketFrom: number, family: Family])[] = [
  [0, 'cache'],
  [0, 'storage'],
  [500, 'network'],
  [2_000, 'cache'],
  [2_000, 'storage'],
  [5_000, 'cache'],
];

function ticketIn(bucketFrom: number): string {
  for (let n = 0; ; n += 1) {
    const bucket = rolloutBucket('acme', `T${n}`);
    if (bucket >= bucketFrom && bucket < bucketFrom + 400) return `T${n}`;
  }
}

describe('the decision table', () => {
  it('is never more permissive for what is more severe, worse or stricter (property 8, exhaustively)', () => {
    const dimensions = [CLASSES, SECOND, SCORES, STANDINGS, POLICIES, MINIMA, EARNED, PHASES];
    const size = dimensions.reduce((product, { length }) => product * length, 1);
    let worse = 0;
    for (const [bucketFrom, family] of TICKETS) {
      const ticket = { tenant: 'acme', ticketId: ticketIn(bucketFrom) };
      const permission = new Int8Array(size);
      const values: unknown[] = [];
      for (let at = 0; at < size; at += 1) {
        let rest = at;
        for (const [d, { length }] of dimensions.entries()) {
          values[d] = dimensions[d]?.[rest % length];
          rest = Math.floor(rest / length);
        }
        const [first, second, score, standing, requiresApproval, minReliabilityScore, earned, phase] = values;
        const actionClasses = (second === null ? [first] : [first, second]) as ActionClass[];
        const { criticalAutoApprove, approvedSuccesses, failures } = earned as (typeof EARNED)[0];
        const policy = {
          ...DEFAULT_POLICY,
          criticalAutoApprove,
          requiresApproval,
          minReliabilityScore,
          phase,
        } as Policy;
        const actions = actionClasses.map((actionClass) => ({ actionClass, family }));
        const rollout = phaseInput(policy, ticket, actions);
        const input = { optedIn: true, policy, actionClasses, score, standing, approvedSuccesses, failures };
        permission[at] = PERMISSION[decideRoute({ ...input, phase: rollout } as DecisionInput).route];
      }
      let stride = 1;
      for (const { length } of dimensions) {
        for (let at = 0; at < size; at += 1) {
          const isLast = Math.floor(at / stride) % length === length - 1;
          if (!isLast && (permission[at + stride] ?? 0) > (permission[at] ?? 0)) worse += 1;
        }
        stride *= length;
      }
      expect(permission).toContain(PERMISSION.auto);
    }
    expect(worse).toBe(0);
  });

  const best: DecisionInput = {
    optedIn: true,
    policy: { ...DEFAULT_POLICY, requiresApproval: false, criticalAutoApprove: true },
    actionClasses: ['critical_write'],
    score: 96,
    standing: 'proven',
    approvedSuccesses: 12,
    failures: 0,
    phase: null,
  };

  it('lets the best case act, so that the next tests say something', () => {
    expect(decideRoute(best)).toMatchObject({ route: 'auto', reason: 'critical_earned' });
  });

  const rubbish = [undefined, null, Number.NaN, Number.POSITIVE_INFINITY, -1, 'yes', '', {}, [], 'constructor'];
  const corrupt = (path: string, value: unknown): DecisionInput => {
    const [head = '', tail] = path.split('.');
    const inner = tail === undefined ? value : { ...best.policy, [tail]: value };
    return { ...best, [head]: inner } as DecisionInput;
  };

  it.each([
    'optedIn',
    'score',
    'standing',
    'approvedSuccesses',
    'failures',
    'policy.enabled',
    'policy.requiresApproval',
    'policy.minReliabilityScore',
    'policy.criticalAutoApprove',
  ])('never acts by itself when %s is rubbish (property 10)', (path) => {
    for (const value of rubbish) {
      const routed = decideRoute(corrupt(path, value));
      // Infinitely many successes are still successes that nobody counted.
      expect(`${JSON.stringify(value)}: ${routed.route}`).not.toBe(`${JSON.stringify(value)}: auto`);
    }
  });

  it('runs nothing of a class that nobody knows', () => {
    for (const value of rubbish) {
      for (const actionClasses of [[value], ['read_only', value], ['safe_write', value]]) {
        expect(decideRoute({ ...best, actionClasses } as DecisionInput)).toMatchObject({
          route: 'manual',
          reason: 'forbidden',
        });
      }
    }
  });

  it('never writes without opt-in, whatever else is true', () => {
    for (const optedIn of [false, undefined, 1, 'true'] as unknown as boolean[]) {
      expect(decideRoute({ ...best, optedIn })).toMatchObject({ route: 'suggest_only', reason: 'opt_in_missing' });
    }
  });

  it('wants a person for every write by default', () => {
    const byDefault = { ...best, policy: DEFAULT_POLICY, actionClasses: ['safe_write'] as const };
    expect(decideRoute(byDefault)).toMatchObject({ route: 'approval', reason: 'policy_requires_approval' });
  });

  it('says the same for the same input (property 7), and its last word is its reason', () => {
    const route = fc.record({
      optedIn: fc.boolean(),
      policy: fc.record({
        enabled: fc.boolean(),
        requiresApproval: fc.constantFrom(true, false, 'by_level'),
        minReliabilityScore: fc.integer({ min: 0, max: 100 }),
        criticalAutoApprove: fc.boolean(),
      }),
      actionClasses: fc.array(fc.constantFrom(...CLASSES), { maxLength: 4 }),
      score: fc.oneof(fc.double({ min: 0, max: 100 }), fc.constant(Number.NaN)),
      standing: fc.constantFrom(...STANDINGS),
      approvedSuccesses: fc.nat(20),
      failures: fc.nat(3),
      phase: fc.constant(null),
    });
    fc.assert(
      fc.property(route, (input) => {
        const typed = input as DecisionInput;
        const decision = decideRoute(typed);
        expect(decideRoute(structuredClone(typed))).toEqual(decision);
        expect(decision.because.at(-1)).toMatchObject({ reason: decision.reason, applies: true });
        expect(decision.because.slice(0, -1).every(({ applies }) => !applies)).toBe(true);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('is only ever taken down by a finding, never up', () => {
    const routes: readonly Route[] = ['auto', 'approval', 'manual', 'suggest_only'];
    for (const route of routes) {
      for (const atMost of routes) {
        const found = downgrade({ route, reason: 'high_eligible', because: [] }, [
          { reason: 'target_untrusted', atMost, inputs: {} },
        ]);
        expect(isMorePermissive(found.route, route)).toBe(false);
        expect(isMorePermissive(found.route, atMost)).toBe(false);
      }
    }
  });
});
