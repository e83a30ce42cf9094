import { describe, expect, it } from 'vitest';
import type { Storage } from '../../src/ports/storage.js';
import { type Fleet, fleet } from '../engine/fleet.js';
import { plan } from '../engine/fleetCatalogue.js';
import { operator } from '../engine/world.js';

/* A halt that comes at any moment of a run: nothing is sent after it was raised. */

const VERBS = ['halts', 'slots', 'locks', 'remediations', 'tickets', 'policies', 'pins', 'patterns'] as const;

/** A store that calls `at` before every call of a verb. */
function watched(shared: Storage, at: () => Promise<void>): Storage {
  const watch = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get: (target, name) => {
        const verb: unknown = Reflect.get(target, name);
        if (typeof verb !== 'function') return verb;
        return async (...args: readonly unknown[]) => {
          await at();
          return Reflect.apply(verb, target, args);
        };
      },
    });
  return { ...shared, ...Object.fromEntries(VERBS.map((name) => [name, watch(shared[name])])) };
}

/** Lets a plan of two steps run, and raises a halt before the n-th call of the store, or of a tool. */
async function haltedAt(n: number): Promise<{ f: Fleet; late: string[]; raised: boolean }> {
  let [calls, isOn, raised] = [0, false, false];
  const late: string[] = [];
  let f: Fleet | null = null;
  const at = async (): Promise<void> => {
    if (!isOn || raised) return;
    calls += 1;
    if (calls !== n || !f) return;
    raised = true;
    await f.storage.halts.raise({
      haltId: 'h',
      scope: 'tenant',
      tenant: 'acme',
      category: null,
      reason: 'fire',
      by: 'olga',
      atMs: f.clock.now(),
    });
  };
  f = await fleet({ plan: plan('enable web', 'enable api'), storage: (shared) => watched(shared, at) });
  const { before } = f;
  f.before = async (tool, service, key) => {
    if (key !== null && raised) late.push(`${tool} ${service}`);
    if (key === null) await at();
    await before(tool, service, key);
  };
  isOn = true;
  await f.submit('T');
  await f.settle();
  return { f, late, raised };
}

describe('a halt', () => {
  it('raised before any call of the store or any read: nothing is sent after it', async () => {
    let [moments, withEffects, without] = [0, 0, 0];
    for (let n = 1; ; n += 1) {
      const { f, late, raised } = await haltedAt(n);
      if (!raised) break;
      moments += 1;
      expect(late, `halted before call ${n}`).toEqual([]);
      if (f.effects.length > 0) withEffects += 1;
      else without += 1;
      // Nor later, while it is in force.
      await f.later(3_600_000);
      expect(f.effects.length, `halted before call ${n}`).toBe(f.executor.sent.length);
      expect(f.executor.sent.filter(({ tool }) => tool === 'ops/disable')).toEqual([]);
    }
    // It was raised in all parts of the run: before the first write, between the two, and after the second.
    expect(moments).toBeGreaterThan(40);
    expect(withEffects).toBeGreaterThan(10);
    expect(without).toBeGreaterThan(10);
  });

  it('lifted lets no halted run go on by itself', async () => {
    const { f } = await haltedAt(30);
    const sent = f.executor.sent.length;
    await f.storage.halts.lift('acme', 'h', 'olga', f.clock.now());
    await f.later(3_600_000);
    expect(f.executor.sent.length).toBe(sent);
    expect((await f.view('T')).ticket.status).toBe('needs_human');
  });

  it('raised and lifted many times leaves one in force only while one is', async () => {
    const f = await fleet();
    for (let n = 0; n < 20; n += 1) {
      const one = await f.remit.halt(operator, { reason: `drill ${n}` });
      const two = await f.remit.halt(operator, { reason: `drill ${n} again` });
      await f.remit.liftHalt(operator, one.haltId);
      await f.submit(`T${n}`);
      await f.settle();
      await f.remit.liftHalt(operator, two.haltId);
    }
    expect(f.effects).toEqual([]);
  });
});
