import { hashOf } from '@remit/core';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpExecutor, type McpExecutorOptions, mcpExecutor } from '../src/index.js';
import { calm, hostile, request } from './hostile.js';

const open: McpExecutor[] = [];
const make = (options: McpExecutorOptions) => {
  const executor = mcpExecutor(options);
  open.push(executor);
  return executor;
};
afterEach(() => Promise.all(open.splice(0).map((executor) => executor.close())));

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

  it('does not send a call to a tool that changed after the catalogue was read', async () => {
    const world = hostile();
    const executor = make({ servers: { h: world.server } });
    await executor.catalogue({ signal: calm });
    await executor.call(request('h/grow'), { signal: calm });
    const answer = await executor.call(request('h/good'), { signal: calm });
    expect(answer).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('changed') });
    expect(world.calls('good')).toBe(0);
    // A tool that is the same as before is still used.
    expect((await executor.call(request('h/structured'), { signal: calm })).outcome).toBe('committed');
    await executor.catalogue({ signal: calm });
    expect((await executor.call(request('h/good'), { signal: calm })).outcome).toBe('committed');
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
    { mode: 'duplicate', says: /lists the tool "good" twice/ },
    { mode: 'star', says: /may not be called "\*"/ },
    { mode: 'endless', says: /more than 100 pages/ },
  ])('rejects a list that is $mode', async ({ mode, says }) => {
    const executor = make({ servers: { h: hostile(mode).server } });
    await expect(executor.catalogue({ signal: calm })).rejects.toThrow(says);
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
  ])('rejects when a server $why, and nothing is sent', async ({ server, says }) => {
    const executor = make({ servers: { h: server } });
    await expect(executor.catalogue({ signal: calm })).rejects.toThrow(says);
    const answer = await executor.call(request('h/good'), { signal: calm });
    expect(answer).toMatchObject({ outcome: 'failed', detail: expect.stringMatching(says) });
    expect(await executor.read('h/json', {}, { signal: calm, timeoutMs: 5000 })).toMatchObject({
      ok: false,
      error: expect.stringMatching(says),
    });
  });

  it('rejects when a server never shakes hands, and when it is aborted', async () => {
    const executor = make({ servers: { h: hostile('mute').server }, connectTimeoutMs: 300 });
    await expect(executor.catalogue({ signal: calm })).rejects.toThrow(/"h" cannot be asked/);
    await expect(executor.catalogue({ signal: AbortSignal.abort() })).rejects.toThrow(/aborted/);
  });
});
