import { hashOf } from '@remit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type McpExecutor, type McpExecutorOptions, mcpExecutor } from '../src/index.js';
import { accept, acceptHostile, calm, hostile, request } from './hostile.js';

const open: McpExecutor[] = [];
const make = (options: McpExecutorOptions) => {
  const executor = mcpExecutor(options);
  open.push(executor);
  return executor;
};
afterEach(() => Promise.all(open.splice(0).map((executor) => executor.close())));

beforeEach(acceptHostile);

describe('the catalogue', () => {
  it('pins every tool of every page and the set of names', async () => {
    const executor = make({ servers: { a: hostile().server, b: hostile().server } });
    const { pins, readOnly } = await executor.catalogue({ signal: calm });
    const ofA = Object.keys(pins).filter((name) => name.startsWith('a/') && name !== 'a/*');
    expect(ofA.length).toBeGreaterThan(30);
    const names = ofA.map((name) => name.slice(2)).sort();
    expect(pins['a/*']).toBe(hashOf(names));
    expect(pins['b/*']).toBe(pins['a/*']);
    expect(pins['a/good']).toBe(hashOf({ name: 'good', description: 'does good', inputSchema: { type: 'object' } }));
    expect(pins['a/json']).toBe(
      hashOf({
        name: 'json',
        description: 'does json',
        inputSchema: { type: 'object' },
        annotations: { readOnlyHint: true },
      }),
    );
    expect(readOnly).toMatchObject({ 'a/json': true, 'a/good': false });
    expect('a/*' in readOnly).toBe(false);
  });

  it('shows a changed definition and a changed set', async () => {
    const executor = make({ servers: { h: hostile().server } });
    const before = await executor.catalogue({ signal: calm });
    await executor.call(request('h/grow'), { signal: calm });
    const after = await executor.catalogue({ signal: calm });
    const moved = Object.keys(after.pins).filter((name) => after.pins[name] !== before.pins[name]);
    expect(moved.sort()).toEqual(['h/*', 'h/extra', 'h/good']);
  });

  it('sends nothing to a tool that is not as it was accepted, whoever listed the tools since', async () => {
    const world = hostile();
    const executor = make({ servers: { h: world.server } });
    const made = request('h/good');
    await executor.call(request('h/grow'), { signal: calm });
    // What another caller looks at meanwhile must not become what this call is compared with.
    await executor.catalogue({ signal: calm });
    const answer = await executor.call(made, { signal: calm });
    expect(answer).toMatchObject({
      outcome: 'failed',
      detail: expect.stringMatching(/not as .*accepted.*: h\/\*, h\/good/),
    });
    expect(world.calls('good')).toBe(0);
    // A tool that is the same as before is not used either while the set of names is another one.
    const other = await executor.call(request('h/structured'), { signal: calm });
    expect(other).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('h/*') });
    expect(world.calls('structured')).toBe(0);
    await accept(executor);
    expect((await executor.call(request('h/good'), { signal: calm })).outcome).toBe('committed');
  });

  it('sends nothing for pins that the clearance does not cover', async () => {
    const world = hostile();
    const executor = make({ servers: { h: world.server } });
    await executor.call(request('h/grow'), { signal: calm });
    const cleared = request('h/good');
    const { pins } = await executor.catalogue({ signal: calm });
    const now = { 'h/good': pins['h/good'] ?? '', 'h/*': pins['h/*'] ?? '' };
    const answer = await executor.call({ ...cleared, pins: now }, { signal: calm });
    expect(answer).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('another tool') });
    expect(world.calls('good')).toBe(0);
  });

  it('does not send when the tools change while the last question is out', async () => {
    const world = hostile();
    const executor = make({ servers: { h: world.server } });
    const refusedNow = async () => {
      await executor.call(request('h/grow'), { signal: calm });
      return null;
    };
    const answer = await executor.call(request('h/good', { refusedNow }), { signal: calm });
    expect(answer).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('meanwhile') });
    expect(world.calls('good')).toBe(0);
  });

  it.each([
    { mode: 'settling', outcome: 'committed', detail: 'said that it did it', sent: 1 },
    { mode: 'restless', outcome: 'failed', detail: 'meanwhile', sent: 0 },
  ])(
    'asks again where a server says behind its list that it changed: $mode',
    async ({ mode, outcome, detail, sent }) => {
      const world = hostile(mode);
      const executor = make({ servers: { h: world.server } });
      const answer = await executor.call(request('h/good'), { signal: calm });
      expect(answer).toMatchObject({ outcome, detail: expect.stringContaining(detail) });
      expect(world.calls('good')).toBe(sent);
    },
  );

  it('tells of the servers that can be asked when one cannot, and asks only those that are meant', async () => {
    const [well, unasked] = [hostile(), hostile()];
    const down = { command: '/no/such/program' };
    const executor = make({ servers: { well: well.server, down, unasked: unasked.server } });
    const { pins, unreachable } = await executor.catalogue({ signal: calm, tools: ['well/good', 'down/x'] });
    expect(pins['well/good']).toBeDefined();
    expect(Object.keys(unreachable ?? {})).toEqual(['down']);
    expect(unasked.pids()).toEqual([]);
  });

  it.each([
    { mode: 'many', says: /more than 2000 tools/ },
    { mode: 'deep', says: /nested more than 64 deep/ },
    { mode: 'alike', says: /look alike: good and g\u043e\u043ed/ },
    { mode: 'case', says: /look alike: good and GOOD/ },
    { mode: 'duplicate', says: /lists the tool "good" twice/ },
    { mode: 'star', says: /may not be called "\*"/ },
    { mode: 'endless', says: /more than 100 pages/ },
  ])('refuses a list that is $mode', async ({ mode, says }) => {
    const executor = make({ servers: { h: hostile(mode).server } });
    const { unreachable } = await executor.catalogue({ signal: calm });
    expect(unreachable?.['h']).toMatch(says);
  });

  it.each([
    {
      why: 'cannot be started',
      // An absolute path: looked up in PATH, a folder that this user may not enter would answer EACCES.
      server: { command: '/no/such/program' },
      says: /"h" cannot be asked: .*ENOENT/,
    },
    {
      why: 'ends at once',
      server: { command: process.execPath, args: ['-e', '0'] },
      says: /cannot be asked: .*closed/,
    },
  ])('names a server that $why, and nothing is sent', async ({ server, says }) => {
    const executor = make({ servers: { h: server } });
    expect((await executor.catalogue({ signal: calm })).unreachable?.['h']).toMatch(says);
    const answer = await executor.call(request('h/good'), { signal: calm });
    expect(answer).toMatchObject({ outcome: 'failed', detail: expect.stringMatching(says) });
    expect(await executor.read('h/json', {}, { signal: calm, timeoutMs: 5000 })).toMatchObject({
      ok: false,
      error: expect.stringMatching(says),
    });
  });

  it('names a server that never shakes hands, and when it is aborted', async () => {
    const executor = make({ servers: { h: hostile('mute').server }, connectTimeoutMs: 300 });
    expect((await executor.catalogue({ signal: calm })).unreachable?.['h']).toMatch(/"h" cannot be asked/);
    expect((await executor.catalogue({ signal: AbortSignal.abort() })).unreachable?.['h']).toMatch(/aborted/);
  });
});
