import type { Policy, PolicyVersion } from '@remit/core';
import { z } from 'zod';
import { instant, toIso, toIsoOrNull } from './common.js';

const requiresApproval = z.union([z.boolean(), z.literal('by_level')], 'must be true, false or "by_level"');
const someInstant = z.iso.datetime({ offset: true, error: 'must be an instant such as 2026-01-31T22:00:00Z' });
const phase = z.enum(['pilot', 'expansion', 'scale', 'full']);
const phaseAdvance = z.enum(['by_operator', 'while_gate_open']);
const windowWire = z
  .strictObject({
    /** IANA zone, for example `Europe/Rome`. */
    zone: z.string().min(1),
    days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).readonly(),
    /** Local wall-clock time `HH:MM`, inclusive. */
    from: z.string(),
    /** Local wall-clock time `HH:MM`, exclusive. */
    to: z.string(),
  })
  .meta({ id: 'Window', description: 'A maintenance window in a time zone, open on the listed days.' });
const freezeBody = z.strictObject({
  from: someInstant,
  to: someInstant,
  reason: z.string(),
});
/** Fields of the answer that a change may carry along; they change nothing. */
const ECHOED = z.unknown().optional();

/** The body of `PUT /policies/{category}`: the parts to change; the rest stays. The five last fields are ignored. */
export const policyBody = z
  .strictObject({
    enabled: z.boolean().optional(),
    requires_approval: requiresApproval.optional(),
    min_reliability_score: z.number().optional(),
    allow_below_seed_minimum: z.boolean().optional(),
    critical_auto_approve: z.boolean().optional(),
    max_actions_per_hour: z.int().optional(),
    maintenance_windows: z.array(windowWire).optional(),
    freeze_periods: z.array(freezeBody).optional(),
    approvers: z.int().optional(),
    approver_groups: z.array(z.string()).optional(),
    escalation_target: z.string().nullable().optional(),
    self_approval: z.boolean().optional(),
    mode: z.enum(['seed', 'guaranteed']).optional(),
    alpha: z.number().optional(),
    delta: z.number().optional(),
    shadow: z.boolean().optional(),
    phase: phase.nullable().optional(),
    phase_advance: phaseAdvance.optional(),
    category: ECHOED,
    version: ECHOED,
    changed_by: ECHOED,
    changed_at: ECHOED,
    change_reason: ECHOED,
  })
  .meta({ id: 'PolicyChange', description: 'The body of PUT /policies/{category}.' });

type PolicyBody = z.infer<typeof policyBody>;

/** The value under a domain name, or nothing when it was not given: an absent field must not become `undefined`. */
function given<Name extends keyof Policy>(name: Name, value: Policy[Name] | undefined): Partial<Policy> {
  return value === undefined ? {} : { [name]: value };
}

/** A change of a policy, as core takes it in. */
export function policyFromWire(body: PolicyBody): Partial<Policy> {
  const freezes = body.freeze_periods?.map(({ from, to, reason }) => ({
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
    reason,
  }));
  return {
    ...given('enabled', body.enabled),
    ...given('requiresApproval', body.requires_approval),
    ...given('minReliabilityScore', body.min_reliability_score),
    ...given('allowBelowSeedMinimum', body.allow_below_seed_minimum),
    ...given('criticalAutoApprove', body.critical_auto_approve),
    ...given('maxActionsPerHour', body.max_actions_per_hour),
    ...given('maintenanceWindows', body.maintenance_windows),
    ...given('freezePeriods', freezes),
    ...given('approvers', body.approvers),
    ...given('approverGroups', body.approver_groups),
    ...given('escalationTarget', body.escalation_target),
    ...given('selfApproval', body.self_approval),
    ...given('mode', body.mode),
    ...given('alpha', body.alpha),
    ...given('delta', body.delta),
    ...given('shadow', body.shadow),
    ...given('phase', body.phase),
    ...given('phaseAdvance', body.phase_advance),
  };
}

/** The policy in force for a category. */
export const policyWire = z
  .strictObject({
    category: z.string(),
    /** 0 for the default that nobody changed; then 1, 2, ... Also the ETag. */
    version: z.number().int(),
    enabled: z.boolean(),
    requires_approval: requiresApproval,
    min_reliability_score: z.number(),
    allow_below_seed_minimum: z.boolean(),
    critical_auto_approve: z.boolean(),
    max_actions_per_hour: z.number().int(),
    maintenance_windows: z.array(windowWire).readonly(),
    freeze_periods: z.array(z.strictObject({ from: instant, to: instant, reason: z.string() })).readonly(),
    approvers: z.number().int(),
    approver_groups: z.array(z.string()).readonly(),
    escalation_target: z.string().nullable(),
    self_approval: z.boolean(),
    mode: z.enum(['seed', 'guaranteed']),
    /** Mode guaranteed: the average wrong-action risk to stay below, and the error of that claim, 0..1. */
    alpha: z.number(),
    delta: z.number(),
    /** Everything is decided and recorded, nothing is executed. */
    shadow: z.boolean(),
    phase: phase.nullable(),
    /** Whether the phase goes up only by an operator, or also by itself while the gate is open. */
    phase_advance: phaseAdvance,
    changed_by: z.string().nullable(),
    changed_at: instant.nullable(),
    /** Why it was changed, where somebody said so. */
    change_reason: z.string().nullable(),
  })
  .meta({ id: 'Policy', description: 'What a category allows, and the version of it.' });
/** The policy in force for a category. */
export type PolicyWire = z.infer<typeof policyWire>;

/** The policy in force for a category, for the wire. */
export function policyToWire(category: string, { version, policy, by, atMs, reason }: PolicyVersion): PolicyWire {
  return {
    category,
    version,
    enabled: policy.enabled,
    requires_approval: policy.requiresApproval,
    min_reliability_score: policy.minReliabilityScore,
    allow_below_seed_minimum: policy.allowBelowSeedMinimum,
    critical_auto_approve: policy.criticalAutoApprove,
    max_actions_per_hour: policy.maxActionsPerHour,
    maintenance_windows: policy.maintenanceWindows.map(({ zone, days, from, to }) => ({ zone, days, from, to })),
    freeze_periods: policy.freezePeriods.map(({ fromMs, toMs, reason }) => ({
      from: toIso(fromMs),
      to: toIso(toMs),
      reason,
    })),
    approvers: policy.approvers,
    approver_groups: policy.approverGroups,
    escalation_target: policy.escalationTarget,
    self_approval: policy.selfApproval,
    mode: policy.mode,
    alpha: policy.alpha,
    delta: policy.delta,
    shadow: policy.shadow,
    phase: policy.phase,
    phase_advance: policy.phaseAdvance ?? 'by_operator',
    changed_by: by,
    changed_at: toIsoOrNull(atMs),
    change_reason: reason,
  };
}
