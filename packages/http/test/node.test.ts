import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createHandler, toNodeListener } from '../src/index.js';
import { authenticate } from './client.js';
import { type FakeRemit, fakeRemit } from './fakeRemit.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(listener: (req: IncomingMessage, res: ServerResponse) => unknown): Promise<number> {
  const server = createServer((req, res) => void listener(req, res));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function api(bodyLimitBytes = 10_000): Promise<{ readonly port: number; readonly fake: FakeRemit }> {
  const fake = fakeRemit();
  const handler = createHandler({ remit: fake.remit, authenticate, bodyLimitBytes });
  return { port: await listen(toNodeListener(handler)), fake };
}

interface Sent {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Sends with node's own client; `feed` writes the body as it likes. */
function send(
  port: number,
  options: { readonly method: string; readonly path: string; readonly headers?: Record<string, string> },
  feed: (write: (chunk: string) => boolean, end: () => void) => void = (_, end) => end(),
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: 'Bearer ana', ...options.headers };
    const req = request({ host: '127.0.0.1', port, agent: false, ...options, headers }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => {
        text += chunk;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
      res.on('error', reject);
    });
    req.on('error', reject);
    feed(
      (chunk) => req.write(chunk),
      () => req.end(),
    );
  });
}

const ticket = JSON.stringify({ ticket_id: 'INC/9', description: 'down ☃', category: 'server' });
const json = { 'content-type': 'application/json' };
const T = '/api/v1/tickets';

describe('toNodeListener', () => {
  test('serves the API on a real socket', async () => {
    const { port } = await api();
    const chunks = [ticket.slice(0, 20), ticket.slice(20)];
    const created = await send(port, { method: 'POST', path: T, headers: json }, (write, end) => {
      for (const chunk of chunks) write(chunk);
      end();
    });
    expect([created.status, created.headers.location]).toEqual([201, '/api/v1/tickets/INC%2F9']);
    const read = await send(port, { method: 'GET', path: `${T}/INC%2F9` });
    expect(JSON.parse(read.text)).toMatchObject({ ticket_id: 'INC/9', description: 'down ☃' });
    const broken = await send(port, { method: 'GET', path: `${T}/%zz` });
    expect(broken.status).toBe(400);
  });

  test('answers HEAD without a body', async () => {
    const { port } = await api();
    const head = await send(port, { method: 'HEAD', path: `${T}/INC-001` });
    expect([head.status, head.text]).toEqual([200, '']);
    expect(Number(head.headers['content-length'])).toBeGreaterThan(100);
  });

  test('refuses a body by its Content-Length before it is sent', async () => {
    const { port, fake } = await api();
    const headers = { ...json, 'content-length': '10000000' };
    const sent = await send(port, { method: 'POST', path: T, headers }, (write) => write('{'));
    expect([sent.status, JSON.parse(sent.text).code]).toEqual([413, 'payload_too_large']);
    expect(sent.headers.connection).toBe('close');
    expect(fake.changes).toEqual([]);
  });

  test('refuses an endless chunked body as soon as it passes the limit', async () => {
    const { port, fake } = await api();
    let written = 0;
    let timer: NodeJS.Timeout | undefined;
    const sent = await send(port, { method: 'POST', path: T, headers: json }, (write) => {
      timer = setInterval(() => {
        written += 5000;
        write('x'.repeat(5000));
      }, 5);
    }).finally(() => clearInterval(timer));
    expect([sent.status, JSON.parse(sent.text).code]).toEqual([413, 'payload_too_large']);
    expect(written).toBeLessThan(1_000_000);
    expect(fake.changes).toEqual([]);
  });

  test('refuses a large body that is sent at once, and the sender sees why', async () => {
    const { port } = await api();
    const sent = await send(port, { method: 'POST', path: T, headers: json }, (write, end) => {
      write('x'.repeat(3_000_000));
      end();
    });
    expect(sent.status).toBe(413);
  });

  test('answers before the body when it does not need it', async () => {
    const { port } = await api();
    const headers = { ...json, authorization: 'Bearer nobody', 'content-length': '5000' };
    const sent = await send(port, { method: 'POST', path: T, headers }, (write) => write('{'));
    expect(sent.status).toBe(401);
  });

  test('survives any Host header and absolute addresses', async () => {
    const { port } = await api();
    for (const [path, host] of [
      ['/api/v1/health', 'not a host at all!'],
      ['http://elsewhere.test/api/v1/health', 'x'],
      ['//evil.test/api/v1/health', 'x'],
    ] as const) {
      const sent = await send(port, { method: 'GET', path, headers: { host } });
      expect([path, sent.status]).toEqual([path, path.startsWith('//') ? 404 : 200]);
    }
  });

  test('keeps the connection for the next request', async () => {
    const { port } = await api();
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      const get = 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n';
      const close = 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
      let all = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        all += chunk;
      });
      socket.on('end', () => resolve(all)).on('error', reject);
      socket.write(get + close);
    });
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });
});

describe('inside a framework', () => {
  /** As Express does it: mounted under a path, behind a body parser. */
  async function mounted(parse: (req: IncomingMessage & Record<string, unknown>, text: string) => void) {
    const fake = fakeRemit();
    const listener = toNodeListener(createHandler({ remit: fake.remit, authenticate, basePath: '/itsm/api/v1' }));
    const port = await listen(async (req, res) => {
      let text = '';
      for await (const chunk of req) text += chunk;
      const framed = Object.assign(req, { originalUrl: req.url }) as unknown as IncomingMessage &
        Record<string, unknown>;
      req.url = req.url?.replace(/^\/itsm/, '') ?? '/';
      parse(framed, text);
      await listener(framed, res);
    });
    return { port, fake };
  }

  test.each([
    ['an object', (text: string) => JSON.parse(text)],
    ['a text', (text: string) => text],
    ['bytes', (text: string) => Buffer.from(text)],
  ])('takes a body that was parsed to %s, and the whole address', async (_, parse) => {
    const { port, fake } = await mounted((req, text) => Object.assign(req, { body: parse(text) }));
    const sent = await send(port, { method: 'POST', path: '/itsm/api/v1/tickets', headers: json }, (write, end) => {
      write(ticket);
      end();
    });
    expect([sent.status, sent.headers.location]).toEqual([201, '/itsm/api/v1/tickets/INC%2F9']);
    expect(fake.changes).toEqual(['ticket INC/9']);
  });

  test('prefers the bytes that a parser kept', async () => {
    const { port, fake } = await mounted((req, text) => Object.assign(req, { body: {}, rawBody: Buffer.from(text) }));
    await send(port, { method: 'POST', path: '/itsm/api/v1/tickets', headers: json }, (write, end) => {
      write(ticket);
      end();
    });
    expect(fake.changes).toEqual(['ticket INC/9']);
  });

  test('reads a body that a parser left alone, whatever it put there', async () => {
    const { port, fake } = await api();
    const handler = toNodeListener(createHandler({ remit: fake.remit, authenticate }));
    const left = await listen((req, res) => handler(Object.assign(req, { body: {} }), res));
    const sent = await send(left, { method: 'POST', path: T, headers: json }, (write, end) => {
      write(ticket);
      end();
    });
    expect(sent.status).toBe(201);
    expect(port).not.toBe(left);
  });
});

describe('any handler', () => {
  test('keeps every Set-Cookie, streams, and sees a client that goes away', async () => {
    const seen: string[] = [];
    const handler = async (req: Request): Promise<Response> => {
      req.signal.addEventListener('abort', () => seen.push('aborted'));
      const headers = new Headers({ 'content-type': 'text/event-stream' });
      headers.append('set-cookie', 'a=1');
      headers.append('set-cookie', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT');
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode('first')),
        cancel: () => void seen.push('cancelled'),
      });
      return new Response(body, { headers });
    };
    const port = await listen(toNodeListener(handler));
    const cookies = await new Promise((resolve, reject) => {
      const req = request({ host: '127.0.0.1', port, agent: false }, (res) => {
        res.once('data', (chunk: Buffer) => {
          expect(String(chunk)).toBe('first');
          resolve(res.headers['set-cookie']);
          req.destroy();
        });
        res.on('error', () => undefined);
      });
      req.on('error', reject);
      req.end();
    });
    expect(cookies).toEqual(['a=1', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT']);
    await expect.poll(() => [...seen].sort()).toEqual(['aborted', 'cancelled']);
  });

  test('aborts the signal while the handler still works', async () => {
    let aborted: (() => void) | undefined;
    const wasAborted = new Promise<void>((resolve) => {
      aborted = resolve;
    });
    const port = await listen(
      toNodeListener(async (req) => {
        await new Promise<void>((resolve) => req.signal.addEventListener('abort', () => resolve()));
        aborted?.();
        return new Response('too late');
      }),
    );
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      setTimeout(() => socket.destroy(), 50);
    });
    await wasAborted;
  });

  test('does not abort the signal of a request that was answered', async () => {
    let signal: AbortSignal | undefined;
    const port = await listen(
      toNodeListener(async (req) => {
        signal = req.signal;
        return new Response('ok');
      }),
    );
    expect((await send(port, { method: 'GET', path: '/' })).text).toBe('ok');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(signal?.aborted).toBe(false);
  });

  test('answers 500 without a word when a handler breaks, and ends a broken stream', async () => {
    const port = await listen(
      toNodeListener(async (req) => {
        if (req.url.endsWith('/throw')) throw new Error('secret');
        return new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new TextEncoder().encode('half')),
            pull: () => Promise.reject(new Error('secret')),
          }),
        );
      }),
    );
    expect(await send(port, { method: 'GET', path: '/throw' })).toMatchObject({ status: 500, text: '' });
    await expect(send(port, { method: 'GET', path: '/stream' })).rejects.toThrow(/aborted|hang up|reset/i);
  });
});
