import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type McpExecutor, mcpExecutor } from '../src/index.js';
import { calm, type Hostile, hostile } from './hostile.js';

let world: Hostile;
let executor: McpExecutor;
const read = (tool: string, timeoutMs = 10_000, signal = calm) => executor.read(tool, {}, { signal, timeoutMs });

beforeAll(async () => {
  world = hostile();
  executor = mcpExecutor({ servers: { h: world.server }, trustedReads: ['h/structured', 'h/exit'] });
  await executor.catalogue({ signal: calm });
});
afterAll(() => executor.close());

describe('a read', () => {
  it.each([
    { tool: 'h/structured', value: { size: 1 } },
    { tool: 'h/json', value: { full: 91 } },
    { tool: 'h/plain', value: { text: 'all is well' } },
  ])('of $tool brings its value', async ({ tool, value }) => {
    expect(await read(tool)).toEqual({ ok: true, value });
  });

  it.each([
    { tool: 'h/failsRead', says: 'The tool reports an error: no such disk.' },
    { tool: 'h/misshapenRead', says: 'does not match its output schema' },
    { tool: 'h/hugeRead', says: 'larger than 1048576 characters' },
    { tool: 'h/picture', says: 'only with image' },
    { tool: 'h/hangRead', says: 'timeout', timeoutMs: 150 },
    { tool: 'h/exit', says: 'server process ended' },
  ])('of $tool ends in one sentence', async ({ tool, says, timeoutMs }) => {
    expect(await read(tool, timeoutMs)).toEqual({ ok: false, error: expect.stringContaining(says) });
  });

  it('never asks a tool that does not say that it is read-only', async () => {
    const before = world.calls();
    expect(await read('h/good')).toEqual({ ok: false, error: expect.stringContaining('read-only') });
    expect(world.calls()).toBe(before);
  });

  it('asks nothing for an unknown tool, an unknown server, without time or when aborted', async () => {
    const before = world.calls();
    for (const answer of [
      await read('h/missing'),
      await read('x/json'),
      await read('json'),
      await read('h/json', 0),
      await read('h/json', 1000, AbortSignal.abort()),
    ]) {
      expect(answer).toEqual({ ok: false, error: expect.stringMatching(/^[A-Z].*\.$/) });
    }
    expect(world.calls()).toBe(before);
  });
});
