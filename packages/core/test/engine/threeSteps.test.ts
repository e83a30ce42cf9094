import { describe, expect, it } from 'vitest';
import { type Fleet, fleet } from './fleet.js';
import { plan } from './fleetCatalogue.js';
import { operator } from './world.js';

describe('a plan of three steps', () => {
  const three = plan('enable web', 'enable web', 'enable api');

  it('goes on although its own first step changed what the second one looks at', async () => {
    const f = await fleet({ plan: three });
    f.before = (tool) => {
      if (tool === 'ops/enable' && f.effects.length === 0) Object.assign(f.services['web'] ?? {}, { load: 10 });
    };
    await f.submit('T');
    await f.settle();
    expect(await f.end('T')).toBe('succeeded/validated');
    expect(f.effects.map(({ service }) => service)).toEqual(['web', 'web', 'api']);
  });

  const middle: readonly (readonly [string, (f: Fleet) => Promise<unknown> | unknown, string])[] = [
    [
      'a window that closed',
      (f) => f.policy({ maintenanceWindows: [{ zone: 'UTC', days: ['sat'], from: '01:00', to: '02:00' }] }),
      'succeeded/validated',
    ],
    ['an opt-in withdrawn', (f) => f.remit.setOptIn(operator, 'T', false), 'withdrawn/opt_in'],
    ['a precheck that fails', (f) => Object.assign(f.services['api'] ?? {}, { disk: 'full' }), 'rolled_back/prechecks'],
    [
      'a changed tool',
      (f) =>
        f.executor.define({
          'ops/status': { readOnly: true, run: () => ({ ...f.services['web'] }), description: 'new' },
        }),
      'needs_reconciliation/tool_pins',
    ],
    ['a halt', (f) => f.remit.halt(operator, { reason: 'fire' }), 'halted/kill_switch'],
  ];

  it.each(middle)('is never half put off by %s', async (_, happens, end) => {
    const f = await fleet({ plan: plan('enable web', 'enable db', 'enable api') });
    f.before = async (tool, service) => {
      if (tool === 'ops/enable' && service === 'db') await happens(f);
    };
    await f.submit('T');
    await f.settle();
    expect(await f.end('T')).toBe(end);
    const types = (await f.remit.logOf(operator, 'T')).map(({ event }) => event.type);
    expect(types).not.toContain('deferred');
    const lock = await f.storage.locks.take('acme', 'probe', ['global/service:web']);
    expect(lock.kind).toBe(/halted|withdrawn|needs_reconciliation/.test(end) ? 'held' : 'taken');
  });
});
