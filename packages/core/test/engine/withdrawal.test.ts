import { describe, expect, it } from 'vitest';
import { type Fleet, fleet } from './fleet.js';
import { plan } from './fleetCatalogue.js';
import { answerNow, called, eventsOfType, gil, isLocked, shownHash } from './parkedFleet.js';
import { operator } from './world.js';

/* Withdrawn inside a running plan: nothing more is sent, and what was done stands until a person says what becomes of it. */

/** A plan of two steps whose opt-in is withdrawn while the first is called. */
async function withdrawnHalfWay(): Promise<Fleet> {
  const f = await fleet({ plan: plan('enable web', 'enable api') });
  f.before = async (tool, service) => {
    if (tool === 'ops/enable' && service === 'web') await f.remit.setOptIn(operator, 'T', false);
  };
  await f.submit('T');
  await f.settle();
  return f;
}

describe('an opt-in withdrawn inside a running plan', () => {
  it('lets the call in flight settle, sends nothing more, lists what stands, and keeps the lock', async () => {
    const f = await withdrawnHalfWay();
    expect(called(f)).toEqual(['ops/enable web']);
    expect(await f.end('T')).toBe('withdrawn/opt_in');
    expect(await eventsOfType(f, 'withdrawn')).toMatchObject([{ committed: [0], undone: [] }]);
    expect((await f.view('T')).ticket.status).toBe('needs_human');
    expect((await f.view('T')).remediation?.options.map(({ answer }) => answer)).toEqual(['roll_back', 'accept']);
    expect(await isLocked(f, 'web')).toBe(true);
    await f.later(1_000_000);
    expect(called(f)).toEqual(['ops/enable web']);
  });

  it('sends no undo call either', async () => {
    const f = await fleet({ plan: plan('enable web', 'enable api') });
    f.before = async (tool, service) => {
      if (tool === 'ops/enable' && service === 'api') {
        await f.remit.setOptIn(operator, 'T', false);
      }
    };
    f.behave = (_, service) => (service === 'api' ? 'refuses' : 'works');
    await f.submit('T');
    await f.settle();
    expect(called(f)).not.toContain('ops/disable web');
    expect(await f.end('T')).toBe('withdrawn/opt_in');
    expect(await isLocked(f, 'web')).toBe(true);
  });

  it('leaves a call of unknown outcome to a person', async () => {
    const f = await fleet({ plan: plan('enable web', 'enable api') });
    f.behave = () => 'lost_before';
    f.before = async (tool) => {
      if (tool === 'ops/enable') await f.remit.setOptIn(operator, 'T', false);
    };
    await f.submit('T');
    await f.settle();
    await f.later(500);
    expect((await f.view('T')).remediation?.state).toBe('needs_reconciliation');
    expect(f.executor.sent.length).toBe(1);
    expect(await isLocked(f, 'web')).toBe(true);
  });

  it('is seen at the last look before sending', async () => {
    let there: Fleet | null = null;
    const f = await fleet({
      executor: (own) => ({
        ...own,
        async call(request, options) {
          await there?.remit.setOptIn(operator, 'T', false);
          return own.call(request, options);
        },
      }),
    });
    there = f;
    const before = await f.storage.patterns.tally('acme', 'known', 'restart');
    await f.submit('T');
    await f.settle();
    expect(f.executor.sent).toEqual([]);
    expect(await f.end('T')).toBe('withdrawn/the ticket is not opted in any more');
    expect(await isLocked(f, 'web')).toBe(false);
    expect(await f.storage.patterns.tally('acme', 'known', 'restart')).toEqual(before);
  });

  it('is taken back only once the ticket is opted in again, by a remediation of its own', async () => {
    const f = await withdrawnHalfWay();
    const first = (await f.view('T')).remediation?.remediationId;
    const order = { answer: 'roll_back', bindingHash: await shownHash(f, 'roll_back') } as const;
    await expect(f.remit.reconcile(gil, 'T', order)).rejects.toMatchObject({
      code: 'opt_in_missing',
      nextStep: expect.stringContaining('Opt the ticket in again'),
    });
    expect(called(f)).toEqual(['ops/enable web']);
    await f.remit.setOptIn(operator, 'T', true);
    await f.settle();
    // Opted in again, it is still the same remediation that has to be ended first.
    expect((await f.view('T')).remediation?.remediationId).toBe(first);
    await answerNow(f, 'roll_back');
    expect((await f.view('T')).remediation).toMatchObject({ state: 'rolled_back' });
    expect((await f.view('T')).remediation?.remediationId).not.toBe(first);
    expect(called(f)).toEqual(['ops/enable web', 'ops/disable web']);
    expect(await isLocked(f, 'web')).toBe(false);
  });

  it('withdrawn once more while it is taken back, stops again', async () => {
    const f = await withdrawnHalfWay();
    await f.remit.setOptIn(operator, 'T', true);
    f.before = () => {};
    await f.remit.reconcile(gil, 'T', { answer: 'roll_back', bindingHash: await shownHash(f, 'roll_back') });
    await f.storage.tickets.setOptIn('acme', 'T', { optedIn: false, by: 'ana' });
    await f.settle();
    expect(called(f)).toEqual(['ops/enable web']);
    expect(await f.end('T')).toBe('withdrawn/opt_in');
    expect(await isLocked(f, 'web')).toBe(true);
  });

  it('gives the lock back once a person accepts what stands', async () => {
    const f = await withdrawnHalfWay();
    await answerNow(f, 'accept');
    expect(await isLocked(f, 'web')).toBe(false);
    expect((await f.view('T')).remediation).toMatchObject({ state: 'withdrawn', options: [] });
  });
});

describe('a ticket whose run ended holding locks', () => {
  it.each(['halted', 'withdrawn'] as const)('gets no other remediation while it is %s with effects', async (how) => {
    const f = await fleet({ plan: plan('enable web', 'enable api') });
    f.before = async (tool, service) => {
      if (tool !== 'ops/enable' || service !== 'web') return;
      if (how === 'halted') await f.remit.halt(operator, { reason: 'fire' });
      else await f.remit.setOptIn(operator, 'T', false);
    };
    await f.submit('T');
    await f.settle();
    const first = (await f.view('T')).remediation;
    expect(first?.state).toBe(how);
    for (const { haltId } of await f.remit.halts(operator)) await f.remit.liftHalt(operator, haltId);
    await f.remit.setOptIn(operator, 'T', false);
    await f.remit.setOptIn(operator, 'T', true);
    await f.settle();
    expect((await f.view('T')).remediation?.remediationId).toBe(first?.remediationId);
    expect(called(f)).toEqual(['ops/enable web']);
    await answerNow(f, 'accept');
    await f.remit.setOptIn(operator, 'T', false);
    await f.remit.setOptIn(operator, 'T', true);
    await f.settle();
    expect((await f.view('T')).remediation?.remediationId).not.toBe(first?.remediationId);
  });

  it('ends with nothing standing where only looks were made', async () => {
    const f = await fleet({ plan: plan('inspect web', 'restart web') });
    f.before = async (tool, _, key) => {
      if (tool === 'ops/status' && key === null && (await eventsOfType(f, 'action_settled')).length > 0) {
        await f.storage.tickets.setOptIn('acme', 'T', { optedIn: false, by: 'ana' });
      }
    };
    await f.submit('T');
    await f.settle();
    expect((await f.view('T')).remediation?.state).toBe('withdrawn');
    expect(await eventsOfType(f, 'withdrawn')).toMatchObject([{ committed: [] }]);
    expect(await isLocked(f, 'web')).toBe(false);
  });
});
