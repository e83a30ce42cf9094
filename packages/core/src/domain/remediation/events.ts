import type { Arguments, Plan, ResolvedAction } from '../action.js';
import type { Analysis } from '../analysis.js';
import type { Approval, ApprovalBinding, RejectReason } from '../approval.js';
import type { Json } from '../canonical.js';
import type { Decision, DecisionInput } from '../decision.js';
import type { Evidence } from '../evidence.js';
import type { OpenTrial } from '../guarantee/trial.js';
import type { PatternStatistics, PatternTally, Standing } from '../pattern.js';
import type { PhaseName, Weights } from '../policy.js';
import type { Reliability } from '../reliability.js';
import type { Verdict } from '../safety.js';
import type { AssertionResult } from '../template.js';

/** How a remediation can end. */
export const END_STATES = [
  'succeeded',
  'rolled_back',
  'failed',
  'needs_reconciliation',
  'rejected',
  'expired',
  'halted',
  'withdrawn',
  'recovered',
  'manual',
  'suggested',
  'superseded',
] as const;
/** The state of a remediation that is over. */
export type EndState = (typeof END_STATES)[number];
/** Every state that is stored. */
export type StateName =
  | 'proposed'
  | 'awaiting_approval'
  | 'deferred'
  | 'executing'
  | 'validating'
  | 'rolling_back'
  | EndState;

/** Whether a state is an end. */
export function isEnd(state: StateName | 'none'): state is EndState {
  return (END_STATES as readonly string[]).includes(state);
}

/** What came of one call. `failed` is proven not executed; anything less certain is `unknown`. */
export type OutcomeKind = 'committed' | 'failed' | 'unknown';
/** What a person can say about a remediation whose outcome is unknown, or whose effects were left standing. */
export const RECONCILE_ANSWERS = ['happened', 'did_not_happen', 'send_again', 'roll_back', 'accept'] as const;
/** One of {@link RECONCILE_ANSWERS}. */
export type ReconcileAnswer = (typeof RECONCILE_ANSWERS)[number];
/** Forward, or taking a step back. */
export type Direction = 'do' | 'undo';

/** The evidence and judgement about one action type of the plan, as it stood at the decision. */
export interface ActionStanding {
  readonly actionType: string;
  readonly evidence: Evidence;
  readonly tally: PatternTally;
  readonly statistics: PatternStatistics;
  readonly standing: Standing;
  readonly reliability: Reliability;
  readonly lacking: readonly string[];
}

/** All that a decision was made of, and nothing besides; `recompute` makes the decision of it again. */
export interface DecisionBasis {
  readonly standings: readonly ActionStanding[];
  readonly reliability: Reliability;
  /** Share of each factor in the scores. */
  readonly weights: Weights;
  /** The rollout phase that was in force; null for none. */
  readonly phase: PhaseName | null;
  readonly policyVersion: number;
  readonly decisionInput: DecisionInput;
  /** With the findings, each with its inputs. */
  readonly decision: Decision;
}

/** What is proposed for a ticket, with all that the decision about it was made of. */
export interface Proposal extends DecisionBasis {
  readonly category: string;
  readonly optedIn: boolean;
  readonly submitter: string;
  readonly requester: string | null;
  readonly patternId: string;
  readonly similarity: number;
  readonly analysis: Pick<Analysis, 'analyst' | 'summary' | 'confidence' | 'rootCause'>;
  /** Null when there is none, or when it could not be used. */
  readonly plan: Plan | null;
  readonly planHash: string | null;
  readonly steps: readonly ResolvedAction[];
  /** Whether every first write showed its symptom, on all its targets. */
  readonly symptomShown: boolean;
  readonly pins: Readonly<Record<string, string>>;
  /** The targets' state at the decision, by step. */
  readonly snapshot: Json;
  /** What the gate will learn from; null or absent: nothing. */
  readonly trial?: OpenTrial | null;
}

/** What is durable before a tool is called. */
export interface Intent {
  readonly step: number;
  readonly direction: Direction;
  readonly action: string;
  readonly tool: string;
  readonly arguments: Arguments;
  readonly targets: readonly string[];
  /**
   * sha256 of tenant, remediation, step and direction; a resend carries the same. An undo that is ordered anew once the
   * one before was answered carries another one, so that a tool that dedupes carries it out.
   */
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
  /** Whether the tool refuses a second effect for the same key. */
  readonly dedupes: boolean;
  readonly undoable: boolean;
  /** Whether a read can tell afterwards if it happened. */
  readonly readable: boolean;
}

/** One read and what it showed. */
export interface CheckResult {
  readonly tool: string;
  readonly passed: boolean;
  readonly assertions: readonly AssertionResult[];
  readonly error: string | null;
}

/** A row of the remediation log, without its envelope. */
export type RemediationEvent =
  | ({ readonly type: 'proposed' } & Proposal)
  | {
      readonly type: 'approval_requested';
      readonly approvalId: string;
      readonly bindingHash: string;
      readonly binding: ApprovalBinding;
      readonly expiresAtMs: number;
      readonly needed: number;
      readonly barred: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'approval_given';
      readonly approvalId: string;
      readonly by: string;
      readonly comment: string | null;
      /** Until when it may be used if this was the last yes that was needed. */
      readonly goodUntilMs: number;
    }
  | {
      readonly type: 'approval_refused';
      readonly approvalId: string;
      readonly by: string;
      readonly reasonCode: RejectReason;
      readonly comment: string | null;
    }
  | { readonly type: 'approval_attempt_refused'; readonly by: string; readonly named: string; readonly refusal: string }
  | { readonly type: 'approval_escalated'; readonly approvalId: string; readonly target: string | null }
  | { readonly type: 'claimed'; readonly owner: string }
  | {
      readonly type: 'cleared';
      readonly step: number;
      readonly clearanceId: string;
      readonly verdicts: readonly Verdict[];
    }
  | {
      readonly type: 'deferred';
      readonly untilMs: number;
      readonly reason: string;
      readonly verdicts: readonly Verdict[];
    }
  | { readonly type: 'approval_consumed'; readonly approvalId: string }
  | ({ readonly type: 'action_intended' } & Intent)
  | {
      readonly type: 'action_settled';
      readonly step: number;
      readonly direction: Direction;
      readonly outcome: OutcomeKind;
      readonly detail: string;
      readonly result: Json;
      /** The target's state right after; null when it could not be read or nothing happened. */
      readonly snapshotAfter: Json;
      readonly tookMs: number;
      /** Proven that nothing was put on the wire: such a step was not tried, so it teaches nothing. */
      readonly neverSent?: boolean;
    }
  | {
      readonly type: 'reconciled';
      readonly step: number;
      readonly direction: Direction;
      readonly answer: 'happened' | 'did_not_happen' | 'cannot_tell';
      readonly detail: string;
      readonly mayResend: boolean;
    }
  | {
      readonly type: 'reconciliation_answered';
      readonly answer: ReconcileAnswer;
      /** What the person was shown, by its hash. */
      readonly bindingHash: string;
      readonly by: string;
      readonly comment: string | null;
      /** Steps to take back, next first; only with `roll_back`. */
      readonly steps: readonly number[];
    }
  | {
      readonly type: 'taken_over';
      /** The remediation that people stopped, and whose effects this one takes back. */
      readonly from: string;
      readonly by: string;
      /** The calls whose effects stand. */
      readonly calls: readonly Intent[];
      /** Steps to take back, next first. */
      readonly steps: readonly number[];
      /** The order it goes by. */
      readonly approval: Approval;
    }
  | { readonly type: 'validated'; readonly passed: boolean; readonly checks: readonly CheckResult[] }
  | { readonly type: 'stopped'; readonly reason: string; readonly verdicts: readonly Verdict[] }
  | { readonly type: 'rollback_started'; readonly reason: string; readonly steps: readonly number[] }
  | {
      readonly type: 'undo_validated';
      readonly step: number;
      readonly passed: boolean;
      readonly checks: readonly CheckResult[];
    }
  | {
      readonly type: 'late_reply';
      readonly step: number;
      readonly direction: Direction;
      readonly outcome: OutcomeKind;
      readonly detail: string;
    }
  | Ended;

/** The last row of a remediation. */
export interface Ended {
  readonly type: EndState;
  readonly reason: string;
  /** Steps whose effect stands; steps that only read have none. */
  readonly committed: readonly number[];
  readonly undone: readonly number[];
  readonly verdicts?: readonly Verdict[];
}

/** Every type of log row. */
export type EventType = RemediationEvent['type'];

/** Whether any step of the plan is a write. */
export function changesAnything(proposal: Pick<Proposal, 'steps'>): boolean {
  return proposal.steps.some((step) => step.class !== 'read_only');
}

/** Who did something, and when. */
export interface Stamp {
  readonly atMs: number;
  /** A principal's id, or `remit`. */
  readonly actor: string;
}

/** One stored row of the log. */
export interface LogRow extends Stamp {
  readonly tenant: string;
  readonly remediationId: string;
  readonly ticketId: string;
  /** From 1, without gaps, within the remediation. */
  readonly seq: number;
  /** The fencing token under which it was written; null for rows that need no lease. */
  readonly token: number | null;
  readonly event: RemediationEvent;
  readonly previousHash: string;
  readonly hash: string;
}
