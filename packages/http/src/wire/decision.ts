import type { Decision, DecisionInput, PhaseInput, RuleLooked } from '@remit/core';
import { z } from 'zod';
import { sayRule } from '../sayRule.js';
import { json } from './common.js';

/** A rule of the decision table that was looked at. */
const ruleWire = z
  .strictObject({
    /** Row of the decision table, or `finding`. */
    rule: z.union([z.number().int(), z.literal('finding')]),
    reason: z.string(),
    applies: z.boolean(),
    inputs: z.record(z.string(), json).readonly(),
    /** The same for people, in one sentence. */
    sentence: z.string(),
  })
  .meta({ id: 'RuleLooked', description: 'A rule of the decision table that was looked at, with its inputs.' });

/** Who acts, and why. */
export const decisionWire = z
  .strictObject({
    route: z.enum(['auto', 'approval', 'manual', 'suggest_only']),
    reason: z.string(),
    requires_approval: z.boolean(),
    because: z.array(ruleWire).readonly(),
  })
  .meta({ id: 'Decision', description: 'The route of a ticket, its reason, and every rule that was looked at.' });

/** The inputs that the decision table looks at; a host's own finding may have others, which keep their names. */
const INPUT_NAMES: Readonly<Record<string, string>> = {
  actionClasses: 'action_classes',
  optedIn: 'enable_auto_remediation',
  minReliabilityScore: 'min_reliability_score',
  requiresApproval: 'requires_approval',
  criticalAutoApprove: 'critical_auto_approve',
  approvedSuccesses: 'approved_successes',
  atMost: 'at_most',
};

function isPhase(name: string, value: unknown): value is PhaseInput {
  return name === 'phase' && typeof value === 'object' && value !== null && 'approvalForAll' in value;
}

function phaseToWire(phase: PhaseInput) {
  return {
    approval_for_all: phase.approvalForAll,
    in_share: phase.inShare,
    actions_allowed: phase.actionsAllowed,
    min_reliability_score: phase.minReliabilityScore,
  };
}

function inputsToWire(inputs: RuleLooked['inputs']): z.infer<typeof ruleWire>['inputs'] {
  const entries = Object.entries(inputs).map(([name, value]) => [
    Object.hasOwn(INPUT_NAMES, name) ? INPUT_NAMES[name] : name,
    isPhase(name, value) ? phaseToWire(value) : value,
  ]);
  return Object.fromEntries(entries);
}

/** A decision, for the wire. */
export function decisionToWire({ route, reason, because }: Decision): z.infer<typeof decisionWire> {
  return {
    route,
    reason,
    requires_approval: route === 'approval',
    because: because.map((looked) => ({
      rule: looked.rule,
      reason: looked.reason,
      applies: looked.applies,
      inputs: inputsToWire(looked.inputs),
      sentence: sayRule(looked),
    })),
  };
}

/** All that a decision was made of, for the wire. */
export function decisionInputToWire(input: DecisionInput) {
  return {
    enable_auto_remediation: input.optedIn,
    policy: {
      enabled: input.policy.enabled,
      requires_approval: input.policy.requiresApproval,
      min_reliability_score: input.policy.minReliabilityScore,
      critical_auto_approve: input.policy.criticalAutoApprove,
    },
    action_classes: input.actionClasses,
    score: input.score,
    standing: input.standing,
    approved_successes: input.approvedSuccesses,
    failures: input.failures,
    phase: input.phase && phaseToWire(input.phase),
  };
}
