import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { type Storage, WEBHOOKS } from '@remit/core';
import { memoryStorage, movableClock } from '@remit/core/testing';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWebhooks, type WebhookEndpoint, type WebhookOptions, type Webhooks } from '../src/index.js';
import { isPublicAddress } from '../src/webhooks/address.js';
import { waitAfter } from '../src/webhooks/webhooks.js';
import { client } from './client.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const NEXT = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const TENANT = 'acme';

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Reply = number | 'hang' | 'flood' | 'cut' | { readonly location: string };

/** A receiver on loopback that answers as it is told, one reply for each message, the last one from then on. */
async function receiver(...replies: readonly Reply[]) {
  const got: Got[] = [];
  let at = 0;
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      const reply = replies[Math.min(at, replies.length - 1)] ?? 204;
      at += 1;
      if (reply === 'hang') return;
      if (reply === 'cut') request.socket.destroy();
      else if (reply === 'flood') {
        response.writeHead(200);
        const flood = setInterval(() => response.write('x'.repeat(65_536)), 1);
        response.on('close', () => clearInterval(flood));
      } else if (typeof reply === 'object') response.writeHead(302, reply).end();
      else response.writeHead(reply).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { got, port, url: `http://127.0.0.1:${port}/hook` };
}

// It stands still, at a time that the library which verifies takes for now.
const clock = movableClock();
beforeEach(() => clock.set(Date.now()));

async function happen(storage: Storage, ...ids: readonly string[]): Promise<void> {
  for (const ticketId of ids) {
    const content = { title: null, description: 'a text that nobody outside may see', category: 'server' };
    const people = { priority: null, requester: null, submitter: 'ana' };
    const ticket = { tenant: TENANT, ticketId, ...content, ...people, optedIn: false, targets: [], metadata: {} };
    await storage.tickets.submit(ticket, ticketId);
  }
}

const endpointAt = (url: string, more: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  name: 'ops',
  tenant: TENANT,
  url,
  secrets: [SECRET],
  allowPrivate: true,
  ...more,
});

/** Started, and at its place behind what happened before. Nothing is looked at by itself: the tests say when. */
async function telling(
  storage: Pick<Storage, 'outbox' | 'now'>,
  endpoint: WebhookEndpoint,
  more: Partial<WebhookOptions> = {},
): Promise<Webhooks & { readonly troubles: string[] }> {
  const troubles: string[] = [];
  const report = ({ what }: { readonly what: string }): void => void troubles.push(what);
  const webhooks = startWebhooks({
    storage,
    endpoints: [endpoint],
    random: () => 0.5,
    // Far more than loopback needs, however busy the machine is; a test that wants less says so.
    timeoutMs: 120_000,
    lookEveryMs: 3_600_000,
    report,
    ...more,
  });
  ends.push(() => webhooks.stop());
  await webhooks.look();
  return { ...webhooks, troubles };
}

const idsOf = (got: readonly Got[]) => got.map(({ headers }) => headers['webhook-id']);
const told = (got: readonly Got[]) => got.map(({ body }) => JSON.parse(body).data.ticket_id);

describe('outgoing webhooks', () => {
  test('are told in order, signed so that the library of the Standard Webhooks takes them with either secret', async () => {
    const storage = memoryStorage({ clock });
    const { got, url } = await receiver(200);
    const { look } = await telling(storage, endpointAt(url, { secrets: [NEXT, SECRET] }));
    await happen(storage, 'INC-1', 'INC-2', 'INC-3');
    await look();
    expect(told(got)).toEqual(['INC-1', 'INC-2', 'INC-3']);
    for (const { headers, body } of got) {
      for (const secret of [SECRET, NEXT]) {
        expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
          type: 'ticket_received',
          data: { tenant: TENANT, remediation_id: null },
        });
      }
      const other = new Webhook(`whsec_${Buffer.alloc(32, 9).toString('base64')}`);
      expect(() => other.verify(body, headers as Record<string, string>)).toThrow();
      expect(() => new Webhook(SECRET).verify(`${body} `, headers as Record<string, string>)).toThrow();
      expect(body).not.toContain('nobody outside');
    }
    expect(new Set(idsOf(got)).size).toBe(3);
  });

  test('are tried again ever later under the same id, and those behind wait', async () => {
    const storage = memoryStorage({ clock });
    const { got, url } = await receiver(500, 'cut', { location: 'http://127.0.0.1:1/' }, 200);
    const { look, troubles } = await telling(storage, endpointAt(url));
    await happen(storage, 'INC-1', 'INC-2');
    await look();
    await look();
    expect(got).toHaveLength(1);
    for (const wait of [5_000, 20_000, 80_000]) {
      clock.advance(wait - 1);
      const before = got.length;
      await look();
      expect(got).toHaveLength(before);
      clock.advance(1);
      await look();
    }
    expect(told(got)).toEqual(['INC-1', 'INC-1', 'INC-1', 'INC-1', 'INC-2']);
    expect(new Set(idsOf(got)).size).toBe(2);
    expect(troubles).toEqual([
      'event 1 was not delivered: answered 500',
      'event 1 was not delivered: no connection (ECONNRESET)',
      'event 1 was not delivered: answered 302',
    ]);
  });

  test('wait between three quarters and five quarters of the time, and never longer than the longest', () => {
    const { firstWaitMs, longestWaitMs } = WEBHOOKS;
    expect([waitAfter(1, () => 0), waitAfter(1, () => 1)]).toEqual([0.75 * firstWaitMs, 1.25 * firstWaitMs]);
    expect(waitAfter(50, () => 0.5)).toBe(longestWaitMs);
  });

  test('that nobody takes are kept as dead letters, the next ones go on, and a replay has the same id', async () => {
    const storage = memoryStorage({ clock });
    const { got, url } = await receiver(...Array<number>(WEBHOOKS.attempts).fill(503), 200, 503, 200);
    const { look, deadLetters, replay } = await telling(storage, endpointAt(url));
    await happen(storage, 'INC-1', 'INC-2');
    for (let attempt = 0; attempt < WEBHOOKS.attempts; attempt += 1) {
      await look();
      clock.advance(WEBHOOKS.longestWaitMs * 2);
    }
    expect(told(got)).toEqual([...Array(WEBHOOKS.attempts).fill('INC-1'), 'INC-2']);
    const [letter, ...others] = await deadLetters(TENANT);
    expect([letter, others]).toMatchObject([{ consumer: 'webhook:ops', error: 'answered 503', event: { seq: 1 } }, []]);
    expect(await deadLetters('globex')).toEqual([]);
    await expect(replay('globex', { consumer: 'webhook:ops', seq: 1 })).rejects.toMatchObject({ code: 'not_found' });
    expect(await replay(TENANT, { consumer: 'webhook:ops', seq: 1 })).toEqual({ status: 503 });
    expect(await deadLetters(TENANT)).toHaveLength(1);
    expect(await replay(TENANT, { consumer: 'webhook:ops', seq: 1 })).toEqual({ status: 200 });
    expect(await deadLetters(TENANT)).toEqual([]);
    expect(new Set(idsOf(got).filter((_, n) => n !== WEBHOOKS.attempts)).size).toBe(1);
    await expect(replay(TENANT, { consumer: 'webhook:ops', seq: 1 })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('to an endpoint that is gone are given up at once', async () => {
    const storage = memoryStorage({ clock });
    const { got, url } = await receiver(410);
    const { look, deadLetters } = await telling(storage, endpointAt(url));
    await happen(storage, 'INC-1');
    await look();
    expect([got.length, (await deadLetters(TENANT)).length]).toEqual([1, 1]);
  });

  test('are only those that the endpoint wants', async () => {
    const storage = memoryStorage({ clock });
    const { got, url } = await receiver(200);
    const { look } = await telling(storage, endpointAt(url, { types: ['ticket_opt_in_changed'] }));
    await happen(storage, ...Array.from({ length: 150 }, (_, n) => `INC-${n}`));
    await storage.tickets.setOptIn(TENANT, 'INC-7', { optedIn: true, by: 'ana' });
    await look();
    expect(told(got)).toEqual(['INC-7']);
    await look();
    expect(got).toHaveLength(1);
  });

  test('go on behind what was delivered after a restart, and what was under way comes again under its id', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'remit-webhooks-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'remit.sqlite');
    const { got, url } = await receiver(200, 500, 200);
    const before = await sqliteStorage({ file, clock });
    const first = await telling(before, endpointAt(url));
    await happen(before, 'INC-1', 'INC-2');
    await first.look();
    await first.stop();
    await before.close();
    const after = await sqliteStorage({ file, clock });
    ends.push(() => after.close());
    const second = await telling(after, endpointAt(url));
    expect(told(got)).toEqual(['INC-1', 'INC-2']);
    clock.advance(5_000);
    await second.look();
    expect(told(got)).toEqual(['INC-1', 'INC-2', 'INC-2']);
    expect(new Set(idsOf(got).slice(1)).size).toBe(1);
  });

  test('come from one of several instances at a time', async () => {
    const storage = memoryStorage({ clock });
    const { got, url } = await receiver(200);
    const instances = [];
    for (let n = 0; n < 4; n += 1) instances.push(await telling(storage, endpointAt(url)));
    await happen(storage, ...Array.from({ length: 20 }, (_, n) => `INC-${n}`));
    for (let turn = 0; turn < 3; turn += 1) await Promise.all(instances.map(({ look }) => look()));
    expect(told(got)).toEqual(Array.from({ length: 20 }, (_, n) => `INC-${n}`));
  });

  test('are given up after a time, and nothing of an answer is waited for', async () => {
    const storage = memoryStorage({ clock });
    const { url } = await receiver('flood', 'hang');
    const { look, troubles } = await telling(storage, endpointAt(url), { timeoutMs: 300 });
    await happen(storage, 'INC-1', 'INC-2');
    const began = performance.now();
    await look();
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(troubles).toEqual(['event 2 was not delivered: no answer within 300 ms']);
  });
});

describe('addresses', () => {
  const INSIDE = [
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1',
    'fec0::1',
    'fd00::1',
    'ff02::1',
    'fe80::1%eth0',
    'not an address',
    '',
  ];
  test.each(INSIDE)('%j is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
  test.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test.each([
    ['a name that is inside', 'https://hooks.example.test/', ['10.0.0.5']],
    ['a name that is inside too', 'https://hooks.example.test/', ['8.8.8.8', '127.0.0.1']],
    ['an address', 'https://127.0.0.1/', []],
    ['an address as a number', 'https://2130706433/', []],
    ['an address in octal', 'https://0177.0.0.1/', []],
    ['an address of version 6', 'https://[::1]/', []],
    ['a name without an address', 'https://hooks.example.test/', []],
  ])('of %s are not connected to', async (_, url, addresses) => {
    const storage = memoryStorage({ clock });
    const resolve = async () => addresses.map((address) => ({ address, family: 4 }));
    const { look, troubles } = await telling(storage, endpointAt(url, { allowPrivate: false }), { resolve });
    await happen(storage, 'INC-1');
    await look();
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toMatch(/is not a public address|has no address/);
  });

  test('are asked for once, and the connection goes to what was looked at', async () => {
    const storage = memoryStorage({ clock });
    const { got, port } = await receiver(200);
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      // A second question would be told something else.
      return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    };
    const { look } = await telling(storage, endpointAt(`http://hooks.example.test:${port}/`), { resolve });
    await happen(storage, 'INC-1');
    await look();
    expect([asked, got.length, got[0]?.headers.host]).toEqual([1, 1, `hooks.example.test:${port}`]);
  });

  test.each([
    [{ url: 'http://hooks.example.com', allowPrivate: false }, /address of https:/],
    [{ url: 'ftp://hooks.example.com' }, /address of https: or http:/],
    [{ url: 'https://me:secret@hooks.example.com' }, /credentials/],
    [{ url: 'no address' }, /no URL/],
    [{ secrets: [] }, /needs a secret/],
    [{ secrets: ['whsec_c2hvcnQ='] }, /24 to 64 bytes/],
    [{ secrets: [Buffer.alloc(32, 7).toString('base64')] }, /must be whsec_/],
    [{ name: 'Ops!' }, /small letters/],
  ] as const)('and secrets that cannot be used are refused (%#)', (more, message) => {
    const storage = memoryStorage({ clock });
    const endpoints = [endpointAt('https://hooks.example.com', more)];
    expect(() => startWebhooks({ storage, endpoints })).toThrow(message);
    const twice = [endpointAt('https://a.example.com'), endpointAt('https://b.example.com')];
    expect(() => startWebhooks({ storage, endpoints: twice })).toThrow(/same name/);
  });
});

describe('dead letters over the API', () => {
  const people: Readonly<Record<string, readonly string[]>> = {
    reader: ['tickets:read'],
    operator: ['policy:write'],
    stranger: ['tickets:read', 'policy:write'],
  };
  const knownBy = (request: Request) => {
    const id = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
    const scopes = people[id];
    return scopes ? { id, tenant: id === 'stranger' ? 'globex' : TENANT, scopes } : null;
  };
  const AT = '/api/v1/webhooks/dead-letters';

  test('are listed and sent once more, by whom the scope allows it, and for their own tenant alone', async () => {
    const storage = memoryStorage({ clock });
    const { url, got } = await receiver(410, 503, 'cut', 204);
    const webhooks = await telling(storage, endpointAt(url));
    await happen(storage, 'INC-1');
    await webhooks.look();
    const on = client({ authenticate: knownBy, webhooks });
    const listed = await on.send('GET', AT, { as: 'reader' });
    expect(listed.body.items).toMatchObject([
      { dead_letter_id: 'ops.1', endpoint: 'ops', error: 'answered 410', event: { seq: 1, ticket_id: 'INC-1' } },
    ]);
    expect((await on.send('GET', AT, { as: 'operator' })).status).toBe(403);
    expect((await on.send('GET', AT, { as: 'stranger' })).body.items).toEqual([]);
    const retry = (as: string, id = 'ops.1') => on.send('POST', `${AT}/${id}/retry`, { as });
    expect((await retry('reader')).status).toBe(403);
    for (const id of ['ops.2', 'other.1', 'ops', 'ops.x']) expect((await retry('operator', id)).status).toBe(404);
    expect((await retry('stranger')).status).toBe(404);
    expect(got).toHaveLength(1);
    expect((await retry('operator')).body).toEqual({ delivered: false, status: 503, failure: null });
    expect((await retry('operator')).body).toMatchObject({ delivered: false, status: null });
    expect((await retry('operator')).body).toEqual({ delivered: true, status: 204, failure: null });
    expect(new Set(idsOf(got)).size).toBe(1);
    expect((await on.send('GET', AT, { as: 'reader' })).body.items).toEqual([]);
    expect((await retry('operator')).status).toBe(404);
  });

  test('are nowhere on a server that sends no webhooks, and it says so', async () => {
    const on = client({ authenticate: knownBy });
    const { status, body } = await on.send('GET', AT, { as: 'reader' });
    expect([status, body.detail]).toEqual([404, 'This server sends no webhooks.']);
  });
});
