import { describe, expect, it } from 'vitest';
import { type Fleet, fleet, HOUR } from '../engine/fleet.js';
import { fleetCatalogue, plan, restart } from '../engine/fleetCatalogue.js';
import { person } from '../engine/world.js';

/* A clock that is put forward or back never makes a second effect, revives a yes, or frees a limit. */

const MINUTE = 60_000;
const ASKS = { policy: { requiresApproval: true } } as const;

async function approved(f: Fleet): Promise<void> {
  await f.submit('T');
  await f.settle();
  await f.approve('T');
}

describe('a lease', () => {
  it.each([31_000, HOUR, 400 * 24 * HOUR])(
    'that ends during the call because of a jump of %s ms: one effect',
    async (jump) => {
      const f = await fleet();
      const other = await f.engine();
      f.before = async (tool) => {
        if (tool !== 'ops/restart') return;
        f.before = () => {};
        f.clock.advance(jump);
        await other.settle();
      };
      await f.submit('T');
      await f.settle();
      await other.settle();
      await f.later(HOUR);
      await other.settle();
      expect(f.effects.length).toBe(1);
      expect(f.executor.sent.length + other.executor.sent.length).toBe(1);
    },
  );

  it('that a clock put back makes long still ends: the work goes on', async () => {
    const f = await fleet();
    const other = await f.engine();
    f.before = async (tool) => {
      if (tool !== 'ops/restart') return;
      f.before = () => {};
      f.clock.advance(-HOUR);
      await other.settle();
    };
    await f.submit('T');
    await f.settle();
    expect(f.effects.length).toBe(1);
    expect(await f.end('T')).toBe('succeeded/validated');
  });
});

describe('an approval', () => {
  it('that a jump made too old is asked for anew', async () => {
    const f = await fleet(ASKS);
    await approved(f);
    f.clock.advance(31 * MINUTE);
    await f.settle();
    expect(f.effects).toEqual([]);
    expect((await f.view('T')).ticket.status).toBe('awaiting_approval');
  });

  it('found too old once is not good again when the clock is put back', async () => {
    const f = await fleet(ASKS);
    await approved(f);
    f.clock.advance(31 * MINUTE);
    await f.settle();
    for (const back of [31 * MINUTE, HOUR, 24 * HOUR]) {
      f.clock.advance(-back);
      await f.settle();
    }
    expect(f.effects).toEqual([]);
  });

  it('that nobody gave in time stays expired when the clock is put back', async () => {
    const f = await fleet(ASKS);
    await f.submit('T');
    await f.settle();
    const { approvalId = '', bindingHash = '' } = (await f.view('T')).remediation?.approval ?? {};
    await f.later(25 * HOUR);
    expect((await f.view('T')).remediation?.state).toBe('expired');
    f.clock.advance(-25 * HOUR);
    const gil = person('gil', ['remediation:approve']);
    await expect(f.remit.answerApproval(gil, 'T', { approve: true, approvalId, bindingHash })).rejects.toMatchObject({
      code: 'approval_expired',
    });
    await f.settle();
    expect(f.effects).toEqual([]);
  });
});

describe('a window and a freeze', () => {
  const NOON = Date.UTC(2026, 0, 5, 12);
  const WINDOW = { zone: 'UTC', days: ['mon'], from: '12:00', to: '13:00' } as const;

  it('that a jump skips over stays closed, and the next one opens', async () => {
    const f = await fleet({ policy: { maintenanceWindows: [WINDOW] } });
    await f.submit('T');
    await f.decide();
    f.clock.set(NOON + 2 * HOUR);
    await f.settle();
    expect(f.effects).toEqual([]);
    f.clock.set(NOON - HOUR);
    await f.settle();
    expect(f.effects).toEqual([]);
    f.clock.set(NOON + 7 * 24 * HOUR + MINUTE);
    await f.settle();
    expect(f.effects.length).toBe(1);
  });

  it('is in force again for the second write once the clock is put back into it', async () => {
    const freeze = { fromMs: NOON - 5 * HOUR, toMs: NOON - 4 * HOUR, reason: 'year end' };
    const f = await fleet({ plan: plan('enable web', 'enable api'), policy: { freezePeriods: [freeze] } });
    f.before = (tool) => {
      // Put back by an hour and a half while the first write is under way: the run that began then counts on its room.
      if (tool === 'ops/enable' && f.effects.length === 0) f.clock.advance(-90 * MINUTE);
    };
    await f.submit('T');
    await f.settle();
    const forward = f.effects.filter(({ tool }) => tool === 'ops/enable');
    expect(forward.length).toBeLessThanOrEqual(2);
    expect(f.effects.filter(({ atMs }) => atMs >= freeze.fromMs && atMs < freeze.toMs).length).toBeLessThanOrEqual(2);
  });
});

describe('a limit', () => {
  const names = ['web', 'api', 'db', 'mail', 'auth', 'ldap', 'dns', 'ntp', 'crm', 'erp', 'git', 'wiki'];

  /** One ticket for each service; all of them are down. */
  async function everyService(f: Fleet, prefix: string): Promise<void> {
    for (const name of names) {
      Object.assign(f.services[name] ?? {}, { up: false });
      f.said.plan = plan(`restart ${name}`);
      await f.submit(`${prefix}-${name}`, { targets: [`service:${name}`] });
      await f.settle();
      f.clock.advance(3 * MINUTE);
    }
  }

  it('of ten an hour is not free again when the clock is put back', async () => {
    const f = await fleet();
    await everyService(f, 'A');
    const before = f.effects.length;
    expect(before).toBeLessThanOrEqual(10);
    expect(before).toBeGreaterThan(4);
    for (const back of [HOUR, 6 * HOUR, 24 * HOUR]) {
      f.clock.advance(-back);
      await f.settle();
      await everyService(f, `B${back}`);
    }
    expect(f.effects.length).toBeLessThanOrEqual(10);
  });

  it('of two remediations a day of one target is not free again either', async () => {
    const f = await fleet();
    for (let n = 0; n < 6; n += 1) {
      Object.assign(f.services['web'] ?? {}, { up: false });
      await f.submit(`T${n}`);
      await f.settle();
      f.clock.advance(n % 2 === 0 ? -25 * HOUR : HOUR);
    }
    expect(f.effects.length).toBe(2);
  });
});

describe('validation', () => {
  it('ends although the clock is put back again and again while it looks', async () => {
    const patient = { ...restart, validationWithinMs: 100 };
    const f = await fleet({ catalogue: { ...fleetCatalogue, actions: [patient] }, proven: ['restart'] });
    f.behave = () => 'does_nothing';
    let looks = 0;
    f.before = (tool) => {
      if (tool !== 'ops/status' || f.executor.sent.length === 0) return;
      looks += 1;
      if (looks > 200) throw new Error('it would look for ever');
      f.clock.advance(-HOUR);
    };
    await f.submit('T');
    await f.settle();
    expect(await f.end('T')).toBe('failed/validation_failed');
    expect(looks).toBeLessThan(10);
  });
});
