import type { Approval } from '../approval.js';
import type { Json } from '../canonical.js';
import type { Intent, LogRow, OutcomeKind, ReconcileAnswer, RemediationEvent, Stamp } from './events.js';
import { NO_REMEDIATION, type Remediation, type StartedRemediation } from './state.js';

/** Put off once more for the same reason, or for the first time for another. */
function putOffBy(
  { putOff }: StartedRemediation,
  { reason }: { readonly reason: string },
): StartedRemediation['putOff'] {
  return { reason, times: putOff?.reason === reason ? putOff.times + 1 : 1 };
}

/** One undo call more that is over. While an earlier sending of it is in doubt, it is still the same call. */
function withUndoCall(
  { undoCalls, doubt }: StartedRemediation,
  { step, direction }: Intent,
  outcome: OutcomeKind,
): StartedRemediation['undoCalls'] {
  if (direction === 'do' || (outcome === 'failed' && doubt !== null)) return undoCalls;
  return { ...undoCalls, [step]: (undoCalls[step] ?? 0) + 1 };
}

function evolveSettled(
  state: StartedRemediation,
  intent: Intent,
  outcome: OutcomeKind,
  snapshotAfter: Json,
): StartedRemediation {
  if (outcome === 'unknown') {
    return state.inFlight
      ? ({ ...state, inFlight: { ...state.inFlight, unknown: true } } as StartedRemediation)
      : state;
  }
  const undoCalls = withUndoCall(state, intent, outcome);
  if (outcome === 'failed') return { ...state, inFlight: null, undoCalls } as StartedRemediation;
  const settled = { ...state, inFlight: null, doubt: null, undoCalls };
  if (intent.direction === 'undo') return { ...settled, undoSettled: true } as StartedRemediation;
  const committed = [...state.committed, intent];
  const last = committed.length === state.proposal.steps.length;
  const snapshotsAfter = { ...state.snapshotsAfter, [intent.step]: snapshotAfter };
  return { ...settled, committed, snapshotsAfter, state: last ? 'validating' : 'executing' } as StartedRemediation;
}

/** Without the step in flight among those that were tried, when nothing of it was ever put on the wire. */
function untried(
  state: StartedRemediation,
  { step, direction, neverSent }: Extract<RemediationEvent, { type: 'action_settled' }>,
): StartedRemediation {
  if (neverSent !== true || direction === 'undo' || state.doubt) return state;
  return { ...state, tried: state.tried.filter((other) => other !== step) };
}

/** Where a parked run goes on: with the plan, or with taking it back. */
function goingOnFrom({ inFlight }: StartedRemediation): 'rolling_back' | 'executing' {
  return inFlight?.intent.direction === 'undo' ? 'rolling_back' : 'executing';
}

/** An approval with one yes more; granted with the last one that is needed. */
function withConsent(approval: Approval, given: Extract<RemediationEvent, { type: 'approval_given' }>, atMs: number) {
  const consents = [...approval.consents, { by: given.by, atMs, comment: given.comment }];
  if (consents.length < approval.needed) return { ...approval, consents };
  return { ...approval, consents, grantedAtMs: atMs, goodUntilMs: given.goodUntilMs };
}

/** A parked remediation goes on where the person's answer puts it. */
function evolveAnswered(
  state: StartedRemediation,
  { answer, steps, by, bindingHash }: Extract<RemediationEvent, { type: 'reconciliation_answered' }>,
): Remediation {
  return { ...afterAnswer(state, answer, steps, by), answered: { answer, by, bindingHash }, looks: null };
}

function afterAnswer(
  state: StartedRemediation,
  answer: ReconcileAnswer,
  steps: readonly number[],
  by: string,
): StartedRemediation {
  const { inFlight } = state;
  const goingOn = goingOnFrom(state);
  switch (answer) {
    case 'happened':
      if (!inFlight) return state;
      return evolveSettled({ ...state, state: goingOn } as StartedRemediation, inFlight.intent, 'committed', null);
    case 'did_not_happen':
      return { ...state, inFlight: null, doubt: null };
    case 'send_again': {
      const doubt = inFlight && { intent: inFlight.intent, atMs: inFlight.atMs, orderedBy: by };
      return { ...state, state: goingOn, inFlight: null, doubt } as StartedRemediation;
    }
    case 'roll_back': {
      if (state.state === 'halted' || state.state === 'withdrawn') return { ...state, accepted: true };
      const doubtful = inFlight?.intent.direction === 'do' ? [inFlight.intent] : [];
      const committed = [...state.committed, ...doubtful];
      // An undo whose outcome is not known may still land when it is sent again.
      const again = inFlight?.intent.direction === 'undo' ? inFlight : null;
      const doubt = again && { intent: again.intent, atMs: again.atMs, orderedBy: by };
      const back = { committed, inFlight: null, doubt, pendingUndo: steps, undoSettled: false };
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
      order: null,
      answered: null,
      tried: [],
      looks: null,
      putOff: null,
      committed: [],
      undone: [],
      snapshotsAfter: {},
      inFlight: null,
      doubt: null,
      validated: false,
      undoCalls: {},
      windowSinceMs: null,
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
      const { order } = event.binding;
      // An order about a parked run: the run stays as it is until enough people gave it.
      if (order) return { ...state, order: { answer: order.answer, approval } } as Remediation;
      return { ...state, state: 'awaiting_approval', approval };
    }
    case 'approval_given': {
      const { order, approval } = state;
      if (order?.approval.approvalId === event.approvalId) {
        return {
          ...state,
          order: { ...order, approval: withConsent(order.approval, event, stamp.atMs) },
        } as Remediation;
      }
      if (!approval) return state;
      const after = withConsent(approval, event, stamp.atMs);
      const granted = after.grantedAtMs !== null;
      return { ...state, approval: after, ...(granted ? { state: 'proposed' as const } : {}) } as Remediation;
    }
    case 'approval_consumed': {
      const { order, approval } = state;
      const consumedAtMs = stamp.atMs;
      if (order?.approval.approvalId === event.approvalId) {
        return { ...state, order: { ...order, approval: { ...order.approval, consumedAtMs } } } as Remediation;
      }
      return approval ? ({ ...state, approval: { ...approval, consumedAtMs } } as Remediation) : state;
    }
    case 'deferred':
      return {
        ...state,
        state: 'deferred',
        untilMs: event.untilMs,
        reason: event.reason,
        putOff: putOffBy(state, event),
      };
    case 'action_intended': {
      const { type: _, ...intent } = event;
      const inFlight = { intent, atMs: stamp.atMs, unknown: false };
      if (intent.direction === 'undo') return { ...state, inFlight } as Remediation;
      const writes = state.proposal.steps.some(({ step, class: of }) => step === intent.step && of !== 'read_only');
      const tried = writes ? [...new Set([...state.tried, intent.step])] : state.tried;
      // The first write met the window; those that follow count on that, looks before it do not.
      const windowSinceMs = writes ? (state.windowSinceMs ?? stamp.atMs) : state.windowSinceMs;
      return { ...state, state: 'executing', inFlight, tried, windowSinceMs, putOff: null };
    }
    case 'action_settled':
      if (!state.inFlight) return state;
      return evolveSettled(untried(state, event), state.inFlight.intent, event.outcome, event.snapshotAfter);
    case 'reconciled': {
      // "It did not happen" without leave to resend proves nothing: the call may still land.
      if (!state.inFlight) return state;
      const { intent, atMs } = state.inFlight;
      const parked = state.state === 'needs_reconciliation';
      if (event.answer === 'happened') {
        const before = parked ? ({ ...state, state: goingOnFrom(state), looks: null } as StartedRemediation) : state;
        return evolveSettled(before, intent, 'committed', null);
      }
      if (parked) return { ...state, looks: { count: (state.looks?.count ?? 0) + 1, lastAtMs: stamp.atMs } };
      if (!event.mayResend) return state;
      return { ...state, inFlight: null, doubt: { intent, atMs, orderedBy: null } } as Remediation;
    }
    case 'taken_over': {
      const { from, calls, steps, approval } = event;
      const order = { answer: 'roll_back' as const, approval };
      const back = { committed: calls, pendingUndo: steps, undoSettled: false, takenOverFrom: from, order };
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
      const looks = inFlight?.intent.readable ? { count: 0, lastAtMs: stamp.atMs } : null;
      const parked = { inFlight, doubt: null, order: null, looks, windowSinceMs: null };
      return { ...state, ...parked, state: event.type, reason: event.reason };
    }
    default:
      // What was ordered about an earlier stop is no order about this one.
      return { ...state, state: event.type, reason: event.reason, order: null };
  }
}

/** The state that a log tells. */
export function replay(rows: readonly Pick<LogRow, 'event' | 'atMs' | 'actor'>[]): Remediation {
  return rows.reduce<Remediation>(
    (state, { event, atMs, actor }) => evolve(state, event, { atMs, actor }),
    NO_REMEDIATION,
  );
}
