import type { Approval } from '../approval.js';
import type { Json } from '../canonical.js';
import type { Intent, LogRow, OutcomeKind, RemediationEvent, Stamp } from './events.js';
import { NO_REMEDIATION, type Remediation, type StartedRemediation } from './state.js';

function evolveSettled(
  state: StartedRemediation,
  intent: Intent,
  outcome: OutcomeKind,
  snapshotAfter: Json,
): Remediation {
  if (outcome === 'unknown') {
    return state.inFlight ? ({ ...state, inFlight: { ...state.inFlight, unknown: true } } as Remediation) : state;
  }
  if (outcome === 'failed') return { ...state, inFlight: null } as Remediation;
  const settled = { ...state, inFlight: null, doubt: null };
  if (intent.direction === 'undo') return { ...settled, undoSettled: true } as Remediation;
  const committed = [...state.committed, intent];
  const last = committed.length === state.proposal.steps.length;
  const snapshotsAfter = { ...state.snapshotsAfter, [intent.step]: snapshotAfter };
  return { ...settled, committed, snapshotsAfter, state: last ? 'validating' : 'executing' } as Remediation;
}

/** A parked remediation goes on where the person's answer puts it. */
function evolveAnswered(
  state: StartedRemediation,
  { answer, steps, by }: Extract<RemediationEvent, { type: 'reconciliation_answered' }>,
): Remediation {
  const { inFlight } = state;
  const goingOn = inFlight?.intent.direction === 'undo' ? 'rolling_back' : 'executing';
  switch (answer) {
    case 'happened':
      if (!inFlight) return state;
      return evolveSettled({ ...state, state: goingOn } as StartedRemediation, inFlight.intent, 'committed', null);
    case 'did_not_happen':
      return { ...state, inFlight: null, doubt: null };
    case 'send_again': {
      const doubt = inFlight && { intent: inFlight.intent, atMs: inFlight.atMs, orderedBy: by };
      return { ...state, state: goingOn, inFlight: null, doubt } as Remediation;
    }
    case 'roll_back': {
      if (state.state === 'halted') return { ...state, accepted: true };
      const doubtful = inFlight?.intent.direction === 'do' ? [inFlight.intent] : [];
      const committed = [...state.committed, ...doubtful];
      const back = { committed, inFlight: null, doubt: null, pendingUndo: steps, undoSettled: false };
      return { ...state, ...back, state: 'rolling_back', reason: 'ordered_by_person' };
    }
    case 'accept':
      return { ...state, accepted: true };
    default:
      return answer satisfies never;
  }
}

/** The state after an event. Pure; never refuses: what was stored happened. */
export function evolve(state: Remediation, event: RemediationEvent, stamp: Stamp): Remediation {
  if (event.type === 'proposed') {
    const { type: _, ...proposal } = event;
    return {
      state: 'proposed',
      proposal,
      approval: null,
      committed: [],
      undone: [],
      snapshotsAfter: {},
      inFlight: null,
      doubt: null,
      validated: false,
      pendingUndo: [],
      undoSettled: false,
      takenOverFrom: null,
      accepted: false,
    };
  }
  if (state.state === 'none') return state;
  switch (event.type) {
    case 'approval_requested': {
      const { type: _, ...request } = event;
      const approval: Approval = {
        ...request,
        requestedAtMs: stamp.atMs,
        consents: [],
        grantedAtMs: null,
        goodUntilMs: null,
        escalatedAtMs: null,
        consumedAtMs: null,
      };
      return { ...state, state: 'awaiting_approval', approval };
    }
    case 'approval_given': {
      if (!state.approval) return state;
      const consents = [...state.approval.consents, { by: event.by, atMs: stamp.atMs, comment: event.comment }];
      if (consents.length < state.approval.needed) {
        return { ...state, approval: { ...state.approval, consents } } as Remediation;
      }
      const granted = { grantedAtMs: stamp.atMs, goodUntilMs: event.goodUntilMs };
      return { ...state, state: 'proposed', approval: { ...state.approval, consents, ...granted } };
    }
    case 'approval_consumed':
      if (!state.approval) return state;
      return { ...state, approval: { ...state.approval, consumedAtMs: stamp.atMs } } as Remediation;
    case 'deferred':
      return { ...state, state: 'deferred', untilMs: event.untilMs, reason: event.reason };
    case 'action_intended': {
      const { type: _, ...intent } = event;
      const inFlight = { intent, atMs: stamp.atMs, unknown: false };
      return intent.direction === 'undo'
        ? ({ ...state, inFlight } as Remediation)
        : { ...state, state: 'executing', inFlight };
    }
    case 'action_settled':
      return state.inFlight ? evolveSettled(state, state.inFlight.intent, event.outcome, event.snapshotAfter) : state;
    case 'reconciled': {
      // "It did not happen" without leave to resend proves nothing: the call may still land.
      if (!state.inFlight) return state;
      if (event.answer === 'happened') return evolveSettled(state, state.inFlight.intent, 'committed', null);
      if (!event.mayResend) return state;
      const { intent, atMs } = state.inFlight;
      return { ...state, inFlight: null, doubt: { intent, atMs, orderedBy: null } } as Remediation;
    }
    case 'taken_over': {
      const { from, calls, steps } = event;
      const back = { committed: calls, pendingUndo: steps, undoSettled: false, takenOverFrom: from };
      return { ...state, ...back, state: 'rolling_back', reason: 'ordered_by_person' };
    }
    case 'reconciliation_answered':
      return evolveAnswered(state, event);
    case 'validated':
      return { ...state, validated: event.passed } as Remediation;
    case 'rollback_started':
      return { ...state, state: 'rolling_back', reason: event.reason, pendingUndo: event.steps, undoSettled: false };
    case 'undo_validated':
      if (!event.passed) return state;
      return {
        ...state,
        undone: [...state.undone, event.step],
        pendingUndo: state.pendingUndo.filter((step) => step !== event.step),
        undoSettled: false,
      } as Remediation;
    case 'approval_escalated':
      if (!state.approval) return state;
      return { ...state, approval: { ...state.approval, escalatedAtMs: stamp.atMs } } as Remediation;
    case 'approval_refused':
    case 'approval_attempt_refused':
    case 'claimed':
    case 'cleared':
    case 'stopped':
    case 'late_reply':
      return state;
    case 'needs_reconciliation': {
      // What is in doubt is what a person is asked about.
      const { doubt } = state;
      const inFlight = state.inFlight ?? (doubt && { intent: doubt.intent, atMs: doubt.atMs, unknown: true });
      return { ...state, state: event.type, reason: event.reason, inFlight, doubt: null };
    }
    default:
      return { ...state, state: event.type, reason: event.reason };
  }
}

/** The state that a log tells. */
export function replay(rows: readonly Pick<LogRow, 'event' | 'atMs' | 'actor'>[]): Remediation {
  return rows.reduce<Remediation>(
    (state, { event, atMs, actor }) => evolve(state, event, { atMs, actor }),
    NO_REMEDIATION,
  );
}
