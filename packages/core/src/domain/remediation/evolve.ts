import { type Approval, goodUntil } from '../approval.js';
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
  const settled = { ...state, inFlight: null };
  if (outcome === 'failed') return settled as Remediation;
  if (intent.direction === 'undo') return { ...settled, undoSettled: true } as Remediation;
  const committed = [...state.committed, intent];
  const last = committed.length === state.proposal.steps.length;
  const snapshotsAfter = { ...state.snapshotsAfter, [intent.step]: snapshotAfter };
  return { ...settled, committed, snapshotsAfter, state: last ? 'validating' : 'executing' } as Remediation;
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
      validated: false,
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
      const granted = { grantedAtMs: stamp.atMs, goodUntilMs: goodUntil(stamp.atMs) };
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
    case 'reconciled':
      if (!state.inFlight || event.answer === 'cannot_tell') return state;
      return evolveSettled(state, state.inFlight.intent, event.answer === 'happened' ? 'committed' : 'failed', null);
    case 'validated':
      return { ...state, validated: event.passed } as Remediation;
    case 'rollback_started':
      return { ...state, state: 'rolling_back', reason: event.reason, pendingUndo: event.steps, undoSettled: false };
    case 'undo_validated':
      if (state.state !== 'rolling_back' || !event.passed) return state;
      return {
        ...state,
        undone: [...state.undone, event.step],
        pendingUndo: state.pendingUndo.filter((step) => step !== event.step),
        undoSettled: false,
      };
    case 'approval_refused':
    case 'claimed':
    case 'cleared':
    case 'stopped':
    case 'late_reply':
      return state;
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
