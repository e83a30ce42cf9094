import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Authenticate, createHandler, toNodeListener } from '../src/index.js';
import { authenticate } from './client.js';
import { fakeRemit } from './fakeRemit.js';

/* Requests and answers of the bridge are made as far as somebody looks; whoever looks finds all that there is. */

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(handler: (request: Request) => Promise<Response>): Promise<string> {
  const server = createServer(toNodeListener(handler));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const T = '/api/v1/tickets';
const ticket = JSON.stringify({ ticket_id: 'INC-7', description: 'down ☃', category: 'server' });
const headers = { authorization: 'Bearer ana', 'content-type': 'application/json', 'x-two': 'a, b' };
const post = { method: 'POST', headers, body: ticket };

describe('a hook that looks into a request', () => {
  async function served(hook: Authenticate) {
    const fake = fakeRemit();
    const url = await listen(createHandler({ remit: fake.remit, authenticate: hook }));
    return { url, fake };
  }

  test('finds address, method and headers, and the body in a clone; the handler gets the body all the same', async () => {
    const seen: unknown[] = [];
    const { url, fake } = await served(async (request) => {
      const { method, url: address, headers: given } = request;
      seen.push(request instanceof Request, given instanceof Headers, method, new URL(address).pathname);
      seen.push(given.get('X-Two'), given.has('x-three'), given.get('constructor'));
      seen.push([...given].some(([name, value]) => name === 'x-two' && value === 'a, b'));
      seen.push(new Headers(given).get('x-two'), await request.clone().text(), request.bodyUsed);
      return authenticate(request);
    });
    const answer = await fetch(url + T, post);
    expect(answer.status).toBe(201);
    expect(seen).toEqual([true, true, 'POST', T, 'a, b', false, null, true, 'a, b', ticket, false]);
    expect(fake.changes).toEqual(['ticket INC-7']);
  });

  test('can hand on a clone', async () => {
    const { url } = await served((request) => authenticate(new Request(request.clone(), { headers: request.headers })));
    expect((await fetch(url + T, post)).status).toBe(201);
    expect((await fetch(url + T, { headers })).status).toBe(200);
  });

  test('sees one signal, whatever it asks first', async () => {
    const { url } = await served((request) => {
      const { signal } = request;
      if (signal.aborted || request.signal !== signal) throw new Error('another one');
      return authenticate(request.clone());
    });
    expect((await fetch(url + T, { headers })).status).toBe(200);
  });
});

test('a signal that is asked for after the client has left is aborted already', async () => {
  let ask = (): void => {};
  const left = new Promise<void>((resolve) => {
    ask = resolve;
  });
  let told = (_: boolean): void => {};
  const aborted = new Promise<boolean>((resolve) => {
    told = resolve;
  });
  const listener = toNodeListener(async (request) => {
    await left;
    told(request.signal.aborted);
    return new Response(null);
  });
  const server = createServer((req, res) => {
    res.once('close', ask);
    void listener(req, res);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n', () => setTimeout(() => socket.destroy(), 20));
  });
  expect(await aborted).toBe(true);
});

describe('a host that looks into an answer', () => {
  const api = createHandler({ remit: fakeRemit().remit, authenticate });

  test('changes its headers, and they go out with the rest', async () => {
    const url = await listen(async (request) => {
      const response = await api(request);
      expect([response instanceof Response, response.ok, response.status]).toEqual([true, true, 200]);
      response.headers.append('set-cookie', 'a=1');
      response.headers.append('set-cookie', 'b=2');
      return response;
    });
    const answer = await fetch(url + T, { headers });
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toHaveProperty('items');
  });

  test('reads it, and makes another one of it', async () => {
    const url = await listen(async (request) => {
      const response = await api(request);
      const { items } = (await response.clone().json()) as { items: unknown[] };
      return new Response(response.body, { status: 299, headers: { 'x-items': String(items.length) } });
    });
    const answer = await fetch(url + T, { headers });
    expect([answer.status, Number(answer.headers.get('x-items')) > 0]).toEqual([299, true]);
    expect(await answer.json()).toHaveProperty('items');
  });

  test('gets a Response that is one throughout, where it asks without the bridge', async () => {
    const response = await api(new Request(`http://remit.test${T}`, { headers }));
    expect(Object.getPrototypeOf(response)).toBe(Response.prototype);
    const text = await response.text();
    expect(Number(response.headers.get('content-length'))).toBe(new TextEncoder().encode(text).byteLength);
  });
});

test('every answer ends its JSON with a line end, and says the length of all of it', async () => {
  const url = await listen(createHandler({ remit: fakeRemit().remit, authenticate }));
  for (const [path, given] of [
    [T, headers],
    [T, {}],
  ] as const) {
    const answer = await fetch(url + path, { headers: given });
    const text = await answer.text();
    expect(text).toMatch(/\}\n$/);
    const head = await fetch(url + path, { method: 'HEAD', headers: given });
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(100);
    expect(Number(answer.headers.get('content-length'))).toBe(new TextEncoder().encode(text).byteLength);
  }
});

test('a client that leaves in the middle of its body changes nothing, and the next one is served', async () => {
  const fake = fakeRemit();
  const problems: unknown[] = [];
  let told = (): void => {};
  const heard = new Promise<void>((resolve) => {
    told = resolve;
  });
  const logger = {
    error: (facts: unknown) => {
      problems.push(facts);
      told();
    },
  };
  const url = await listen(createHandler({ remit: fake.remit, authenticate, logger }));
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
    const head = `POST ${T} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ana\r\nContent-Type: application/json\r\n`;
    socket.write(`${head}Content-Length: 500\r\n\r\n${ticket.slice(0, 20)}`, () =>
      setTimeout(() => socket.destroy(), 20),
    );
  });
  await heard;
  expect([fake.changes, problems.length]).toEqual([[], 1]);
  expect((await fetch(url + T, post)).status).toBe(201);
});
