import { describe, expect, it } from 'vitest';
import { LOOK, PUT_OFF } from '../../src/domain/policy.js';
import {
  blastRadiusFault,
  haltFor,
  issueClearance,
  redeemClearance,
  snapshotDifferences,
} from '../../src/domain/safety.js';
import type { ClearRequest } from '../../src/engine/guard/check.js';
import type { Storage } from '../../src/ports/storage.js';
import { asked, type Change, type Post, post } from './asked.js';

/* The guard as a whole: which checks it makes of which call, in which order, and what its yes and its no are. */

const started = { state: 'executing', committed: [{ step: 0 }], windowSinceMs: asked('restart web').nowMs };
/** Half done: the first write stands, and its target is as it left it. */
const halfway: Change = {
  step: 1,
  run: { ...started, snapshotsAfter: { 0: { 1: { '/load': 50 } } } },
};
const words = ['restart web', 'enable api'];

async function checksOf(request: ClearRequest, at: Post = post()): Promise<readonly string[]> {
  const { verdicts } = await at.guard.clear(request);
  return verdicts.map(({ check, answer }) => (answer === 'yes' ? check : `${check}: ${answer}`));
}

describe('the checks', () => {
  it('before the first write are these, slots last but for a second look at halts and lease', async () => {
    const first = [
      'kill_switch',
      'opt_in',
      'category_enabled',
      'decision_again',
      'approval',
      'order',
      'plan',
      'tool_pins',
      'maintenance_window',
      'freeze_period',
      'target_lock',
      'in_flight',
      'storm_guard',
      'blast_radius',
      'backup',
      'symptom',
      'prechecks',
      'snapshot',
      'rate_slots',
      'kill_switch_again',
      'lease',
    ];
    expect(await checksOf(asked(words))).toEqual(first);
    // A look before it is no write; the write that follows is the first.
    const looked = { step: 1, run: { ...started, windowSinceMs: null } };
    expect(await checksOf(asked(['inspect web', 'restart web'], looked))).toEqual(first);
  });

  it('before a later write are these', async () => {
    expect(await checksOf(asked(words, halfway))).toEqual([
      'lease',
      'kill_switch',
      'opt_in',
      'category_enabled',
      'order',
      'plan',
      'tool_pins',
      'maintenance_window',
      'freeze_period',
      'target_lock',
      'symptom',
      'prechecks',
      'snapshot',
      'kill_switch_again',
    ]);
  });

  it('before an undo skip whatever would leave a half done plan standing', async () => {
    expect(await checksOf(asked('enable web', { direction: 'undo' }))).toEqual([
      'lease',
      'opt_in',
      'order',
      'plan',
      'target_lock',
      'tool_pins',
      'kill_switch',
    ]);
  });

  it('before a look are these', async () => {
    const look = ['lease', 'kill_switch', 'opt_in', 'category_enabled', 'plan', 'tool_pins'];
    expect(await checksOf(asked(['inspect web', 'restart web']))).toEqual(look);
    expect(await checksOf(asked(['restart web', 'inspect web'], { step: 1 }))).toEqual(look);
  });

  it('stop at the first no', async () => {
    expect(await checksOf(asked(words, { optedIn: false }))).toEqual(['kill_switch', 'opt_in: blocked']);
  });
});

describe('a yes', () => {
  it('is a clearance for exactly this call', async () => {
    const request = asked(words);
    const answer = await post().guard.clear(request);
    if (answer.kind !== 'cleared') throw new Error(JSON.stringify(answer.verdict));
    expect(answer.clearance.call).toEqual({
      clearanceId: 'clearance-1',
      tenant: 'acme',
      remediationId: 'r',
      step: 0,
      direction: 'do',
      tool: 'ops/restart',
      arguments: { service: 'web' },
      pins: { 'ops/restart': 'pin of ops/restart' },
      idempotencyKey: '0-do',
    });
  });

  it('covers the tools that the checks compared, whoever lists them meanwhile', async () => {
    let lists = 0;
    const { readTools } = asked(words);
    const request = asked(words, {
      readTools: () => {
        lists += 1;
        return readTools();
      },
    });
    await post().guard.clear(request);
    expect(lists).toBe(1);
  });
});

describe('a no', () => {
  const keys = ['global/service:web', 'global/service:api'];
  const refused: Change = { leaseUntilMs: 0 };

  it('before the first write gives the targets back', async () => {
    const at = post();
    expect(await at.guard.clear(asked(words, refused))).toMatchObject({ kind: 'refused', verdict: { check: 'lease' } });
    expect(await at.storage.locks.take('acme', 'other', keys)).toEqual({ kind: 'taken' });
  });

  it.each([
    ['is being carried out', { state: 'executing' }],
    ['has done something', { committed: [{ step: 0 }] }],
  ])('keeps them where the run %s', async (_, run) => {
    const at = post();
    expect(await at.guard.clear(asked(words, { ...refused, run }))).toMatchObject({ kind: 'refused' });
    expect(await at.storage.locks.take('acme', 'other', keys)).toMatchObject({ kind: 'held' });
  });
});

describe('a check that fails to look', () => {
  /** A store that fails so many times when it is asked for halts. */
  const failing = (times: number): { readonly at: Post; readonly asks: () => number } => {
    const { storage } = post();
    let asks = 0;
    const inForce: Storage['halts']['inForce'] = async (tenant) => {
      asks += 1;
      if (asks <= times) throw new Error(`no answer ${asks}`);
      return storage.halts.inForce(tenant);
    };
    return { at: post({ storage: { ...storage, halts: { ...storage.halts, inForce } } }), asks: () => asks };
  };

  it.each([
    [null, PUT_OFF.firstMs],
    [{ reason: 'kill_switch', times: 1 }, 2 * PUT_OFF.firstMs],
  ])('puts off what has not begun, ever longer: before that %o', async (putOff, waitMs) => {
    const { at, asks } = failing(1);
    const request = asked(words, { run: { putOff } });
    expect(await at.guard.clear(request)).toMatchObject({
      kind: 'refused',
      verdict: {
        check: 'kill_switch',
        answer: 'deferred',
        untilMs: request.nowMs + waitMs,
        because: 'The check could not be made: no answer 1',
      },
    });
    expect(asks()).toBe(1);
  });

  it('is tried again in the middle of a plan, and passes when it can look', async () => {
    const { at, asks } = failing(LOOK.again);
    expect(await at.guard.clear(asked(words, halfway))).toMatchObject({ kind: 'cleared' });
    expect(asks()).toBe(LOOK.again + 2);
  });

  it('takes it back in the middle of a plan when it never can', async () => {
    const { at, asks } = failing(LOOK.again + 1);
    expect(await at.guard.clear(asked(words, halfway))).toMatchObject({
      kind: 'refused',
      verdict: {
        check: 'kill_switch',
        answer: 'superseded',
        because: `The check could not be made: no answer ${LOOK.again + 1}`,
      },
    });
    expect(asks()).toBe(LOOK.again + 1);
  });
});

describe('a clearance', () => {
  const call = {
    clearanceId: 'c',
    tenant: 'acme',
    remediationId: 'r',
    step: 0,
    direction: 'do',
    tool: 'ops/restart',
    arguments: { service: 'web' },
    pins: { 'ops/restart': 'p', 'ops/*': 'q' },
    idempotencyKey: 'k',
  } as const;

  it('is good for the call that it was given for, once', () => {
    const clearance = issueClearance(call);
    expect(redeemClearance(clearance, call)).toBe(true);
    expect(redeemClearance(clearance, call)).toBe(false);
  });

  it.each([
    ['another tool', { tool: 'ops/wipe' }],
    ['another key', { idempotencyKey: 'other' }],
    ['other arguments', { arguments: { service: 'db' } }],
    ['another definition', { pins: { ...call.pins, 'ops/restart': 'x' } }],
    ['another set of names', { pins: { 'ops/restart': 'p', 'ops/*': 'x' } }],
    ['no set of names', { pins: { 'ops/restart': 'p' } }],
  ])('is not good for %s, and used up by the try', (_, change) => {
    const clearance = issueClearance(call);
    expect(redeemClearance(clearance, { ...call, ...change })).toBe(false);
    expect(redeemClearance(clearance, call)).toBe(false);
  });

  it('without a pin of its tool is good for nothing', () => {
    const pins = { 'ops/*': 'q' };
    expect(redeemClearance(issueClearance({ ...call, pins }), { ...call, pins })).toBe(false);
  });

  it('is none where it only looks like one', () => {
    for (const other of [null, undefined, 'yes', 7, {}, { ...issueClearance(call) }]) {
      expect(redeemClearance(other as never, call)).toBe(false);
    }
  });

  it('cannot be changed', () => {
    const clearance = issueClearance(call);
    expect(Object.isFrozen(clearance)).toBe(true);
    expect(Object.isFrozen(clearance.call)).toBe(true);
    expect(Object.isFrozen(clearance.call.pins)).toBe(true);
  });
});

describe('the facts that the checks go by', () => {
  const halt = { haltId: 'h', tenant: 'acme', category: null, reason: 'x', by: 'o', atMs: 0 };

  it('find the halt that stops this category of this tenant', () => {
    const of = (scope: 'global' | 'tenant' | 'category', tenant = 'acme', category: string | null = null) =>
      haltFor([{ ...halt, scope, tenant, category }], 'acme', 'server') !== undefined;
    expect([of('global', 'other'), of('tenant'), of('category', 'acme', 'server')]).toEqual([true, true, true]);
    expect([of('tenant', 'other'), of('category', 'acme', 'web'), of('category', 'other', 'server')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(haltFor([], 'acme', 'server')).toBeUndefined();
  });

  it('count actions and the targets of writes against the limits, to the last one', () => {
    const { steps } = asked(['restart web', 'restart api', 'restart web', 'inspect db']).remediation.proposal;
    const fault = (actionsPerPlan: number, targetsPerPlan: number) =>
      blastRadiusFault(steps, { actionsPerPlan, targetsPerPlan } as never);
    expect(fault(4, 2)).toBeNull();
    expect(fault(3, 2)).toMatch(/4 actions; 3 are/);
    expect(fault(4, 1)).toMatch(/2 targets; 1 are/);
  });

  it.each([
    ['nothing', { a: 1 }, { a: 1 }, []],
    ['the same in another place', { a: { b: [1] } }, { a: { b: [1] } }, []],
    ['a field that moved', { a: 1, b: 2 }, { a: 1, b: 3 }, ['b']],
    ['a field within its tolerance', { t: 1 }, { t: 3 }, []],
    ['a field beyond it', { t: 1 }, { t: 3.1 }, ['t']],
    ['a field that moved down within it', { t: 3 }, { t: 1 }, []],
    ['a text with a tolerance', { t: 'x' }, { t: 'y' }, ['t']],
    ['a number that became a text', { t: 1 }, { t: '1' }, ['t']],
    ['a text that became a number', { t: '1' }, { t: 1 }, ['t']],
    ['fields that came and went', { c: 1, b: 1 }, { b: 1, a: 1 }, ['a', 'c']],
    ['no snapshot before', null, { a: 1 }, ['(missing)']],
    ['no snapshot now', { a: 1 }, null, ['(missing)']],
    ['a list', [1], [1], ['(missing)']],
    ['a text', 'x', 'x', ['(missing)']],
  ])('tell what differs: %s', (_, before, now, moved) => {
    expect(snapshotDifferences(before as never, now as never, { t: 2 })).toEqual(moved);
  });
});
