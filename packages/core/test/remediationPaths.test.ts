import { describe, expect, it } from 'vitest';
import { lessonsOf } from '../src/domain/learning.js';
import {
  projectionOf,
  type Remediation,
  type RemediationEvent,
  type StartedRemediation,
} from '../src/domain/remediation.js';
import { given, type Told } from '../src/testing/index.js';
import {
  ask,
  done,
  intend,
  intended,
  proposed,
  reconcile,
  rollingBack,
  settle,
  settled,
  stop,
  validate,
  validateUndo,
} from './remediationLog.js';

type Log = readonly Told<RemediationEvent>[];
const IRREVERSIBLE = { undoable: false };
const DEDUPES = { dedupes: true };

function started(state: Remediation): StartedRemediation {
  if (state.state === 'none') throw new Error('nothing happened');
  return state;
}

const HALT = { end: 'halted', reason: 'a halt' } as const;

describe('a call', () => {
  it('that is proven not to have happened ends the run when it was the first', () => {
    given(proposed(), intended(0))
      .when(ask(settle('failed')))
      .leadsTo('action_settled', 'failed');
  });

  it('that fails after others takes those back, last first', () => {
    const log = [proposed('auto', 3), ...done(0), ...done(1), intended(2)];
    const state = given(...log)
      .when(ask(settle('failed')))
      .leadsTo('action_settled', 'rollback_started');
    expect(state).toMatchObject({ state: 'rolling_back', pendingUndo: [1, 0] });
  });

  it('whose outcome is unknown stays in flight: nothing else may be intended', () => {
    const log = [proposed(), intended(0), settled(0, 'unknown')];
    given(...log)
      .when(ask(intend(0)))
      .thenRefused('call_in_flight');
    given(...log)
      .when(ask(stop))
      .thenRefused('call_in_flight');
    given(...log)
      .when(ask({ type: 'end', end: 'manual', reason: 'x' }))
      .thenRefused('call_in_flight');
    given(...log)
      .when(ask({ type: 'end', end: 'needs_reconciliation', reason: 'x' }))
      .leadsTo('needs_reconciliation');
  });

  it('that was held back ends halted, lists what stands, and teaches nothing', () => {
    const log = [proposed(), ...done(0), intended(1)];
    const state = started(
      given(...log)
        .when(ask(settle('failed', HALT)))
        .leadsTo('action_settled', 'halted'),
    );
    expect(state).toMatchObject({ state: 'halted', reason: 'a halt' });
    expect(lessonsOf(state, { ticketId: 'T', remediationId: 'r' }, 0)).toEqual([]);
    expect(projectionOf(state)).toMatchObject({ holdsLocks: true, ticketStatus: 'needs_human' });
    const first = started(
      given(proposed(), intended(0))
        .when(ask(settle('failed', HALT)))
        .leadsTo('action_settled', 'halted'),
    );
    expect(projectionOf(first).holdsLocks).toBe(false);
  });

  it('that was held back is never a success, even if a tool says so', () => {
    given(proposed(), intended(0))
      .when(ask(settle('unknown', HALT)))
      .leadsTo('action_settled');
  });
});

describe('looking whether a call happened', () => {
  const doubtful = (change = {}): Log => [proposed(), intended(0, 'do', change), settled(0, 'unknown')];

  it('goes on when it happened', () => {
    const state = given(...doubtful())
      .when(ask(reconcile('happened')))
      .leadsTo('reconciled');
    expect(state).toMatchObject({ state: 'executing', inFlight: null, committed: [{ step: 0 }] });
  });

  it('permits a resend only where the tool dedupes', () => {
    const again = given(...doubtful(DEDUPES))
      .when(ask(reconcile('did_not_happen')))
      .leadsTo('reconciled');
    expect(again).toMatchObject({ state: 'executing', inFlight: null, committed: [] });
    given(...doubtful())
      .when(ask(reconcile('did_not_happen')))
      .leadsTo('reconciled', 'needs_reconciliation');
  });

  it('asks a person when the read cannot tell, whether or not the tool dedupes', () => {
    given(...doubtful(DEDUPES))
      .when(ask(reconcile('cannot_tell')))
      .leadsTo('reconciled', 'needs_reconciliation');
    given(...doubtful())
      .when(ask(reconcile('cannot_tell')))
      .leadsTo('reconciled', 'needs_reconciliation');
  });

  it('treats an undo the same way', () => {
    const undoing = (change = {}): Log => [
      proposed(),
      ...done(0),
      rollingBack(0),
      intended(0, 'undo', change),
      settled(0, 'unknown', 'undo'),
    ];
    expect(
      given(...undoing())
        .when(ask(reconcile('happened')))
        .leadsTo('reconciled'),
    ).toMatchObject({ undoSettled: true });
    given(...undoing())
      .when(ask(reconcile('did_not_happen')))
      .leadsTo('reconciled', 'needs_reconciliation');
    const again = given(...undoing(DEDUPES))
      .when(ask(reconcile('did_not_happen')))
      .leadsTo('reconciled');
    expect(again).toMatchObject({ state: 'rolling_back', undoSettled: false, pendingUndo: [0] });
  });
});

describe('taking back', () => {
  it('names what stays when a step has no undo', () => {
    const log = [proposed(), ...done(0), ...done(1, IRREVERSIBLE)];
    const back = given(...log)
      .when(ask(validate(false)))
      .leadsTo('validated', 'rollback_started');
    expect(back).toMatchObject({ pendingUndo: [0] });
    const undone = [...log, rollingBack(0), intended(0, 'undo'), settled(0, 'committed', 'undo')];
    const end = given(...undone)
      .when(ask(validateUndo(0, true)))
      .leadsTo('undo_validated', 'failed');
    expect(end).toMatchObject({ state: 'failed', reason: 'validation_failed', undone: [0] });
  });

  it('is not tried when nothing can be taken back: the run has failed', () => {
    const log = [proposed(), ...done(0, IRREVERSIBLE), ...done(1, IRREVERSIBLE)];
    given(...log)
      .when(ask(validate(false)))
      .leadsTo('validated', 'failed');
  });

  it('validates each undo, one after the other', () => {
    const log = [
      proposed(),
      ...done(0),
      ...done(1),
      rollingBack(1, 0),
      intended(1, 'undo'),
      settled(1, 'committed', 'undo'),
    ];
    given(...log)
      .when(ask(validateUndo(0, true)))
      .thenRefused('not_ready');
    const next = given(...log)
      .when(ask(validateUndo(1, true)))
      .leadsTo('undo_validated');
    expect(next).toMatchObject({ state: 'rolling_back', pendingUndo: [0], undone: [1] });
  });

  it('asks a person when an undo fails or does not hold', () => {
    const undoing = [proposed(), ...done(0), rollingBack(0), intended(0, 'undo')];
    given(...undoing)
      .when(ask(settle('failed')))
      .leadsTo('action_settled', 'needs_reconciliation');
    const undone = [...undoing, settled(0, 'committed', 'undo')];
    given(...undone)
      .when(ask(validateUndo(0, false)))
      .leadsTo('undo_validated', 'needs_reconciliation');
  });

  it('validates nothing as a success when no check was made', () => {
    given(proposed(), ...done(0), ...done(1))
      .when(ask({ type: 'validate', checks: [] }))
      .leadsTo('validated', 'rollback_started');
    const undone = [proposed(), ...done(0), rollingBack(0), intended(0, 'undo'), settled(0, 'committed', 'undo')];
    given(...undone)
      .when(ask({ type: 'validate_undo', step: 0, checks: [] }))
      .leadsTo('undo_validated', 'needs_reconciliation');
  });
});
