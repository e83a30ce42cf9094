import { describe, expect, it } from 'vitest';
import { APPROVAL, LOOK_AGAIN, REOPEN_COUNTS_MS } from '../src/domain/policy.js';
import { projectionOf, type RemediationEvent, type StartedRemediation } from '../src/domain/remediation.js';
import { remediationTold } from '../src/domain/remediationTold.js';
import { isTakenBackBy, reopeningOf, takenBack } from '../src/domain/reopening.js';
import type { HumanResolution, Reopening, TicketRecord } from '../src/domain/ticket.js';
import { given, type Told } from '../src/testing/index.js';
import {
  answer,
  ask,
  asked,
  done,
  granted,
  intended,
  intent,
  over,
  proposal,
  proposed,
  putOff,
  rollingBack,
  settled,
  stateOf,
  yesFrom,
} from './remediationLog.js';

type Row = Told<RemediationEvent>;
const projected = (...log: readonly Row[]) => projectionOf(stateOf(...log) as StartedRemediation);
const onlyLooks: Row = {
  what: {
    type: 'proposed',
    ...proposal(),
    steps: proposal().steps.map((step) => ({ ...step, class: 'read_only' as const })),
  },
};
const parked = [proposed(), intended(0), settled(0, 'unknown'), { ...over('needs_reconciliation', []), atMs: 1_000 }];

describe('what a store keeps of a remediation', () => {
  it.each<[string, readonly Row[], object]>([
    ['proposed', [proposed()], { ticketStatus: 'remediating', ended: false, holdsLocks: true, acts: true }],
    ['deferred', [proposed(), putOff(77)], { ticketStatus: 'deferred', dueAtMs: 77, reason: 'rate_slots' }],
    ['executing', [proposed(), ...done(0)], { ticketStatus: 'remediating', dueAtMs: null, reason: null, label: null }],
    ['validating', [proposed(), ...done(0), ...done(1)], { ticketStatus: 'remediating', holdsLocks: true }],
    ['rolling_back', [proposed(), ...done(0), rollingBack(0)], { ticketStatus: 'remediating', ended: false }],
    ['succeeded', [proposed(), over('succeeded')], { ticketStatus: 'resolved', ended: true, holdsLocks: false }],
    ['succeeded', [onlyLooks, over('succeeded', [])], { ticketStatus: 'suggested', acts: false }],
    ['failed', [onlyLooks, over('failed', [])], { ticketStatus: 'needs_human', acts: false }],
    ['recovered', [proposed(), over('recovered', [])], { ticketStatus: 'resolved', reason: 'test' }],
    ['superseded', [proposed(), over('superseded', [])], { ticketStatus: 'analyzing', holdsLocks: false }],
    [
      'suggested',
      [proposed('suggest_only'), over('suggested', [])],
      { ticketStatus: 'suggested', route: 'suggest_only' },
    ],
    ['withdrawn', [proposed(), over('withdrawn', [])], { ticketStatus: 'suggested', holdsLocks: false, ended: true }],
    ['withdrawn', [proposed(), ...done(0), over('withdrawn')], { ticketStatus: 'needs_human', holdsLocks: true }],
    ['halted', [proposed(), over('halted', [])], { ticketStatus: 'needs_human', holdsLocks: false }],
    ['halted', [proposed(), ...done(0), over('halted')], { ticketStatus: 'needs_human', holdsLocks: true }],
    ['needs_reconciliation', parked, { ticketStatus: 'needs_human', holdsLocks: true, ended: true }],
  ])('%s', (state, log, kept) => {
    expect(projected(...log)).toMatchObject({ state, awaitsApproval: false, ...kept });
  });

  it('has a label only when it is over', () => {
    expect(projected(proposed(), over('succeeded')).label).toEqual({ loss: false, cause: 'succeeded' });
    expect(projected(proposed(), ...done(0), rollingBack(0)).label).toBeNull();
  });

  it('is due when an approval wants to be looked at: to tell somebody else, and then to let it expire', () => {
    const waits = (expiresAtMs: number, requestedAtMs = 10): Row => {
      const { what } = asked() as { readonly what: Extract<RemediationEvent, { type: 'approval_requested' }> };
      return { what: { ...what, expiresAtMs }, atMs: requestedAtMs };
    };
    const late = 10 + APPROVAL.escalateAfterMs + 1;
    expect(projected(proposed('approval'), waits(late)).dueAtMs).toBe(late - 1);
    expect(projected(proposed('approval'), waits(late - 2)).dueAtMs).toBe(late - 2);
    const escalated: Row = { what: { type: 'approval_escalated', approvalId: 'a1', target: null }, atMs: 20 };
    expect(projected(proposed('approval'), waits(late), escalated).dueAtMs).toBe(late);
  });

  it('is due ever later when a call in doubt is looked at again', () => {
    const looked = (atMs: number): Row => ({
      what: { type: 'reconciled', step: 0, direction: 'do', answer: 'cannot_tell', detail: '', mayResend: false },
      atMs,
    });
    expect(projected(...parked).dueAtMs).toBe(1_000 + LOOK_AGAIN.firstMs);
    expect(projected(...parked, looked(2_000)).dueAtMs).toBe(2_000 + 2 * LOOK_AGAIN.firstMs);
    const often = Array.from({ length: LOOK_AGAIN.doublings + 3 }, () => looked(5_000));
    expect(projected(...parked, ...often).dueAtMs).toBe(5_000 + LOOK_AGAIN.firstMs * 2 ** LOOK_AGAIN.doublings);
    const blind = [proposed(), intended(0, 'do', { readable: false }), settled(0, 'unknown')];
    expect(projected(...blind, over('needs_reconciliation', [])).dueAtMs).toBeNull();
  });

  it('waits for people where an approval or an order does, and shows which', () => {
    const waiting = projected(proposed('approval'), asked());
    expect(waiting).toMatchObject({ awaitsApproval: true, ticketStatus: 'awaiting_approval', approval: { needed: 1 } });
    expect(projected(proposed('approval'), asked(), yesFrom('ana'))).toMatchObject({
      awaitsApproval: false,
      approval: { approvalId: 'a1' },
    });
    expect(projected(proposed()).approval).toBeNull();
    const two = { ...answer('send_again'), shown: { ...(answer('send_again') as { shown: object }).shown, needed: 2 } };
    const half = given(...parked)
      .when(ask(two as never))
      .leadsTo('approval_requested', 'approval_given');
    expect(projectionOf(half as StartedRemediation)).toMatchObject({
      awaitsApproval: true,
      state: 'needs_reconciliation',
      approval: { approvalId: 'o1' },
    });
  });

  it('acts only for a proposal of its own', () => {
    const takes: Row = {
      what: { type: 'taken_over', from: 'r', by: 'bo', calls: [intent(0)], steps: [0], approval: granted },
    };
    expect(projected(proposed(), takes)).toMatchObject({ acts: false, approval: { approvalId: 'o1' } });
  });
});

it('tells the outside where it stands, by the last of its rows', () => {
  const rows = ['claimed', 'cleared', 'deferred'].map((type, n) => ({ seq: n + 4, event: { type } }));
  const standing = { state: 'deferred', ticketStatus: 'deferred' } as const;
  expect(remediationTold(rows as never, standing)).toEqual({
    state: 'deferred',
    ticket_status: 'deferred',
    log_seq: 6,
    events: ['claimed', 'cleared', 'deferred'],
  });
  expect(remediationTold([], standing)).toMatchObject({ log_seq: 0, events: [] });
});

describe('reopening a ticket', () => {
  const resolution = { resolver: 'ana', atMs: 1, text: 'done', actions: [] } as unknown as HumanResolution;
  const ticket = (change: Partial<TicketRecord>) =>
    ({ status: 'resolved', resolvedAtMs: 1_000, resolution: null, remediationId: 'r', ...change }) as TicketRecord;
  const asks = (afterMs: number) => ({ by: 'bo', atMs: 1_000 + afterMs, reason: 'again' });

  it('counts against the fix for less than seven days', () => {
    expect(reopeningOf(ticket({}), asks(REOPEN_COUNTS_MS - 1))).toEqual({
      by: 'bo',
      atMs: 1_000 + REOPEN_COUNTS_MS - 1,
      reason: 'again',
      resolvedAtMs: 1_000,
      resolution: null,
      remediationId: 'r',
      countsAsFailure: true,
    });
    expect(reopeningOf(ticket({}), asks(REOPEN_COUNTS_MS))).toMatchObject({ countsAsFailure: false });
  });

  it('is not possible where it is not resolved', () => {
    expect(reopeningOf(ticket({ status: 'closed' }), asks(1))).toBeNull();
    expect(reopeningOf(ticket({ resolvedAtMs: null }), asks(1))).toBeNull();
  });

  const fact = (remediationId: string | null, via: 'auto' | 'human' | 'shadow' = 'auto') =>
    ({ kind: 'outcome', remediationId, via, resolved: true, succeeded: true, executed: true }) as never;
  const reopened = (change: Partial<Reopening>) =>
    ({ countsAsFailure: true, resolution: null, remediationId: 'r', resolvedAtMs: 5, ...change }) as Reopening;

  it.each([
    ['of that run', fact('r'), reopened({}), true],
    ['of another run', fact('other'), reopened({}), false],
    ['of a person, where a run had resolved it', fact(null, 'human'), reopened({}), false],
    ['of the person who had resolved it', fact(null, 'human'), reopened({ resolution }), true],
    ['of a run, where a person had resolved it', fact('r'), reopened({ resolution }), false],
    ['that counts no more', fact('r'), reopened({ countsAsFailure: false }), false],
    ['that was never carried out', fact('r', 'shadow'), reopened({}), false],
  ])('takes back what was learned %s', (_, about, how, isTaken) => {
    expect(isTakenBackBy(about, how)).toBe(isTaken);
  });

  it('makes a failure of it that resolved nothing, and keeps two of one person apart', () => {
    const failed = { resolved: false, succeeded: false, executed: true };
    expect(takenBack(fact('r'), reopened({}))).toMatchObject({ ...failed, remediationId: 'r' });
    expect(takenBack(fact(null, 'human'), reopened({}))).toMatchObject({ ...failed, remediationId: 'person:5' });
  });
});
