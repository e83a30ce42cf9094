import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import type { Outcome, Progress } from '@remit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type McpExecutor, mcpExecutor } from '../src/index.js';
import { accept, calm, eventually, request } from './hostile.js';
import { type HostileHttp, hostileHttp } from './hostileHttp.js';

const TIGHT = 200;
let world: HostileHttp;
let executor: McpExecutor;

beforeAll(async () => {
  world = await hostileHttp();
  executor = mcpExecutor({ servers: { w: { url: world.url, headers: { authorization: 'Bearer first' } } } });
  await accept(executor);
});
afterAll(async () => {
  await executor.close();
  await world.close();
});

const callsOf = (tool: string): number => world.arrived.filter((call) => call.tool === tool).length;

const cases = [
  { tool: 'good', outcome: 'committed', detail: 'said that it did it' },
  { tool: 'stream', outcome: 'committed', detail: 'said that it did it' },
  { tool: 'fails', outcome: 'unknown', detail: 'may have acted before it (disk on fire)' },
  { tool: 'misshapen', outcome: 'unknown', detail: 'does not match its output schema' },
  { tool: 'empty', outcome: 'unknown', detail: 'cannot be read' },
  { tool: 'asks', outcome: 'unknown', detail: 'needs a person: the tool asked for elicitation/create' },
  { tool: 'reset', outcome: 'unknown', detail: 'the connection broke' },
  { tool: 'cut', outcome: 'unknown', detail: 'timeout', timeoutMs: TIGHT },
  { tool: 'cutWithId', outcome: 'unknown', detail: 'timeout', timeoutMs: TIGHT },
  { tool: 'hang', outcome: 'unknown', detail: 'timeout', timeoutMs: TIGHT },
  { tool: 'accepted', outcome: 'unknown', detail: 'timeout', timeoutMs: TIGHT },
  { tool: 'huge', outcome: 'unknown', detail: 'larger than' },
  { tool: 'hugeStream', outcome: 'unknown', detail: 'timeout', timeoutMs: 2_000 },
  { tool: 'garbage', outcome: 'unknown', detail: 'the connection broke' },
  { tool: 'html', outcome: 'unknown', detail: 'Unexpected content type' },
  { tool: 'redirect', outcome: 'unknown', detail: 'posted before' },
  { tool: 'status401', outcome: 'failed', detail: 'not executed: the server did not let the call in (HTTP 401)' },
  ...[400, 403, 404, 429, 500, 502, 503].map((status) => ({
    tool: `status${status}`,
    outcome: 'unknown' as const,
    detail: `HTTP ${status}`,
  })),
] satisfies { tool: string; outcome: Outcome['outcome']; detail: string; timeoutMs?: number }[];

describe('one call over HTTP, one request, one outcome', () => {
  it.each(cases)('$tool -> $outcome', async ({ tool, outcome, detail, ...more }) => {
    const answer = await executor.call(request(`w/${tool}`, more), { signal: calm });
    expect(answer).toMatchObject({ outcome, detail: expect.stringContaining(detail) });
    // A question that the server answers afterwards proves that nothing is still on its way.
    await executor.catalogue({ signal: calm });
    expect(callsOf(tool)).toBe(1);
  });

  it('ends with an abort, which is no timeout', async () => {
    const stop = new AbortController();
    const before = callsOf('hang');
    const call = executor.call(request('w/hang'), { signal: stop.signal });
    await eventually(() => callsOf('hang') > before);
    stop.abort();
    expect(await call).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('aborted') });
    expect(callsOf('hang') - before).toBe(1);
  });

  it('tells a late answer once', async () => {
    const late: Outcome[] = [];
    const onLateReply = (outcome: Outcome) => void late.push(outcome);
    const sent = request('w/late', { timeoutMs: TIGHT, onLateReply });
    expect((await executor.call(sent, { signal: calm })).outcome).toBe('unknown');
    await eventually(() => late.length > 0);
    expect(late).toMatchObject([{ outcome: 'committed', result: [{ type: 'text', text: 'at last' }] }]);
    expect(callsOf('late')).toBe(1);
  });

  it('tells how far the tool is', async () => {
    const told: Progress[] = [];
    const onProgress = (progress: Progress) => void told.push(progress);
    expect((await executor.call(request('w/progress', { onProgress }), { signal: calm })).outcome).toBe('committed');
    expect(told).toEqual([{ progress: 1, total: 2, message: 'half-way' }]);
  });

  it('carries the keys and the trace', async () => {
    const sent = request('w/good');
    await executor.call(sent, { signal: calm });
    expect(world.arrived.at(-1)?.meta).toMatchObject({
      'remit/idempotencyKey': sent.idempotencyKey,
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
  });
});

describe('a session', () => {
  it('that the server forgot is begun anew before the next call, and nothing is sent twice', async () => {
    const own = mcpExecutor({ servers: { w: { url: world.url } } });
    await own.catalogue({ signal: calm });
    world.forgetSessions();
    const before = callsOf('good');
    // The list right before the call meets the forgotten session, so the call itself never does.
    expect((await own.call(request('w/good'), { signal: calm })).outcome).toBe('committed');
    expect(callsOf('good') - before).toBe(1);
    expect(own.connections()['w']).toEqual({ connected: true, restarts: 1 });
    await own.close();
  });

  it('that needs to sign in anew sends the call once; the next one carries the new token', async () => {
    const authProvider = new ClientCredentialsProvider({
      clientId: 'remit',
      clientSecret: 's',
      expectedIssuer: new URL(world.url).origin,
    });
    const own = mcpExecutor({ servers: { w: { url: world.url, authProvider } } });
    const answer = await own.call(request('w/signIn'), { signal: calm });
    expect(answer).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('HTTP 401') });
    expect(callsOf('signIn')).toBe(1);
    expect((await own.call(request('w/good'), { signal: calm })).outcome).toBe('committed');
    expect(world.arrived.at(-1)?.token).toBe('second');
    await own.close();
  });
});

describe('a server that is not there', () => {
  it('gets nothing: the outcome is failed, and the catalogue names it', async () => {
    const gone = await hostileHttp();
    await gone.close();
    const own = mcpExecutor({ servers: { w: { url: gone.url } } });
    expect((await own.catalogue({ signal: calm })).unreachable?.['w']).toMatch(/cannot be asked/);
    expect(await own.call(request('w/good'), { signal: calm })).toMatchObject({ outcome: 'failed' });
    await own.close();
  });
});
