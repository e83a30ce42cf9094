import type { Approval } from '../approval.js';
import type { Json } from '../canonical.js';
import type { EndState, Intent, Proposal, ReconcileAnswer } from './events.js';

/** An order to send something, given about a parked remediation: an approval like any other. */
export interface Order {
  readonly answer: 'send_again' | 'roll_back';
  readonly approval: Approval;
}

interface Course {
  readonly proposal: Proposal;
  readonly approval: Approval | null;
  /** The order that waits for more people, or that the run goes on by; null without one. */
  readonly order: Order | null;
  /** The last answer of a person while it was parked. */
  readonly answered: { readonly answer: ReconcileAnswer; readonly by: string; readonly bindingHash: string } | null;
  /** Writes that were sent, or may have been. */
  readonly tried: readonly number[];
  /** Looks at a call in doubt since it was parked, and the last one; null unless one can tell. */
  readonly looks: { readonly count: number; readonly lastAtMs: number } | null;
  /** How often in a row the run was put off for the same reason. */
  readonly putOff: { readonly reason: string; readonly times: number } | null;
  /** Steps that were carried out, in order; looks as well. */
  readonly committed: readonly Intent[];
  /** Steps that were taken back. */
  readonly undone: readonly number[];
  /** State of the targets after our own last step, by step. */
  readonly snapshotsAfter: Readonly<Record<number, Json>>;
  /** The call that may be on its way: intended, and not settled with certainty. */
  readonly inFlight: { readonly intent: Intent; readonly atMs: number; readonly unknown: boolean } | null;
  /**
   * An earlier sending of a call that is about to be sent again, or was. Only a committed answer takes the doubt away:
   * until then the first one may still have happened, whatever comes of the second. `orderedBy` names the person who
   * ordered it to be sent again; null when the reads allowed it.
   */
  readonly doubt: { readonly intent: Intent; readonly atMs: number; readonly orderedBy: string | null } | null;
  readonly validated: boolean;
  /** Undo calls of a step that are over, one way or the other: another one of that step is a call of its own. */
  readonly undoCalls: Readonly<Record<number, number>>;
  /**
   * Since when the run counts on the maintenance window that its first write found; null before that, and again once it
   * was parked: time has passed, so the window is asked again.
   */
  readonly windowSinceMs: number | null;
  /** Steps still to be taken back and validated, next first; empty unless rolling back. */
  readonly pendingUndo: readonly number[];
  /** The first of them is undone and not yet validated. */
  readonly undoSettled: boolean;
  /** The stopped remediation that this one takes back; null for all others. */
  readonly takenOverFrom: string | null;
  /** A person accepted the effects that were left standing, or another remediation takes them back. */
  readonly accepted: boolean;
}

/** A remediation as its log tells it. */
export type Remediation =
  | { readonly state: 'none' }
  | (Course & { readonly state: 'proposed' | 'executing' | 'validating' })
  | (Course & { readonly state: 'awaiting_approval'; readonly approval: Approval })
  | (Course & { readonly state: 'deferred'; readonly untilMs: number; readonly reason: string })
  | (Course & { readonly state: 'rolling_back'; readonly reason: string })
  | (Course & { readonly state: EndState; readonly reason: string });

/** A remediation that exists. */
export type StartedRemediation = Exclude<Remediation, { state: 'none' }>;

/** What happened before anything did. */
export const NO_REMEDIATION: Remediation = { state: 'none' };

/** Whether nothing was begun yet, and nobody has to be waited for: then the run may still be put off. */
export function isReadyToRun({ state }: StartedRemediation): boolean {
  return state === 'proposed' || state === 'deferred';
}
