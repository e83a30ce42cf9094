import { describe, expect, it } from 'vitest';
import { decide } from '../src/domain/remediation.js';
import { given } from '../src/testing/index.js';
import {
  approve,
  ask,
  asked,
  done,
  EXPIRES,
  GOOD_UNTIL,
  intend,
  intended,
  noFrom,
  over,
  proposed,
  putOff,
  reject,
  stateOf,
  yesFrom,
} from './remediationLog.js';

const waiting = [proposed('approval'), asked()];
const needsTwo = [proposed('approval'), asked(2)];

describe('an approval', () => {
  it('is granted by the first yes when one is needed', () => {
    const state = given(...waiting)
      .when(ask(approve))
      .leadsTo('approval_given');
    expect(state).toMatchObject({ state: 'proposed', approval: { grantedAtMs: 100, goodUntilMs: GOOD_UNTIL } });
  });

  it('waits for a second person when two are needed', () => {
    const half = given(...needsTwo)
      .when(ask(approve, 'ana'))
      .leadsTo('approval_given');
    expect(half).toMatchObject({ state: 'awaiting_approval', approval: { grantedAtMs: null } });
    const whole = given(...needsTwo, yesFrom('ana'))
      .when(ask(approve, 'bo'))
      .leadsTo('approval_given');
    expect(whole).toMatchObject({ state: 'proposed', approval: { consents: [{ by: 'ana' }, { by: 'bo' }] } });
  });

  it('counts the same person once, however often they say yes', () => {
    const state = given(...needsTwo, yesFrom('ana'))
      .when(ask(approve, 'ana'))
      .leadsTo();
    expect(state).toMatchObject({ state: 'awaiting_approval', approval: { consents: [{ by: 'ana' }] } });
  });

  it('counts a person once under near-equal names', () => {
    given(...needsTwo, yesFrom('ana'))
      .when(ask(approve, ' ANA'))
      .leadsTo();
  });

  it('takes a repeated yes after the decision for what it is', () => {
    given(...waiting, yesFrom('ana'))
      .when(ask(approve, 'ana'))
      .leadsTo();
    given(...waiting, yesFrom('ana'), ...done(0))
      .when(ask(approve, 'ana'))
      .leadsTo();
    given(...waiting, yesFrom('ana'), over('succeeded'))
      .when(ask(approve, 'ana'))
      .leadsTo();
  });

  it('refuses the opposite answer after a decision', () => {
    given(...waiting, yesFrom('ana'))
      .when(ask(reject, 'bo'))
      .thenRefused('already_decided');
    given(...waiting, yesFrom('ana'))
      .when(ask(reject, 'ana'))
      .thenRefused('already_decided');
    given(...waiting, ...noFrom('ana'))
      .when(ask(approve, 'bo'))
      .thenRefused('already_decided');
  });

  it('ends at the first no, also after a first of two yeses, by the same person too', () => {
    given(...needsTwo, yesFrom('ana'))
      .when(ask(reject, 'bo'))
      .leadsTo('approval_refused', 'rejected');
    given(...needsTwo, yesFrom('ana'))
      .when(ask(reject, 'ana'))
      .leadsTo('approval_refused', 'rejected');
  });

  it('takes a repeated no for what it is', () => {
    given(...waiting, ...noFrom('ana'))
      .when(ask(reject, 'ana'))
      .leadsTo();
    given(...waiting, ...noFrom('ana'))
      .when(ask(reject, 'bo'))
      .leadsTo();
  });

  it('takes no yes and no no from whoever is barred', () => {
    given(...waiting)
      .when(ask(approve, 'sue'))
      .thenRefused('approver_barred');
    given(...waiting)
      .when(ask(reject, 'sue'))
      .thenRefused('approver_barred');
  });

  it('can be answered until the moment it expires, and not at that moment', () => {
    given(...waiting)
      .when(ask(approve, 'bo', EXPIRES - 1))
      .leadsTo('approval_given');
    given(...waiting)
      .when(ask(approve, 'bo', EXPIRES))
      .thenRefused('approval_expired');
    given(...waiting)
      .when(ask(reject, 'bo', EXPIRES))
      .thenRefused('approval_expired');
    given(...waiting)
      .when(ask({ type: 'expire' }, 'remit', EXPIRES - 1))
      .thenRefused('not_ready');
    given(...waiting)
      .when(ask({ type: 'expire' }, 'remit', EXPIRES))
      .leadsTo('expired');
  });

  it('is stale when the answer names another request or another hash', () => {
    given(...waiting)
      .when(ask({ ...approve, approvalId: 'a0' }))
      .thenRefused('approval_stale');
    given(...waiting)
      .when(ask({ ...approve, bindingHash: 'h0' }))
      .thenRefused('approval_stale');
    given(...waiting)
      .when(ask({ ...reject, bindingHash: 'h0' }))
      .thenRefused('approval_stale');
  });

  it('may be used until it is too old, and not at that moment', () => {
    const granted = [...waiting, yesFrom('ana')];
    const use = ['cleared', 'approval_consumed', 'action_intended'] as const;
    given(...granted)
      .when(ask(intend(0), 'remit', GOOD_UNTIL - 1))
      .leadsTo(...use);
    given(...granted)
      .when(ask(intend(0), 'remit', GOOD_UNTIL))
      .thenRefused('approval_missing');
  });

  it('is not consumed by being put off, and is consumed once', () => {
    const later = [...waiting, yesFrom('ana'), putOff(), putOff()];
    given(...later)
      .when(ask(intend(0)))
      .leadsTo('cleared', 'approval_consumed', 'action_intended');
    const used = [...waiting, yesFrom('ana'), { what: { type: 'approval_consumed', approvalId: 'a1' } } as const];
    given(...used)
      .when(ask(intend(0)))
      .thenRefused('approval_missing');
    // Within the run that consumed it, it stays good.
    given(...used, ...done(0))
      .when(ask(intend(1)))
      .leadsTo('cleared', 'action_intended');
  });

  it('is not half an approval: one yes of two starts nothing', () => {
    given(...needsTwo, yesFrom('ana'))
      .when(ask(intend(0)))
      .thenRefused('not_ready');
  });

  it('escalates once', () => {
    const escalate = { type: 'escalate', target: 'boss' } as const;
    given(...waiting)
      .when(ask(escalate))
      .leadsTo('approval_escalated');
    const told = { what: { type: 'approval_escalated', approvalId: 'a1', target: 'boss' } } as const;
    given(...waiting, told)
      .when(ask(escalate))
      .thenRefused('not_ready');
  });

  it('keeps a refused attempt in the log and changes nothing by it', () => {
    const before = stateOf(...waiting);
    const attempt = { type: 'refuse_attempt', named: 'a1', refusal: 'approver_barred' } as const;
    expect(
      given(...waiting)
        .when(ask(attempt, 'sue'))
        .leadsTo('approval_attempt_refused'),
    ).toEqual(before);
  });

  it('is left alone while a call of the run is on its way', () => {
    const running = stateOf(...waiting, yesFrom('ana'), intended(0));
    expect(decide(approve, running, { actor: 'cy', atMs: 100 })).toEqual({ ok: false, refused: 'already_decided' });
  });
});
