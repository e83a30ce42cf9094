import { describe, expect, it } from 'vitest';
import {
  NO_REMEDIATION,
  type Remediation,
  type RemediationEvent,
  replay,
  type StartedRemediation,
} from '../src/domain/remediation.js';
import type { Told } from '../src/testing/index.js';
import {
  asked,
  done,
  granted,
  intended,
  intent,
  over,
  proposal,
  proposed,
  putOff,
  request,
  rollingBack,
  settled,
  yesFrom,
} from './remediationLog.js';

/* What each row of the log makes of the state, field by field. Who asks and when are told by `at`. */

type Row = Told<RemediationEvent>;

const at = (row: Row | RemediationEvent, atMs: number, actor = 'remit'): Row =>
  'what' in row ? { ...row, atMs, actor } : { what: row, atMs, actor };

/** The state that these rows tell. */
function told(...rows: readonly Row[]): StartedRemediation {
  const state = replay(rows.map(({ what, atMs = 0, actor = 'remit' }) => ({ event: what, atMs, actor })));
  if (state.state === 'none') throw new Error('nothing happened');
  return state;
}

const reconciled = (answer: 'happened' | 'did_not_happen' | 'cannot_tell', mayResend = false, step = 0): Row => ({
  what: { type: 'reconciled', step, direction: 'do', answer, detail: '', mayResend },
});
const answered = (
  answer: 'happened' | 'did_not_happen' | 'send_again' | 'roll_back' | 'accept',
  steps: readonly number[] = [],
): Row => ({
  what: { type: 'reconciliation_answered', answer, bindingHash: 'shown', by: 'bo', comment: null, steps },
});

const inDoubt = [proposed(), at(intended(0), 7), settled(0, 'unknown')];
const parked = [...inDoubt, at(over('needs_reconciliation', []), 9)];
const undoInDoubt = [
  proposed(),
  ...done(0),
  rollingBack(0),
  at(intended(0, 'undo'), 7),
  settled(0, 'unknown', 'undo'),
  at(over('needs_reconciliation'), 9),
];

it('begins with nothing done, nothing pending and nobody’s yes', () => {
  expect(replay([])).toEqual(NO_REMEDIATION);
  expect(told(proposed())).toEqual({
    state: 'proposed',
    proposal: proposal(),
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
  });
});

it('is still nothing after a row that no proposal came before', () => {
  for (const row of [intended(0), settled(0), asked(), yesFrom('ana'), over('failed')]) {
    const { what, atMs = 0, actor = 'remit' } = row;
    expect<Remediation>(replay([{ event: what, atMs, actor }])).toEqual(NO_REMEDIATION);
  }
});

describe('rows that only say something', () => {
  it.each<[string, RemediationEvent]>([
    ['an attempt', { type: 'approval_attempt_refused', by: 'sue', named: 'a1', refusal: 'approver_barred' }],
    ['a refusal', { type: 'approval_refused', approvalId: 'a1', by: 'ana', reasonCode: 'other', comment: null }],
    ['a claim', { type: 'claimed', owner: 'w' }],
    ['a clearance', { type: 'cleared', step: 0, clearanceId: 'c', verdicts: [] }],
    ['a stop', { type: 'stopped', reason: 'x', verdicts: [] }],
    ['a late reply', { type: 'late_reply', step: 0, direction: 'do', outcome: 'committed', detail: '' }],
  ])('change nothing: %s', (_, event) => {
    for (const before of [[proposed('approval'), asked()], inDoubt, parked]) {
      expect(told(...before, at(event, 50))).toEqual(told(...before));
    }
  });
});

describe('being put off', () => {
  it('counts how often in a row for the same reason', () => {
    const other = at({ type: 'deferred', untilMs: 60, reason: 'target_lock', verdicts: [] }, 0);
    expect(told(proposed(), putOff())).toMatchObject({
      state: 'deferred',
      untilMs: 50,
      reason: 'rate_slots',
      putOff: { reason: 'rate_slots', times: 1 },
    });
    expect(told(proposed(), putOff(), putOff(), putOff()).putOff).toEqual({ reason: 'rate_slots', times: 3 });
    expect(told(proposed(), putOff(), putOff(), other).putOff).toEqual({ reason: 'target_lock', times: 1 });
  });

  it('is over with the first call', () => {
    expect(told(proposed(), putOff(), intended(0)).putOff).toBeNull();
  });
});

describe('an approval', () => {
  const approval = {
    ...request(2),
    requestedAtMs: 3,
    consents: [],
    grantedAtMs: null,
    goodUntilMs: null,
    escalatedAtMs: null,
    consumedAtMs: null,
  };
  const waiting = [proposed('approval'), at(asked(2), 3)];

  it('is open when it is asked for, and told once to somebody else', () => {
    expect(told(...waiting)).toMatchObject({ state: 'awaiting_approval', approval });
    const escalated = at({ type: 'approval_escalated', approvalId: 'a1', target: 'boss' }, 8);
    expect(told(...waiting, escalated).approval).toEqual({ ...approval, escalatedAtMs: 8 });
    expect(told(proposed(), escalated).approval).toBeNull();
  });

  it('is granted by the last yes that is needed, and used up once', () => {
    const half = told(...waiting, yesFrom('ana', 5));
    const first = { by: 'ana', atMs: 5, comment: null };
    expect(half).toMatchObject({ state: 'awaiting_approval' });
    expect(half.approval).toEqual({ ...approval, consents: [first] });
    const whole = told(...waiting, yesFrom('ana', 5), yesFrom('cy', 6));
    const grantedNow = {
      ...approval,
      consents: [first, { by: 'cy', atMs: 6, comment: null }],
      grantedAtMs: 6,
      goodUntilMs: 500,
    };
    expect(whole).toMatchObject({ state: 'proposed' });
    expect(whole.approval).toEqual(grantedNow);
    const used = at({ type: 'approval_consumed', approvalId: 'a1' }, 9);
    expect(told(...waiting, yesFrom('ana', 5), yesFrom('cy', 6), used).approval).toEqual({
      ...grantedNow,
      consumedAtMs: 9,
    });
  });

  it('is nobody’s where none was asked for', () => {
    const used = at({ type: 'approval_consumed', approvalId: 'a1' }, 9);
    expect(told(proposed(), yesFrom('ana'))).toEqual(told(proposed()));
    expect(told(proposed(), used)).toEqual(told(proposed()));
  });
});

describe('an order about what is parked', () => {
  const orderOf = (needed: number): Row =>
    at({ type: 'approval_requested', ...request(needed, 'send_again'), approvalId: 'o1' }, 20);
  const yes = (by: string, atMs: number): Row =>
    at({ type: 'approval_given', approvalId: 'o1', by, comment: null, goodUntilMs: 500 }, atMs, by);

  it('leaves the run as it is until enough people gave it, and the approval of the proposal too', () => {
    const before = told(...parked);
    const half = told(...parked, orderOf(2), yes('ana', 21));
    const approval = {
      ...request(2, 'send_again'),
      approvalId: 'o1',
      requestedAtMs: 20,
      consents: [{ by: 'ana', atMs: 21, comment: null }],
      grantedAtMs: null,
      goodUntilMs: null,
      escalatedAtMs: null,
      consumedAtMs: null,
    };
    expect(half).toEqual({ ...before, order: { answer: 'send_again', approval } });
    const whole = told(...parked, orderOf(2), yes('ana', 21), yes('cy', 22));
    expect(whole.order?.approval).toMatchObject({ grantedAtMs: 22, goodUntilMs: 500 });
    expect(whole.approval).toBeNull();
    const used = at({ type: 'approval_consumed', approvalId: 'o1' }, 23);
    const after = told(...parked, orderOf(2), yes('ana', 21), yes('cy', 22), used);
    expect(after.order?.approval).toMatchObject({ consumedAtMs: 23 });
    expect(after.approval).toBeNull();
  });

  it('is told apart from the approval of the proposal', () => {
    const both = [proposed('approval'), at(asked(1), 1), yesFrom('ana', 2), ...inDoubt.slice(1), parked.at(-1) as Row];
    const of = (...rows: readonly Row[]) => told(...both, orderOf(1), ...rows);
    expect(of(yes('cy', 30)).approval?.consents).toHaveLength(1);
    const used = of(at({ type: 'approval_consumed', approvalId: 'a1' }, 31));
    expect([used.approval?.consumedAtMs, used.order?.approval.consumedAtMs]).toEqual([31, null]);
  });

  it('is gone when the run is parked anew or ends', () => {
    expect(told(...parked, orderOf(1), at(over('needs_reconciliation', []), 40)).order).toBeNull();
    expect(told(...parked, orderOf(1), at(over('failed', []), 40)).order).toBeNull();
  });
});

describe('a call', () => {
  it('is in flight from the intent on, and its write was tried', () => {
    const state = told(proposed(), putOff(), at(intended(0), 7));
    expect(state).toMatchObject({ state: 'executing', tried: [0], windowSinceMs: 7, putOff: null });
    expect(state.inFlight).toEqual({ intent: intent(0), atMs: 7, unknown: false });
  });

  it('that only looks was not tried, and meets no window', () => {
    const steps = proposal().steps.map((step) => (step.step === 0 ? { ...step, class: 'read_only' as const } : step));
    const looks: Row = { what: { type: 'proposed', ...proposal(), steps } };
    expect(told(looks, at(intended(0), 7))).toMatchObject({ tried: [], windowSinceMs: null });
    expect(told(looks, ...done(0), at(intended(1), 8))).toMatchObject({ tried: [1], windowSinceMs: 8 });
  });

  it('counts on the window that the first write met, and is tried once however often it is sent', () => {
    expect(told(proposed(), at(intended(0), 7), settled(0), at(intended(1), 9))).toMatchObject({
      tried: [0, 1],
      windowSinceMs: 7,
    });
    expect(
      told(proposed(), intended(0), settled(0, 'unknown'), reconciled('did_not_happen', true), intended(0)).tried,
    ).toEqual([0]);
  });

  it('that takes back changes neither what was tried nor the state', () => {
    const before = [proposed(), ...done(0), rollingBack(0)];
    const state = told(...before, at(intended(0, 'undo'), 7));
    expect(state).toEqual({ ...told(...before), inFlight: { intent: intent(0, 'undo'), atMs: 7, unknown: false } });
  });

  it('that happened is kept with the state of its target', () => {
    const snapshot = (step: number): Row =>
      at(
        {
          type: 'action_settled',
          step,
          direction: 'do',
          outcome: 'committed',
          detail: '',
          result: null,
          snapshotAfter: { load: step },
          tookMs: 1,
        },
        0,
      );
    const one = told(proposed(), intended(0), snapshot(0));
    expect(one).toMatchObject({ state: 'executing', inFlight: null, snapshotsAfter: { 0: { load: 0 } } });
    const both = told(proposed(), intended(0), snapshot(0), intended(1), snapshot(1));
    expect(both).toMatchObject({ state: 'validating', committed: [{ step: 0 }, { step: 1 }] });
    expect(both.snapshotsAfter).toEqual({ 0: { load: 0 }, 1: { load: 1 } });
  });

  it('that is not in flight cannot settle, nor be looked at', () => {
    for (const row of [settled(0), settled(0, 'unknown'), settled(0, 'failed'), reconciled('happened')]) {
      expect(told(proposed(), row)).toEqual(told(proposed()));
    }
  });

  it('of unknown outcome stays in flight', () => {
    expect(told(...inDoubt).inFlight).toEqual({ intent: intent(0), atMs: 7, unknown: true });
  });

  it.each([
    ['was never put on the wire was not tried', true, [0]],
    ['was refused was tried', undefined, [0, 1]],
  ] as const)('that %s', (_, neverSent, tried) => {
    const failed = (step: number, direction: 'do' | 'undo' = 'do'): Row =>
      at(
        {
          ...(settled(step, 'failed', direction).what as Extract<RemediationEvent, { type: 'action_settled' }>),
          ...(neverSent ? { neverSent } : {}),
        },
        0,
      );
    expect(told(proposed(), ...done(0), intended(1), failed(1)).tried).toEqual(tried);
    // An undo that never left says nothing of the call that it was to take back.
    expect(told(proposed(), ...done(0), rollingBack(0), intended(0, 'undo'), failed(0, 'undo')).tried).toEqual([0]);
    // Nor does a second sending of the first one, which may have happened.
    const again = [...inDoubt, reconciled('did_not_happen', true), intended(0), failed(0)];
    expect(told(...again).tried).toEqual([0]);
  });
});

describe('undo calls', () => {
  const undoing = [proposed(), ...done(0), ...done(1), rollingBack(1, 0), intended(1, 'undo')];

  it('are counted when they are over, one way or the other', () => {
    expect(told(...undoing).undoCalls).toEqual({});
    expect(told(...undoing, settled(1, 'committed', 'undo'))).toMatchObject({ undoCalls: { 1: 1 }, undoSettled: true });
    expect(told(...undoing, settled(1, 'failed', 'undo')).undoCalls).toEqual({ 1: 1 });
    expect(told(...undoing, settled(1, 'unknown', 'undo')).undoCalls).toEqual({});
    const twice = [...undoing, settled(1, 'failed', 'undo'), intended(1, 'undo'), settled(1, 'committed', 'undo')];
    expect(told(...twice).undoCalls).toEqual({ 1: 2 });
    expect(told(proposed(), ...done(0)).undoCalls).toEqual({});
  });

  it('are still the same call where an earlier sending is in doubt and this one was refused', () => {
    const again = [...undoInDoubt, answered('roll_back', [0]), intended(0, 'undo')];
    expect(told(...again, settled(0, 'failed', 'undo')).undoCalls).toEqual({});
    expect(told(...again, settled(0, 'committed', 'undo')).undoCalls).toEqual({ 0: 1 });
  });

  it('are taken off the list once they are validated, and only then', () => {
    const undone = [...undoing, settled(1, 'committed', 'undo')];
    const validated = (passed: boolean) => at({ type: 'undo_validated', step: 1, passed, checks: [] }, 0);
    expect(told(...undone, validated(true))).toMatchObject({ undone: [1], pendingUndo: [0], undoSettled: false });
    expect(told(...undone, validated(false))).toEqual(told(...undone));
  });
});

describe('looking whether a call happened', () => {
  it('keeps the doubt until an answer takes it away', () => {
    const resent = told(...inDoubt, reconciled('did_not_happen', true));
    expect(resent).toMatchObject({ inFlight: null, doubt: { intent: intent(0), atMs: 7, orderedBy: null } });
    expect(told(...inDoubt, reconciled('did_not_happen'))).toEqual(told(...inDoubt));
    expect(told(...inDoubt, reconciled('did_not_happen', true), intended(0), settled(0)).doubt).toBeNull();
    expect(told(...inDoubt, reconciled('did_not_happen', true), intended(0), settled(0, 'failed')).doubt).toMatchObject(
      {
        orderedBy: null,
      },
    );
  });

  it('counts the looks at what is parked, and goes on only when it happened', () => {
    expect(told(...parked).looks).toEqual({ count: 0, lastAtMs: 9 });
    const once = told(...parked, at(reconciled('cannot_tell'), 20));
    expect(once).toEqual({ ...told(...parked), looks: { count: 1, lastAtMs: 20 } });
    const twice = told(...parked, at(reconciled('cannot_tell'), 20), at(reconciled('did_not_happen'), 30));
    expect(twice.looks).toEqual({ count: 2, lastAtMs: 30 });
    const happened = told(...parked, at(reconciled('cannot_tell'), 20), at(reconciled('happened'), 30));
    expect(happened).toMatchObject({ state: 'executing', looks: null, inFlight: null, committed: [{ step: 0 }] });
    const undo = told(...undoInDoubt, at(reconciled('happened'), 30));
    expect(undo).toMatchObject({ state: 'rolling_back', undoSettled: true, looks: null });
  });

  it('is not done where no read can tell', () => {
    const blind = [proposed(), intended(0, 'do', { readable: false }), settled(0, 'unknown')];
    expect(told(...blind, at(over('needs_reconciliation', []), 9)).looks).toBeNull();
  });

  it('brings an earlier sending back into flight when it is what a person is asked about', () => {
    const refused = [...inDoubt, reconciled('did_not_happen', true), intended(0), settled(0, 'failed')];
    const state = told(...refused, at(over('needs_reconciliation', []), 9));
    expect(state).toMatchObject({ doubt: null, windowSinceMs: null, looks: { count: 0, lastAtMs: 9 } });
    expect(state.inFlight).toEqual({ intent: intent(0), atMs: 7, unknown: true });
  });
});

describe('a person’s answer about what is parked', () => {
  const kept = (answer: string) => ({ answered: { answer, by: 'bo', bindingHash: 'shown' }, looks: null });

  it('that it happened goes on with the plan, or with taking it back', () => {
    expect(told(...parked, answered('happened'))).toMatchObject({
      ...kept('happened'),
      state: 'executing',
      inFlight: null,
      committed: [{ step: 0 }],
    });
    expect(told(...undoInDoubt, answered('happened'))).toMatchObject({ state: 'rolling_back', undoSettled: true });
    const nothing = [proposed(), ...done(0), at(over('needs_reconciliation'), 9)];
    expect(told(...nothing, answered('happened'))).toEqual({ ...told(...nothing), ...kept('happened') });
  });

  it('that it did not happen takes the doubt away', () => {
    const again = [
      ...inDoubt,
      reconciled('did_not_happen', true),
      intended(0),
      at(over('needs_reconciliation', []), 9),
    ];
    expect(told(...again, answered('did_not_happen'))).toMatchObject({
      ...kept('did_not_happen'),
      state: 'needs_reconciliation',
      inFlight: null,
      doubt: null,
    });
  });

  it('to send again keeps the doubt, and who ordered it', () => {
    const state = told(...parked, answered('send_again'));
    expect(state).toMatchObject({ ...kept('send_again'), state: 'executing', inFlight: null });
    expect(state.doubt).toEqual({ intent: intent(0), atMs: 7, orderedBy: 'bo' });
    expect(told(...undoInDoubt, answered('send_again')).state).toBe('rolling_back');
    const nothing = [proposed(), ...done(0), at(over('needs_reconciliation'), 9)];
    expect(told(...nothing, answered('send_again')).doubt).toBeNull();
  });

  it('to roll back counts what may have happened as done, and an undo that may land as in doubt', () => {
    const state = told(...parked, answered('roll_back', [0]));
    expect(state).toMatchObject({
      ...kept('roll_back'),
      state: 'rolling_back',
      reason: 'ordered_by_person',
      pendingUndo: [0],
      undoSettled: false,
      inFlight: null,
      doubt: null,
    });
    expect(state.committed).toEqual([intent(0)]);
    const undo = told(...undoInDoubt, answered('roll_back', [0]));
    expect(undo.committed).toHaveLength(1);
    expect(undo.doubt).toEqual({ intent: intent(0, 'undo'), atMs: 7, orderedBy: 'bo' });
    const sure = told(proposed(), ...done(0), at(over('needs_reconciliation'), 9), answered('roll_back', [0]));
    expect([sure.doubt, sure.committed.length]).toEqual([null, 1]);
  });

  it.each(['halted', 'withdrawn'] as const)('to roll back or accept what was %s accepts it', (end) => {
    const stopped = [proposed(), ...done(0), at(over(end), 9)];
    for (const answer of ['roll_back', 'accept'] as const) {
      expect(told(...stopped, answered(answer, [0]))).toEqual({
        ...told(...stopped),
        ...kept(answer),
        accepted: true,
      });
    }
  });
});

it('goes by the order when it takes over what people stopped', () => {
  const row = at({ type: 'taken_over', from: 'r', by: 'bo', calls: [intent(0)], steps: [0], approval: granted }, 5);
  expect(told(proposed(), row)).toEqual({
    ...told(proposed()),
    state: 'rolling_back',
    reason: 'ordered_by_person',
    order: { answer: 'roll_back', approval: granted },
    committed: [intent(0)],
    pendingUndo: [0],
    undoSettled: false,
    takenOverFrom: 'r',
  });
});

it('keeps what was validated and why it is taken back', () => {
  const validated = (passed: boolean) => at({ type: 'validated', passed, checks: [] }, 0);
  const before = [proposed(), ...done(0), ...done(1)];
  expect(told(...before, validated(true))).toEqual({ ...told(...before), validated: true });
  expect(told(...before, validated(false))).toEqual(told(...before));
  const undone = [...before, rollingBack(1, 0), intended(1, 'undo'), settled(1, 'committed', 'undo')];
  expect(told(...undone, rollingBack(0))).toMatchObject({
    state: 'rolling_back',
    reason: 'validation_failed',
    pendingUndo: [0],
    undoSettled: false,
  });
});
