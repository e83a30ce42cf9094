import { describe, expect, it } from 'vitest';
import { type Fleet, type FleetSetup, fleet, HOUR } from './fleet.js';
import { fleetCatalogue, plan } from './fleetCatalogue.js';
import { answerNow, called, eventsOf, eventsOfType, gil, hana, shownHash } from './parkedFleet.js';
import { approver, operator, person } from './world.js';

/* What people order about something parked: approvals like any other, bound to exactly what was shown. */

/** A plan whose calls of `restart` are lost as often as told; parked. */
async function lost(actions: readonly string[], times: number, approvers = 1, change: FleetSetup = {}): Promise<Fleet> {
  const f = await fleet({ plan: plan(...actions), policy: { approvers }, ...change });
  let left = times;
  f.behave = (tool) => {
    if (tool !== 'ops/restart' || left === 0) return 'works';
    left -= 1;
    return 'lost_before';
  };
  await f.submit('T');
  await f.settle();
  await f.later(500);
  expect((await f.view('T')).remediation?.state).toBe('needs_reconciliation');
  return f;
}

const LOST = ['restart web'];

describe('an answer to something parked', () => {
  it.each(['happened', 'did_not_happen', 'send_again', 'accept'] as const)(
    '%s names what was shown',
    async (answer) => {
      const f = await lost(LOST, 1);
      const wrong = { answer, bindingHash: await shownHash(f, answer === 'accept' ? 'happened' : 'accept') };
      await expect(f.remit.reconcile(gil, 'T', wrong)).rejects.toMatchObject({ code: 'approval_stale' });
      const none = { answer } as unknown as Parameters<typeof f.remit.reconcile>[2];
      await expect(f.remit.reconcile(gil, 'T', none)).rejects.toMatchObject({ code: 'invalid_input' });
      expect((await f.view('T')).remediation?.state).toBe('needs_reconciliation');
      expect(f.executor.sent.length).toBe(1);
    },
  );

  it('repeated, never hits the next step', async () => {
    // Without snapshots: after a lost reply there is none of our own last step, and a missing one is a no.
    const actions = fleetCatalogue.actions.map(({ snapshot: _, ...entry }) => entry);
    const f = await lost(['restart web', 'restart api'], 2, 1, { catalogue: { actions, runbooks: [] } });
    const said = { answer: 'happened', bindingHash: await shownHash(f, 'happened') } as const;
    Object.assign(f.services['web'] ?? {}, { up: true });
    await f.remit.reconcile(gil, 'T', said);
    await f.settle();
    await f.later(500);
    const parked = await f.view('T');
    expect(parked.remediation?.state).toBe('needs_reconciliation');
    expect(called(f)).toEqual(['ops/restart web', 'ops/restart api']);
    // The same person's repeat is heard and changes nothing; anybody else names something that is no more.
    const rows = (await eventsOf(f)).length;
    await f.remit.reconcile(gil, 'T', said);
    await expect(f.remit.reconcile(hana, 'T', said)).rejects.toMatchObject({ code: 'approval_stale' });
    await f.settle();
    expect((await f.view('T')).remediation).toMatchObject({ state: 'needs_reconciliation' });
    expect((await eventsOf(f)).slice(rows).map(({ type }) => type)).toEqual(['approval_attempt_refused']);
  });

  it('stays as it was shown while others try in vain, and changes when something new is known', async () => {
    const f = await lost(LOST, 1);
    const hash = await shownHash(f, 'send_again');
    await f.remit.reconcile(hana, 'T', { answer: 'accept', bindingHash: 'x' }).catch(() => {});
    expect(await shownHash(f, 'send_again')).toBe(hash);
    await f.later(60_000);
    expect((await eventsOfType(f, 'reconciled')).length).toBe(2);
    expect(await shownHash(f, 'send_again')).not.toBe(hash);
  });
});

describe('an order', () => {
  it('needs as many people as the policy says, and the same one counts once', async () => {
    const f = await lost(LOST, 1, 2);
    await answerNow(f, 'send_again');
    await answerNow(f, 'send_again');
    expect(f.executor.sent.length).toBe(1);
    const waiting = (await f.view('T')).remediation;
    expect(waiting?.state).toBe('needs_reconciliation');
    const option = waiting?.options.find(({ answer }) => answer === 'send_again');
    expect(option).toMatchObject({ needed: 2, consents: [{ by: 'gil' }] });
    await answerNow(f, 'send_again', hana);
    expect(f.executor.sent.length).toBe(2);
    expect(await f.end('T')).toBe('succeeded/validated');
  });

  it('is used up in the transaction that appends the first new call, once', async () => {
    const f = await lost(LOST, 1);
    await answerNow(f, 'send_again');
    const events = await eventsOf(f);
    const types = events.map(({ type }) => type);
    const at = types.indexOf('approval_consumed');
    expect(types.slice(at - 1, at + 2)).toEqual(['cleared', 'approval_consumed', 'action_intended']);
    expect(types.filter((type) => type === 'approval_consumed').length).toBe(1);
    const [requested] = await eventsOfType(f, 'approval_requested');
    expect(requested?.binding).toMatchObject({
      tenant: 'acme',
      pins: { 'ops/restart': expect.any(String) },
      policyVersion: expect.any(Number),
      snapshot: { decision: { 0: { '/load': 50 } } },
      order: {
        answer: 'send_again',
        calls: [{ step: 0, direction: 'do', tool: 'ops/restart', arguments: { service: 'web' } }],
      },
    });
  });

  it.each([
    ['the policy', (f: Fleet) => f.policy({ maxActionsPerHour: 9 }), 'policyVersion'],
    [
      'the tools',
      async (f: Fleet) => {
        const run = () => null;
        f.executor.define({ 'ops/restart': { run, description: 'another' } });
        await f.remit.acceptTools(operator, { pins: (await f.remit.tools(operator)).pins });
      },
      'pins',
    ],
  ] as const)('is stale once %s changed since it was shown, and says what differs', async (_, change, part) => {
    const f = await lost(LOST, 1, 2);
    await answerNow(f, 'send_again');
    const shown = { answer: 'send_again', bindingHash: await shownHash(f, 'send_again') } as const;
    await change(f);
    await expect(f.remit.reconcile(hana, 'T', shown)).rejects.toMatchObject({
      code: 'approval_stale',
      facts: { differs: [part] },
    });
    // Asked anew: the first yes was to something else.
    const option = (await f.view('T')).remediation?.options.find(({ answer }) => answer === 'send_again');
    expect(option?.consents).toEqual([]);
    expect(f.executor.sent.length).toBe(1);
  });

  it.each([
    ['the policy changed', (f: Fleet) => f.policy({ maxActionsPerHour: 9 })],
    ['it is older than 30 min', (f: Fleet) => f.clock.advance(HOUR / 2)],
  ] as const)('given, it sends nothing any more once %s', async (_, change) => {
    const f = await lost(LOST, 1);
    await f.remit.reconcile(gil, 'T', { answer: 'send_again', bindingHash: await shownHash(f, 'send_again') });
    await change(f);
    await f.settle();
    expect(f.executor.sent.length).toBe(1);
    expect(await f.end('T')).toMatch(/^needs_reconciliation\/order$/);
  });

  it('expires with what was shown', async () => {
    const f = await lost(LOST, 1);
    const shown = { answer: 'send_again', bindingHash: await shownHash(f, 'send_again') } as const;
    f.clock.advance(24 * HOUR);
    await expect(f.remit.reconcile(gil, 'T', shown)).rejects.toMatchObject({ code: 'approval_stale' });
    expect(f.executor.sent.length).toBe(1);
  });

  it('is given by a member of the approver groups, and not on an own ticket', async () => {
    const f = await lost(LOST, 1);
    await f.policy({ approverGroups: ['net'] });
    await expect(answerNow(f, 'send_again')).rejects.toMatchObject({ code: 'forbidden' });
    const substring = { ...gil, groups: 'internet' as unknown as string[] };
    await expect(answerNow(f, 'send_again', substring)).rejects.toMatchObject({ code: 'unauthenticated' });
    const own = { ...person('monitoring', ['remediation:approve']), groups: ['net'] };
    await expect(answerNow(f, 'send_again', own)).rejects.toMatchObject({ code: 'approver_barred' });
    await answerNow(f, 'send_again', { ...gil, groups: ['net'] });
    expect(f.executor.sent.length).toBe(2);
  });

  it.each(['send_again', 'roll_back'] as const)('%s is refused under a halt', async (answer) => {
    const f = await lost(['enable web', 'restart api'], 1);
    await f.remit.halt(operator, { reason: 'fire' });
    await expect(answerNow(f, answer)).rejects.toMatchObject({ code: 'halt_in_force' });
    expect(called(f)).toEqual(['ops/enable web', 'ops/restart api']);
  });

  it('to take back is bound to the undo calls', async () => {
    const f = await lost(['enable web', 'restart api'], 1, 2);
    const option = (await f.view('T')).remediation?.options.find(({ answer }) => answer === 'roll_back');
    expect(option?.binding.order.calls).toEqual([
      { step: 0, direction: 'undo', tool: 'ops/disable', arguments: { service: 'web' }, targets: ['service:web'] },
    ]);
    await answerNow(f, 'roll_back');
    expect(called(f)).not.toContain('ops/disable web');
    await answerNow(f, 'roll_back', hana);
    expect(called(f).at(-1)).toBe('ops/disable web');
  });
});

describe('a vote of somebody who approves', () => {
  it.each(['before', 'after'] as const)('does not count when it was cast %s the yes', async (when) => {
    const f = await fleet({ policy: { requiresApproval: true } });
    await f.submit('T');
    await f.settle();
    const votes = async () => (await f.storage.patterns.tally('acme', 'known', 'restart')).rated;
    const rated = await votes();
    const voter = { ...approver, scopes: [...approver.scopes, 'feedback:write'] };
    const vote = () => f.remit.recordFeedback(voter, { ticketId: 'T', feedbackType: 'positive', rating: 5 });
    if (when === 'before') {
      await vote();
      expect(await votes()).toBe(rated + 1);
    }
    await f.approve('T', voter);
    if (when === 'after') await vote();
    expect(await votes()).toBe(rated);
    expect((await f.storage.feedback.ofTicket('acme', 'T')).length).toBe(1);
  });

  it('does not count for who orders to send again either', async () => {
    const f = await lost(LOST, 1);
    const voter = { ...gil, scopes: [...gil.scopes, 'feedback:write'] };
    await f.remit.recordFeedback(voter, { ticketId: 'T', feedbackType: 'positive', rating: 5 });
    const before = (await f.storage.patterns.tally('acme', 'known', 'restart')).rated;
    await answerNow(f, 'send_again', voter);
    expect((await f.storage.patterns.tally('acme', 'known', 'restart')).rated).toBe(before - 1);
  });
});

describe('a parked call that can be read', () => {
  it('is looked at again, ever later, and goes on when a read shows that it happened', async () => {
    const f = await lost(LOST, 1);
    await f.later(60_000);
    await f.later(60_000);
    expect((await eventsOfType(f, 'reconciled')).length).toBe(2);
    await f.later(60_000);
    expect((await eventsOfType(f, 'reconciled')).length).toBe(3);
    Object.assign(f.services['web'] ?? {}, { up: true });
    await f.later(239_999);
    expect((await f.view('T')).remediation?.state).toBe('needs_reconciliation');
    await f.later(1);
    expect(await f.end('T')).toBe('succeeded/validated');
    expect(f.executor.sent.length).toBe(1);
  });

  it('writes few rows however long nobody answers', async () => {
    const f = await lost(LOST, 1);
    const before = (await eventsOf(f)).length;
    for (let hour = 0; hour < 24 * 7; hour += 1) await f.later(HOUR);
    expect((await eventsOf(f)).length - before).toBeLessThan(15);
    expect(f.executor.sent.length).toBe(1);
  });
});
