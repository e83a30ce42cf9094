import { describe, expect, it } from 'vitest';
import { lessonsOf } from '../src/domain/learning.js';
import {
  isParked,
  projectionOf,
  type Remediation,
  type RemediationEvent,
  reconcileAnswers,
  type StartedRemediation,
  stepsToTakeBack,
} from '../src/domain/remediation.js';
import { given, type Told } from '../src/testing/index.js';
import {
  answer,
  ask,
  done,
  granted,
  intended,
  intent,
  over,
  proposal,
  proposed,
  settled,
  stateOf,
} from './remediationLog.js';

type Log = readonly Told<RemediationEvent>[];
const IRREVERSIBLE = { undoable: false };

function started(state: Remediation): StartedRemediation {
  if (state.state === 'none') throw new Error('nothing happened');
  return state;
}

describe('a parked remediation', () => {
  const parked: Log = [proposed(), ...done(0), intended(1), settled(1, 'unknown'), over('needs_reconciliation')];

  it('offers every way out, and keeps its targets until one is taken', () => {
    const state = started(stateOf(...parked));
    expect(isParked(state)).toBe(true);
    expect(reconcileAnswers(state)).toEqual(['happened', 'did_not_happen', 'send_again', 'roll_back', 'accept']);
    expect(stepsToTakeBack(state)).toEqual([1, 0]);
    expect(projectionOf(state)).toMatchObject({ ended: true, holdsLocks: true });
  });

  it('goes on where a person says that it happened', () => {
    const state = given(...parked)
      .when(ask(answer('happened')))
      .leadsTo('reconciliation_answered');
    expect(state).toMatchObject({ state: 'validating', committed: [{ step: 0 }, { step: 1 }], inFlight: null });
  });

  it('takes back the rest where a person says that it did not happen', () => {
    const state = given(...parked)
      .when(ask(answer('did_not_happen')))
      .leadsTo('reconciliation_answered', 'rollback_started');
    expect(state).toMatchObject({ state: 'rolling_back', pendingUndo: [0], inFlight: null });
  });

  it('sends again only because a person orders it', () => {
    const state = given(...parked)
      .when(ask(answer('send_again')))
      .leadsTo('approval_requested', 'approval_given', 'reconciliation_answered');
    expect(state).toMatchObject({ state: 'executing', committed: [{ step: 0 }], inFlight: null });
  });

  it('takes back what may have happened as well', () => {
    const state = given(...parked)
      .when(ask(answer('roll_back')))
      .leadsTo('approval_requested', 'approval_given', 'reconciliation_answered');
    expect(state).toMatchObject({ state: 'rolling_back', pendingUndo: [1, 0], reason: 'ordered_by_person' });
  });

  it('is over, and lets go, where a person accepts it as it is', () => {
    const state = started(
      given(...parked)
        .when(ask(answer('accept')))
        .leadsTo('reconciliation_answered', 'failed'),
    );
    expect(projectionOf(state)).toMatchObject({ ended: true, holdsLocks: false });
    given(...parked, over('failed'))
      .when(ask(answer('accept')))
      .thenRefused('nothing_to_reconcile');
  });

  it('offers no roll back where nothing can be taken back', () => {
    const log = [proposed(), intended(0, 'do', IRREVERSIBLE), settled(0, 'unknown'), over('needs_reconciliation', [])];
    expect(reconcileAnswers(started(stateOf(...log)))).not.toContain('roll_back');
    given(...log)
      .when(ask(answer('roll_back')))
      .thenRefused('nothing_to_roll_back');
  });

  it('never resumes when it was halted: its effects are accepted, or taken back by a remediation of its own', () => {
    const log = [proposed(), ...done(0), over('halted')];
    expect(reconcileAnswers(started(stateOf(...log)))).toEqual(['roll_back', 'accept']);
    const stays = [proposed(), ...done(0, IRREVERSIBLE), over('halted')];
    expect(reconcileAnswers(started(stateOf(...stays)))).toEqual(['accept']);
    const answered = given(...log)
      .when(ask(answer('roll_back')))
      .leadsTo('approval_requested', 'approval_given', 'reconciliation_answered');
    expect(answered).toMatchObject({ state: 'halted', accepted: true });
    given(...log)
      .when(ask(answer('send_again')))
      .thenRefused('nothing_to_reconcile');
    const state = started(
      given(...log)
        .when(ask(answer('accept')))
        .leadsTo('reconciliation_answered'),
    );
    expect(projectionOf(state).holdsLocks).toBe(false);
  });
});

describe('a remediation that takes another one back', () => {
  const takeOver = {
    type: 'take_over',
    proposal: proposal(),
    from: 'r',
    calls: [intent(0), intent(1)],
    approval: granted,
  } as const;

  it('begins by undoing, last step first, and teaches nothing', () => {
    const state = given()
      .when(ask({ ...takeOver, steps: [1, 0] }))
      .leadsTo('proposed', 'taken_over');
    expect(state).toMatchObject({ state: 'rolling_back', pendingUndo: [1, 0], takenOverFrom: 'r' });
    expect(
      lessonsOf(
        started({ ...started(state), state: 'rolled_back', reason: 'x' }),
        { ticketId: 'T', remediationId: 'r' },
        0,
      ),
    ).toEqual([]);
  });

  it('is refused where nothing can be taken back', () => {
    given()
      .when(ask({ ...takeOver, steps: [] }))
      .thenRefused('nothing_to_roll_back');
  });
});

describe('a late reply', () => {
  it.each([
    ['while it runs', [proposed(), intended(0)]],
    ['when it is parked', [proposed(), intended(0), over('needs_reconciliation', [])]],
    ['when it is over', [proposed(), ...done(0), over('failed')]],
  ] as const)('changes nothing %s', (_, log) => {
    const late = {
      type: 'late_reply',
      step: 0,
      direction: 'do',
      outcome: 'committed',
      detail: 'done after all',
    } as const;
    const before = stateOf(...log);
    expect(
      given(...log)
        .when(ask(late))
        .leadsTo('late_reply'),
    ).toEqual(before);
  });
});

describe('what a run teaches', () => {
  it.each([
    ['succeeded', true],
    ['rolled_back', false],
    ['failed', false],
    ['needs_reconciliation', false],
  ] as const)('%s counts as an execution that succeeded: %s', (end, succeeded) => {
    const state = started(stateOf(proposed(), ...done(0), over(end)));
    expect(lessonsOf(state, { ticketId: 'T', remediationId: 'r' }, 7)).toMatchObject([
      { actionType: 'enable', executed: true, succeeded, atMs: 7 },
    ]);
  });

  it.each(['halted', 'withdrawn', 'recovered', 'manual', 'suggested', 'superseded', 'expired'] as const)(
    '%s teaches nothing',
    (end) =>
      expect(lessonsOf(started(stateOf(proposed(), over(end, []))), { ticketId: 'T', remediationId: 'r' }, 7)).toEqual(
        [],
      ),
  );

  it.each([
    ['wrong_action', [{ executed: false, resolved: false, succeeded: false }]],
    ['other', [{ executed: false, resolved: false, succeeded: false }]],
    ['not_now', []],
    ['duplicate', []],
  ] as const)('a refusal as %s teaches %o', (reason, facts) => {
    const state = { ...started(stateOf(proposed(), over('rejected', []))), reason } as Parameters<typeof lessonsOf>[0];
    expect(lessonsOf(state, { ticketId: 'T', remediationId: 'r' }, 7)).toMatchObject(facts);
  });
});
