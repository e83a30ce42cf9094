import { describe, expect, test } from 'vitest';
import { byBearer, fromCloudEvents } from '../src/index.js';
import { receiving, sender } from './ingestWorld.js';

const TOKEN = 'a token of enough letters';

// #region rules
const read = fromCloudEvents({
  rules: [
    {
      when: { '/type': 'com.example.service.down' },
      says: 'opened',
      ticketId: 'event-{/subject}-{/data/incident}',
      description: '{/data/text}',
      category: 'server',
      targets: ['service:{/subject}'],
      metadata: { trace: '/traceparent' },
    },
    { when: { '/type': 'com.example.service.up' }, says: 'over', ticketId: 'event-{/subject}-{/data/incident}' },
  ],
});
// #endregion

const event = (more: object = {}) => ({
  specversion: '1.0',
  id: 'e-1',
  source: '/monitor/1',
  type: 'com.example.service.down',
  subject: 'web',
  time: '2026-02-01T12:00:00+01:00',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  datacontenttype: 'application/json',
  data: { incident: 1, text: 'service web not responding' },
  ...more,
});

async function receives() {
  const on = await receiving({ verify: byBearer(TOKEN), read });
  const send = (body: unknown, headers: Readonly<Record<string, string>>) =>
    on.post(body === undefined ? '' : JSON.stringify(body), { authorization: `Bearer ${TOKEN}`, ...headers });
  return {
    ...on,
    send,
    structured: (body: unknown) => send(body, { 'content-type': 'application/cloudevents+json; charset=utf-8' }),
    batched: (body: unknown) => send(body, { 'content-type': 'application/cloudevents-batch+json' }),
  };
}

/** The same event with its attributes as headers. */
function binary({ data, datacontenttype, ...attributes }: ReturnType<typeof event>) {
  const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURIComponent(value)]);
  return [data, { ...Object.fromEntries(headers), 'content-type': datacontenttype }] as const;
}

describe('CloudEvents', () => {
  test('mean the same structured and binary, and an event that comes again does nothing', async () => {
    for (const isBinary of [false, true]) {
      const { send, structured, remit } = await receives();
      const deliver = (one: ReturnType<typeof event>) => (isBinary ? send(...binary(one)) : structured(one));
      expect((await deliver(event())).body.items).toMatchObject([{ ticket_id: 'event-web-1', result: 'created' }]);
      expect((await remit.ticket(sender, 'event-web-1')).ticket).toMatchObject({
        description: 'service web not responding',
        optedIn: false,
        targets: ['service:web'],
        metadata: { trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
      });
      expect((await deliver(event())).body.items).toMatchObject([{ result: 'known' }]);
      const same = await deliver(event({ data: { incident: 2, text: 'other' } }) as ReturnType<typeof event>);
      expect(same.body.items).toMatchObject([{ result: 'refused', code: 'idempotency_mismatch' }]);
      const elsewhere = event({ source: '/monitor/2', data: { incident: 2, text: 'other' } });
      expect((await deliver(elsewhere as ReturnType<typeof event>)).body.items).toMatchObject([{ result: 'created' }]);
    }
  });

  test('come in batches, each for itself', async () => {
    const { batched, ids } = await receives();
    const second = event({ id: 'e-2', data: { incident: 2, text: 'x'.repeat(100_001) } });
    const third = event({ id: 'e-3', type: 'com.example.unknown' });
    const { body } = await batched([event(), second, third, event()]);
    expect(body.items.map(({ result }) => result)).toEqual(['created', 'refused', 'known']);
    expect(await ids()).toEqual(['event-web-1']);
    expect((await batched([])).body.items).toEqual([]);
  });

  test('may carry their data as base64, and none at all', async () => {
    const { structured, send, ids } = await receives();
    const { data, ...rest } = event();
    const encoded = Buffer.from(JSON.stringify(data)).toString('base64');
    expect((await structured({ ...rest, data_base64: encoded })).body.items).toMatchObject([{ result: 'created' }]);
    const [, headers] = binary(event({ id: 'e-9', type: 'com.example.unknown' }) as ReturnType<typeof event>);
    expect((await send(undefined, headers)).body.items).toEqual([]);
    expect(await ids()).toEqual(['event-web-1']);
  });

  test.each([
    ['no specversion', { specversion: undefined }, ['/specversion']],
    ['another version', { specversion: '0.3' }, ['/specversion']],
    ['an empty id', { id: '' }, ['/id']],
    ['a time that is none', { time: 'noon' }, ['/time']],
    ['a name with capitals', { traceParent: 'x' }, ['/traceParent']],
    ['data twice', { data_base64: 'e30=' }, ['/data_base64']],
    ['no data where the rule needs them', { data: undefined }, ['/data/incident', '/data/text']],
  ])('with %s store nothing', async (_, more, pointers) => {
    const { structured, batched, ids } = await receives();
    const alone = await structured(event(more));
    expect([alone.status, alone.body.errors.map(({ pointer }) => pointer)]).toEqual([400, pointers]);
    const among = await batched([event(), event(more)]);
    expect([among.status, among.body.errors.map(({ pointer }) => pointer)]).toEqual([
      400,
      pointers.map((pointer) => `/1${pointer}`),
    ]);
    expect(await ids()).toEqual([]);
  });

  test('in binary mode need their attributes as headers, in percent-encoded UTF-8', async () => {
    const { send, ids } = await receives();
    const missing = await send(event().data, { 'ce-id': 'e-1', 'ce-specversion': '1.0' });
    expect([missing.status, missing.body.errors.map(({ pointer }) => pointer)]).toEqual([400, ['/source', '/type']]);
    const [data, headers] = binary(event());
    const broken = await send(data, { ...headers, 'ce-subject': '%ff' });
    expect([broken.status, broken.body.errors.map(({ pointer }) => pointer)]).toEqual([400, ['/subject']]);
    expect(await ids()).toEqual([]);
  });
});
