import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type OutboxEvent, RemitError } from '@remit/core';
import { afterEach, describe, expect, test } from 'vitest';
import { createHandler, toNodeListener } from '../src/index.js';
import { authenticate, client, expectRefusal } from './client.js';
import { fakeRemit } from './fakeRemit.js';

const E = '/api/v1/events';

/** A Remit whose outbox holds what a test puts there. */
function outbox(count: number) {
  const fake = fakeRemit();
  const state = { first: 1, last: count, failing: false };
  const eventOf = (seq: number): OutboxEvent => ({
    tenant: 'acme',
    seq,
    type: 'ticket_received',
    ticketId: `INC-${seq}`,
    remediationId: null,
    atMs: 0,
    data: {},
  });
  let wake = (): void => {};
  const remit: typeof fake.remit = {
    ...fake.remit,
    async changes(actor, { after, limit = 100, withinMs = 0, signal, ...of }) {
      await fake.remit.changes(actor, { after, ...of });
      if (state.failing) throw new RemitError('storage_unavailable', 'disk secret.example is full');
      const part = () => {
        const { first, last } = state;
        const from = Math.max(first, (after ?? last) + 1);
        const events = Array.from({ length: Math.min(limit, Math.max(0, last - from + 1)) }, (_, n) =>
          eventOf(from + n),
        );
        return { events, upTo: events.at(-1)?.seq ?? last, first, last };
      };
      if (withinMs > 0 && part().events.length === 0 && after === state.last) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal?.addEventListener('abort', () => resolve());
          if (signal?.aborted) resolve();
        });
      }
      return part();
    },
  };
  const add = (): void => {
    state.last += 1;
    wake();
  };
  const logged: string[] = [];
  const logger = { error: (_: object, message: string) => void logged.push(message) };
  return { remit, state, add, logged, wake: () => wake(), handler: createHandler({ remit, authenticate, logger }) };
}

const ask = (lastEventId?: string, signal?: AbortSignal): Request =>
  new Request(`http://remit.test${E}`, {
    headers: { authorization: 'Bearer ana', ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
    ...(signal ? { signal } : {}),
  });

/** Reads until the text has what is looked for. */
async function readUntil(response: Response, wanted: RegExp): Promise<string> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  while (!wanted.test(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  await reader.cancel();
  return text;
}

const ids = (text: string): readonly number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

describe('the stream of events', () => {
  test('begins for a new reader where the outbox ends, and says where that is', async () => {
    const { handler, add } = outbox(3);
    const response = await handler(ask());
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    setTimeout(add, 5);
    const text = await readUntil(response, /INC-4/);
    expect(text).toMatch(/^retry: 2000\nevent: ready\nid: 3\n/);
    expect(ids(text)).toEqual([3, 4]);
    expect(text).toContain(
      'event: ticket_received\nid: 4\ndata: {"seq":4,"type":"ticket_received","ticket_id":"INC-4"',
    );
  });

  test('goes on behind the event that was seen last', async () => {
    const { handler } = outbox(250);
    expect(ids(await readUntil(await handler(ask('2')), /INC-250/))).toEqual(
      Array.from({ length: 248 }, (_, n) => n + 3),
    );
  });

  test.each([
    ['events that are gone', '2'],
    ['a number that was never given', '99'],
  ])('says reset after %s, and goes on', async (_, lastEventId) => {
    const { handler, state, add } = outbox(9);
    state.first = 6;
    const response = await handler(ask(lastEventId));
    setTimeout(add, 20);
    const text = await readUntil(response, /INC-10/);
    expect(text).toContain('event: reset\nid: 9\ndata: {"first":6,"last":9}');
    expect(ids(text)).toEqual([9, 10]);
  });

  test.each(['-1', '1.5', 'abc', '99999999999999999999', '1; drop'])('refuses "%s" as the last event', async (id) => {
    const reply = await expectRefusal(client(), ['GET', E, { headers: { 'last-event-id': id } }], {
      status: 400,
      code: 'invalid_input',
    });
    expect(reply.body.detail).toContain('Last-Event-ID');
  });

  test('refuses who may not read, and tickets of others, with a status', async () => {
    const on = client({ authenticate: () => ({ id: 'w', tenant: 'acme', scopes: ['tickets:write'] }) });
    await expectRefusal(on, ['GET', E], { status: 403, code: 'forbidden' });
    const path = '/api/v1/tickets/INC-001/events';
    await expectRefusal(client(), ['GET', path, { as: 'stranger' }], { status: 404, code: 'not_found' });
  });

  test('ends when its reader goes, or when the store fails; the log says why, the reader does not see it', async () => {
    const { handler, state, logged, wake } = outbox(1);
    const reader = new AbortController();
    const left = await handler(ask(undefined, reader.signal));
    setTimeout(() => reader.abort(), 5);
    expect(await left.text().catch(() => 'gone')).toMatch(/ready|gone/);
    const broken = await handler(ask());
    state.failing = true;
    setTimeout(wake, 5);
    expect(await broken.text()).not.toContain('secret');
    expect(logged.join()).toContain('sending events');
  });

  test('a reader who leaves is no trouble: nothing is logged', async () => {
    const { handler, logged } = outbox(2);
    const response = await handler(ask('2'));
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    // Asked for more, and gone while the outbox is waited for.
    const more = reader.read();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await reader.cancel();
    expect((await more).done).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(logged).toEqual([]);
  });

  test('a HEAD request gets no stream', async () => {
    const { handler } = outbox(1);
    const response = await handler(new Request(ask(), { method: 'HEAD' }));
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

test('over a real connection that breaks again and again, nothing is lost or repeated', async () => {
  const { handler, add } = outbox(0);
  const server = createServer(toNodeListener(handler));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${E}`;
  const seen: number[] = [];
  const readAgain = async (): Promise<void> => {
    const headers = { authorization: 'Bearer ana', 'last-event-id': String(seen.at(-1) ?? 0) };
    seen.push(...ids(await readUntil(await fetch(url, { headers }), /INC-\d*[05]"/)));
  };
  const reading = (async () => {
    // A line that breaks is tried again, behind the last event that came through whole.
    while (seen.length < 60) await readAgain().catch(() => undefined);
  })();
  for (let n = 0; n < 60; n += 1) {
    add();
    if (n % 7 === 0) server.closeAllConnections();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await reading;
  expect(seen).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
});
