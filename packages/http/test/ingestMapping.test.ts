import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { byHmac, fromJson, type Mapping, SIGNATURE_STYLES } from '../src/index.js';
import { NOW, receiving, sender } from './ingestWorld.js';

const SECRET = 'a secret of the operator';
const sign = (text: string, encoding: 'hex' | 'base64' = 'hex', secret = SECRET): string =>
  createHmac('sha256', secret).update(text).digest(encoding);

// #region pagerduty
/** Incidents of PagerDuty (webhooks v3). */
const pagerDuty: Mapping = {
  rules: [
    {
      when: { '/event/event_type': ['incident.triggered', 'incident.reopened'] },
      says: 'opened',
      ticketId: 'pagerduty-{/event/data/id}',
      deliveryKey: '{/event/id}',
      title: '{/event/data/title}',
      description: '{/event/data/title} (service {/event/data/service/summary})',
      category: { from: '/event/data/service/summary', by: { web: 'server', db: 'database' }, otherwise: 'other' },
      priority: '{/event/data/urgency}',
      targets: ['service:{/event/data/service/summary}'],
      metadata: { url: '/event/data/html_url' },
    },
    {
      when: { '/event/event_type': 'incident.resolved' },
      says: 'over',
      ticketId: 'pagerduty-{/event/data/id}',
      deliveryKey: '{/event/id}',
    },
  ],
};
// #endregion

const incident = (event_type: string, more: object = {}, data: object = {}) => ({
  event: {
    id: 'EV1',
    event_type,
    occurred_at: '2026-02-01T12:00:00Z',
    data: {
      id: 'Q1',
      title: 'service web not responding',
      html_url: 'https://acme.pagerduty.test/incidents/Q1',
      urgency: 'high',
      service: { id: 'S1', summary: 'web' },
      enable_auto_remediation: true,
      ...data,
    },
    ...more,
  },
});

async function paged() {
  const verify = byHmac({ ...SIGNATURE_STYLES.pagerduty, secrets: ['new secret', SECRET] });
  const on = await receiving({ verify, read: fromJson(pagerDuty) });
  const send = (message: object, headers?: Readonly<Record<string, string>>) => {
    const raw = JSON.stringify(message);
    return on.post(raw, headers ?? { 'x-pagerduty-signature': `v1=${sign(raw, 'hex', 'gone')},v1=${sign(raw)}` });
  };
  return { ...on, send };
}

describe('a mapping', () => {
  test('makes a ticket of a signed message; what the message says never opts it in', async () => {
    const { send, remit } = await paged();
    const { body } = await send(incident('incident.triggered'));
    expect(body.items).toEqual([{ ticket_id: 'pagerduty-Q1', result: 'created', reason: 'new', code: null }]);
    const { ticket } = await remit.ticket(sender, 'pagerduty-Q1');
    expect(ticket).toMatchObject({
      title: 'service web not responding',
      description: 'service web not responding (service web)',
      category: 'server',
      optedIn: false,
      priority: 'high',
      targets: ['service:web'],
      metadata: { url: 'https://acme.pagerduty.test/incidents/Q1' },
      submitter: 'sender',
    });
  });

  test('passes over messages that no rule is for', async () => {
    const { send, ids } = await paged();
    const { status, body } = await send(incident('incident.acknowledged'));
    expect([status, body.items, await ids()]).toEqual([200, [], []]);
  });

  test('knows a delivery by its own key: it does something once, and another message under it is refused', async () => {
    const { send, ids, remit } = await paged();
    await send(incident('incident.triggered'));
    await remit.idle();
    expect((await send(incident('incident.triggered'))).body.items).toMatchObject([{ result: 'known' }]);
    const other = await send(incident('incident.triggered', {}, { id: 'Q2' }));
    expect(other.body.items).toMatchObject([
      { ticket_id: 'pagerduty-Q2', result: 'refused', code: 'idempotency_mismatch' },
    ]);
    expect((await send(incident('incident.triggered', { id: 'EV2' }, { id: 'Q2' }))).body.items).toMatchObject([
      { result: 'created' },
    ]);
    expect(await ids()).toEqual(['pagerduty-Q2', 'pagerduty-Q1']);
  });

  test('refuses a message that lacks what its rule needs, with the pointers, and stores nothing', async () => {
    const { send, ids } = await paged();
    const { status, body } = await send(incident('incident.triggered', { id: null }, { id: { deep: 1 }, title: '' }));
    expect([status, body['code'], body.errors.map(({ pointer }) => pointer)]).toEqual([
      400,
      'invalid_input',
      ['/event/data/id', '/event/id', '/event/data/title'],
    ]);
    expect(await ids()).toEqual([]);
  });

  test('opts in only where a rule says so and the principal may', async () => {
    const rule = {
      says: 'opened',
      ticketId: 'x-{/id}',
      description: '{/text}',
      category: 'server',
      optIn: true,
    } as const;
    const read = fromJson({ rules: [rule] });
    const verify = () => true;
    const without = await receiving({ verify, read });
    const text = JSON.stringify({ id: 1, text: 'service web not responding' });
    expect((await without.post(text)).body.items).toMatchObject([{ result: 'refused', code: 'forbidden' }]);
    const may = { ...sender, scopes: [...sender.scopes, 'tickets:opt_in'] };
    const allowed = await receiving({ verify, read, principal: may });
    await allowed.post(text);
    expect((await allowed.remit.ticket(sender, 'x-1')).ticket.optedIn).toBe(true);
  });

  test('reads a list of messages, and names the place in it', async () => {
    const read = fromJson({
      each: '/items',
      rules: [
        { when: { '/kind': 'alarm' }, says: 'opened', ticketId: 'x-{/id}', description: '{/text}', category: 'server' },
      ],
    });
    const { post, ids } = await receiving({ verify: () => true, read });
    const items = [{ kind: 'alarm', id: 1, text: 'a' }, { kind: 'chat' }, { kind: 'alarm', id: 2 }];
    expect((await post(JSON.stringify({ items }))).body.errors).toMatchObject([{ pointer: '/items/2/text' }]);
    expect(await ids()).toEqual([]);
    await post(JSON.stringify({ items: items.slice(0, 2) }));
    expect(await ids()).toEqual(['x-1']);
    expect((await post(JSON.stringify({ items: 'none' }))).body.errors).toMatchObject([{ pointer: '/items' }]);
  });

  test('is refused when it cannot be used, with every fault', () => {
    const rules = [{ when: { event: 'x' }, says: 'opened', ticketId: '' } as const, { says: 'closed' } as never];
    expect(() => fromJson({ rules })).toThrow(/rules\/0\/when\/event.*rules\/0\/ticketId.*rules\/1\/says/s);
    expect(() => fromJson({ rules: [{ says: 'opened', ticketId: 'x' }] })).toThrow(/a description and a category/);
  });
});

// #region jira
const jira: Mapping = {
  rules: [
    {
      when: { '/webhookEvent': 'jira:issue_created' },
      says: 'opened',
      ticketId: '{/issue/key}',
      title: '{/issue/fields/summary}',
      description: '{/issue/fields/summary}',
      category: 'application',
      requester: '{/user/accountId}',
    },
  ],
};
// #endregion

const zendesk: Mapping = {
  rules: [
    {
      when: { '/type': 'zen:event-type:ticket.created' },
      says: 'opened',
      ticketId: 'zendesk-{/detail/id}',
      description: '{/detail/subject}',
      category: 'application',
    },
  ],
};

const slack: Mapping = {
  rules: [
    {
      when: { '/event/type': 'message' },
      says: 'opened',
      ticketId: 'slack-{/event/channel}-{/event/ts}',
      deliveryKey: '{/event_id}',
      description: '{/event/text}',
      category: 'other',
    },
  ],
};

const ISO = new Date(NOW).toISOString();
const SECONDS = String(NOW / 1000);

/** How each sender signs, as it says itself; not by the code under test. */
const SENDERS = {
  pagerduty: {
    mapping: pagerDuty,
    message: incident('incident.triggered'),
    headers: (raw: string) => ({ 'x-pagerduty-signature': `v1=${sign(raw)}` }),
    timed: false,
  },
  jira: {
    mapping: jira,
    message: {
      webhookEvent: 'jira:issue_created',
      user: { accountId: 'u1' },
      issue: { key: 'OPS-1', fields: { summary: 'it is slow' } },
    },
    headers: (raw: string) => ({ 'x-hub-signature': `sha256=${sign(raw)}` }),
    timed: false,
  },
  zendesk: {
    mapping: zendesk,
    message: { type: 'zen:event-type:ticket.created', detail: { id: '7', subject: 'it is slow' } },
    headers: (raw: string) => ({
      'x-zendesk-webhook-signature': sign(ISO + raw, 'base64'),
      'x-zendesk-webhook-signature-timestamp': ISO,
    }),
    timed: true,
  },
  slack: {
    mapping: slack,
    message: { event_id: 'Ev1', event: { type: 'message', channel: 'C1', ts: '1.2', text: 'it is slow' } },
    headers: (raw: string) => ({
      'x-slack-signature': `v0=${sign(`v0:${SECONDS}:${raw}`)}`,
      'x-slack-request-timestamp': SECONDS,
    }),
    timed: true,
  },
} as const;

describe.each(Object.entries(SENDERS))(
  'a message signed as %s signs',
  (style, { mapping, message, headers, timed }) => {
    const raw = JSON.stringify(message);
    const received = () => {
      const scheme = SIGNATURE_STYLES[style as keyof typeof SIGNATURE_STYLES];
      return receiving({ verify: byHmac({ ...scheme, secrets: [SECRET] }), read: fromJson(mapping) });
    };

    test('is taken in', async () => {
      const { post, ids } = await received();
      expect((await post(raw, headers(raw))).body.items).toMatchObject([{ result: 'created' }]);
      expect(await ids()).toHaveLength(1);
    });

    test('is refused with another body, secret, or header, and none of them stores anything', async () => {
      const { post, ids } = await received();
      const forged = Object.fromEntries(
        Object.entries(headers(raw)).map(([name, value]) => [name, value.replace(/.$/, '!')]),
      );
      for (const [text, sent] of [
        [raw.replace(/.$/, ' }'), headers(raw)],
        [raw, headers(`${raw} `)],
        [raw, forged],
        [raw, {}],
      ] as const) {
        const { status, body } = await post(text, sent);
        expect([status, body['code']]).toEqual([401, 'unauthenticated']);
      }
      expect(await ids()).toEqual([]);
    });

    test(`whose time is off by more than five minutes is ${timed ? 'refused' : 'known by its ids alone'}`, async () => {
      const { post, ids, at } = await received();
      for (const off of [-300_001, 300_001, 86_400_000]) {
        at(NOW + off);
        expect((await post(raw, headers(raw))).status).toBe(timed ? 401 : 200);
      }
      expect(await ids()).toHaveLength(timed ? 0 : 1);
      at(NOW + 300_000);
      expect((await post(raw, headers(raw))).status).toBe(200);
    });

    test('that is sent again changes nothing', async () => {
      const { post, ids, remit } = await received();
      await post(raw, headers(raw));
      await remit.idle();
      const before = await remit.changes(sender, { after: 0 });
      expect((await post(raw, headers(raw))).body.items).toMatchObject([{ result: 'known' }]);
      expect(await remit.changes(sender, { after: 0 })).toEqual(before);
      expect(await ids()).toHaveLength(1);
    });
  },
);

describe('a hostile message', () => {
  const raw = JSON.stringify(incident('incident.triggered'));
  const signed = (text: string) => ({ 'x-pagerduty-signature': `v1=${sign(text)}` });
  const big = JSON.stringify({ pad: 'x'.repeat(1_100_000) });
  const twice = raw.replace('"event_type"', '"event_type":"incident.resolved","event_type"');
  const deep = `${'['.repeat(100)}${']'.repeat(100)}`;
  test.each([
    ['not JSON', '{"event":', signed('{"event":'), 400, 'invalid_input', ''],
    ['empty', '', signed(''), 400, 'invalid_input', ''],
    ['huge', big, signed(big), 413, 'payload_too_large', undefined],
    ['with a name that stands twice', twice, signed(twice), 400, 'invalid_input', '/event/event_type'],
    ['with __proto__', '{"__proto__":{}}', signed('{"__proto__":{}}'), 400, 'invalid_input', '/__proto__'],
    ['nested deeply', deep, signed(deep), 400, 'invalid_input', '/0'.repeat(64)],
    ['with NUL', '{"a":"\\u0000"}', signed('{"a":"\\u0000"}'), 400, 'invalid_input', '/a'],
    [
      'in another type',
      raw,
      { ...signed(raw), 'content-type': 'text/plain' },
      415,
      'unsupported_media_type',
      undefined,
    ],
    ['compressed', raw, { ...signed(raw), 'content-encoding': 'gzip' }, 415, 'unsupported_media_type', undefined],
  ] as const)('%s is refused and stores nothing', async (_, text, headers, status, code, pointer) => {
    const { post, ids } = await paged();
    const { status: got, body } = await post(text, headers);
    expect([got, body['code']]).toEqual([status, code]);
    if (pointer !== undefined) expect(body.errors.map((fault) => fault.pointer)).toEqual([pointer]);
    expect(await ids()).toEqual([]);
  });

  test.each(['unknown', '__proto__', 'constructor', 'source%2F..', 'Source'])(
    'of a source %s finds nobody',
    async (name) => {
      const { post, ids } = await paged();
      expect((await post(raw, signed(raw), name)).status).toBe(404);
      expect(await ids()).toEqual([]);
    },
  );
});
