import type { Approval } from '../approval.js';
import type { Decision } from '../decision.js';
import { APPROVAL } from '../policy.js';
import type { TicketStatus } from '../ticket.js';
import { isParked } from './decide.js';
import { changesAnything, isEnd, type StateName } from './events.js';
import type { StartedRemediation } from './state.js';

/** What a store keeps beside the log so that it can be found: all of it follows from the log. */
export interface Projection {
  readonly state: StateName;
  readonly ticketStatus: TicketStatus;
  /** When the remediation wants to be looked at again; null: at once, or never when it is over or waits for a person. */
  readonly dueAtMs: number | null;
  readonly ended: boolean;
  /** Whether its targets stay locked; a store gives the locks back in the same transaction when this is false. */
  readonly holdsLocks: boolean;
  readonly route: Decision['route'];
  readonly approval: Approval | null;
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
  return TICKET_STATUS[state.state];
}

/** What a store keeps of a remediation. Pure. */
export function projectionOf(state: StartedRemediation): Projection {
  const over = isEnd(state.state);
  const dueAtMs =
    state.state === 'deferred'
      ? state.untilMs
      : state.state === 'awaiting_approval'
        ? approvalDueAt(state.approval)
        : null;
  return {
    state: state.state,
    ticketStatus: ticketStatusOf(state),
    dueAtMs,
    ended: over,
    holdsLocks: over ? isParked(state) : true,
    route: state.proposal.decision.route,
    approval: state.approval,
  };
}
