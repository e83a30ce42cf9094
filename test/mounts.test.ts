import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { createRemit, functionExecutor, type Remit } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { byHmac, createHandler, toNodeListener } from '@remit/http';
import express from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { type Api, BASE_PATH } from '../examples/node-http/src/openApi.js';
import { ROOT } from './architecture/source.js';
import { MOUNTS, type Mounted, serving } from './mounts/mounts.js';

/* One suite through every server that an example mounts the API in: whatever the framework does, the API is the same. */

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const SECRET = 'a secret of the sender';
const alice = { id: 'alice', tenant: 'acme', scopes: ['tickets:read', 'tickets:write'] };
const AUTHORIZED = { authorization: 'Bearer alice' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** The whole API before a real Remit that can do nothing; messages of `pager` are signed. */
async function openApi(): Promise<{ readonly api: Api; readonly remit: Remit }> {
  const storage = memoryStorage();
  const remit = createRemit({
    storage,
    executor: functionExecutor({ tools: {} }),
    catalogue: { actions: [], runbooks: [] },
  });
  await remit.start();
  ends.push(() => remit.close());
  const api = createHandler({
    remit,
    basePath: BASE_PATH,
    bodyLimitBytes: 50_000,
    authenticate: ({ headers }) => (headers.get('authorization') === AUTHORIZED.authorization ? alice : null),
    ingest: {
      pager: {
        principal: alice,
        verify: byHmac({ secrets: [SECRET], header: 'x-signature', prefix: 'sha256=' }),
        read: (message) => {
          const { id } = message as { readonly id: string };
          return [{ kind: 'opened', ticket: { ticketId: id, description: 'paged', category: 'server' } }];
        },
      },
    },
    logger: { error: () => {} },
  });
  return { api, remit };
}

async function mounted(open: (api: Api) => Promise<Mounted>, api: Api): Promise<string> {
  const { url, close } = await open(api);
  ends.push(close);
  return url;
}

const signed = (body: string) => ({
  ...JSON_TYPE,
  'x-signature': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
});

interface Sent {
  readonly status: number | undefined;
  readonly text: string;
}

/** Sends chunk by chunk without saying how much is to come, until there is an answer. */
function sendEndlessly(url: string): Promise<Sent & { readonly written: number }> {
  return new Promise((resolve, reject) => {
    let written = 0;
    const headers = { ...AUTHORIZED, ...JSON_TYPE };
    const sent = request(url, { method: 'POST', headers, agent: false }, (answer) => {
      clearInterval(timer);
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, text, written }));
      answer.on('error', reject);
    });
    // Once the answer is there, the connection may close under what is still being sent.
    sent.on('error', (error) => setTimeout(reject, 1_000, error));
    const timer = setInterval(() => {
      written += 5_000;
      sent.write('x'.repeat(5_000));
    }, 2);
  });
}

const idsIn = (text: string): readonly number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

/** Reads a stream until its text fits, and leaves. */
async function readUntil(response: Response, wanted: RegExp): Promise<string> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (!wanted.test(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel().catch(() => undefined);
  return text;
}

describe.each(Object.entries(MOUNTS))('%s', (_, { open, hasOwnRoutes, parsesBefore }) => {
  const post = (url: string, body: string, headers: Readonly<Record<string, string>> = JSON_TYPE) =>
    fetch(url, { method: 'POST', headers: { ...AUTHORIZED, ...headers }, body });

  test('takes a ticket in under the base path and shows it, whatever its id is', async () => {
    const url = `${await mounted(open, (await openApi()).api)}${BASE_PATH}`;
    const id = 'INC/1 é?☃';
    const body = JSON.stringify({ ticket_id: id, description: 'dröhnt ☃', category: 'server' });
    const created = await post(`${url}/tickets`, body);
    const location = created.headers.get('location');
    expect([created.status, location]).toEqual([201, `${BASE_PATH}/tickets/${encodeURIComponent(id)}`]);
    const read = await fetch(new URL(location ?? '', url), { headers: AUTHORIZED });
    expect(await read.json()).toMatchObject({ ticket_id: id, description: 'dröhnt ☃' });
    const listed = await fetch(`${url}/tickets?limit=1&category=server`, { headers: AUTHORIZED });
    expect(((await listed.json()) as { items: unknown[] }).items).toHaveLength(1);
    const head = await fetch(`${url}/tickets`, { method: 'HEAD', headers: AUTHORIZED });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('refuses in its own words: no token, no such route, no such method, no JSON', async () => {
    const url = `${await mounted(open, (await openApi()).api)}${BASE_PATH}`;
    const refusals = await Promise.all([
      fetch(`${url}/tickets`),
      fetch(`${url}/nothing`, { headers: AUTHORIZED }),
      fetch(`${url}/tickets`, { method: 'DELETE', headers: AUTHORIZED }),
      post(`${url}/tickets`, 'a=b', { 'content-type': 'text/plain' }),
      post(`${url}/tickets`, ''),
    ]);
    expect(refusals.map(({ status }) => status)).toEqual([401, 404, 405, 415, 400]);
    for (const refusal of refusals) {
      expect(refusal.headers.get('content-type')).toBe('application/problem+json');
      expect(await refusal.json()).toMatchObject({ status: refusal.status, code: expect.any(String) });
    }
  });

  test('refuses a body that is too large, said beforehand or not, and the sender sees why', async () => {
    const { api, remit } = await openApi();
    const url = `${await mounted(open, api)}${BASE_PATH}/tickets`;
    const description = 'x'.repeat(100_000);
    const refused = await post(url, JSON.stringify({ ticket_id: 'L', description, category: 'server' }));
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([413, 'payload_too_large']);
    expect((await remit.tickets(alice, { limit: 1, cursor: null })).items).toEqual([]);
    // What a parser takes before is limited by the parser.
    if (parsesBefore) return;
    const endless = await sendEndlessly(url);
    expect(endless.status).toBe(413);
    expect(endless.written).toBeLessThan(5_000_000);
  });

  test('verifies a signature over the bytes as they came', async () => {
    const url = `${await mounted(open, (await openApi()).api)}${BASE_PATH}/ingest/pager`;
    // Parsed and written again, these bytes would be others.
    const body = '{ "id" : "P-1",\n "size": 1.0 }';
    const taken = await post(url, body, signed(body));
    expect(await taken.json()).toEqual({ items: [{ ticket_id: 'P-1', result: 'created', reason: 'new', code: null }] });
    expect((await post(url, body, signed(`${body} `))).status).toBe(401);
  });

  test('sends every Set-Cookie, and each part of a stream when it is there', async () => {
    let next: (() => void) | undefined;
    const url = await mounted(open, async () => {
      const headers = new Headers({ 'content-type': 'text/event-stream' });
      headers.append('set-cookie', 'a=1; Path=/');
      headers.append('set-cookie', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT');
      const parts = [': first\n\n', ': second\n\n'];
      const body = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            if (parts.length === 1) await new Promise<void>((resolve) => (next = resolve));
            const part = parts.shift();
            if (part === undefined) controller.close();
            else controller.enqueue(new TextEncoder().encode(part));
          },
        },
        { highWaterMark: 0 },
      );
      return new Response(body, { headers });
    });
    const response = await fetch(`${url}${BASE_PATH}/any`);
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT']);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    // The second part is not made before the first one was seen.
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(': first\n\n');
    await expect.poll(() => next).toBeDefined();
    next?.();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(': second\n\n');
    expect((await reader.read()).done).toBe(true);
  });

  test('sees a reader who leaves', async () => {
    const seen: string[] = [];
    const url = await mounted(open, async ({ signal }) => {
      signal.addEventListener('abort', () => seen.push('aborted'));
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(': here\n\n')),
        cancel: () => void seen.push('cancelled'),
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    });
    const leaving = new AbortController();
    const response = await fetch(`${url}${BASE_PATH}/any`, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    await expect.poll(() => [...seen].sort(), { timeout: 60_000 }).toEqual(['aborted', 'cancelled']);
  });

  test('a reader of events who comes back again and again misses nothing and gets nothing twice', async () => {
    const { api, remit } = await openApi();
    const url = `${await mounted(open, api)}${BASE_PATH}`;
    const seen: number[] = [];
    const count = 12;
    const submitted = (async () => {
      for (let n = 1; n <= count; n += 1) {
        const ticket = { ticketId: `E-${n}`, description: 'down', category: 'server' };
        await remit.submitTicket(alice, ticket);
      }
      await remit.idle();
    })();
    // Every reading ends at the next full event: the lines break where nobody chose.
    const isOver = async () => (await remit.changes(alice, { after: null })).last === seen.at(-1);
    await submitted;
    while (!(await isOver())) {
      const headers = { ...AUTHORIZED, 'last-event-id': String(seen.at(-1) ?? 0) };
      const text = await readUntil(await fetch(`${url}/events`, { headers }), /^id: \d+\ndata: .*\n\n/m);
      seen.push(...idsIn(text.slice(0, text.lastIndexOf('\n\n') + 2)));
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, n) => n + 1));
    expect(seen.length).toBeGreaterThanOrEqual(count);
  });

  if (!hasOwnRoutes) return;
  test('leaves the rest of the application as it was', async () => {
    const url = await mounted(open, (await openApi()).api);
    const echoed = await post(`${url}/echo`, '{"a":[1]}');
    expect([echoed.status, await echoed.json()]).toEqual([200, { a: [1] }]);
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
  });
});

describe('behind a parser that keeps no bytes', () => {
  const openBehind = async (parser: express.RequestHandler): Promise<string> => {
    const { api } = await openApi();
    const open = () => serving(express().use(parser).use('/itsm', toNodeListener(api)));
    return `${await mounted(open, api)}${BASE_PATH}`;
  };
  const send = (url: string, body: string, headers: Readonly<Record<string, string>>) =>
    fetch(url, { method: 'POST', headers: { ...AUTHORIZED, ...headers }, body });

  test('takes what it made of the body, and says of a signed message why it cannot be verified', async () => {
    const url = await openBehind(express.json());
    const ticket = JSON.stringify({ ticket_id: 'INC-1', description: 'down', category: 'server' });
    expect((await send(`${url}/tickets`, ticket, JSON_TYPE)).status).toBe(201);
    const body = '{ "id" : "P-1" }';
    const refused = await send(`${url}/ingest/pager`, body, signed(body));
    expect(refused.status).toBe(500);
    expect(await refused.json()).toMatchObject({
      code: 'raw_body_missing',
      next_step: expect.stringContaining('req.rawBody = bytes'),
    });
  });

  test('says so too when the body was read and nothing is left of it', async () => {
    const url = await openBehind((req, _res, next) => {
      req.on('end', () => next()).resume();
    });
    const refused = await send(`${url}/tickets`, '{"ticket_id":"INC-1"}', JSON_TYPE);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([500, 'raw_body_missing']);
    const empty = await send(`${url}/tickets`, '', JSON_TYPE);
    expect(empty.status).toBe(400);
  });
});

describe('the examples', () => {
  /** Starts the program of an example on a free port; resolves with where it says that it listens. */
  async function start(name: string, env: NodeJS.ProcessEnv): Promise<string> {
    const args = ['--conditions=@remit/source', '--import', 'tsx', `examples/${name}/src/main.ts`];
    const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, PORT: '0', ...env } });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    ends.push(() => {
      child.kill();
      return ended;
    });
    let told = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (told += chunk));
    const port = () => /(?:port: |:)(\d{4,5})\b/.exec(told)?.[1];
    await Promise.race([expect.poll(port, { timeout: 120_000 }).toBeDefined(), ended]);
    expect(told).toMatch(/\d/);
    return `http://127.0.0.1:${port()}`;
  }

  test.each(['node-http', 'express', 'fastify', 'koa', 'hono'])(
    '%s starts, and lets in who shows the token',
    async (name) => {
      const url = await start(name, { REMIT_TOKEN: 'token-of-alice' });
      expect((await fetch(`${url}${BASE_PATH}/tickets`)).status).toBe(401);
      const headers = { authorization: 'Bearer token-of-alice' };
      const listed = await fetch(`${url}${BASE_PATH}/tickets`, { headers });
      expect(await listed.json()).toEqual({ items: [], next_cursor: null });
    },
  );
});
