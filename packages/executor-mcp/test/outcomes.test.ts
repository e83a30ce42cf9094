import type { Outcome } from '@remit/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type McpExecutor, mcpExecutor } from '../src/index.js';
import { accept, calm, eventually, type Hostile, hostile, request } from './hostile.js';

const TIGHT = 150;
let world: Hostile;
let executor: McpExecutor;
let heard: (line: string) => void = () => {};
const late: Outcome[] = [];
const onLateReply = (outcome: Outcome) => void late.push(outcome);

beforeAll(async () => {
  world = hostile('', { onStderr: (line) => heard(line) });
  executor = mcpExecutor({ servers: { h: world.server } });
  await accept(executor);
});
beforeEach(() => {
  late.length = 0;
  heard = () => {};
});
afterAll(() => executor.close());

/**
 * How many calls of a tool, or of all, the server received. It reads in order, so the list that is asked for first
 * proves that every call before has been counted; it also warms the connection again after a server was ended.
 */
async function callsOf(tool?: string): Promise<number> {
  await executor.catalogue({ signal: calm });
  return world.calls(tool);
}

const cases = [
  {
    tool: 'good',
    outcome: 'committed',
    detail: 'The tool said that it did it',
    result: [{ type: 'text', text: 'done' }],
  },
  { tool: 'structured', outcome: 'committed', detail: 'said that it did it', result: { size: 1 } },
  { tool: 'twice', outcome: 'committed', detail: 'said that it did it', result: [{ type: 'text', text: 'first' }] },
  { tool: 'huge', outcome: 'committed', detail: 'not kept', result: null },
  { tool: 'dieAfter', outcome: 'committed', detail: 'said that it did it' },
  { tool: 'declines', outcome: 'failed', detail: 'says that it did nothing (busy)' },
  { tool: 'badInput', outcome: 'failed', detail: 'before running the tool' },
  { tool: 'unknownTool', outcome: 'failed', detail: 'error -32602' },
  { tool: 'noMethod', outcome: 'unknown', detail: 'error -32601' },
  { tool: 'fails', outcome: 'unknown', detail: 'may have acted before it (disk on fire)' },
  { tool: 'badOutput', outcome: 'unknown', detail: 'Output validation error' },
  { tool: 'badResult', outcome: 'unknown', detail: 'Invalid tools/call result' },
  { tool: 'internal', outcome: 'unknown', detail: 'error -32603' },
  { tool: 'misshapen', outcome: 'unknown', detail: 'does not match its output schema', result: { size: 'big' } },
  { tool: 'shapeless', outcome: 'unknown', detail: 'gave no structured content' },
  { tool: 'malformed', outcome: 'unknown', detail: 'cannot be read' },
  { tool: 'empty', outcome: 'unknown', detail: 'cannot be read' },
  { tool: 'task', outcome: 'unknown', detail: 'task that runs on' },
  { tool: 'exit', outcome: 'unknown', detail: 'server process ended' },
  { tool: 'bursting', outcome: 'unknown', detail: 'server process ended' },
  { tool: 'hang', outcome: 'unknown', detail: 'timeout', timeoutMs: TIGHT },
];

describe('one call, one request, one outcome', () => {
  it.each(cases)('$tool -> $outcome', async ({ tool, outcome, detail, result, timeoutMs }) => {
    const before = await callsOf();
    const answer = await executor.call(request(`h/${tool}`, timeoutMs ? { timeoutMs } : {}), { signal: calm });
    expect(answer.outcome).toBe(outcome);
    expect(answer.detail).toContain(detail);
    if (result !== undefined) expect(answer.result).toEqual(result);
    expect((await callsOf()) - before).toBe(1);
    expect(await callsOf(tool)).toBe(1);
  });

  it('tells an abort from a timeout', async () => {
    const before = await callsOf();
    const stop = new AbortController();
    heard = (line) => line === 'hanging' && stop.abort();
    const answer = await executor.call(request('h/hang'), { signal: stop.signal });
    expect(answer).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('aborted') });
    expect(answer.detail).not.toContain('timeout');
    expect((await callsOf()) - before).toBe(1);
  });

  it('listens on after an abort too', async () => {
    const stop = new AbortController();
    heard = (line) => line === 'hanging' && stop.abort();
    await executor.call(request('h/hang', { onLateReply }), { signal: stop.signal });
    await eventually(() => late.length > 0);
    expect(late).toMatchObject([{ outcome: 'committed' }]);
  });

  it('names what could not be read when no answer comes', async () => {
    const stop = new AbortController();
    heard = (line) => line === 'garbage was read' && stop.abort();
    const answer = await executor.call(request('h/garbage'), { signal: stop.signal });
    expect(answer).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('1 unreadable message') });
    expect(await callsOf('garbage')).toBe(1);
  });

  it('ignores a second answer to the same call', async () => {
    const before = await callsOf('twice');
    expect((await executor.call(request('h/twice'), { signal: calm })).outcome).toBe('committed');
    expect((await callsOf('twice')) - before).toBe(1);
    expect(late).toEqual([]);
  });

  it('sends the keys that let a tool recognise a call, and nothing else', async () => {
    const sent = request('h/good', { arguments: { host: 'web-1', deep: { n: 1 } } });
    await executor.call(sent, { signal: calm });
    expect(world.entries().at(-1)).toEqual({
      call: 'good',
      arguments: { host: 'web-1', deep: { n: 1 } },
      _meta: {
        'remit/idempotencyKey': sent.idempotencyKey,
        'remit/remediationId': sent.remediationId,
        progressToken: sent.idempotencyKey,
        traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
      },
    });
  });

  it('refuses the questions of a server in the middle of a call', async () => {
    const answer = await executor.call(request('h/asks'), { signal: calm });
    expect(answer).toMatchObject({
      outcome: 'unknown',
      detail: expect.stringContaining('needs a person: the tool asked for elicitation/create'),
    });
    const refusals = world.entries().filter(({ answered }) => answered !== undefined);
    expect(refusals.map(({ error }) => error?.code)).toEqual([-32601, -32601]);
    for (const { capabilities } of world.entries()) if (capabilities) expect(capabilities).toEqual({});
    expect(await callsOf('asks')).toBe(1);
  });

  it('reports an answer that comes after the timeout, once', async () => {
    const sent = request('h/late', { timeoutMs: TIGHT, onLateReply });
    expect((await executor.call(sent, { signal: calm })).outcome).toBe('unknown');
    await eventually(() => late.length > 0);
    expect(late).toEqual([
      {
        outcome: 'committed',
        detail: expect.any(String),
        result: [{ type: 'text', text: 'better late than never' }],
      },
    ]);
    expect(await callsOf('late')).toBe(1);
  });

  it('carries calls side by side, each with its own answer', async () => {
    const answers = await Promise.all(
      ['good', 'structured', 'fails'].map((tool) => executor.call(request(`h/${tool}`), { signal: calm })),
    );
    expect(answers.map(({ outcome }) => outcome)).toEqual(['committed', 'committed', 'unknown']);
  });
});
