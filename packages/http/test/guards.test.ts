import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Principal } from '@remit/core';
import { afterEach, describe, expect, test } from 'vitest';
import { createHandler, type HandlerOptions, toNodeListener } from '../src/index.js';
import { authenticate, client, expectRefusal } from './client.js';
import { fakeRemit } from './fakeRemit.js';
import { SCOPES } from './fixtures.js';
import { submit, T, ticket, world } from './servedWorld.js';
import { asksThroughListener } from './throughListener.js';

const H = '/api/v1/halt';

describe('a repeated request', () => {
  test('under one Idempotency-Key gets the first answer again, and does nothing twice', async () => {
    const on = client();
    const headers = { 'idempotency-key': 'k-1' };
    const first = await on.send('POST', H, { body: { reason: 'storm' }, headers });
    const again = await on.send('POST', H, { body: { reason: 'storm' }, headers });
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect([first, again].map((reply) => reply.headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(on.changes).toEqual(['halt']);
    await expectRefusal(on, ['POST', H, { body: { reason: 'other' }, headers }], {
      status: 422,
      code: 'idempotency_mismatch',
    });
  });

  test('that was refused is looked at anew', async () => {
    const on = client();
    const ask = { body: { ticket_id: 'a', description: 'x', category: 'server' }, headers: { 'idempotency-key': 'k' } };
    on.failNext(new Error('no luck'));
    expect((await on.send('POST', T, ask)).status).toBe(500);
    expect((await on.send('POST', T, ask)).status).toBe(201);
  });

  test('by somebody with other rights than before is not shown what the old ones showed', async () => {
    const { remit } = await world();
    const by = (scopes: readonly string[]) =>
      client({ remit, authenticate: (): Principal => ({ id: 'ana', tenant: 'acme', scopes }) });
    const ask = { body: ticket('INC-1', { enable_auto_remediation: false }), headers: { 'idempotency-key': 'k' } };
    expect((await by(SCOPES).send('POST', T, ask)).body).toHaveProperty('description');
    expect((await by(['tickets:write']).send('POST', T, ask)).status).toBe(422);
  });

  test('many at once against a real Remit: one is done, the others wait or get its answer', async () => {
    const { on } = await world();
    const ask = { body: { reason: 'storm' }, headers: { 'idempotency-key': '"same"' } };
    const replies = await Promise.all(Array.from({ length: 8 }, () => on.send('POST', H, ask)));
    const statuses = new Set(replies.map(({ status }) => status));
    // From sockets they may come one after the other.
    if (asksThroughListener()) statuses.add(409);
    expect(statuses).toEqual(new Set([201, 409]));
    expect((await on.send('GET', H)).body.items).toHaveLength(1);
    expect((await on.send('POST', H, ask)).headers.get('idempotency-replayed')).toBe('true');
  });

  test.each(['', ' ', 'a\tb', 'x'.repeat(256)])('refuses "%s" as a key', async (key) => {
    const ask = { body: { reason: 'x' }, headers: { 'idempotency-key': key } };
    await expectRefusal(client(), ['POST', H, ask], { status: 400, code: 'invalid_input' });
  });
});

describe('a page of another site', () => {
  const cookieHost: Partial<HandlerOptions> = { authenticate: () => ({ id: 'ana', tenant: 'acme', scopes: SCOPES }) };
  const ask = (headers: Readonly<Record<string, string>>) => ({ body: { reason: 'x' }, as: null, headers });

  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://remit.test:81' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', cookie: 'session=1' },
    { origin: 'http://remit.test.evil.example' },
  ])('cannot act with what a browser sends by itself: %o', async (headers) => {
    await expectRefusal(client(cookieHost), ['POST', H, ask(headers)], { status: 403, code: 'cross_site' });
  });

  test.each([{}, { origin: 'http://remit.test' }, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }])(
    "is not what the host's own page is: %o",
    async (headers) => {
      expect((await client(cookieHost).send('POST', H, ask(headers))).status).toBe(201);
    },
  );

  test('is none where the request knows a secret', async () => {
    const headers = { origin: 'https://tool.example' };
    const reply = await client().send('POST', H, { body: { reason: 'x' }, headers });
    expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([201, null]);
  });

  test('may use the API where the host says so, and no other', async () => {
    const on = client({ ...cookieHost, cors: { origins: ['https://console.example'] } });
    const reply = await on.send('POST', H, ask({ origin: 'https://console.example', 'sec-fetch-site': 'cross-site' }));
    expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([201, 'https://console.example']);
    expect(reply.headers.get('vary')).toBe('Origin');
    const evil = await on.send('POST', H, ask({ origin: 'https://evil.example' }));
    expect([evil.status, evil.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const handler = createHandler({ remit: on.remit, cors: { origins: ['https://console.example'] } });
    const preflight = (origin: string): Promise<Response> =>
      handler(
        new Request(`http://remit.test${H}`, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'POST' },
        }),
      );
    expect((await preflight('https://console.example')).headers.get('access-control-allow-headers')).toContain(
      'if-match',
    );
    expect((await preflight('https://evil.example')).status).toBe(405);
  });

  test.each(['*', 'https://a.example/', 'a.example'])('cannot be allowed as "%s"', (origin) => {
    const make = () => createHandler({ remit: fakeRemit().remit, cors: { origins: [origin] } });
    expect(make).toThrow(/no origin/);
  });
});

describe('too many requests', () => {
  test('are refused with when to come back; others are not touched', async () => {
    const on = client({ rateLimit: { requests: 2, windowMs: 60_000 } });
    const first = await on.send('GET', H);
    expect(first.headers.get('ratelimit-policy')).toBe('"default";q=2;w=60');
    expect(first.headers.get('ratelimit')).toBe('"default";r=1;t=60');
    await on.send('GET', H);
    const third = await expectRefusal(on, ['GET', H], { status: 429, code: 'rate_limited' });
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await on.send('GET', H, { as: 'stranger' })).status).toBe(200);
  });
});

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

test('a body that trickles in is refused in time, and nothing is stored', async () => {
  const { remit, changes } = fakeRemit();
  const server = createServer(toNodeListener(createHandler({ remit, authenticate, bodyTimeoutMs: 60 })));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const head = ['POST /api/v1/tickets HTTP/1.1', 'host: x', 'authorization: Bearer ana', 'content-length: 500'];
  socket.write(`${[...head, 'content-type: application/json'].join('\r\n')}\r\n\r\n{"ticket_id":`);
  const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
  socket.destroy();
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toContain('"code":"request_timeout"');
  expect(changes).toEqual([]);
});

test('a ticket that is sent again under its key is one ticket', async () => {
  const w = await world();
  const first = await submit(w, ticket('INC-9'));
  expect(first.status).toBe(201);
});
