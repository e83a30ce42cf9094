import type { Verdict } from '../safety.js';
import type { Ended, EndState, Intent, RemediationEvent } from './events.js';
import type { StartedRemediation } from './state.js';

/* How a run comes to its end, and what stands when it has. */

/** Steps whose effect happened and was not taken back. A look has no effect. */
export function standingSteps({ proposal, committed, undone }: StartedRemediation): readonly number[] {
  const looks = proposal.steps.filter((step) => step.class === 'read_only').map(({ step }) => step);
  return committed.map(({ step }) => step).filter((step) => !undone.includes(step) && !looks.includes(step));
}

/** The last row, with what stands. */
export function ended(state: StartedRemediation, end: EndState, reason: string, verdicts?: readonly Verdict[]): Ended {
  const base = { type: end, reason, committed: standingSteps(state), undone: state.undone };
  return verdicts ? { ...base, verdicts } : base;
}

/** An end, unless an earlier sending of a call is still in doubt: then a person has to look. */
export function endedUnlessInDoubt(
  state: StartedRemediation,
  end: EndState,
  reason: string,
  verdicts?: readonly Verdict[],
): Ended {
  return ended(state, state.doubt ? 'needs_reconciliation' : end, reason, verdicts);
}

/** Steps to take back, last first; those without an undo stay and are named at the end. */
export function undoable(state: StartedRemediation, mayHaveHappened: readonly Intent[] = []): readonly number[] {
  return [...state.committed, ...mayHaveHappened]
    .filter((intent) => intent.undoable && !state.undone.includes(intent.step))
    .map(({ step }) => step)
    .reverse();
}

/** Takes back what can be taken back; nothing more is sent while a call is in doubt. */
export function rollBack(state: StartedRemediation, reason: string): readonly RemediationEvent[] {
  const steps = undoable(state);
  if (state.doubt) return [ended(state, 'needs_reconciliation', reason)];
  if (steps.length === 0) return [ended(state, 'failed', reason)];
  return [{ type: 'rollback_started', reason, steps }];
}

/** A no in the middle: what can be taken back is; effects that would be left standing are a person's to look at. */
export function takeBackOrPark(state: StartedRemediation, reason: string): readonly RemediationEvent[] {
  return undoable(state).length === 0 ? [ended(state, 'needs_reconciliation', reason)] : rollBack(state, reason);
}

/** What follows when the call in flight is known to have happened, or known not to have. */
export function afterCall(state: StartedRemediation, intent: Intent, happened: boolean): readonly RemediationEvent[] {
  if (intent.direction === 'undo') {
    return happened ? [] : [ended(state, 'needs_reconciliation', 'undo_failed')];
  }
  return happened ? [] : rollBack(state, 'action_failed');
}
