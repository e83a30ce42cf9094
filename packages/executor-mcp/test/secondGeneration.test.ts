import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromClient2, type McpExecutor, mcpExecutor } from '../src/index.js';
import { accept, calm, hostile, request } from './hostile.js';

const world = hostile();
let executor: McpExecutor;

beforeAll(async () => {
  const client = new Client({ name: 'host', version: '1' }, { inputRequired: { autoFulfill: false } });
  const { command, args = [], env = {} } = world.server;
  await client.connect(new StdioClientTransport({ command, args: [...args], env: { ...env } }));
  executor = mcpExecutor({ servers: { h: { client: fromClient2(client) } } });
  await accept(executor);
});
afterAll(() => executor.close());

describe('a client of the second generation', () => {
  it.each([
    { tool: 'good', outcome: 'committed', detail: 'said that it did it' },
    { tool: 'structured', outcome: 'committed', detail: 'said that it did it' },
    { tool: 'declines', outcome: 'failed', detail: 'says that it did nothing' },
    { tool: 'badInput', outcome: 'failed', detail: 'before running the tool' },
    { tool: 'unknownTool', outcome: 'failed', detail: '-32602' },
    { tool: 'noMethod', outcome: 'unknown', detail: '-32601' },
    { tool: 'fails', outcome: 'unknown', detail: 'may have acted' },
    { tool: 'internal', outcome: 'unknown', detail: '-32603' },
    { tool: 'misshapen', outcome: 'unknown', detail: 'output schema' },
    { tool: 'hang', outcome: 'unknown', detail: 'timeout', timeoutMs: 200 },
  ])('$tool -> $outcome, sent once', async ({ tool, outcome, detail, ...more }) => {
    const answer = await executor.call(request(`h/${tool}`, more), { signal: calm });
    expect(answer).toMatchObject({ outcome, detail: expect.stringContaining(detail) });
    await executor.catalogue({ signal: calm });
    expect(world.calls(tool)).toBe(1);
  });

  it('reads, and is listed afresh before each write', async () => {
    expect(await executor.read('h/json', {}, { signal: calm, timeoutMs: 5_000 })).toEqual({
      ok: true,
      value: { full: 91 },
    });
    await executor.call(request('h/grow'), { signal: calm });
    const answer = await executor.call(request('h/good'), { signal: calm });
    expect(answer).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('h/good') });
    expect(world.calls('good')).toBe(1);
  });
});
