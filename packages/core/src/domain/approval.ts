import type { Arguments, Plan } from './action.js';
import { hashOf, type Json } from './canonical.js';
import { maySamePerson } from './identity.js';
import { APPROVAL, type Policy, type TimeWindow } from './policy.js';
import { nextClosing } from './window.js';

/** An authenticated actor: a person or a program. */
export interface Principal {
  readonly id: string;
  readonly tenant: string;
  /** For example `remediation:approve` or `remediation:approve:storage`. */
  readonly scopes: readonly string[];
  readonly groups?: readonly string[];
}

/** All that an approver is shown; an approval is good for exactly this. */
export interface ApprovalBinding {
  readonly tenant: string;
  readonly remediationId: string;
  /** Only what has an effect. */
  readonly plan: Plan;
  /** Hash of each tool definition the plan relies on. */
  readonly pins: Readonly<Record<string, string>>;
  readonly policyVersion: number;
  /** The targets' state as shown, by step. */
  readonly snapshot: Json;
  readonly expiresAtMs: number;
  /** Only of answers about a parked remediation: what the answer would do. */
  readonly order?: OrderShown;
}

/** A call as an order shows it; what an entry's template cannot fill any more has no arguments. */
export interface OrderedCall {
  readonly step: number;
  readonly direction: 'do' | 'undo';
  readonly tool: string;
  readonly arguments: Arguments | null;
  readonly targets: readonly string[];
}

/** What an answer about a parked remediation would do, and the log it was shown with. */
export interface OrderShown {
  readonly answer: 'happened' | 'did_not_happen' | 'send_again' | 'roll_back' | 'accept';
  /** Number of the last row that says something about the run. */
  readonly version: number;
  /** What would be sent, first call first. */
  readonly calls: readonly OrderedCall[];
}

/** SHA-256 of the canonical JSON of a binding. */
export function bindingHashOf(binding: ApprovalBinding): string {
  return hashOf(binding);
}

/** The parts of a binding that are no longer what they were. */
export function bindingDifferences(shown: ApprovalBinding, now: ApprovalBinding): readonly (keyof ApprovalBinding)[] {
  const parts: readonly (keyof ApprovalBinding)[] = [
    'tenant',
    'remediationId',
    'plan',
    'pins',
    'policyVersion',
    'snapshot',
    'expiresAtMs',
    'order',
  ];
  return parts.filter((part) => shown[part] !== now[part] && hashOf(shown[part] ?? null) !== hashOf(now[part] ?? null));
}

/** One person's yes. */
export interface Consent {
  readonly by: string;
  readonly atMs: number;
  readonly comment: string | null;
}

/** An approval request and what has come of it. */
export interface Approval {
  readonly approvalId: string;
  readonly bindingHash: string;
  readonly binding: ApprovalBinding;
  readonly requestedAtMs: number;
  readonly expiresAtMs: number;
  /** Distinct people who must say yes. */
  readonly needed: number;
  /** Principals who may not answer, with why. */
  readonly barred: Readonly<Record<string, string>>;
  readonly consents: readonly Consent[];
  /** When enough people had said yes; null while they have not. */
  readonly grantedAtMs: number | null;
  /** Until when a granted approval may be consumed. */
  readonly goodUntilMs: number | null;
  /** When nobody had answered for too long and somebody else was told; null while that is not so. */
  readonly escalatedAtMs: number | null;
  /** When a run consumed it; it is good for no other. */
  readonly consumedAtMs: number | null;
}

/** Why a person says no. */
export const REJECT_REASONS = ['wrong_action', 'wrong_target', 'not_now', 'duplicate', 'other'] as const;
/** A reason code of a rejection. */
export type RejectReason = (typeof REJECT_REASONS)[number];

/**
 * Until when an approval granted now may be used, ms since the epoch: 30 min, or until the next maintenance window
 * closes, so that a yes given in office hours is good for the night's window.
 */
export function goodUntil(grantedAtMs: number, windows: readonly TimeWindow[]): number {
  const closesMs = nextClosing(windows, grantedAtMs);
  return Math.max(grantedAtMs + APPROVAL.goodForMs, closesMs ?? 0);
}

/** Who may not answer an approval of this ticket, and why: its submitter, its requester, who wrote the entry. */
export function barredFrom(
  ticket: { readonly submitter: string; readonly requester: string | null },
  editors: readonly string[],
  policy: Pick<Policy, 'selfApproval'>,
): Readonly<Record<string, string>> {
  if (policy.selfApproval) return {};
  const barred: Record<string, string> = {};
  for (const editor of editors) barred[editor] = 'last edited the catalogue entry of this action';
  if (ticket.requester !== null) barred[ticket.requester] = 'is the requester of this ticket';
  barred[ticket.submitter] = 'submitted this ticket';
  return barred;
}

/** Why this principal may not answer, also under a near-equal name; null when nothing bars them. */
export function barredBecause(barred: Readonly<Record<string, string>>, id: string): string | null {
  return Object.entries(barred).find(([name]) => maySamePerson(name, id))?.[1] ?? null;
}

/** Whether the principal holds the scope to approve in this category. */
export function hasApproveScope(principal: Principal, category: string): boolean {
  return principal.scopes.some(
    (scope) => scope === 'remediation:approve' || scope === `remediation:approve:${category}`,
  );
}

/** Whether the policy's approver groups let the principal answer; no groups let everybody with the scope. */
export function inApproverGroups(principal: Principal, policy: Pick<Policy, 'approverGroups'>): boolean {
  const { approverGroups } = policy;
  return approverGroups.length === 0 || approverGroups.some((group) => principal.groups?.includes(group) ?? false);
}
