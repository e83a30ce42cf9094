import type { Approval } from '../approval.js';
import type { Decision } from '../decision.js';
import { labelOf, type TrialLabel } from '../guarantee/trial.js';
import { APPROVAL, LOOK_AGAIN } from '../policy.js';
import type { TicketStatus } from '../ticket.js';
import { changesAnything, isEnd, type StateName } from './events.js';
import { isParked, openOrderOf } from './parked.js';
import type { StartedRemediation } from './state.js';

/** What a store keeps beside the log so that it can be found: all of it follows from the log. */
export interface Projection {
  readonly state: StateName;
  readonly ticketStatus: TicketStatus;
  /**
   * When the remediation wants to be looked at again, parked ones included that a read may end; null: at once, or
   * never when it is over or waits for a person alone.
   */
  readonly dueAtMs: number | null;
  readonly ended: boolean;
  /**
   * Whether its targets stay locked; a store gives the locks back in the same transaction when this is false. One that
   * ended and holds locks is parked: it keeps its ticket from another remediation as an unfinished one does.
   */
  readonly holdsLocks: boolean;
  readonly route: Decision['route'];
  /** Why it ended or waits; null while it is simply going on. */
  readonly reason: string | null;
  /** It carries out a proposal that changes something; a run that takes another one back does not. */
  readonly acts: boolean;
  /** The order that the run waits for or goes by; without one the approval of its proposal. */
  readonly approval: Approval | null;
  /** It waits for people to say yes: to its proposal, or to an order about what is parked. */
  readonly awaitsApproval: boolean;
  /** What the end says to the gate; null while there is nothing to say. */
  readonly label: TrialLabel | null;
}

const TICKET_STATUS: Readonly<Record<StateName, TicketStatus>> = {
  proposed: 'remediating',
  awaiting_approval: 'awaiting_approval',
  deferred: 'deferred',
  executing: 'remediating',
  validating: 'remediating',
  rolling_back: 'remediating',
  succeeded: 'resolved',
  recovered: 'resolved',
  rolled_back: 'needs_human',
  failed: 'needs_human',
  needs_reconciliation: 'needs_human',
  rejected: 'needs_human',
  expired: 'needs_human',
  halted: 'needs_human',
  manual: 'needs_human',
  withdrawn: 'suggested',
  suggested: 'suggested',
  superseded: 'analyzing',
};

/** When an unanswered approval wants to be looked at: to tell somebody else, or to let it expire. */
function approvalDueAt({ requestedAtMs, expiresAtMs, escalatedAtMs }: Approval): number {
  const escalatesAtMs = requestedAtMs + APPROVAL.escalateAfterMs;
  return escalatedAtMs === null ? Math.min(escalatesAtMs, expiresAtMs) : expiresAtMs;
}

/** A plan that only read has fixed nothing, however well it went. */
function ticketStatusOf(state: StartedRemediation): TicketStatus {
  if (state.state === 'succeeded' && !changesAnything(state.proposal)) return 'suggested';
  if (isParked(state)) return 'needs_human';
  return TICKET_STATUS[state.state];
}

/** When a call in doubt is looked at again: ever later, so that what nobody answers does not fill the log. */
function looksAgainAt({ looks }: StartedRemediation): number | null {
  return looks && looks.lastAtMs + LOOK_AGAIN.firstMs * 2 ** Math.min(looks.count, LOOK_AGAIN.doublings);
}

function dueAt(state: StartedRemediation): number | null {
  switch (state.state) {
    case 'deferred':
      return state.untilMs;
    case 'awaiting_approval':
      return approvalDueAt(state.approval);
    case 'needs_reconciliation':
      return looksAgainAt(state);
    default:
      return null;
  }
}

/** What a store keeps of a remediation. Pure. */
export function projectionOf(state: StartedRemediation): Projection {
  const over = isEnd(state.state);
  return {
    state: state.state,
    ticketStatus: ticketStatusOf(state),
    dueAtMs: dueAt(state),
    ended: over,
    holdsLocks: over ? isParked(state) : true,
    route: state.proposal.decision.route,
    reason: 'reason' in state ? state.reason : null,
    acts: changesAnything(state.proposal) && state.takenOverFrom === null,
    approval: state.order?.approval ?? state.approval,
    awaitsApproval: state.state === 'awaiting_approval' || openOrderOf(state) !== null,
    label: over ? labelOf(state) : null,
  };
}
