import { describe, expect, it } from 'vitest';
import {
  barredBecause,
  barredFrom,
  bindingDifferences,
  bindingHashOf,
  hasApproveScope,
} from '../src/domain/approval.js';
import { hashOf } from '../src/domain/canonical.js';
import {
  type Command,
  decide,
  openOrderOf,
  type RemediationEvent,
  reconcileAnswers,
  type StartedRemediation,
} from '../src/domain/remediation.js';
import { given, type Told } from '../src/testing/index.js';
import {
  answer,
  approve,
  ask,
  asked,
  done,
  EXPIRES,
  GOOD_UNTIL,
  granted,
  intend,
  intended,
  intent,
  over,
  proposal,
  proposed,
  reconcile,
  request,
  rollingBack,
  settle,
  settled,
  stateOf,
  stop,
  validate,
  validateUndo,
  yesFrom,
} from './remediationLog.js';

/* The rows themselves that a command leads to, and the edges at which it is refused. */

type Row = Told<RemediationEvent>;

/** The rows that come of a command, or the refusal. */
function rowsOf(log: readonly Row[], command: Command, atMs = 100, actor = 'bo') {
  const state = log.length === 0 ? ({ state: 'none' } as const) : stateOf(...log);
  const decided = decide(command, state, { actor, atMs });
  return decided.ok ? decided.events : decided.refused;
}

const LOOKS = proposal().steps.map((step) => ({ ...step, class: 'read_only' as const }));
const mixed: Row = {
  what: {
    type: 'proposed',
    ...proposal(),
    steps: proposal().steps.map((step, n) => (n === 0 ? { ...step, class: 'read_only' } : step)),
  },
};
const onlyLooks: Row = { what: { type: 'proposed', ...proposal(), steps: LOOKS } };
const stays = { undoable: false };
const again: Row = {
  what: { type: 'reconciled', step: 0, direction: 'do', answer: 'did_not_happen', detail: '', mayResend: true },
};
const inDoubtAgain = [proposed(), intended(0), settled(0, 'unknown'), again, intended(0)];
const validating = [proposed(), ...done(0), ...done(1)];
const undone = [proposed(), ...done(0), rollingBack(0), intended(0, 'undo'), settled(0, 'committed', 'undo')];

describe('proposing', () => {
  it('asks for exactly the approval that goes out with it', () => {
    const command: Command = { type: 'propose', proposal: proposal('approval'), approval: request(2) };
    expect(rowsOf([], command)).toEqual([
      { type: 'proposed', ...proposal('approval') },
      { type: 'approval_requested', ...request(2) },
    ]);
  });

  it.each([
    ['manual', 'manual'],
    ['suggest_only', 'suggested'],
  ] as const)('of route %s is over at once, and says why', (route, type) => {
    const { reason } = proposal(route).decision;
    expect(rowsOf([], { type: 'propose', proposal: proposal(route), approval: null })).toEqual([
      { type: 'proposed', ...proposal(route) },
      { type, reason, committed: [], undone: [] },
    ]);
  });

  it('to take another one back needs an order that enough people gave', () => {
    const takeOver = { type: 'take_over', proposal: proposal(), from: 'r', calls: [intent(0)], steps: [0] } as const;
    const half = { ...granted, grantedAtMs: null, goodUntilMs: null };
    expect(rowsOf([], { ...takeOver, approval: half })).toBe('approval_missing');
    expect(rowsOf([], { ...takeOver, approval: granted })).toEqual([
      { type: 'proposed', ...proposal() },
      { type: 'taken_over', from: 'r', by: 'bo', calls: [intent(0)], steps: [0], approval: granted },
    ]);
  });
});

describe('an answer', () => {
  it('is written as it was given', () => {
    const waiting = [proposed('approval'), asked()];
    expect(rowsOf(waiting, { ...approve, comment: 'go' })).toEqual([
      { type: 'approval_given', approvalId: 'a1', by: 'bo', comment: 'go', goodUntilMs: GOOD_UNTIL },
    ]);
    expect(rowsOf(waiting, { type: 'expire' }, EXPIRES)).toEqual([
      { type: 'expired', reason: 'nobody_answered', committed: [], undone: [] },
    ]);
  });

  it('of one of two, once it is withdrawn, is no approval to repeat', () => {
    const half = [proposed('approval'), asked(2), yesFrom('ana'), over('withdrawn', [])];
    expect(rowsOf(half, approve, 100, 'ana')).toBe('already_decided');
  });
});

describe('a call that goes by an order', () => {
  const ordered = (approval: object): readonly Row[] => [
    proposed(),
    {
      what: {
        type: 'taken_over',
        from: 'r',
        by: 'bo',
        calls: [intent(0)],
        steps: [0],
        approval: { ...granted, ...approval },
      },
    },
  ];

  it('uses it up with its first intent, until the moment it is too old', () => {
    const rows = rowsOf(ordered({}), intend(0, 'undo'), GOOD_UNTIL - 1);
    expect(rows).toMatchObject([
      { type: 'cleared' },
      { type: 'approval_consumed', approvalId: 'o1' },
      { type: 'action_intended', direction: 'undo' },
    ]);
    expect(rowsOf(ordered({}), intend(0, 'undo'), GOOD_UNTIL)).toBe('approval_missing');
    expect(rowsOf(ordered({ goodUntilMs: null }), intend(0, 'undo'))).toBe('approval_missing');
  });

  it('does not use it up twice, and does not miss it', () => {
    const used = rowsOf(ordered({ consumedAtMs: 4, goodUntilMs: 5 }), intend(0, 'undo'));
    expect(used).toMatchObject([{ type: 'cleared' }, { type: 'action_intended' }]);
    expect(rowsOf([proposed(), ...done(0)], intend(1))).toMatchObject([
      { type: 'cleared' },
      { type: 'action_intended' },
    ]);
    const resent = [proposed(), ...done(0), intended(1), settled(1, 'unknown'), over('needs_reconciliation')];
    const { what } = ask(answer('send_again'));
    const state = given(...resent)
      .when(ask(what))
      .leadsTo('approval_requested', 'approval_given', 'reconciliation_answered');
    const decided = decide(intend(1), state, { actor: 'remit', atMs: 100 });
    expect(decided).toMatchObject({
      ok: true,
      events: [{ type: 'cleared' }, { type: 'approval_consumed', approvalId: 'o1' }, { type: 'action_intended' }],
    });
    expect(decide(intend(1), state, { actor: 'remit', atMs: GOOD_UNTIL })).toEqual({
      ok: false,
      refused: 'approval_missing',
    });
  });
});

it('uses up the approval that was given, by its name', () => {
  expect(rowsOf([proposed('approval'), asked(), yesFrom('ana')], intend(0))).toMatchObject([
    { type: 'cleared' },
    { type: 'approval_consumed', approvalId: 'a1' },
    { type: 'action_intended' },
  ]);
});

it('starts nothing by an approval that was never asked for', () => {
  expect(rowsOf([proposed('approval')], intend(0))).toBe('approval_missing');
});

it('undoes nothing where it is not rolling back', () => {
  const state = { ...stateOf(proposed(), ...done(0)), pendingUndo: [0] } as StartedRemediation;
  expect(decide(intend(0, 'undo'), state, { actor: 'remit', atMs: 100 })).toEqual({ ok: false, refused: 'not_ready' });
  const settledUndo = { ...state, undoSettled: true } as StartedRemediation;
  expect(decide(validateUndo(0, true), settledUndo, { actor: 'remit', atMs: 100 })).toMatchObject({
    refused: 'not_ready',
  });
});

describe('settling', () => {
  const halt = { end: 'halted', reason: 'a halt' } as const;
  const sent = (outcome: 'committed' | 'failed' | 'unknown', neverSent?: boolean): Command => ({
    ...(settle(outcome) as Extract<Command, { type: 'settle' }>),
    ...(neverSent === undefined ? {} : { neverSent }),
  });

  it('says that nothing was put on the wire only where that is proven', () => {
    const [failed] = rowsOf([proposed(), intended(0)], sent('failed', true)) as readonly RemediationEvent[];
    expect(failed).toMatchObject({ type: 'action_settled', outcome: 'failed', neverSent: true });
    for (const command of [sent('failed'), sent('failed', false), sent('committed', true), sent('unknown', true)]) {
      const [row] = rowsOf([proposed(), intended(0)], command) as readonly RemediationEvent[];
      expect(row).not.toHaveProperty('neverSent');
    }
  });

  it('ends a call that was held back as the stop says, unless an earlier sending is in doubt', () => {
    expect(rowsOf([proposed(), intended(0)], settle('failed', halt))).toMatchObject([
      { type: 'action_settled' },
      { type: 'halted', reason: 'a halt', committed: [] },
    ]);
    expect(rowsOf(inDoubtAgain, settle('failed', halt))).toMatchObject([
      { type: 'action_settled' },
      { type: 'needs_reconciliation', reason: 'a halt' },
    ]);
    // It went out all the same: then it happened.
    expect(rowsOf([proposed(), intended(0)], settle('committed', halt))).toMatchObject([{ type: 'action_settled' }]);
  });

  it('ends a first call that failed, and says what stands', () => {
    expect(rowsOf([proposed(), intended(0)], settle('failed'))).toMatchObject([
      { type: 'action_settled' },
      { type: 'failed', reason: 'action_failed', committed: [], undone: [] },
    ]);
    expect(rowsOf([proposed(), ...done(0), intended(1)], settle('failed'))).toMatchObject([
      { type: 'action_settled' },
      { type: 'rollback_started', reason: 'action_failed', steps: [0] },
    ]);
    expect(rowsOf([proposed(), ...done(0, stays), intended(1)], settle('failed'))).toMatchObject([
      { type: 'action_settled' },
      { type: 'failed', reason: 'action_failed', committed: [0] },
    ]);
    expect(rowsOf(inDoubtAgain, settle('failed'))).toMatchObject([
      { type: 'action_settled' },
      { type: 'needs_reconciliation', reason: 'action_failed' },
    ]);
    const undoing = [proposed(), ...done(0), rollingBack(0), intended(0, 'undo')];
    expect(rowsOf(undoing, settle('failed'))).toMatchObject([
      { type: 'action_settled' },
      { type: 'needs_reconciliation', reason: 'undo_failed', committed: [0] },
    ]);
    expect(rowsOf(undoing, settle('committed'))).toMatchObject([{ type: 'action_settled', direction: 'undo' }]);
  });

  it('takes back nothing while an earlier sending of a later call is in doubt', () => {
    const second: Row = { what: { ...(again.what as Extract<RemediationEvent, { type: 'reconciled' }>), step: 1 } };
    const log = [proposed(), ...done(0), intended(1), settled(1, 'unknown'), second, intended(1)];
    expect(rowsOf(log, settle('failed'))).toMatchObject([
      { type: 'action_settled' },
      { type: 'needs_reconciliation', reason: 'action_failed', committed: [0] },
    ]);
  });

  it('counts a look as no effect that stands', () => {
    expect(rowsOf([mixed, ...done(0), intended(1, 'do')], settle('failed', halt))).toMatchObject([
      { type: 'action_settled' },
      { type: 'halted', committed: [] },
    ]);
    expect(rowsOf([proposed(), ...done(0), intended(1, 'do')], settle('failed', halt))).toMatchObject([
      { type: 'action_settled' },
      { type: 'halted', committed: [0] },
    ]);
  });
});

describe('looking whether a call happened', () => {
  const dedupes = { dedupes: true };
  const doubtful = [proposed(), intended(0, 'do', dedupes), settled(0, 'unknown')];

  it('permits one resend, and no second one', () => {
    expect(rowsOf(doubtful, reconcile('did_not_happen'))).toMatchObject([{ type: 'reconciled', mayResend: true }]);
    const twice = [...doubtful, again, intended(0, 'do', dedupes), settled(0, 'unknown')];
    expect(rowsOf(twice, reconcile('did_not_happen'))).toMatchObject([
      { type: 'reconciled', mayResend: false },
      { type: 'needs_reconciliation', reason: 'outcome_unknown: looked' },
    ]);
    expect(rowsOf(doubtful, reconcile('happened'))).toMatchObject([{ type: 'reconciled', mayResend: false }]);
  });

  it('never permits one where it is parked: that is a person’s', () => {
    const parked = [...doubtful, over('needs_reconciliation', [])];
    for (const said of ['happened', 'did_not_happen', 'cannot_tell'] as const) {
      expect(rowsOf(parked, reconcile(said))).toEqual([
        { type: 'reconciled', step: 0, direction: 'do', answer: said, detail: 'looked', mayResend: false },
      ]);
    }
  });
});

describe('validating', () => {
  it('needs every check to pass', () => {
    const one = (passed: boolean) => ({ tool: 'ops/status', passed, assertions: [], error: null });
    expect(rowsOf(validating, { type: 'validate', checks: [one(true), one(false)] })).toMatchObject([
      { type: 'validated', passed: false },
      { type: 'rollback_started', reason: 'validation_failed' },
    ]);
    expect(rowsOf(validating, { type: 'validate', checks: [one(true), one(true)] })).toMatchObject([
      { type: 'validated', passed: true },
      { type: 'succeeded', reason: 'validated', committed: [0, 1] },
    ]);
    expect(rowsOf(undone, { type: 'validate_undo', step: 0, checks: [one(false), one(true)] })).toMatchObject([
      { type: 'undo_validated', passed: false },
      { type: 'needs_reconciliation', reason: 'undo_validation_failed' },
    ]);
  });

  it('wants no check of a plan that only looked, and counts one that it got', () => {
    const log = [onlyLooks, ...done(0), ...done(1)];
    expect(rowsOf(log, { type: 'validate', checks: [] })).toMatchObject([
      { type: 'validated', passed: true },
      { type: 'succeeded', committed: [] },
    ]);
    expect(rowsOf(log, validate(false))).toMatchObject([
      { type: 'validated', passed: false },
      { type: 'rollback_started' },
    ]);
    const some = [mixed, ...done(0), ...done(1)];
    expect(rowsOf(some, { type: 'validate', checks: [] })).toMatchObject([
      { passed: false },
      { type: 'rollback_started' },
    ]);
  });

  it('of the last undo ends it: all back, or what stands', () => {
    expect(rowsOf(undone, validateUndo(0, true))).toMatchObject([
      { type: 'undo_validated', passed: true },
      { type: 'rolled_back', reason: 'validation_failed', committed: [], undone: [0] },
    ]);
    const partly = [
      proposed(),
      ...done(0, stays),
      ...done(1),
      rollingBack(1),
      intended(1, 'undo'),
      settled(1, 'committed', 'undo'),
    ];
    expect(rowsOf(partly, validateUndo(1, true))).toMatchObject([
      { type: 'undo_validated' },
      { type: 'failed', reason: 'validation_failed', committed: [0], undone: [1] },
    ]);
  });
});

describe('a no in the middle', () => {
  it('takes back what it can, and parks what it cannot', () => {
    expect(rowsOf([proposed(), ...done(0)], stop)).toMatchObject([
      { type: 'stopped', reason: 'opt_in', verdicts: [] },
      { type: 'rollback_started', reason: 'opt_in', steps: [0] },
    ]);
    expect(rowsOf([proposed(), ...done(0, stays)], stop)).toMatchObject([
      { type: 'stopped' },
      { type: 'needs_reconciliation', reason: 'opt_in', committed: [0] },
    ]);
  });

  it('ends with what the checks saw, where they saw anything', () => {
    const verdicts = [{ check: 'symptom', answer: 'recovered', because: 'gone', evidence: null }] as const;
    const end = { type: 'end', end: 'recovered', reason: 'symptom' } as const;
    expect(rowsOf([proposed()], { ...end, verdicts })).toEqual([
      { type: 'recovered', reason: 'symptom', committed: [], undone: [], verdicts },
    ]);
    expect(rowsOf([proposed()], end)).toEqual([{ type: 'recovered', reason: 'symptom', committed: [], undone: [] }]);
    expect(rowsOf([proposed(), intended(0), settled(0, 'unknown'), again], end)).toMatchObject([
      { type: 'needs_reconciliation', reason: 'symptom' },
    ]);
  });
});

describe('what a person may answer', () => {
  const parked = [proposed(), intended(0), settled(0, 'unknown'), over('needs_reconciliation', [])];
  const stopped = (end: 'halted' | 'withdrawn') => [proposed(), ...done(0), over(end)];
  const two = (needed: number, hash = 'shown'): Command => ({
    ...(answer('send_again') as Extract<Command, { type: 'answer_reconciliation' }>),
    bindingHash: hash,
    shown: { ...request(needed, 'send_again'), approvalId: 'o1', bindingHash: hash },
  });
  const of = (...log: readonly Row[]) => reconcileAnswers(stateOf(...log) as StartedRemediation);

  it('depends on what is in doubt, and on who stopped it', () => {
    expect(of(...parked)).toEqual(['happened', 'did_not_happen', 'send_again', 'roll_back', 'accept']);
    expect(of(proposed(), ...done(0), over('needs_reconciliation'))).toEqual(['roll_back', 'accept']);
    expect(of(proposed(), ...done(0, stays), over('needs_reconciliation'))).toEqual(['accept']);
    for (const end of ['halted', 'withdrawn'] as const) {
      expect(of(...stopped(end))).toEqual(['roll_back', 'accept']);
      const inFlight = [proposed(), ...done(0), intended(1), settled(1, 'unknown'), over(end)];
      expect(of(...inFlight)).toEqual(['roll_back', 'accept']);
    }
    expect(of(proposed(), ...done(0))).toEqual([]);
  });

  it('with an order counts each person once, and stands with the last one that is needed', () => {
    const first = rowsOf(parked, two(2));
    expect(first).toEqual([
      { type: 'approval_requested', ...request(2, 'send_again'), approvalId: 'o1', bindingHash: 'shown' },
      { type: 'approval_given', approvalId: 'o1', by: 'bo', comment: null, goodUntilMs: GOOD_UNTIL },
    ]);
    const half = [...parked, ...(first as readonly RemediationEvent[]).map((what): Row => ({ what, actor: 'bo' }))];
    expect(rowsOf(half, two(2), 100, 'BO')).toEqual([]);
    expect(rowsOf(half, two(2), 100, 'cy')).toMatchObject([
      { type: 'approval_given', approvalId: 'o1', by: 'cy' },
      { type: 'reconciliation_answered', answer: 'send_again', by: 'cy', steps: [] },
    ]);
    // Another question is another order, which begins with nobody.
    expect(rowsOf(half, two(2, 'other'), 100, 'bo')).toMatchObject([
      { type: 'approval_requested', bindingHash: 'other' },
      { type: 'approval_given', by: 'bo' },
    ]);
    expect(openOrderOf(stateOf(...half) as StartedRemediation)?.approval.approvalId).toBe('o1');
    expect(openOrderOf(stateOf(...parked) as StartedRemediation)).toBeNull();
  });

  it('is no open order once enough people gave it, or once nothing is parked any more', () => {
    const given_ = rowsOf(parked, two(1)) as readonly RemediationEvent[];
    const log = [...parked, ...given_.slice(0, 2).map((what): Row => ({ what, actor: 'bo' }))];
    expect(openOrderOf(stateOf(...log) as StartedRemediation)).toBeNull();
    const asks = rowsOf(parked, two(2)) as readonly RemediationEvent[];
    const half = [...parked, ...asks.map((what): Row => ({ what, actor: 'bo' }))];
    const happened: Row = {
      what: { type: 'reconciled', step: 0, direction: 'do', answer: 'happened', detail: '', mayResend: false },
    };
    expect(openOrderOf(stateOf(...half, happened) as StartedRemediation)).toBeNull();
  });

  it('with an order is refused where they are barred, or it comes too late', () => {
    expect(rowsOf(parked, two(1), 100, 'sue')).toBe('approver_barred');
    expect(rowsOf(parked, two(1), EXPIRES - 1)).toHaveLength(3);
    expect(rowsOf(parked, two(1), EXPIRES)).toBe('approval_expired');
  });

  it('must name what is shown now, whatever it says', () => {
    for (const what of ['happened', 'did_not_happen', 'send_again', 'roll_back', 'accept'] as const) {
      const stale = { ...(answer(what) as Extract<Command, { type: 'answer_reconciliation' }>), bindingHash: 'old' };
      expect(rowsOf(parked, stale)).toBe('approval_stale');
    }
  });

  it('lets nobody say on their own ticket that it happened; the careful answers are anybody’s', () => {
    expect(rowsOf(parked, answer('happened'), 100, 'sue')).toBe('approver_barred');
    expect(rowsOf(parked, answer('happened'))).toMatchObject([{ type: 'reconciliation_answered', answer: 'happened' }]);
    expect(rowsOf(parked, answer('did_not_happen'), 100, 'sue')).toMatchObject([
      { type: 'reconciliation_answered', by: 'sue', steps: [], bindingHash: 'shown' },
      { type: 'failed', reason: 'action_failed' },
    ]);
    expect(rowsOf(parked, answer('accept'), 100, 'sue')).toMatchObject([
      { type: 'reconciliation_answered', steps: [] },
      { type: 'failed', reason: 'accepted_as_it_is' },
    ]);
  });

  it('is taken once: the same again changes nothing, another one is refused', () => {
    const accepted: Row = {
      what: {
        type: 'reconciliation_answered',
        answer: 'accept',
        bindingHash: 'shown',
        by: 'bo',
        comment: null,
        steps: [],
      },
    };
    const log = [...stopped('halted'), accepted];
    expect(rowsOf(log, answer('accept'))).toEqual([]);
    expect(rowsOf(log, answer('accept'), 100, 'cy')).toBe('nothing_to_reconcile');
    expect(rowsOf(log, answer('roll_back'))).toBe('nothing_to_reconcile');
    const other = {
      ...(answer('accept') as Extract<Command, { type: 'answer_reconciliation' }>),
      bindingHash: 'other',
    };
    expect(rowsOf(log, other)).toBe('nothing_to_reconcile');
    expect(rowsOf([proposed(), ...done(0)], answer('roll_back'))).toBe('nothing_to_reconcile');
  });

  it('says which steps a roll back would take', () => {
    expect(rowsOf(stopped('withdrawn'), answer('roll_back'))).toMatchObject([
      { type: 'approval_requested' },
      { type: 'approval_given' },
      { type: 'reconciliation_answered', answer: 'roll_back', steps: [0] },
    ]);
  });
});

describe('the parts of an approval', () => {
  const shown = request(1, 'send_again').binding;

  it('tell another order from this one, and the same from none', () => {
    const order = { answer: 'roll_back' as const, version: 1, calls: [] };
    expect(bindingDifferences(shown, { ...shown, order })).toEqual(['order']);
    const { order: _, ...without } = shown;
    expect(bindingDifferences(shown, without)).toEqual(['order']);
    expect(bindingDifferences(without, { ...without })).toEqual([]);
  });

  it('are the same where they say the same, whoever wrote them down', () => {
    expect(bindingDifferences(shown, JSON.parse(JSON.stringify(shown)))).toEqual([]);
    expect(bindingHashOf(shown)).toBe(hashOf(JSON.parse(JSON.stringify(shown))));
    expect(bindingHashOf({ ...shown, tenant: 'b' })).not.toBe(bindingHashOf(shown));
  });

  it('bar nobody where there is no requester, and need one scope of many', () => {
    const barred = barredFrom({ submitter: 'sue', requester: null }, [], { selfApproval: false });
    expect(barred).toEqual({ sue: 'submitted this ticket' });
    expect(barredBecause(barred, 'null')).toBeNull();
    const scopes = ['tickets:read', 'remediation:approve:server'];
    expect(hasApproveScope({ id: 'gil', tenant: 'acme', scopes }, 'server')).toBe(true);
  });
});
