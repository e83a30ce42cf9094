import { describe, expect, it } from 'vitest';
import { hashOf, type Json } from '../src/domain/canonical.js';
import { type Command, END_STATES, type Remediation, type RemediationEvent } from '../src/domain/remediation.js';
import { follow } from '../src/engine/run.js';
import { given, type Told } from '../src/testing/index.js';
import {
  answer,
  approve,
  ask,
  asked,
  done,
  granted,
  intend,
  intended,
  intent,
  noFrom,
  over,
  proposal,
  proposed,
  putOff,
  reconcile,
  reject,
  rollingBack,
  settle,
  settled,
  stateOf,
  stop,
  validate,
  validateUndo,
  yesFrom,
} from './remediationLog.js';

type Log = readonly Told<RemediationEvent>[];

it('holds what the checks looked at as JSON carries it', () => {
  const state = stateOf(proposed());
  const evidence = { score: Number.NaN, gone: undefined, list: [1, Number.POSITIVE_INFINITY] } as unknown as Json;
  const verdict = { check: 'decision_again', answer: 'deferred', because: 'seen', evidence } as const;
  const command: Command = { type: 'defer', untilMs: 50, reason: 'seen', verdicts: [verdict] };
  const followed = follow(state, command, { atMs: 5, actor: 'remit' });
  const [row] = followed.ok ? followed.events : [];
  expect(row).toMatchObject({
    type: 'deferred',
    verdicts: [{ ...verdict, evidence: { score: null, list: [1, null] } }],
  });
  expect(() => hashOf(row)).not.toThrow();
});

/** A log for every state, and for what a call in flight or standing effects make of it. */
const SITUATIONS = {
  none: [],
  proposed: [proposed()],
  awaiting: [proposed('approval'), asked()],
  granted: [proposed('approval'), asked(), yesFrom('ana')],
  deferred: [proposed(), putOff()],
  executing: [proposed(), ...done(0)],
  calling: [proposed(), intended(0)],
  doubtful: [proposed(), intended(0), settled(0, 'unknown')],
  validating: [proposed(), ...done(0), ...done(1)],
  rollingBack: [proposed(), ...done(0), rollingBack(0)],
  undoing: [proposed(), ...done(0), rollingBack(0), intended(0, 'undo')],
  undone: [proposed(), ...done(0), rollingBack(0), intended(0, 'undo'), settled(0, 'committed', 'undo')],
  succeeded: [proposed(), ...done(0), ...done(1), over('succeeded', [0, 1])],
  rolledBack: [proposed(), ...done(0), over('rolled_back', [])],
  failed: [proposed(), ...done(0), over('failed')],
  parked: [proposed(), intended(0), settled(0, 'unknown'), over('needs_reconciliation', [])],
  rejected: [proposed('approval'), asked(), ...noFrom('ana')],
  expired: [proposed('approval'), asked(), over('expired', [])],
  halted: [proposed(), over('halted', [])],
  haltedHalfway: [proposed(), ...done(0), over('halted')],
  withdrawn: [proposed(), over('withdrawn', [])],
  recovered: [proposed(), over('recovered', [])],
  manual: [proposed('manual'), over('manual', [])],
  suggested: [proposed('suggest_only'), over('suggested', [])],
  superseded: [proposed(), over('superseded', [])],
} satisfies Record<string, Log>;
type Situation = keyof typeof SITUATIONS;
const NAMES = Object.keys(SITUATIONS) as Situation[];

const OVER: readonly Situation[] = NAMES.slice(NAMES.indexOf('succeeded'));
const ASKED: readonly Situation[] = ['awaiting', 'granted', 'rejected', 'expired'];

/** What comes of a command: its events joined by `+`, or `!` and the refusal. */
type Row = Readonly<Record<Situation, string>>;

function row(usual: string, others: Partial<Record<Situation, string>> = {}, ends = '!already_ended'): Row {
  const of = (name: Situation): string => others[name] ?? (OVER.includes(name) ? ends : usual);
  return Object.fromEntries(
    NAMES.map((name) => [name, name === 'none' ? (others.none ?? '!not_started') : of(name)]),
  ) as Row;
}

const calls = (what: string): Partial<Record<Situation, string>> => ({ calling: what, doubtful: what, undoing: what });

/** One of each command, and what it leads to in every situation. A new command does not compile without its row. */
const TABLE: Readonly<Record<Command['type'], { readonly command: Command; readonly row: Row }>> = {
  propose: {
    command: { type: 'propose', proposal: proposal('auto'), approval: null },
    row: row('!already_proposed', { none: 'proposed' }, '!already_proposed'),
  },
  take_over: {
    command: {
      type: 'take_over',
      proposal: proposal('auto'),
      from: 'halted',
      calls: [intent(0)],
      steps: [0],
      approval: granted,
    },
    row: row('!already_proposed', { none: 'proposed+taken_over' }, '!already_proposed'),
  },
  approve: {
    command: approve,
    row: row(
      '!nothing_to_approve',
      {
        awaiting: 'approval_given',
        granted: '!already_decided',
        rejected: '!already_decided',
        expired: '!approval_expired',
      },
      '!nothing_to_approve',
    ),
  },
  reject: {
    command: reject,
    row: row(
      '!nothing_to_approve',
      {
        awaiting: 'approval_refused+rejected',
        granted: '!already_decided',
        rejected: '',
        expired: '!approval_expired',
      },
      '!nothing_to_approve',
    ),
  },
  expire: { command: { type: 'expire' }, row: row('!not_ready') },
  escalate: { command: { type: 'escalate', target: null }, row: row('!not_ready', { awaiting: 'approval_escalated' }) },
  refuse_attempt: {
    command: { type: 'refuse_attempt', named: 'a1', refusal: 'approver_barred' },
    row: row('approval_attempt_refused', {}, 'approval_attempt_refused'),
  },
  answer_reconciliation: {
    command: answer('accept'),
    row: row(
      '!nothing_to_reconcile',
      { parked: 'reconciliation_answered+failed', haltedHalfway: 'reconciliation_answered' },
      '!nothing_to_reconcile',
    ),
  },
  late_reply: {
    command: { type: 'late_reply', step: 0, direction: 'do', outcome: 'committed', detail: '' },
    row: row('late_reply', {}, 'late_reply'),
  },
  claim: { command: { type: 'claim', owner: 'w' }, row: row('claimed', { awaiting: '!not_ready' }) },
  defer: {
    command: { type: 'defer', untilMs: 200, reason: 'freeze_period', verdicts: [] },
    row: row('!not_ready', { proposed: 'deferred', granted: 'deferred', deferred: 'deferred' }),
  },
  intend: {
    command: intend(0),
    row: row('!not_ready', {
      ...calls('!call_in_flight'),
      proposed: 'cleared+action_intended',
      deferred: 'cleared+action_intended',
      granted: 'cleared+approval_consumed+action_intended',
    }),
  },
  settle: { command: settle('committed'), row: row('!nothing_in_flight', calls('action_settled')) },
  reconcile: {
    command: reconcile('happened'),
    row: row('!nothing_in_flight', {
      ...calls('reconciled'),
      parked: 'reconciled',
      haltedHalfway: '!nothing_in_flight',
    }),
  },
  validate: { command: validate(true), row: row('!not_ready', { validating: 'validated+succeeded' }) },
  validate_undo: { command: validateUndo(0, true), row: row('!not_ready', { undone: 'undo_validated+rolled_back' }) },
  stop: {
    command: stop,
    row: row('!not_ready', { ...calls('!call_in_flight'), executing: 'stopped+rollback_started' }),
  },
  end: {
    command: { type: 'end', end: 'halted', reason: 'kill_switch' },
    row: row('halted', calls('!call_in_flight')),
  },
};

function check(log: Log, command: Command, outcome: string): Remediation | null {
  const then = given(...log).when(ask(command));
  if (!outcome.startsWith('!'))
    return then.leadsTo(...(outcome.split('+').filter(Boolean) as RemediationEvent['type'][]));
  then.thenRefused(outcome.slice(1) as Parameters<typeof then.thenRefused>[0]);
  return null;
}

describe('every command in every state', () => {
  const cases = Object.entries(TABLE).flatMap(([type, { command, row: outcomes }]) =>
    NAMES.map((name) => [type, name, outcomes[name] || 'nothing', command, outcomes[name]] as const),
  );

  it.each(cases)('%s when %s leads to %s', (_type, name, _outcome, command, outcome) => {
    check(SITUATIONS[name], command, outcome);
  });

  it('has a situation for every state that is stored', () => {
    const states = new Set(NAMES.filter((name) => name !== 'none').map((name) => stateOf(...SITUATIONS[name]).state));
    const running = ['proposed', 'awaiting_approval', 'deferred', 'executing', 'validating', 'rolling_back'];
    expect([...states].sort()).toEqual([...running, ...END_STATES].sort());
  });

  it('has a sample of every command under its own name', () => {
    for (const [type, { command }] of Object.entries(TABLE)) expect(command.type).toBe(type);
  });

  it('asks for an approval where the route wants one, and refuses to propose without', () => {
    const approval = { type: 'propose', proposal: proposal('approval'), approval: null } as const;
    check([], approval, '!approval_missing');
    check([], { ...approval, proposal: proposal('manual') }, 'proposed+manual');
    check([], { ...approval, proposal: proposal('suggest_only') }, 'proposed+suggested');
  });

  it('never starts a run of route approval without a granted approval', () => {
    for (const name of ASKED.filter((one) => one !== 'granted')) {
      expect(() => check(SITUATIONS[name], intend(0), 'cleared+approval_consumed+action_intended')).toThrow();
    }
  });

  it('only ever begins with the first step, and goes on with the next', () => {
    check(SITUATIONS.proposed, intend(1), '!not_ready');
    check(SITUATIONS.executing, intend(1), 'cleared+action_intended');
    check(SITUATIONS.executing, intend(0, 'undo'), '!not_ready');
    check(SITUATIONS.rollingBack, intend(0, 'undo'), 'cleared+action_intended');
    check(SITUATIONS.rollingBack, intend(1, 'undo'), '!not_ready');
    check(SITUATIONS.undone, intend(0, 'undo'), '!not_ready');
  });
});
