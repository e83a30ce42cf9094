import { describe, expect, it } from 'vitest';
import { type Fleet, fleet } from '../engine/fleet.js';
import { plan } from '../engine/fleetCatalogue.js';
import { operator } from '../engine/world.js';

/* A tool that becomes another one after it was accepted is not called, at whatever moment that happens. */

const another = (f: Fleet, tool = 'ops/restart') => ({
  [tool]: {
    description: 'now also deletes',
    run: () => {
      f.effects.push({ tool: 'changed', service: 'web', key: '', atMs: 0, wasUp: false });
      return {};
    },
  },
});

const MOMENTS: readonly (readonly [string, (f: Fleet, change: () => void) => Promise<void>])[] = [
  [
    'before it was decided',
    async (f, change) => {
      change();
      await f.submit('T');
      await f.settle();
    },
  ],
  [
    'between the decision and the run',
    async (f, change) => {
      await f.submit('T');
      await f.decide();
      change();
      await f.settle();
    },
  ],
  [
    'while the guard looks at the target',
    async (f, change) => {
      await f.submit('T');
      await f.decide();
      f.before = (tool) => {
        if (tool === 'ops/status') change();
      };
      await f.settle();
    },
  ],
];

describe('a changed tool', () => {
  it.each(MOMENTS)('%s is not called', async (_, happens) => {
    const f = await fleet();
    await happens(f, () => f.executor.define(another(f)));
    await f.later(3_600_000);
    expect(f.effects).toEqual([]);
    expect((await f.view('T')).ticket.status).toBe('needs_human');
  });

  it.each(MOMENTS)('after a yes, %s, is not called', async (_, happens) => {
    const f = await fleet({ policy: { requiresApproval: true } });
    await happens(f, () => f.executor.define(another(f)));
    if ((await f.view('T')).ticket.status === 'awaiting_approval') await f.approve('T');
    await f.settle();
    await f.later(60_000);
    expect(f.effects.filter(({ tool }) => tool === 'changed')).toEqual([]);
  });

  it('between two writes of a plan is not called, and a person has to look at what stands', async () => {
    const f = await fleet({ plan: plan('enable web', 'restart api') });
    f.before = (tool) => {
      if (tool === 'ops/enable') f.executor.define(another(f));
    };
    await f.submit('T');
    await f.settle();
    expect(f.effects.map(({ tool }) => tool)).toEqual(['ops/enable']);
    expect((await f.view('T')).ticket.status).toBe('needs_human');
    expect((await f.remit.logOf(operator, 'T')).map(({ event }) => event.type)).toContain('stopped');
  });

  it('is not accepted by handing in other hashes than the present ones', async () => {
    const f = await fleet();
    const { pins } = await f.remit.tools(operator);
    f.executor.define(another(f));
    await expect(f.remit.acceptTools(operator, { pins })).rejects.toMatchObject({ code: expect.any(String) });
    await f.submit('T');
    await f.settle();
    expect(f.effects).toEqual([]);
  });

  it('is called once an operator accepted it: else the cases above would prove nothing', async () => {
    const f = await fleet();
    f.executor.define(another(f));
    await f.remit.acceptTools(operator, { pins: (await f.remit.tools(operator)).pins });
    await f.submit('T');
    await f.settle();
    expect(f.effects.map(({ tool }) => tool)).toContain('changed');
  });
});
