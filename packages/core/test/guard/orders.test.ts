import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/domain/approval.js';
import { bindingHashOf } from '../../src/domain/approval.js';
import { GUARD } from '../../src/domain/policy.js';
import type { Halt } from '../../src/domain/safety.js';
import {
  approval,
  blastRadius,
  categoryEnabled,
  decisionAgain,
  killSwitch,
  killSwitchAgain,
  optIn,
  order,
  stormGuard,
  toolPins,
} from '../../src/engine/guard/orders.js';
import { callsOf } from '../../src/engine/orderedCalls.js';
import { intent } from '../remediationLog.js';
import { asked, type Change, found, type Post, post } from './asked.js';

const halt = (change: Partial<Halt> = {}): Halt => ({
  haltId: 'h',
  scope: 'tenant',
  tenant: 'acme',
  category: null,
  reason: 'fire drill',
  by: 'olga',
  atMs: 0,
  ...change,
});

describe.each([
  ['the kill switch', killSwitch],
  ['its second look', killSwitchAgain],
] as const)('%s', (_, check) => {
  it.each([
    [halt({ scope: 'global', tenant: 'other' }), 'everything'],
    [halt(), 'everything'],
    [halt({ scope: 'category', category: 'server' }), 'this category'],
  ])('stops at %o', async (stop, what) => {
    const at = post();
    await at.storage.halts.raise(stop);
    const finding = await found(check, asked('restart web'), at);
    expect(finding).toMatchObject({ answer: 'blocked', evidence: { haltId: 'h', scope: stop.scope } });
    expect(finding.because).toBe(`olga halted ${what}: fire drill`);
  });

  it.each([halt({ tenant: 'other' }), halt({ scope: 'category', category: 'network' })])(
    'passes by %o',
    async (stop) => {
      const at = post();
      await at.storage.halts.raise(stop);
      expect(await found(check, asked('restart web'), at)).toMatchObject({ answer: 'yes', evidence: null });
    },
  );
});

it('wants the ticket opted in', async () => {
  expect(await found(optIn, asked('restart web'))).toMatchObject({ answer: 'yes' });
  expect(await found(optIn, asked('restart web', { optedIn: false }))).toMatchObject({ answer: 'blocked' });
});

it('wants the category on, and decides anew when it is off', async () => {
  const { policy } = asked('restart web');
  expect(await found(categoryEnabled, asked('restart web'))).toMatchObject({ answer: 'yes' });
  const off = asked('restart web', { policy: { ...policy, enabled: false } });
  expect(await found(categoryEnabled, off)).toMatchObject({ answer: 'superseded' });
});

describe('the decision of today', () => {
  const then = (route: 'auto' | 'approval') => asked('restart web').remediation.proposal.decision && route;
  const today = (decided: 'auto' | 'approval', now: string, run: object = {}): Change => {
    const said = asked('restart web').remediation.proposal;
    return {
      said: { decision: { ...said.decision, route: then(decided) } },
      run,
      decideAgain: async () => ({ ...said, decision: { ...said.decision, route: now, reason: 'today' } }) as never,
    };
  };
  const ordered = (orderedBy: string | null): object => ({ order: { answer: 'send_again' }, doubt: { orderedBy } });

  it.each([
    ['auto', 'auto', {}, 'yes'],
    ['auto', 'approval', {}, 'superseded'],
    ['auto', 'manual', {}, 'superseded'],
    ['approval', 'auto', {}, 'yes'],
    ['approval', 'approval', {}, 'yes'],
    ['approval', 'suggest_only', {}, 'superseded'],
    // Sent again on a person's order: that stands for an approval, and for nothing stricter.
    ['auto', 'approval', ordered('bo'), 'yes'],
    ['auto', 'manual', ordered('bo'), 'superseded'],
    // Allowed by a read alone, or ordered once for a doubt that is settled: no order to speak of.
    ['auto', 'approval', ordered(null), 'superseded'],
    ['auto', 'approval', { order: { answer: 'roll_back' }, doubt: null }, 'superseded'],
    ['auto', 'approval', { order: null, doubt: { orderedBy: 'bo' } }, 'superseded'],
  ] as const)('of %s, now %s, with %o: %s', async (decided, now, run, answer) => {
    const finding = await found(decisionAgain, asked('restart web', today(decided, now, run)));
    expect(finding).toMatchObject({ answer, evidence: { decided, today: { decision: { route: now } } } });
    expect(finding.because).toContain(now);
  });

  it('names who ordered it', async () => {
    const finding = await found(decisionAgain, asked('restart web', today('auto', 'approval', ordered('bo'))));
    expect(finding.because).toMatch(/^bo ordered/);
  });
});

const NOW = asked('restart web').nowMs;

/** An approval of this very request, given by two people. */
function given(change: Partial<Approval> = {}, words: string | readonly string[] = 'restart web'): Approval {
  const { remediation } = asked(words);
  const pins = { 'ops/restart': 'pin of ops/restart' };
  const binding = {
    tenant: 'acme',
    remediationId: 'r',
    plan: remediation.proposal.plan ?? { actions: [] },
    pins,
    policyVersion: 1,
    snapshot: {},
    expiresAtMs: NOW + 1_000,
  };
  return {
    approvalId: 'a1',
    bindingHash: bindingHashOf(binding),
    binding,
    requestedAtMs: 0,
    expiresAtMs: NOW + 1_000,
    needed: 2,
    barred: {},
    consents: ['ana', 'bo'].map((by) => ({ by, atMs: 1, comment: null })),
    grantedAtMs: 1,
    goodUntilMs: NOW + 1,
    escalatedAtMs: null,
    consumedAtMs: null,
    ...change,
  };
}

describe('an approval', () => {
  const byPeople = { decision: { ...asked('restart web').remediation.proposal.decision, route: 'approval' } } as const;
  const with_ = (approvalGiven: Approval | null, change: Change = {}) =>
    asked('restart web', { said: byPeople, ...change, run: { approval: approvalGiven, ...change.run } });

  it('is not asked for where the route needs none', async () => {
    expect(await found(approval, asked('restart web'))).toMatchObject({ answer: 'yes', evidence: null });
  });

  it('holds for exactly what was shown, and names who gave it', async () => {
    const one = given();
    const finding = await found(approval, with_(one));
    expect(finding).toEqual({
      answer: 'yes',
      because: 'Approved by ana, bo.',
      evidence: { approvalId: 'a1', bindingHash: one.bindingHash },
    });
  });

  it.each([
    ['nobody gave it', null],
    ['not enough people gave it', given({ grantedAtMs: null })],
    ['it is good for no time', given({ goodUntilMs: null })],
  ])('stops where %s', async (_, one) => {
    expect(await found(approval, with_(one))).toMatchObject({ answer: 'blocked' });
  });

  it('is asked for anew at the moment it is too old', async () => {
    expect(await found(approval, with_(given({ goodUntilMs: NOW })))).toMatchObject({
      answer: 'superseded',
      evidence: { approvalId: 'a1' },
    });
  });

  it('that was consumed is good for the run that did, however old, and for no other', async () => {
    const used = given({ consumedAtMs: 5, goodUntilMs: NOW - 1 });
    expect(await found(approval, with_(used, { run: { state: 'executing' } }))).toMatchObject({
      answer: 'yes',
      evidence: { approvalId: 'a1' },
    });
    expect(await found(approval, with_(used, { run: { state: 'deferred' } }))).toMatchObject({ answer: 'blocked' });
  });

  it.each([
    ['policyVersion', { policyVersion: 2 }],
    ['pins', { readTools: async () => ({ now: null, accepted: { 'ops/restart': 'another' } }) }],
    ['pins', { readTools: async () => ({ now: null, accepted: {} }) }],
    ['plan', { said: { ...byPeople, steps: asked('restart api').remediation.proposal.steps } }],
  ] as const)('does not cover another %s', async (part, change) => {
    const finding = await found(approval, with_(given(), change));
    expect(finding).toMatchObject({ answer: 'superseded', evidence: { approvalId: 'a1', differences: [part] } });
    expect(finding.because).toContain(part);
  });
});

describe('an order', () => {
  const shown = (change: Partial<Approval> = {}): Approval => {
    const request = asked('enable web', { run: { order: null } });
    const { tenant, remediationId, remediation, steps } = request;
    const listed = [{ step: 0, direction: 'do' as const }];
    const calls = callsOf({ tenant, remediationId, state: remediation }, steps, listed as never);
    const { binding } = given({}, 'enable web');
    const whole = { ...binding, order: { answer: 'send_again' as const, version: 3, calls } };
    return given({ binding: whole, bindingHash: bindingHashOf(whole), ...change });
  };
  it('to take back covers the undo that the catalogue makes now', async () => {
    const run = { order: null, committed: [intent(0)] };
    const { tenant, remediationId, remediation, steps } = asked('enable web', { run });
    const undo = [{ step: 0, direction: 'undo' as const }];
    const calls = callsOf({ tenant, remediationId, state: remediation }, steps, undo);
    expect(calls).toMatchObject([{ tool: 'ops/disable', arguments: { service: 'web' } }]);
    const { binding } = given({}, 'enable web');
    const whole = { ...binding, order: { answer: 'roll_back' as const, version: 3, calls } };
    const one = given({ binding: whole, bindingHash: bindingHashOf(whole) });
    const request = asked('enable web', { run: { ...run, order: { answer: 'roll_back', approval: one } } });
    expect(await found(order, request)).toMatchObject({ answer: 'yes' });
  });

  const by = (one: Approval | null, change: Change = {}) =>
    asked('enable web', { ...change, run: { order: one && { answer: 'send_again', approval: one } } });

  it('is not asked for where the run goes on by none', async () => {
    expect(await found(order, by(null))).toMatchObject({ answer: 'yes', evidence: null });
  });

  it('holds, and names who gave it', async () => {
    const one = shown();
    const evidence = { approvalId: 'a1', bindingHash: one.bindingHash };
    expect(await found(order, by(one))).toEqual({ answer: 'yes', because: 'Ordered by ana, bo.', evidence });
  });

  it('that this run used up is not asked for again, however old', async () => {
    const used = shown({ consumedAtMs: 5, goodUntilMs: NOW - 1 });
    expect(await found(order, by(used))).toMatchObject({ answer: 'yes', evidence: { approvalId: 'a1' } });
  });

  it.each([
    ['not enough people gave it', shown({ goodUntilMs: null }), /Not enough/],
    ['it is too old', shown({ goodUntilMs: NOW }), /too old/],
    ['it does not say what it orders', given(), /does not say/],
  ])('stops where %s', async (_, one, why) => {
    const finding = await found(order, by(one));
    expect(finding).toMatchObject({ answer: 'blocked', evidence: { approvalId: 'a1' } });
    expect(finding.because).toMatch(why);
  });

  it.each([
    ['policyVersion', { policyVersion: 2 }],
    ['pins', { readTools: async () => ({ now: null, accepted: {} }) }],
    ['order', { steps: asked('enable api').steps }],
  ] as const)('does not cover another %s', async (part, change) => {
    const finding = await found(order, by(shown(), change));
    expect(finding).toMatchObject({ answer: 'blocked', evidence: { approvalId: 'a1', differences: [part] } });
    expect(finding.because).toContain(part);
  });
});

describe('the tools', () => {
  const pins = { 'ops/restart': 'a', 'ops/status': 'b', 'ops/*': 'c' };
  const tools = (now: object | null, accepted: Readonly<Record<string, string>> = pins) =>
    asked('restart web', { readTools: async () => ({ now: now as never, accepted }) });

  it('are as accepted', async () => {
    expect(await found(toolPins, tools({ pins }))).toMatchObject({ answer: 'yes', evidence: null });
  });

  it('stop it where nobody can look at them', async () => {
    expect(await found(toolPins, tools(null))).toMatchObject({ answer: 'blocked' });
  });

  it.each([
    ['ops/restart', { ...pins, 'ops/restart': 'other' }],
    ['ops/status', { 'ops/restart': 'a', 'ops/*': 'c' }],
    ['ops/*', { ...pins, 'ops/*': 'other' }],
  ])('stop it where %s is not as accepted', async (name, now) => {
    const finding = await found(toolPins, tools({ pins: now }));
    expect(finding).toEqual({
      answer: 'blocked',
      because: `Changed since an operator accepted them: ${name}.`,
      evidence: { changed: [name], unreachable: {} },
    });
  });

  it('are told apart from those of a server that could not be asked', async () => {
    const finding = await found(toolPins, tools({ pins: {}, unreachable: { ops: 'connection refused' } }));
    expect(finding).toEqual({
      answer: 'blocked',
      because: 'ops could not be asked: connection refused',
      evidence: { changed: [], unreachable: { ops: 'connection refused' } },
    });
    const other = await found(toolPins, tools({ pins: {}, unreachable: { web: 'gone' } }));
    expect(other.because).toBe(
      'Changed since an operator accepted them: ops/*, ops/restart, ops/status. web could not be asked: gone',
    );
  });
});

describe('a storm', () => {
  const ticketOf = (n: number, ageMs: number, service: string | null) => ({
    ticketId: `S${n}`,
    createdAtMs: NOW - ageMs,
    plan: service && { actions: [{ action: 'restart', arguments: { service } }] },
    reopened: false,
  });
  const after = (tickets: readonly object[]): Post => {
    const { storage } = post();
    const asks: unknown[] = [];
    const plansOf = async (...args: readonly unknown[]) => {
      asks.push(args);
      return tickets;
    };
    return Object.assign(post({ storage: { ...storage, patterns: { ...storage.patterns, plansOf } as never } }), {
      asks,
    });
  };
  const services = ['web', 'api', 'db', 'mail', 'auth'];
  const on = (names: readonly (string | null)[], ageMs = 1) => after(names.map((name, n) => ticketOf(n, ageMs, name)));

  it('is five tickets on five targets within the window, and not four', async () => {
    const storm = await found(stormGuard, asked('restart web'), on(services));
    expect(storm).toMatchObject({ answer: 'blocked', evidence: { tickets: 5, differentTargets: 5 } });
    expect(storm.because).toContain('5 tickets');
    const few = await found(stormGuard, asked('restart web'), on([...services.slice(0, 4), 'web', 'web']));
    expect(few).toMatchObject({ answer: 'yes', evidence: { tickets: 6, differentTargets: 4 } });
  });

  it('counts each ticket without a usable plan on its own', async () => {
    const blank = await found(stormGuard, asked('restart web'), on([null, null, 'nowhere', 'web', 'web', 'api']));
    expect(blank).toMatchObject({ answer: 'blocked', evidence: { differentTargets: 5 } });
  });

  it('forgets what is as old as the window', async () => {
    const { stormWindowMs } = GUARD;
    const old = await found(stormGuard, asked('restart web'), on(services, stormWindowMs));
    expect(old).toMatchObject({ answer: 'yes', evidence: { tickets: 0 } });
    const young = await found(stormGuard, asked('restart web'), on(services, stormWindowMs - 1));
    expect(young).toMatchObject({ answer: 'blocked' });
  });

  it('asks for the tickets of its own pattern, and no more than tell it', async () => {
    const at = on([]) as Post & { readonly asks: unknown[] };
    await found(stormGuard, asked('restart web'), at);
    expect(at.asks).toEqual([['acme', 'p', { limit: 50 }]]);
  });

  it('takes plans on the same targets in any order for one', async () => {
    const both = (n: number, ...names: readonly string[]) => ({
      ...ticketOf(n, 1, null),
      plan: { actions: names.map((service) => ({ action: 'restart', arguments: { service } })) },
    });
    const at = after([both(1, 'web', 'api'), both(2, 'api', 'web'), both(3, 'web', 'api', 'web')]);
    expect(await found(stormGuard, asked('restart web'), at)).toMatchObject({ evidence: { differentTargets: 1 } });
  });
});

describe('the blast radius', () => {
  it.each([
    [['restart web', 'restart api', 'restart db'], 'yes'],
    [['restart web', 'restart api', 'restart db', 'restart mail'], 'blocked'],
    [['inspect web', 'inspect api', 'inspect db', 'inspect mail', 'restart auth'], 'yes'],
    [['inspect web', 'inspect web', 'inspect web', 'inspect web', 'inspect web', 'inspect web'], 'blocked'],
  ] as const)('of %o: %s', async (words, answer) => {
    expect(await found(blastRadius, asked(words))).toMatchObject({ answer });
  });
});
