import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../test/services.js';
import { issueClearance } from '../../src/domain/safety.js';
import { type HttpTool, httpExecutor } from '../../src/engine/httpExecutor.js';
import type { CallRequest } from '../../src/ports/executor.js';

/* What becomes of each way in which a service may answer, and how often it was asked. */

const arrived: { path: string; body: string; headers: IncomingHttpHeaders }[] = [];
const asked = (path: string) => arrived.filter((one) => one.path.startsWith(path)).length;

const answers: Record<string, (response: ServerResponse) => void> = {
  '/good': (response) => response.end('{"restarted":true}'),
  '/words': (response) => response.end('restarted'),
  '/nothing': (response) => response.writeHead(204).end(),
  '/huge': (response) => response.end('x'.repeat(2_000)),
  '/redirect': (response) => response.writeHead(307, { location: '/good' }).end(),
  '/declines': (response) => response.writeHead(409, { 'remit-executed': 'false' }).end(),
  '/reset': (response) => response.socket?.resetAndDestroy(),
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"half":');
    setTimeout(() => response.socket?.destroy(), 20);
  },
  '/hang': () => {},
};
for (const status of [400, 401, 403, 404, 405, 415, 429, 500, 502, 503]) {
  answers[`/status${status}`] = (response) => response.writeHead(status).end();
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  arrived.push({ path: request.url ?? '', body, headers: request.headers });
  answers[(request.url ?? '').split('?')[0] ?? '']?.(response);
});
let base = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close().closeAllConnections());

const calm = new AbortController().signal;
let made = 0;

/** Calls one tool at a path, with a clearance for exactly that. */
async function call(path: string, more: Partial<HttpTool> = {}, timeoutMs = 5_000) {
  const executor = httpExecutor({ tools: { t: { url: `${base}${path}`, ...more } }, maxOutputBytes: 1_000 });
  const { pins } = await executor.catalogue({ signal: calm });
  made += 1;
  const asking = { tool: 't', arguments: { host: 'web-1' }, pins, idempotencyKey: `key-${made}` };
  const clearance = issueClearance({
    clearanceId: 'c',
    tenant: 't',
    remediationId: 'r',
    step: 0,
    direction: 'do',
    ...asking,
  });
  const request: CallRequest = {
    ...asking,
    clearance,
    remediationId: 'r',
    timeoutMs,
    refusedNow: async () => null,
    reveal: async () => ({ arguments: asking.arguments, redact: (text) => text }),
  };
  return executor.call(request, { signal: calm });
}

describe('a tool behind an address', () => {
  it('is given the arguments and the key of the step', async () => {
    expect(await call('/good')).toMatchObject({ outcome: 'committed', result: { restarted: true } });
    const { body, headers } = arrived.at(-1) ?? {};
    expect([body, headers?.['idempotency-key'], headers?.['content-type']]).toEqual([
      '{"host":"web-1"}',
      `key-${made}`,
      'application/json',
    ]);
  });

  it.each([
    { path: '/words', outcome: 'committed', result: 'restarted' },
    { path: '/nothing', outcome: 'committed', result: null },
    { path: '/huge', outcome: 'committed', result: null },
    { path: '/redirect', outcome: 'unknown' },
    { path: '/declines', outcome: 'failed' },
    { path: '/reset', outcome: 'unknown' },
    { path: '/cut', outcome: 'unknown' },
    { path: '/hang', outcome: 'unknown', timeoutMs: 200 },
    { path: '/status400', outcome: 'unknown' },
    { path: '/status401', outcome: 'failed' },
    { path: '/status403', outcome: 'unknown' },
    { path: '/status404', outcome: 'unknown' },
    { path: '/status405', outcome: 'failed' },
    { path: '/status415', outcome: 'failed' },
    { path: '/status429', outcome: 'unknown' },
    { path: '/status500', outcome: 'unknown' },
    { path: '/status502', outcome: 'unknown' },
    { path: '/status503', outcome: 'unknown' },
  ])('that answers $path once: $outcome', async ({ path, timeoutMs, ...expected }) => {
    const before = [asked(path), asked('/good')];
    expect(await call(path, {}, timeoutMs)).toMatchObject(expected);
    expect([asked(path), asked('/good')]).toEqual([(before[0] ?? 0) + 1, before[1]]);
  });

  it('may be sure of more statuses, as its service promises', async () => {
    expect(await call('/status404', { refusals: [404] })).toMatchObject({ outcome: 'failed' });
  });

  it('is asked once, also by a method that clients may repeat, on a connection that is reset', async () => {
    await call('/good');
    const before = asked('/reset');
    expect(await call('/reset', { method: 'PUT' })).toMatchObject({ outcome: 'unknown' });
    expect(asked('/reset')).toBe(before + 1);
  });

  it('that nobody serves is not sent to, and no token means no request', async () => {
    const closed = { url: `http://127.0.0.1:${await freePort()}/nobody` };
    expect(await call('', closed)).toMatchObject({ outcome: 'failed', neverSent: true });
    const before = arrived.length;
    const headers = () => Promise.reject(new Error('no token'));
    expect(await call('/good', { headers })).toMatchObject({
      outcome: 'failed',
      neverSent: true,
      detail: expect.stringContaining('no token'),
    });
    expect(arrived.length).toBe(before);
  });

  it('is read by its query, and an answer that is too long is no reading', async () => {
    const tools: Record<string, HttpTool> = {
      count: { url: `${base}/good?all=1`, readOnly: true },
      long: { url: `${base}/huge`, readOnly: true },
    };
    const executor = httpExecutor({ tools, maxOutputBytes: 1_000 });
    const limits = { signal: calm, timeoutMs: 5_000 };
    expect(await executor.read('count', { host: 'web 1', deep: { n: 2 } }, limits)).toMatchObject({ ok: true });
    expect(arrived.at(-1)?.path).toBe('/good?all=1&host=web+1&deep=%7B%22n%22%3A2%7D');
    expect(await executor.read('long', {}, limits)).toMatchObject({
      ok: false,
      error: expect.stringContaining('larger'),
    });
  });

  it('shows an operator where it leads: another address is another tool', async () => {
    const pin = async (url: string) => {
      const { pins, definitions } = await httpExecutor({ tools: { t: { url } } }).catalogue({ signal: calm });
      expect(JSON.stringify(definitions)).toContain(url);
      return pins['t'];
    };
    expect(await pin('https://a.example/x')).not.toBe(await pin('https://b.example/x'));
  });

  it('is refused with all faults when it cannot be used', () => {
    const tools: Record<string, HttpTool> = {
      'a/b': { url: 'ftp://x' },
      c: { url: 'https://x.example', method: 'GET' },
    };
    expect(() => httpExecutor({ tools })).toThrow(
      expect.objectContaining({
        code: 'invalid_configuration',
        faults: [
          expect.objectContaining({ pointer: '/tools/a~1b/url' }),
          expect.objectContaining({ pointer: '/tools/c/method' }),
        ],
      }),
    );
    expect(() => httpExecutor({ tools: {} })).toThrow(expect.objectContaining({ code: 'invalid_configuration' }));
  });
});
