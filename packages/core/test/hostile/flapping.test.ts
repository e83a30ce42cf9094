import { describe, expect, it } from 'vitest';
import { type Fleet, fleet, HOUR } from '../engine/fleet.js';
import { plan } from '../engine/fleetCatalogue.js';
import { operator } from '../engine/world.js';

/* A target that breaks again after every fix: after two remediations within a day a person has to look. */

/** Breaks web again and again; each time a ticket comes in. Returns how each remediation ended. */
async function flap(f: Fleet, times: number, everyMs: number, change: (n: number) => object = () => ({})) {
  const ends: string[] = [];
  for (let n = 0; n < times; n += 1) {
    Object.assign(f.services['web'] ?? {}, { up: false });
    await f.submit(`F${n}`, change(n));
    await f.settle();
    ends.push(await f.end(`F${n}`));
    f.clock.advance(everyMs);
    await f.settle();
  }
  return ends;
}

const inWords = (end: string): string => end.split('/')[0] ?? '';

describe('fixed, broken, fixed, broken', () => {
  it('is fixed twice within a day, then left to a person, however often it breaks', async () => {
    const f = await fleet();
    const ends = await flap(f, 12, 20 * 60_000);
    expect(ends.slice(0, 2).map(inWords)).toEqual(['succeeded', 'succeeded']);
    expect(new Set(ends.slice(2))).toEqual(new Set(['manual/rate_slots']));
    expect(f.effects.length).toBe(2);
    const verdict = (await f.remit.logOf(operator, 'F2'))
      .map(({ event }) => event)
      .find(({ type }) => type === 'manual');
    expect(JSON.stringify(verdict)).toContain('a person has to look at the cause');
  });

  it('is no more often fixed under other texts, categories of tickets or people', async () => {
    const f = await fleet();
    await flap(f, 8, 20 * 60_000, (n) => ({
      description: `service is not responding to health probes, report ${'x'.repeat(n + 1)}`,
      requester: `user-${n}`,
    }));
    expect(f.effects.length).toBeLessThanOrEqual(2);
  });

  it('is not fixed more often by approvals: a person has to look, not to click', async () => {
    const f = await fleet({ policy: { requiresApproval: true } });
    for (let n = 0; n < 4; n += 1) {
      Object.assign(f.services['web'] ?? {}, { up: false });
      await f.submit(`F${n}`);
      await f.settle();
      await f.approve(`F${n}`);
      await f.settle();
      f.clock.advance(20 * 60_000);
    }
    expect(f.effects.length).toBe(2);
  });

  it('counts the one target of a plan on several', async () => {
    const f = await fleet();
    await flap(f, 2, 20 * 60_000);
    f.said.plan = plan('restart api', 'restart web');
    for (const name of ['web', 'api']) Object.assign(f.services[name] ?? {}, { up: false });
    await f.submit('BOTH');
    await f.settle();
    expect(await f.end('BOTH')).toBe('manual/rate_slots');
    expect(f.effects.length).toBe(2);
  });

  it('is fixed again once a day is over', async () => {
    const f = await fleet();
    await flap(f, 3, 9 * HOUR);
    expect(f.effects.length).toBe(2);
    f.clock.advance(7 * HOUR);
    Object.assign(f.services['web'] ?? {}, { up: false });
    await f.submit('LATER');
    await f.settle();
    expect(f.effects.length).toBe(3);
  });
});
