import type { Approval, RejectReason } from '../approval.js';
import type { Json } from '../canonical.js';
import type { Verdict } from '../safety.js';
import type {
  CheckResult,
  Direction,
  Intent,
  OutcomeKind,
  Proposal,
  ReconcileAnswer,
  RemediationEvent,
} from './events.js';

/** Something asked of a remediation. */
export type Command =
  | { readonly type: 'propose'; readonly proposal: Proposal; readonly approval: ApprovalRequest | null }
  | {
      readonly type: 'approve';
      readonly approvalId: string;
      readonly bindingHash: string;
      readonly comment: string | null;
      /** Until when the approval may be used if this yes completes it. */
      readonly goodUntilMs: number;
    }
  | {
      readonly type: 'reject';
      readonly approvalId: string;
      readonly bindingHash: string;
      readonly reasonCode: RejectReason;
      readonly comment: string | null;
    }
  | {
      readonly type: 'take_over';
      readonly proposal: Proposal;
      readonly from: string;
      readonly calls: readonly Intent[];
      readonly steps: readonly number[];
      /** The order, granted: it is used up by the first call. */
      readonly approval: Approval;
    }
  | { readonly type: 'expire' }
  | { readonly type: 'escalate'; readonly target: string | null }
  | { readonly type: 'refuse_attempt'; readonly named: string; readonly refusal: string }
  | {
      readonly type: 'answer_reconciliation';
      readonly answer: ReconcileAnswer;
      /** What the person was shown, by its hash. */
      readonly bindingHash: string;
      /** What would be shown now. */
      readonly shown: ApprovalRequest;
      readonly comment: string | null;
      /** Until when an order may be used if this yes completes it. */
      readonly goodUntilMs: number;
    }
  | {
      readonly type: 'late_reply';
      readonly step: number;
      readonly direction: Direction;
      readonly outcome: OutcomeKind;
      readonly detail: string;
    }
  | { readonly type: 'claim'; readonly owner: string }
  | { readonly type: 'defer'; readonly untilMs: number; readonly reason: string; readonly verdicts: readonly Verdict[] }
  | {
      readonly type: 'intend';
      readonly intent: Intent;
      readonly clearanceId: string;
      readonly verdicts: readonly Verdict[];
    }
  | {
      readonly type: 'settle';
      readonly outcome: OutcomeKind;
      readonly detail: string;
      readonly result: Json;
      readonly snapshotAfter: Json;
      readonly tookMs: number;
      /** Proven that nothing was put on the wire. */
      readonly neverSent?: boolean;
      /** Why it was held back at the last look, and how the remediation then ends; it teaches nothing. */
      readonly heldBack: { readonly end: 'halted' | 'withdrawn'; readonly reason: string } | null;
    }
  | {
      readonly type: 'reconcile';
      readonly answer: 'happened' | 'did_not_happen' | 'cannot_tell';
      readonly detail: string;
    }
  | { readonly type: 'validate'; readonly checks: readonly CheckResult[] }
  | { readonly type: 'validate_undo'; readonly step: number; readonly checks: readonly CheckResult[] }
  | { readonly type: 'stop'; readonly reason: string; readonly verdicts: readonly Verdict[] }
  | {
      readonly type: 'end';
      readonly end: 'halted' | 'withdrawn' | 'recovered' | 'manual' | 'superseded' | 'needs_reconciliation';
      readonly reason: string;
      readonly verdicts?: readonly Verdict[];
    };

/** The approval that goes out with a proposal. */
export type ApprovalRequest = Pick<
  Approval,
  'approvalId' | 'bindingHash' | 'binding' | 'expiresAtMs' | 'needed' | 'barred'
>;

/** Why a command was refused. Nothing was changed. */
export type Refusal =
  | 'already_proposed'
  | 'not_started'
  | 'nothing_to_approve'
  | 'approval_stale'
  | 'approval_expired'
  | 'already_decided'
  | 'approver_barred'
  | 'already_ended'
  | 'not_ready'
  | 'approval_missing'
  | 'nothing_in_flight'
  | 'call_in_flight'
  | 'nothing_to_reconcile'
  | 'nothing_to_roll_back';

/** The events a command leads to (none when it changes nothing), or why it was refused. */
export type Decided =
  | { readonly ok: true; readonly events: readonly RemediationEvent[] }
  | { readonly ok: false; readonly refused: Refusal };
