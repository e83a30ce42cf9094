import { RemitError } from '@remit/core';
import { describe, expect, test } from 'vitest';
import { createHandler, ROUTES } from '../src/index.js';
import { findJsonFault } from '../src/jsonFault.js';
import { client, expectRefusal } from './client.js';
import { fakeRemit } from './fakeRemit.js';
import { asksThroughListener } from './throughListener.js';

const T = '/api/v1/tickets';
const body = { ticket_id: 'INC-100', description: 'down', category: 'server' };

describe('authentication', () => {
  const protectedRoutes = ROUTES.filter(({ isPublic }) => !isPublic);
  const pathOf = (pattern: string): string => `/api/v1${pattern.replace(/\{\w+\}/, 'x')}`;

  test.each(protectedRoutes.map(({ method, pattern }) => [method, pattern] as const))(
    '%s %s answers 401 without a hook and without credentials',
    async (method, pattern) => {
      const open = createHandler({ remit: fakeRemit().remit });
      const response = await open(new Request(`http://remit.test${pathOf(pattern)}`, { method }));
      const problem = (await response.json()) as { code: string; detail: string };
      expect([response.status, problem.code]).toEqual([401, 'unauthenticated']);
      expect(problem.detail).toContain('authenticate');
      const ask = [method, pathOf(pattern), { as: null }] as const;
      const reply = await expectRefusal(client(), ask, { status: 401, code: 'unauthenticated' });
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    },
  );

  test('lets /health answer anybody', async () => {
    const open = createHandler({ remit: fakeRemit().remit });
    const response = await open(new Request('http://remit.test/api/v1/health'));
    expect(await response.json()).toEqual({
      status: 'ok',
      store: { state: 'ok' },
      queue: { state: 'working' },
      analyst: { state: 'not_asked' },
    });
  });

  test('says 503 at /health while the store is gone, and why only to the log', async () => {
    const on = client();
    on.failNext(new Error('password of db.internal is wrong'));
    const { status, body } = await on.send('GET', '/api/v1/health', { as: null });
    expect([status, body['code']]).toEqual([503, 'storage_unavailable']);
    expect(JSON.stringify(body)).not.toContain('db.internal');
    expect(String(on.logged[0]?.details['error'])).toContain('db.internal');
  });

  test('says what the hook expects, where the hook says so', async () => {
    const expects = 'Send the header `Authorization: Bearer TOKEN`.';
    const on = client({ authenticate: Object.assign(() => null, { expects }) });
    const { body: told } = await expectRefusal(on, ['GET', T], { status: 401, code: 'unauthenticated' });
    expect(told['next_step']).toBe(expects);
  });

  test('comes before the body is read', async () => {
    const ask = { as: null, raw: 'x'.repeat(2_000_000), headers: { 'content-type': 'application/json' } };
    await expectRefusal(client(), ['POST', T, ask], { status: 401, code: 'unauthenticated' });
  });

  test('fails closed when the hook throws or answers nonsense', async () => {
    const throwing = client({
      authenticate: () => {
        throw new Error('directory secret.internal is down');
      },
    });
    const reply = await expectRefusal(throwing, ['GET', T], { status: 500, code: 'internal' });
    expect(JSON.stringify(reply.body)).not.toContain('secret');
    for (const nonsense of [{}, { id: '', tenant: 't', scopes: [] }, { id: 'a', tenant: 't', scopes: 'all' }, true]) {
      const on = client({ authenticate: () => nonsense as never });
      await expectRefusal(on, ['GET', T], { status: 500, code: 'invalid_configuration' });
    }
  });

  test('may be asynchronous', async () => {
    const on = client({ authenticate: async () => ({ id: 'a', tenant: 'acme', scopes: ['tickets:read'] }) });
    expect((await on.send('GET', T)).status).toBe(200);
  });
});

describe('queries', () => {
  test.each(['/tickets?statsu=closed', '/patterns?min_ocurrences=5', '/stats/auto-remediation?category=network'])(
    'GET %s is refused: a filter that is not known would filter nothing',
    async (path) => {
      const reply = await expectRefusal(client(), ['GET', `/api/v1${path}`], { status: 400, code: 'invalid_input' });
      expect(reply.body.detail).toContain(/[?](\w+)/.exec(path)?.[1]);
    },
  );
});

describe('addresses', () => {
  test.each([
    '/',
    '/api/v1',
    '/api/v1/',
    '/api/v2/tickets',
    '/api/v1/nope',
    '/api/v1/tickets/a/b',
    '/api/v1/tickets//feedback',
    '/api/v1x/tickets',
  ])('GET %s is 404', async (path) => {
    await expectRefusal(client(), ['GET', path], { status: 404, code: 'not_found' });
  });

  test.each([
    ['DELETE', '/tickets', 'POST, GET, HEAD'],
    ['PUT', '/tickets/x', 'GET, HEAD, PATCH'],
    ['GET', '/feedback', 'POST'],
    ['POST', '/policies/network', 'GET, HEAD, PUT'],
    ['OPTIONS', '/halt', 'GET, HEAD, POST'],
    ['POST', '/health', 'GET, HEAD'],
  ])('%s %s is 405 and tells %s', async (method, path, allow) => {
    const ask = [method, `/api/v1${path}`] as const;
    const reply = await expectRefusal(client(), ask, { status: 405, code: 'method_not_allowed' });
    expect(reply.headers.get('allow')).toBe(allow);
  });

  test.each(['%', '%E0%A4%A', '%zz', '%C3%28'])('refuses the malformed percent-encoding %s', async (id) => {
    await expectRefusal(client(), ['GET', `${T}/${id}`], { status: 400, code: 'invalid_input' });
  });

  test('refuses NUL in an id before anybody looks for it', async () => {
    await expectRefusal(client(), ['GET', `${T}/a%00b`], { status: 400, code: 'invalid_input' });
  });

  test('decode once only', async () => {
    const reply = await expectRefusal(client(), ['GET', `${T}/INC%252F001`], { status: 404, code: 'not_found' });
    expect(reply.body.detail).toContain('INC%2F001');
  });

  test('lie under the base path that was given, and nowhere else', async () => {
    const on = client({ basePath: '/itsm/api/' });
    const created = await on.send('POST', '/itsm/api/tickets', { body });
    expect(created.headers.get('location')).toBe('/itsm/api/tickets/INC-100');
    await expectRefusal(on, ['GET', T], { status: 404, code: 'not_found' });
    expect((await client({ basePath: '' }).send('GET', '/health')).status).toBe(200);
  });

  test('refuse options that cannot be used', () => {
    const { remit } = fakeRemit();
    for (const options of [{ basePath: 'api' }, { bodyLimitBytes: 0 }, { bodyLimitBytes: Number.NaN }]) {
      expect(() => createHandler({ remit, ...options })).toThrow(RemitError);
    }
  });

  test('answer HEAD like GET, without a body', async () => {
    const reply = await client().send('HEAD', `${T}/INC-001`);
    expect([reply.status, reply.body]).toEqual([200, null]);
    expect(Number(reply.headers.get('content-length'))).toBeGreaterThan(100);
  });

  test('are all different', () => {
    const all = ROUTES.map(({ method, pattern }) => `${method} ${pattern}`);
    expect(new Set(all).size).toBe(all.length);
    for (const { doc } of ROUTES) expect(doc).toMatch(/^[A-Z].*\.$/);
  });
});

describe('bodies', () => {
  const json = { 'content-type': 'application/json' };

  test.each([
    ['{"ticket_id": "a",}', 1, 19],
    ['{"ticket_id": "a"', 1, 18],
    ['{\n  "ticket_id": INC\n}', 2, 16],
    ['not json', 1, 1],
    ['{"a": "b\nc"}', 1, 9],
    ['{} {}', 1, 4],
  ])('tells where %j is no JSON', async (raw, line, column) => {
    const ask = ['POST', T, { raw, headers: json }] as const;
    const reply = await expectRefusal(client(), ask, { status: 400, code: 'invalid_input' });
    expect(reply.body.facts).toMatchObject({ line, column });
    expect(reply.body.detail).toContain(`line ${line}, column ${column}`);
  });

  test('find the place in every text that JSON.parse refuses, and only there', () => {
    const whole = '{"a": [1, -2.5e+3, "x\\u00e9\\n", true, false, null, {}, []], "b": {"c": ""}}';
    for (let length = 0; length < whole.length; length += 1) {
      // A text that was cut off is fine up to its end, or to the start of the word that was cut.
      const { offset } = findJsonFault(whole.slice(0, length));
      expect(offset).toBeLessThanOrEqual(length);
      expect(whole.slice(offset, length)).toMatch(/^[a-z\\u0-9.+-]*$/);
    }
    expect(findJsonFault('[1,]').offset).toBe(3);
    expect(findJsonFault('[01]').offset).toBe(2);
    expect(findJsonFault('{"a" 1}').offset).toBe(5);
    expect(findJsonFault('["\\x"]').offset).toBe(2);
    expect(findJsonFault(`${'['.repeat(100_000)}`).offset).toBe(100_000);
  });

  test.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/json; charset=latin1', 415],
    ['application/jsonx', 415],
    ['application/json; charset="UTF-8"', 201],
    ['application/vnd.acme+json', 201],
  ])('of %s are answered with %i', async (type, status) => {
    const on = client();
    const reply = await on.send('POST', T, { raw: JSON.stringify(body), headers: { 'content-type': type } });
    expect(reply.status).toBe(status);
    expect(on.changes).toHaveLength(status === 201 ? 1 : 0);
  });

  test('must say that they are JSON, and be plain', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const expected = { status: 415, code: 'unsupported_media_type' };
    await expectRefusal(client(), ['POST', T, { raw: bytes }], expected);
    const gzip = { raw: bytes, headers: { ...json, 'content-encoding': 'gzip' } };
    await expectRefusal(client(), ['POST', T, gzip], expected);
  });

  test.each([
    ['', 'no body'],
    ['[]', 'must be an object'],
    ['"text"', 'must be an object'],
    ['null', 'must be an object'],
    ['{"ticket_id":"\\ud800","description":"x","category":"server"}', 'surrogate'],
    ['{"ticket_id":"a\\u0000","description":"x","category":"server"}', 'NUL'],
    ['{"ticket_id":"a","description":"x","category":"server","metadata":{"__proto__":{"x":1}}}', 'not allowed'],
    [`{"metadata":${'['.repeat(200)}${']'.repeat(200)}}`, 'nested deeper'],
  ])('refuses %s', async (raw, says) => {
    const ask = ['POST', T, { raw, headers: json }] as const;
    const reply = await expectRefusal(client(), ask, { status: 400, code: 'invalid_input' });
    expect(reply.body.detail).toContain(says);
  });

  test('nested without end do no harm', async () => {
    const deep = '['.repeat(500_000) + ']'.repeat(500_000);
    const ask = ['POST', T, { raw: deep, headers: json }] as const;
    await expectRefusal(client(), ask, { status: 400, code: 'invalid_input' });
  });

  test('must be UTF-8', async () => {
    const raw = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]);
    const ask = ['POST', T, { raw, headers: json }] as const;
    const reply = await expectRefusal(client(), ask, { status: 400, code: 'invalid_input' });
    expect(reply.body.detail).toContain('UTF-8');
  });

  test('over the limit are refused by what they declare, before they are read', async () => {
    let pulled = 0;
    const raw = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled += 1;
          controller.enqueue(new Uint8Array(1000));
        },
      },
      { highWaterMark: 0 },
    );
    const ask = ['POST', T, { raw, headers: { ...json, 'content-length': '1048577' } }] as const;
    const reply = await expectRefusal(client(), ask, { status: 413, code: 'payload_too_large' });
    expect(reply.body.facts).toEqual({ limit_bytes: 1_048_576 });
    if (!asksThroughListener()) expect(pulled).toBe(0);
  });

  test('over the limit are refused as soon as they pass it when they declare nothing', async () => {
    let pulled = 0;
    const raw = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled += 1;
          controller.enqueue(new Uint8Array(1000));
        },
      },
      { highWaterMark: 0 },
    );
    const on = client({ bodyLimitBytes: 5000 });
    await expectRefusal(on, ['POST', T, { raw, headers: json }], { status: 413, code: 'payload_too_large' });
    if (!asksThroughListener()) expect(pulled).toBe(6);
  });
});

describe('trouble', () => {
  test('never shows a cause; the log has it under the trace id', async () => {
    const on = client();
    on.failNext(new Error('connect ECONNREFUSED postgres://user:secret@db'));
    const reply = await expectRefusal(on, ['GET', T], { status: 500, code: 'internal' });
    expect(JSON.stringify(reply.body)).not.toMatch(/secret|ECONNREFUSED/);
    expect(on.logged).toHaveLength(1);
    expect(on.logged[0]?.details['trace_id']).toBe(reply.body['trace_id']);
    expect(String(on.logged[0]?.details['error'])).toContain('secret');
  });

  test('hides the sentences of a storage that is down, too', async () => {
    const on = client();
    on.failNext(
      new RemitError('storage_unavailable', 'sqlite file secret.db is locked', { facts: { file: 'secret' } }),
    );
    const reply = await expectRefusal(on, ['GET', T], { status: 503, code: 'storage_unavailable' });
    expect(JSON.stringify(reply.body)).not.toContain('secret');
    expect(on.logged).toHaveLength(1);
  });

  test('knows errors of another installed copy, and none of their unknown codes', async () => {
    const on = client();
    const brand = { [Symbol.for('remit.error')]: true, faults: [], facts: {} };
    on.failNext(Object.assign(new Error('no such category'), brand, { code: 'unknown_category' }));
    await expectRefusal(on, ['GET', T], { status: 400, code: 'unknown_category' });
    on.failNext(Object.assign(new Error('from the future'), brand, { code: 'brand_new' }));
    await expectRefusal(on, ['GET', T], { status: 500, code: 'internal' });
  });

  test('of the logger changes no answer', async () => {
    const on = client({
      logger: {
        error: () => {
          throw new Error('disk full');
        },
      },
    });
    on.failNext(new Error('x'));
    await expectRefusal(on, ['GET', T], { status: 500, code: 'internal' });
  });

  test('carries the trace id of the caller', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    expect((await client().send('GET', T, { headers })).headers.get('x-trace-id')).toBe(trace);
    const zero = { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` };
    expect((await client().send('GET', T, { headers: zero })).headers.get('x-trace-id')).not.toMatch(/^0+$/);
  });

  test('sends no CORS header and lets nobody cache', async () => {
    const reply = await client().send('GET', T, { headers: { origin: 'https://evil.example' } });
    expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });
});
