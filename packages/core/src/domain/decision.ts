import { type ActionClass, isActionClass, mostSevere } from './action.js';
import type { Standing } from './pattern.js';
import { AUTO_FROM, CRITICAL_EARNED, FARMING, GUARANTEE, LEVEL_FLOOR, MANUAL_BELOW, type Policy } from './policy.js';
import { settle } from './reliability.js';

/** Who acts: Remit by itself, Remit after a person's yes, a person, or nobody (a suggestion only). */
export type Route = 'auto' | 'approval' | 'manual' | 'suggest_only';

/** Why a route was taken. */
export type DecisionReason =
  | 'no_plan'
  | 'opt_in_missing'
  | 'category_disabled'
  | 'read_only'
  | 'forbidden'
  | 'rollout_phase'
  | 'low_reliability'
  | 'never_without_approval'
  | 'critical_write'
  | 'medium_reliability'
  | 'below_min_reliability'
  | 'pattern_not_eligible'
  | 'policy_requires_approval'
  | 'critical_earned'
  | 'very_high_eligible'
  | 'proven_pattern'
  | 'high_eligible'
  | 'high_requires_approval'
  | 'on_probation'
  | 'too_few_supervised'
  | 'certified'
  | 'gate_closed'
  | DowngradeReason;

/** Why a finding outside the table took a decision down. */
export type DowngradeReason =
  | 'target_untrusted'
  | 'target_not_allowed'
  | 'symptom_unproven'
  | 'symptom_absent'
  | 'tool_changed'
  | 'keeps_changing'
  | 'error_budget'
  | 'stricter_engine'
  | 'shadow_mode';

/** One rule that was looked at, with all that it looked at. */
export interface RuleLooked {
  /** Row of the decision table, or the name of a finding that may only downgrade. */
  readonly rule: number | 'finding';
  readonly reason: DecisionReason;
  /** Whether the rule applied (the first that does, decides). */
  readonly applies: boolean;
  /** The inputs of the rule; enough to compute it again. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A decision is a value that explains itself. */
export interface Decision {
  readonly route: Route;
  readonly reason: DecisionReason;
  /** Every rule looked at, in order; the last one that applies is the reason. */
  readonly because: readonly RuleLooked[];
}

/** The part of a rollout phase that a decision reads. */
export interface PhaseInput {
  readonly approvalForAll: boolean;
  /** Whether the ticket's bucket is inside the phase's share. */
  readonly inShare: boolean;
  /** Whether every action is inside the phase's families and classes. */
  readonly actionsAllowed: boolean;
  /** 0..100, or null for none. */
  readonly minReliabilityScore: number | null;
}

/** What mode `guaranteed` reads instead of standing and level: row 10 and the gate. */
export interface GuaranteeInput {
  readonly onProbation: boolean;
  /** Good runs of the pattern and action that a person approved or did. */
  readonly supervisedSuccesses: number;
  /** Distinct principals behind them. */
  readonly principals: number;
  /** Lower quantile of the fix's success probability, 0..1; lower still where the analyst doubts this ticket. */
  readonly lowerQuantile: number;
  /** The gate's widest open bound, 0..1; null: closed. */
  readonly openBound: number | null;
}

/** All that {@link decideRoute} reads. */
export interface DecisionInput {
  readonly optedIn: boolean;
  readonly policy: Pick<Policy, 'enabled' | 'requiresApproval' | 'minReliabilityScore' | 'criticalAutoApprove'>;
  /** Class of each action of the plan, in order; an action that is not in the catalogue enters as `forbidden`. */
  readonly actionClasses: readonly ActionClass[];
  /** 0..100; anything else is treated as low. */
  readonly score: number;
  readonly standing: Standing;
  /** Approved runs of the same pattern and action that succeeded. */
  readonly approvedSuccesses: number;
  /** Failed runs of the same pattern and action. */
  readonly failures: number;
  readonly phase: PhaseInput | null;
  /** What mode `guaranteed` looks at; null or absent: mode `seed`. */
  readonly guarantee?: GuaranteeInput | null;
}

interface Rule {
  readonly rule: number;
  readonly reason: DecisionReason;
  readonly route: Route;
  readonly inputs: (input: DecisionInput) => Readonly<Record<string, unknown>>;
  readonly applies: (input: DecisionInput) => boolean;
}

/** Not a number, or outside 0..100, is NaN: every comparison with it is false. */
function cleanScore(score: number): number {
  return typeof score === 'number' && score >= 0 && score <= 100 ? settle(score) : Number.NaN;
}

function has(input: DecisionInput, actionClass: ActionClass): boolean {
  return input.actionClasses.includes(actionClass);
}

/** Whether nothing may run: an action is forbidden, or of a class that nobody knows. */
function hasForbidden(input: DecisionInput): boolean {
  return !input.actionClasses.every((actionClass) => isActionClass(actionClass) && actionClass !== 'forbidden');
}

/** Whether a critical write has earned to run without a person. */
function hasEarnedCritical(input: DecisionInput): boolean {
  return (
    input.policy.criticalAutoApprove === true &&
    Number.isInteger(input.approvedSuccesses) &&
    input.approvedSuccesses >= CRITICAL_EARNED.approvedSuccesses &&
    Number.isInteger(input.failures) &&
    input.failures >= 0 &&
    input.failures <= CRITICAL_EARNED.failures &&
    input.standing === 'proven' &&
    cleanScore(input.score) >= CRITICAL_EARNED.score
  );
}

const isBelow = (score: number, bound: number): boolean => !(cleanScore(score) >= cleanScore(bound));
const scoreBelow = (bound: number) => (input: DecisionInput) => isBelow(input.score, bound);
const classes = (input: DecisionInput) => ({ actionClasses: input.actionClasses });
const score = (input: DecisionInput) => ({ score: input.score });
const earning = (input: DecisionInput) => ({
  actionClasses: input.actionClasses,
  criticalAutoApprove: input.policy.criticalAutoApprove,
  approvedSuccesses: input.approvedSuccesses,
  failures: input.failures,
  standing: input.standing,
  score: input.score,
});

/** Rows 0 to 9 of the decision table; in every table the first rule that applies decides. */
const FIRST: readonly Rule[] = [
  {
    rule: 0,
    reason: 'no_plan',
    route: 'manual',
    inputs: (input) => ({ actions: input.actionClasses.length }),
    applies: (input) => input.actionClasses.length === 0,
  },
  {
    rule: 1,
    reason: 'opt_in_missing',
    route: 'suggest_only',
    inputs: (input) => ({ optedIn: input.optedIn }),
    applies: (input) => input.optedIn !== true,
  },
  {
    rule: 1,
    reason: 'category_disabled',
    route: 'suggest_only',
    inputs: (input) => ({ enabled: input.policy.enabled }),
    applies: (input) => input.policy.enabled !== true,
  },
  {
    rule: 2,
    reason: 'read_only',
    route: 'auto',
    inputs: classes,
    applies: (input) => mostSevere(input.actionClasses) === 'read_only',
  },
  { rule: 3, reason: 'forbidden', route: 'manual', inputs: classes, applies: hasForbidden },
  {
    rule: 4,
    reason: 'rollout_phase',
    route: 'suggest_only',
    inputs: (input) => ({ phase: input.phase }),
    applies: ({ phase }) => phase !== null && !(phase.inShare && phase.actionsAllowed),
  },
  { rule: 5, reason: 'low_reliability', route: 'manual', inputs: score, applies: scoreBelow(MANUAL_BELOW) },
  {
    rule: 6,
    reason: 'never_without_approval',
    route: 'approval',
    inputs: classes,
    applies: (input) => has(input, 'destructive'),
  },
  {
    rule: 7,
    reason: 'critical_write',
    route: 'approval',
    inputs: earning,
    applies: (input) => has(input, 'critical_write') && !hasEarnedCritical(input),
  },
  { rule: 8, reason: 'medium_reliability', route: 'approval', inputs: score, applies: scoreBelow(LEVEL_FLOOR.high) },
  {
    rule: 9,
    reason: 'below_min_reliability',
    route: 'approval',
    inputs: (input) => ({ score: input.score, minReliabilityScore: input.policy.minReliabilityScore }),
    applies: (input) => isBelow(input.score, input.policy.minReliabilityScore),
  },
];

const ELIGIBLE_STANDING: readonly Rule[] = [
  {
    rule: 10,
    reason: 'pattern_not_eligible',
    route: 'approval',
    inputs: (input) => ({ standing: input.standing }),
    applies: (input) => input.standing !== 'eligible' && input.standing !== 'proven',
  },
];

/** Row 10 of mode `guaranteed`: what a pattern needs before its tickets may be trusted to the gate. */
const SUPERVISED: readonly Rule[] = [
  {
    rule: 10,
    reason: 'on_probation',
    route: 'approval',
    inputs: ({ guarantee }) => ({ onProbation: guarantee?.onProbation }),
    applies: ({ guarantee }) => guarantee?.onProbation !== false,
  },
  {
    rule: 10,
    reason: 'too_few_supervised',
    route: 'approval',
    inputs: ({ guarantee }) => ({
      supervisedSuccesses: guarantee?.supervisedSuccesses,
      principals: guarantee?.principals,
    }),
    applies: ({ guarantee }) =>
      !guarantee ||
      !(guarantee.supervisedSuccesses >= GUARANTEE.supervisedSuccesses) ||
      !(guarantee.principals >= FARMING.distinctPrincipals),
  },
];

const OPENED_UP: readonly Rule[] = [
  {
    rule: 11,
    reason: 'policy_requires_approval',
    route: 'approval',
    inputs: (input) => ({ requiresApproval: input.policy.requiresApproval }),
    // Anything but the two values that open it up wants a person.
    applies: ({ policy }) => policy.requiresApproval !== false && policy.requiresApproval !== 'by_level',
  },
  {
    rule: 12,
    reason: 'rollout_phase',
    route: 'approval',
    inputs: (input) => ({ phase: input.phase, score: input.score }),
    applies: (input) =>
      input.phase !== null &&
      (input.phase.approvalForAll ||
        (input.phase.minReliabilityScore !== null && isBelow(input.score, input.phase.minReliabilityScore))),
  },
];

const BY_LEVEL: readonly Rule[] = [
  {
    rule: 13,
    reason: 'critical_earned',
    route: 'auto',
    inputs: earning,
    applies: (input) => has(input, 'critical_write'),
  },
  {
    rule: 14,
    reason: 'very_high_eligible',
    route: 'auto',
    inputs: score,
    applies: (i) => !isBelow(i.score, AUTO_FROM),
  },
  {
    rule: 15,
    reason: 'proven_pattern',
    route: 'auto',
    inputs: (input) => ({ standing: input.standing }),
    applies: (input) => input.standing === 'proven',
  },
  {
    rule: 16,
    reason: 'high_eligible',
    route: 'auto',
    inputs: (input) => ({ requiresApproval: input.policy.requiresApproval }),
    applies: (input) => input.policy.requiresApproval === false,
  },
];

/** Instead of rows 13 to 17 in mode `guaranteed`: only an open gate lets a fix run without a person. */
const GATE: readonly Rule[] = [
  {
    rule: 13,
    reason: 'certified',
    route: 'auto',
    inputs: ({ guarantee }) => ({ lowerQuantile: guarantee?.lowerQuantile, openBound: guarantee?.openBound }),
    applies: ({ guarantee }) =>
      guarantee !== null &&
      guarantee !== undefined &&
      guarantee.openBound !== null &&
      guarantee.lowerQuantile <= 1 &&
      guarantee.lowerQuantile >= guarantee.openBound,
  },
];

const SEED_TABLE: readonly Rule[] = [...FIRST, ...ELIGIBLE_STANDING, ...OPENED_UP, ...BY_LEVEL];
const GUARANTEED_TABLE: readonly Rule[] = [...FIRST, ...SUPERVISED, ...OPENED_UP, ...GATE];

/** The row when no other applies. */
function lastRow(input: DecisionInput): RuleLooked {
  const { guarantee, policy } = input;
  if (!guarantee) {
    const inputs = { requiresApproval: policy.requiresApproval };
    return { rule: 17, reason: 'high_requires_approval', applies: true, inputs };
  }
  const { lowerQuantile, openBound } = guarantee;
  return { rule: 17, reason: 'gate_closed', applies: true, inputs: { lowerQuantile, openBound } };
}

/**
 * The decision table: who acts on a plan, and why. Pure; the same input gives the same answer.
 * `because` lists every rule up to the one that decided, with its inputs. With `guarantee` row 10 asks for supervised
 * successes, and the gate stands in place of rows 13 to 17.
 */
export function decideRoute(input: DecisionInput): Decision {
  const because: RuleLooked[] = [];
  for (const { rule, reason, route, inputs, applies } of input.guarantee ? GUARANTEED_TABLE : SEED_TABLE) {
    const isIt = applies(input);
    because.push({ rule, reason, applies: isIt, inputs: inputs(input) });
    if (isIt) return { route, reason, because };
  }
  const last = lastRow(input);
  because.push(last);
  return { route: 'approval', reason: last.reason, because };
}

/** How permissive a route is; a route may only ever be replaced by one of the same or a lower number. */
const PERMISSIVENESS: Readonly<Record<Route, number>> = { auto: 2, approval: 1, suggest_only: 0, manual: 0 };

/** Whether `route` lets more happen without a person than `other`. */
export function isMorePermissive(route: Route, other: Route): boolean {
  return PERMISSIVENESS[route] > PERMISSIVENESS[other];
}

/** Something found outside the table that can take a decision down, never up. */
export interface Finding {
  readonly reason: DowngradeReason;
  /** The most permissive route that this finding allows. */
  readonly atMost: Route;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The decision after the findings: each may only make it stricter. */
export function downgrade(decision: Decision, findings: readonly Finding[]): Decision {
  if (findings.length === 0) return decision;
  const because = [...decision.because];
  let { route, reason } = decision;
  for (const finding of findings) {
    const applies = isMorePermissive(route, finding.atMost);
    because.push({
      rule: 'finding',
      reason: finding.reason,
      applies,
      inputs: { ...finding.inputs, atMost: finding.atMost },
    });
    if (applies) ({ atMost: route, reason } = finding);
  }
  return { route, reason, because };
}

/** Decides the route of a plan. A host may swap it in `createRemit`; the built-in table still runs, and the stricter answer holds. */
export class DecisionEngine {
  readonly #findings: ((input: DecisionInput) => readonly Finding[]) | undefined;

  /** @param options.findings further findings of the host; they may only make a decision stricter. */
  constructor(options: { readonly findings?: (input: DecisionInput) => readonly Finding[] } = {}) {
    this.#findings = options.findings;
  }

  /** The decision for this input. Pure; never throws. */
  decide(input: DecisionInput): Decision {
    const decision = decideRoute(input);
    return this.#findings ? downgrade(decision, this.#findings(input)) : decision;
  }
}
