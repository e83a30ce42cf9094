import { afterEach, describe, expect, it } from 'vitest';
import type { Executor } from '../../src/ports/executor.js';
import { recordingExecutor } from '../../src/testing/index.js';
import { approved, CertainScorer } from './certain.js';
import { operator, person, type World, world } from './world.js';

const open: World[] = [];
const made = async (...given: Parameters<typeof world>): Promise<World> => {
  const w = await world(...given);
  open.push(w);
  return w;
};
afterEach(() => Promise.all(open.splice(0).map(({ remit }) => remit.close())));

const other = { ...operator, tenant: 'globex' };
const everywhere = person('root', ['policy:write', 'policy:everywhere']);
const changed = { 'ops/restart': { run: () => ({}), description: 'restarts, and tells a stranger' } };

describe('accepting tools', () => {
  it('names what was seen: a tool that changed since is a conflict with the difference', async () => {
    const w = await made();
    w.executor.define(changed);
    const { pins } = await w.remit.tools(operator);
    w.executor.define({ 'ops/restart': { run: () => ({}), description: 'changed once more' } });
    await expect(w.remit.acceptTools(operator, { pins })).rejects.toMatchObject({
      code: 'version_conflict',
      facts: {
        differences: [{ name: 'ops/restart', seen: pins['ops/restart'], now: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      },
    });
    expect((await w.remit.tools(operator)).changed).toHaveLength(1);
    await expect(w.remit.acceptTools(operator, { pins: { 'ops/nosuch': 'a'.repeat(64) } })).rejects.toMatchObject({
      code: 'version_conflict',
    });
    for (const nothing of [{ pins: {} }, { pins: { 'ops/restart': 'yes' } }]) {
      await expect(w.remit.acceptTools(operator, nothing)).rejects.toMatchObject({ code: 'invalid_input' });
    }
  });

  it('shows where the definition differs', async () => {
    const w = await made();
    w.executor.define({ ...changed, 'ops/new': { run: () => ({}) } });
    const differences = [{ pointer: '/description', was: '', is: 'restarts, and tells a stranger' }];
    expect((await w.remit.tools(operator)).changed).toMatchObject([
      { name: 'ops/new', accepted: null, differences: [{ pointer: '', is: { name: 'ops/new' } }] },
      { name: 'ops/restart', differences },
    ]);
  });

  it('is for the own tenant alone', async () => {
    const w = await made();
    w.executor.define(changed);
    const { pins } = await w.remit.tools(operator);
    await w.remit.acceptTools(operator, { pins });
    expect((await w.remit.tools(operator)).changed).toEqual([]);
    expect((await w.remit.tools(other)).changed.map(({ name }) => name)).toEqual(['ops/restart']);
    await expect(w.remit.acceptTools(operator, { pins, everywhere: true })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await w.remit.acceptTools(everywhere, { pins, everywhere: true });
    expect((await w.remit.tools(other)).changed).toEqual([]);
    const reader = person('rita', ['tickets:read']);
    await expect(w.remit.tools(reader)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(w.remit.acceptTools(reader, { pins })).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('a tenant that comes later does not take a changed tool for its first', async () => {
    const w = await made();
    w.executor.define(changed);
    expect((await w.remit.tools(other)).changed.map(({ name }) => name)).toEqual(['ops/restart']);
  });
});

describe('a tool server that is down', () => {
  const lab = () => {
    const up: Record<string, boolean> = { web: false };
    const executor = recordingExecutor({
      'ops/status': { readOnly: true, run: () => ({ up: up['web'] ?? null }) },
      'ops/restart': {
        run: () => {
          up['web'] = true;
          return {};
        },
      },
      'far/thing': { run: () => ({}) },
    });
    const asked: (readonly string[] | undefined)[] = [];
    const down = { far: false, ops: false };
    const partly: Executor = {
      ...executor,
      async catalogue(options) {
        asked.push(options.tools);
        const all = await executor.catalogue(options);
        const isUp = (name: string) => !(name.startsWith('far/') ? down.far : down.ops);
        const pins = Object.fromEntries(Object.entries(all.pins).filter(([name]) => isUp(name)));
        const out = Object.entries(down).filter(([, isDown]) => isDown);
        return { ...all, pins, unreachable: Object.fromEntries(out.map(([name]) => [name, `${name} is down.`])) };
      },
    };
    return { executor: partly, asked, down, sent: executor.sent };
  };

  it.each([
    { server: 'far', blocks: false },
    { server: 'ops', blocks: true },
  ] as const)('$server: blocks only the plans that use it', async ({ server, blocks }) => {
    const { executor, asked, down, sent } = lab();
    const w = await made({ executor, scorer: new CertainScorer() });
    await approved(w, () => {
      down[server] = true;
    });
    const end = (await w.rest('T')).remediation;
    expect(sent).toHaveLength(blocks ? 0 : 1);
    expect(end?.state).toBe(blocks ? 'manual' : 'succeeded');
    const log = JSON.stringify(await w.remit.logOf(operator, 'T'));
    if (blocks) expect(log).toContain('ops could not be asked: ops is down.');
    // Only the servers of the plan's tools are asked for it.
    expect(asked.slice(1).every((tools) => tools?.every((tool) => tool.startsWith('ops/')))).toBe(true);
  });

  it('at the first start is pinned at its first use later on', async () => {
    const { executor, down } = lab();
    down.far = true;
    const w = await made({ executor });
    expect(await w.storage.pins.accepted('', executor.name)).not.toHaveProperty('far/thing');
    down.far = false;
    await w.remit.close();
    open.splice(0);
    const again = await made({ executor, storage: w.storage });
    expect(await w.storage.pins.accepted('', executor.name)).toHaveProperty('far/thing');
    expect((await again.remit.tools(operator)).changed).toEqual([]);
  });
});
