import { describe, expect, it } from 'vitest';
import type { Executor } from '../../src/ports/executor.js';
import type { Storage } from '../../src/ports/storage.js';
import { type Fleet, fleet, HOUR } from './fleet.js';
import { plan } from './fleetCatalogue.js';
import { approver, operator, person } from './world.js';

const MINUTE = 60_000;

async function submitted(f: Fleet): Promise<Fleet> {
  await f.submit('T');
  await f.settle();
  return f;
}

describe('what was put off runs later', () => {
  it('when the maintenance window opens, to the minute', async () => {
    const window = { zone: 'Europe/Rome', days: ['mon'], from: '12:00', to: '13:00' } as const;
    const f = await submitted(await fleet({ policy: { maintenanceWindows: [window] } }));
    const { remediation } = await f.view('T');
    expect(remediation?.state).toBe('deferred');
    const deferred = (await f.remit.logOf(operator, 'T')).at(-1)?.event;
    expect(deferred).toMatchObject({ type: 'deferred', untilMs: Date.UTC(2026, 0, 5, 11) });
    await f.later(2 * HOUR - 1);
    expect(f.effects).toEqual([]);
    await f.later(1);
    expect(await f.end('T')).toBe('succeeded/validated');
  });

  it('when the freeze is over', async () => {
    const fromMs = Date.UTC(2026, 0, 1);
    const freezePeriods = [{ fromMs, toMs: Date.UTC(2026, 0, 6), reason: 'year end' }];
    const f = await submitted(await fleet({ policy: { freezePeriods } }));
    await f.later(15 * HOUR - 1);
    expect(f.effects).toEqual([]);
    await f.later(1);
    expect(await f.end('T')).toBe('succeeded/validated');
  });

  it('when the earliest of ten writes leaves the hour, and not a moment before', async () => {
    const f = await fleet();
    for (let n = 0; n < 10; n += 1) {
      const claim = { scope: 'tenant', key: 'acme', amount: 1, limit: 10, windowMs: HOUR } as const;
      await f.storage.slots.reserve('acme', `earlier-${n}`, [claim]);
      f.clock.advance(MINUTE);
    }
    await submitted(f);
    const deferred = (await f.remit.logOf(operator, 'T')).at(-1)?.event;
    expect(deferred).toMatchObject({ type: 'deferred', untilMs: f.clock.now() + 50 * MINUTE });
    await f.later(50 * MINUTE - 1);
    expect(f.effects).toEqual([]);
    await f.later(1);
    expect(await f.end('T')).toBe('succeeded/validated');
  });

  it('when the other remediation lets go of the target, and then finds the fault gone', async () => {
    const f = await fleet({ plan: plan('restart web') });
    await f.submit('FIRST');
    await f.submit('SECOND');
    await f.decide();
    // The second one's turn comes while the first one is in the middle of its call.
    f.before = async (tool) => {
      if (tool !== 'ops/restart') return;
      while (f.queue.pending.length > 0) await f.queue.take();
    };
    await f.settle();
    expect(await f.end('FIRST')).toBe('succeeded/validated');
    expect(await f.end('SECOND')).toBe('deferred/target_lock');
    await f.later(31_000);
    expect(await f.end('SECOND')).toBe('recovered/symptom');
    expect((await f.view('SECOND')).ticket.status).toBe('resolved');
    expect(f.effects.length).toBe(1);
  });

  it('never, when the wait outlasts the approval: it is asked for anew', async () => {
    const f = await fleet({ policy: { requiresApproval: true } });
    await f.storage.locks.take('acme', 'somebody-else', ['global/service:web']);
    await submitted(f);
    await f.approve('T');
    await f.settle();
    expect(await f.end('T')).toBe('deferred/target_lock');
    await f.storage.locks.release('acme', 'somebody-else');
    await f.later(30 * MINUTE);
    expect((await f.view('T')).ticket.status).toBe('awaiting_approval');
    const ends = (await f.remit.logOf(operator, 'T')).filter(({ event }) => event.type === 'superseded');
    expect(ends.map(({ event }) => 'reason' in event && event.reason)).toEqual(['approval']);
    expect(f.effects).toEqual([]);
  });
});

describe('what does not stop a run', () => {
  it('a snapshot that moved within its tolerance', async () => {
    const f = await fleet();
    await f.submit('T');
    await f.decide();
    Object.assign(f.services['web'] ?? {}, { load: 55 });
    await f.settle();
    expect(await f.end('T')).toBe('succeeded/validated');
  });

  it('a halt of another category or of another tenant', async () => {
    const f = await fleet();
    await f.remit.halt(operator, { category: 'network', reason: 'elsewhere' });
    await f.remit.halt({ ...operator, tenant: 'other' }, { reason: 'elsewhere' });
    expect(await f.end((await submitted(f)) && 'T')).toBe('succeeded/validated');
  });
});

describe('a halt', () => {
  it.each([
    ['of the category', { category: 'server' }],
    ['of the tenant', {}],
    ['of everything', { everywhere: true }],
  ] as const)('%s stops what comes, until it is lifted', async (_, order) => {
    const f = await fleet();
    const who = person('olga', ['halt', 'halt:everywhere']);
    const { haltId } = await f.remit.halt(who, { ...order, reason: 'fire' });
    await submitted(f);
    expect(await f.end('T')).toBe('halted/kill_switch');
    await f.remit.liftHalt(who, haltId);
    await f.submit('U');
    await f.settle();
    expect(await f.end('T')).toBe('halted/kill_switch');
    expect(await f.end('U')).toBe('succeeded/validated');
  });

  /** An executor during whose turn something happens, right before it looks for the last time. */
  const atTheLastMoment =
    (happens: (f: Fleet) => Promise<unknown> | unknown, at: () => Fleet, deaf: boolean) =>
    (own: Executor): Executor => ({
      ...own,
      async call(request, options) {
        await happens(at());
        return own.call(deaf ? { ...request, refusedNow: async () => null } : request, options);
      },
    });

  async function atSend(
    happens: (f: Fleet) => Promise<unknown> | unknown,
    deaf: boolean,
    storage?: (s: Storage) => Storage,
  ) {
    let there: Fleet | null = null;
    const at = (): Fleet => there as Fleet;
    there = await fleet({ executor: atTheLastMoment(happens, at, deaf), ...(storage ? { storage } : {}) });
    return submitted(there);
  }

  it('between the clearance and the call holds the call back, ends halted, and teaches nothing', async () => {
    const tally = (f: Fleet) => f.storage.patterns.tally('acme', 'known', 'restart');
    const before = await tally(await fleet());
    const f = await atSend((g) => g.remit.halt(operator, { reason: 'fire' }), false);
    expect(f.executor.sent).toEqual([]);
    expect(await f.end('T')).toBe('halted/olga ordered a halt: fire');
    expect(await tally(f)).toEqual(before);
    const probe = await f.storage.locks.take('acme', 'probe', ['global/service:web']);
    expect(probe.kind).toBe('taken');
    const types = (await f.remit.logOf(operator, 'T')).map(({ event }) => event.type);
    expect(types).toEqual(['proposed', 'claimed', 'cleared', 'action_intended', 'action_settled', 'halted']);
  });

  it('would have come too late if the executor did not look once more', async () => {
    const f = await atSend((g) => g.remit.halt(operator, { reason: 'fire' }), true);
    expect(f.executor.sent.length).toBe(1);
  });

  it('lets nothing through when the store cannot tell whether there is one', async () => {
    const broken = (shared: Storage): Storage => ({
      ...shared,
      halts: { ...shared.halts, inForce: () => Promise.reject(new Error('disk full')) },
    });
    const f = await submitted(await fleet({ storage: broken }));
    // Nobody ordered a halt: it waits until the store can tell.
    expect(await f.end('T')).toBe('deferred/kill_switch');
    expect(f.executor.sent).toEqual([]);
  });

  /** A store that goes on taking rows after the lease it told of is over: only the engine's own looks are left. */
  const generous = (shared: Storage): Storage => ({
    ...shared,
    remediations: {
      ...shared.remediations,
      async claim(tenant, id, ask) {
        const claim = await shared.remediations.claim(tenant, id, { ...ask, leaseMs: 24 * HOUR });
        return claim.kind === 'claimed' ? { ...claim, untilMs: (await shared.now()) + ask.leaseMs } : claim;
      },
    },
  });

  it('is not needed when the lease is over before the call: the executor holds it back', async () => {
    const f = await atSend((g) => g.clock.advance(30_000), false, generous);
    expect(f.executor.sent).toEqual([]);
    expect(await f.end('T')).toBe('halted/the lease of this run is over');
    const deaf = await atSend((g) => g.clock.advance(30_000), true, generous);
    expect(deaf.executor.sent.length).toBe(1);
  });

  it('is not needed either when the lease ends while the guard looks', async () => {
    const slow = async (storage?: (s: Storage) => Storage): Promise<Fleet> => {
      const f = await fleet(storage ? { storage } : {});
      await f.submit('T');
      await f.decide();
      let first = true;
      f.before = () => {
        if (first) f.clock.advance(30_000);
        first = false;
      };
      if (storage) await f.queue.take();
      else await f.settle();
      return f;
    };
    const f = await slow(generous);
    expect(f.executor.sent).toEqual([]);
    expect(await f.end('T')).toBe('manual/lease');
    // With a store that fences, nothing is written under the lost lease, and the next worker starts afresh.
    const fenced = await slow();
    expect(await fenced.end('T')).toBe('succeeded/validated');
    const types = (await fenced.remit.logOf(operator, 'T')).map(({ event }) => event.type);
    expect(types.filter((type) => type === 'claimed').length).toBe(2);
    expect(fenced.effects.length).toBe(1);
  });
});

describe('a guard that fails to look', () => {
  /** A store that does not answer this question while it is told not to. */
  const deaf = (isDeaf: () => boolean, to: 'slots' | 'halts' | 'locks') => {
    const refuse = <Verb extends (...args: never[]) => Promise<unknown>>(verb: Verb): Verb =>
      ((...args: Parameters<Verb>) => (isDeaf() ? Promise.reject(new Error('disk full')) : verb(...args))) as Verb;
    return (shared: Storage): Storage => {
      if (to === 'slots') return { ...shared, slots: { reserve: refuse(shared.slots.reserve) } };
      if (to === 'locks') return { ...shared, locks: { ...shared.locks, take: refuse(shared.locks.take) } };
      return { ...shared, halts: { ...shared.halts, inForce: refuse(shared.halts.inForce) } };
    };
  };

  it.each(['slots', 'halts', 'locks'] as const)(
    'puts the run off, ever longer, and lets it run once it can look again: %s',
    async (what) => {
      let broken = true;
      const f = await submitted(await fleet({ storage: deaf(() => broken, what) }));
      const check = { slots: 'rate_slots', halts: 'kill_switch', locks: 'target_lock' }[what];
      expect(await f.end('T')).toBe(`deferred/${check}`);
      await f.later(30_000);
      await f.later(59_999);
      const deferred = (await f.remit.logOf(operator, 'T')).filter(({ event }) => event.type === 'deferred');
      expect(deferred).toHaveLength(2);
      expect(f.effects).toEqual([]);
      broken = false;
      await f.later(1);
      expect(await f.end('T')).toBe('succeeded/validated');
    },
  );

  /** Two writes; from the first one on the store does not answer so many times. */
  async function brokenAfterFirst(times: number, what: 'halts' | 'locks', plans = ['enable web', 'enable api']) {
    let left = 0;
    const isDeaf = (): boolean => {
      left -= 1;
      return left >= 0;
    };
    const f = await fleet({ plan: plan(...plans), storage: deaf(isDeaf, what) });
    f.before = (tool) => {
      if (tool === 'ops/status' && f.effects.length === 1) f.before = () => {};
      if (f.effects.length === 1) left = times;
    };
    return submitted(f);
  }

  it('in the middle of a plan looks again, and goes on when it can', async () => {
    const f = await brokenAfterFirst(2, 'locks');
    expect(await f.end('T')).toBe('succeeded/validated');
  });

  it('in the middle of a plan takes back what was done when it still cannot, and calls that no halt', async () => {
    const locks = await brokenAfterFirst(3, 'locks');
    expect(await locks.end('T')).toBe('rolled_back/target_lock');
    const halts = await brokenAfterFirst(3, 'halts');
    expect(await halts.end('T')).toBe('rolled_back/kill_switch');
  });

  it('after a look and before the first write, has it decided anew', async () => {
    let left = 0;
    const isDeaf = (): boolean => {
      left -= 1;
      return left >= 0;
    };
    const f = await fleet({ plan: plan('inspect web', 'restart web'), storage: deaf(isDeaf, 'slots') });
    left = 3;
    await submitted(f);
    const ends = (await f.remit.logOf(operator, 'T')).map(({ event }) => event.type);
    expect(ends).toContain('superseded');
    expect(await f.end('T')).toBe('succeeded/validated');
  });

  it('never gets to look when nobody said yes', async () => {
    const f = await submitted(await fleet({ policy: { requiresApproval: true, approvers: 2 } }));
    await f.approve('T', approver);
    await f.settle();
    expect((await f.view('T')).ticket.status).toBe('awaiting_approval');
    await f.approve('T', person('hana', ['remediation:approve']));
    await f.settle();
    expect(await f.end('T')).toBe('succeeded/validated');
  });
});
