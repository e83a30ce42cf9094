import { describe, expect, it } from 'vitest';
import { gateSettings } from '../../src/domain/guarantee/gate.js';
import { freshStratum } from '../../src/domain/guarantee/stratum.js';
import {
  DONE_AS_PROPOSED,
  foldTrials,
  isAudited,
  labelOf,
  mergedLabel,
  promiseOf,
  recalledLabel,
  stratumId,
  type Trial,
  trialIn,
  triedRoute,
} from '../../src/domain/guarantee/trial.js';
import { GUARANTEE, REOPEN_COUNTS_MS } from '../../src/domain/policy.js';
import type { RemediationEvent, StartedRemediation } from '../../src/domain/remediation.js';
import { rolloutBucket } from '../../src/domain/rollout.js';
import type { Reopening } from '../../src/domain/ticket.js';
import type { Told } from '../../src/testing/index.js';
import { done, intended, over, proposed, settled, stateOf } from '../remediationLog.js';

const DAY = 86_400_000;
const ALPHA = 0.05;
const settings = gateSettings({ alpha: ALPHA, delta: ALPHA });

describe('what the end of a remediation says about its trial', () => {
  const ended = (...log: readonly Told<RemediationEvent>[]) => stateOf(...log) as StartedRemediation;
  const said = (reason: string, state: StartedRemediation) => ({ ...state, reason }) as StartedRemediation;

  it.each([
    ['succeeded', [proposed(), ...done(0), over('succeeded')], { loss: false, cause: 'succeeded' }],
    ['rolled back', [proposed(), ...done(0), over('rolled_back', [])], { loss: true, cause: 'rolled_back' }],
    ['failed', [proposed(), over('failed', [])], { loss: true, cause: 'failed' }],
    ['expired', [proposed(), over('expired', [])], { loss: true, cause: 'unknown: expired' }],
    ['withdrawn', [proposed(), over('withdrawn', [])], { loss: true, cause: 'unknown: withdrawn' }],
    ['halted with nothing done', [proposed(), over('halted', [])], { loss: null, cause: 'halted' }],
    ['halted halfway', [proposed(), ...done(0), over('halted')], { loss: true, cause: 'halted' }],
    [
      'halted in doubt',
      [proposed(), intended(0), settled(0, 'unknown'), over('halted', [])],
      { loss: true, cause: 'halted' },
    ],
    ['recovered', [proposed(), over('recovered', [])], { loss: null, cause: 'recovered' }],
    ['manual', [proposed(), over('manual', [])], { loss: null, cause: 'manual' }],
    ['suggested', [proposed(), over('suggested', [])], { loss: null, cause: 'suggested' }],
    ['superseded', [proposed(), over('superseded', [])], { loss: null, cause: 'superseded' }],
    ['on its way', [proposed(), ...done(0)], null],
    ['in doubt', [proposed(), intended(0), settled(0, 'unknown'), over('needs_reconciliation', [])], null],
  ] as const)('%s', (_, log, label) => {
    expect(labelOf(ended(...log))).toEqual(label);
  });

  it('of a refusal is nothing where the reason is not the proposal', () => {
    const rejected = ended(proposed(), over('rejected', []));
    for (const reason of ['not_now', 'duplicate']) {
      expect(labelOf(said(reason, rejected))).toEqual({ loss: null, cause: `rejected: ${reason}` });
    }
    for (const reason of ['wrong_action', 'wrong_target', 'other']) {
      expect(labelOf(said(reason, rejected))).toEqual({ loss: true, cause: `rejected: ${reason}` });
    }
  });

  it('of one that somebody did by hand as proposed is good, if nothing else was done', () => {
    const withdrawn = ended(proposed(), over('withdrawn', []));
    expect(labelOf(said(DONE_AS_PROPOSED, withdrawn))).toEqual({ loss: false, cause: DONE_AS_PROPOSED });
    const half = ended(proposed(), ...done(0), over('withdrawn'));
    expect(labelOf(said(DONE_AS_PROPOSED, half))).toEqual({ loss: true, cause: 'unknown: withdrawn' });
  });
});

describe('a label', () => {
  const bad = { loss: true, cause: 'failed' };
  const good = { loss: false, cause: 'succeeded' };

  it('that was wrong once stays wrong', () => {
    expect(mergedLabel(bad, good)).toBe(bad);
    expect(mergedLabel(good, bad)).toBe(bad);
    expect(mergedLabel(null, good)).toBe(good);
    expect(mergedLabel({ loss: null, cause: 'x' }, good)).toBe(good);
  });

  const resolution = { resolver: 'ana' } as unknown as Reopening['resolution'];
  const reopened = (change: Partial<Reopening>) =>
    ({ countsAsFailure: true, resolution: null, remediationId: 'r', atMs: 9, ...change }) as Reopening;
  const of = (cause: string, loss: boolean | null = false) => ({ remediationId: 'r', label: { loss, cause, atMs: 5 } });
  const wrong = { loss: true, cause: 'reopened', atMs: 9 };

  it.each([
    ['its run had resolved the ticket', of('succeeded'), reopened({}), wrong],
    ['another run had', of('succeeded'), reopened({ remediationId: 'other' }), null],
    ['it comes too late', of('succeeded'), reopened({ countsAsFailure: false }), null],
    ['a person had, with something else', of('succeeded'), reopened({ resolution }), null],
    ['a person had, as proposed', of(DONE_AS_PROPOSED), reopened({ resolution }), wrong],
    ['it was done as proposed, and then by a run', of(DONE_AS_PROPOSED), reopened({}), null],
    ['it was wrong already', of('failed', true), reopened({}), null],
    ['it said nothing', of('halted', null), reopened({}), null],
    ['there was none yet', { remediationId: 'r', label: null }, reopened({}), null],
  ])('is recalled by a reopened ticket, or not: %s', (_, trial, reopening, label) => {
    expect(recalledLabel(trial, reopening)).toEqual(label);
  });
});

describe('a stratum by its name', () => {
  it('promises what it says', () => {
    expect(stratumId({ actionClass: 'safe_write', alpha: 0.05, delta: 0.1 })).toBe('safe_write 0.05 0.1');
    expect(promiseOf('safe_write 0.05 0.1')).toEqual({
      actionClass: 'safe_write',
      settings: gateSettings({ alpha: 0.05, delta: 0.1 }),
    });
  });

  it.each([
    '',
    'safe_write',
    'safe_write 0.05',
    'safe_write 0 0.1',
    'safe_write 0.05 0',
    'safe_write x 0.1',
    'safe_write 0.05 0.1 9',
    ' 0.05 0.1',
  ])('promises nothing: %j', (name) => {
    expect(promiseOf(name)).toBeNull();
  });
});

describe('trials', () => {
  const open = { stratum: 's', route: 'auto' } as const;
  const start = { state: freshStratum(settings), upTo: 0 };
  const trial = (position: number, change: Partial<Trial> = {}): Trial => ({
    ...{
      stratum: 's',
      score: 0.95,
      route: 'auto',
      patternId: 'p',
      actionTypes: ['a'],
      confidence: 0.9,
      audited: false,
    },
    ...{ position, remediationId: `r${position}`, ticketId: `t${position}`, decidedAtMs: 0, label: null },
    ...change,
  });
  const label = (loss: boolean | null, atMs = 0) => ({ label: { loss, cause: 'x', atMs } });
  const fold = (nowMs: number, trials: readonly Trial[], recallable = true) =>
    foldTrials(start, settings, trials, { nowMs, recallable });
  const seen = (nowMs: number, trials: readonly Trial[]) => fold(nowMs, trials).state.gate.seen.at(-1);

  it('are what the proposal opened, of the routes that somebody carries out', () => {
    expect(trialIn([{ type: 'claimed' }, { type: 'proposed', trial: open as never }])).toBe(open);
    expect(trialIn([{ type: 'proposed' }])).toBeNull();
    expect(trialIn([{ type: 'claimed', trial: open as never }])).toBeNull();
    expect(['auto', 'approval', 'manual', 'suggest_only'].map((route) => triedRoute({ route } as never))).toEqual([
      'auto',
      'approval',
      null,
      null,
    ]);
  });

  it('that worked are final after their soak, those that failed at once', () => {
    expect(fold(GUARANTEE.soakMs - 1, [trial(1, label(false))]).upTo).toBe(0);
    expect(fold(GUARANTEE.soakMs, [trial(1, label(false))]).upTo).toBe(1);
    expect(seen(GUARANTEE.soakMs, [trial(1, label(false))])).toEqual({ clean: 1, losses: 0 });
    expect(seen(0, [trial(1, label(true))])).toEqual({ clean: 0, losses: 1 });
  });

  it('without a label count as wrong once it is too late for one', () => {
    expect(fold(GUARANTEE.labelWithinMs - 1, [trial(1)]).upTo).toBe(0);
    expect(seen(GUARANTEE.labelWithinMs, [trial(1)])).toEqual({ clean: 0, losses: 1 });
  });

  it('that say nothing are passed over, and known all the same', () => {
    const folded = fold(DAY, [trial(1, label(null, 7)), trial(2, label(true, 3))]);
    expect(folded).toMatchObject({ upTo: 2, state: { knownMs: 7 } });
    expect(folded.state.gate.seen.at(-1)).toEqual({ clean: 0, losses: 1 });
  });

  it('stop at the first whose label is open: nothing jumps the queue', () => {
    expect(fold(0, [trial(1, label(true)), trial(2), trial(3, label(true))]).upTo).toBe(1);
  });

  it('that were no candidates belong to no stream, and the detector hears them where they ran by themselves', () => {
    const losses = [1, 2].map((position) => trial(position, { ...label(true), score: null }));
    expect(seen(0, losses)).toEqual({ clean: 0, losses: 0 });
    const heard = fold(0, losses).state.evidence;
    expect(heard).toBeCloseTo(2 * Math.log(3), 9);
    const approved = losses.map((one): Trial => ({ ...one, route: 'approval' }));
    expect(fold(0, approved).state.evidence).toBe(0);
  });

  it('are known when their label was final', () => {
    const of = (one: Trial) => fold(30 * DAY, [one]).state.knownMs;
    expect(of(trial(1, label(false, 5)))).toBe(5 + GUARANTEE.soakMs);
    expect(of(trial(1, label(true, 5)))).toBe(5);
    expect(of(trial(1, { decidedAtMs: 5 }))).toBe(5 + GUARANTEE.labelWithinMs);
  });

  it('that may still be revised are left out where what remains is kept for good', () => {
    const told = (one: Trial, nowMs: number) => fold(nowMs, [one], false).upTo;
    const kept = GUARANTEE.labelWithinMs + REOPEN_COUNTS_MS;
    expect(told(trial(1, label(true)), kept - 1)).toBe(0);
    expect(told(trial(1, label(true)), kept)).toBe(1);
    const late = trial(1, label(true, GUARANTEE.labelWithinMs + 10));
    expect([told(late, kept + 9), told(late, kept + 10)]).toEqual([0, 1]);
    const later = trial(1, { decidedAtMs: 10 });
    expect([told(later, kept + 9), told(later, kept + 10)]).toEqual([0, 1]);
  });
});

it('has the same automatic runs checked by a person every time, one in 20 of them', () => {
  const audited = Array.from({ length: 4_000 }, (_, n) => isAudited('acme', `T${n}`));
  expect(audited).toEqual(Array.from({ length: 4_000 }, (_, n) => isAudited('acme', `T${n}`)));
  // Counted apart from the rollout, and apart for each tenant.
  const bucketOf = (n: number) => rolloutBucket('audit/acme', `T${n}`);
  expect(audited).toEqual(audited.map((_, n) => bucketOf(n) < GUARANTEE.auditBuckets));
  const onTheEdge = Array.from({ length: 50_000 }, (_, n) => n).find((n) => bucketOf(n) === GUARANTEE.auditBuckets);
  expect(isAudited('acme', `T${onTheEdge}`)).toBe(false);
  expect(audited).not.toEqual(audited.map((_, n) => isAudited('other', `T${n}`)));
  const share = audited.filter(Boolean).length / audited.length;
  expect(Math.abs(share - 0.05)).toBeLessThan(0.015);
});
