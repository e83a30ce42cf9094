import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { byBearer, byHmac, fromAlertmanager, type IngestSources } from '../src/index.js';
import { client } from './client.js';
import { type World, world } from './servedWorld.js';

const TOKEN = 'a token of enough letters';
const AT = '/api/v1/ingest/alertmanager';
const principal = { id: 'alertmanager', tenant: 'acme', scopes: ['tickets:write', 'tickets:read'] };

const alert = (more: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'ServiceDown', service: 'web', enable_auto_remediation: 'true' },
  annotations: { summary: 'service web not responding', description: 'service web not responding' },
  startsAt: '2026-01-31T22:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: 'a1b2c3d4e5f60718',
  ...more,
});
const message = (...alerts: readonly object[]) => ({ version: '4', groupKey: 'g', status: 'firing', alerts });

async function receiving(sources: (w: World) => IngestSources = () => ({})) {
  const w = await world();
  const read = fromAlertmanager({ category: 'server', targets: ({ service }) => [`service:${service}`] });
  const alertmanager = { principal, verify: byBearer(TOKEN), read };
  const on = client({ remit: w.remit, authenticate: () => null, ingest: { alertmanager, ...sources(w) } });
  const send = (body: object, headers: Readonly<Record<string, string>> = { authorization: `Bearer ${TOKEN}` }) =>
    on.send('POST', AT, { body, headers, as: null });
  return { ...w, on, send, view: () => w.remit.ticket(principal, 'alert-a1b2c3d4e5f60718-2026-01-31T22:00:00Z') };
}

describe('messages of Alertmanager', () => {
  test('become a ticket that is not opted in, whatever its labels say; told again it is the same one', async () => {
    const { send, view } = await receiving();
    expect((await send(message(alert()))).body.items).toMatchObject([{ result: 'created', code: null }]);
    const again = await send(message(alert({ annotations: { summary: 'in other words' } })));
    expect(again.body.items).toMatchObject([{ result: 'known' }]);
    const { ticket } = await view();
    expect(ticket).toMatchObject({ optedIn: false, targets: ['service:web'], submitter: 'alertmanager' });
  });

  test('end the ticket when the alert is over', async () => {
    const { send, view, remit, breakWeb, mend } = await receiving();
    breakWeb();
    await send(message(alert()));
    await remit.idle();
    mend();
    expect((await send(message(alert({ status: 'resolved' })))).body.items).toMatchObject([{ result: 'resolved' }]);
    expect((await view()).ticket.status).toBe('resolved');
    expect((await send(message(alert({ status: 'resolved' })))).body.items).toMatchObject([{ result: 'known' }]);
  });

  test('opt in only where the operator said so and gave the right', async () => {
    const read = fromAlertmanager({ category: 'server', optIn: () => true });
    const without = await receiving(() => ({ alertmanager: { principal, verify: byBearer(TOKEN), read } }));
    expect((await without.send(message(alert()))).body.items).toMatchObject([{ result: 'refused', code: 'forbidden' }]);
    const may = { ...principal, scopes: [...principal.scopes, 'tickets:opt_in'] };
    const allowed = await receiving(() => ({ alertmanager: { principal: may, verify: byBearer(TOKEN), read } }));
    await allowed.send(message(alert()));
    expect((await allowed.view()).ticket.optedIn).toBe(true);
  });

  test('are taken in once for each Idempotency-Key, which counts only when the message is theirs', async () => {
    const { send, view } = await receiving();
    const headers = { authorization: `Bearer ${TOKEN}`, 'idempotency-key': 'delivery-1' };
    expect((await send(message(alert()), { ...headers, authorization: 'Bearer of somebody else' })).status).toBe(401);
    const first = await send(message(alert()), headers);
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([200, null]);
    expect(first.body.items).toMatchObject([{ result: 'created' }]);
    const again = await send(message(alert()), headers);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(again.body).toEqual(first.body);
    const other = await send(message(alert({ status: 'resolved' })), headers);
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency_mismatch']);
    const attributes = await send(message(alert()), { ...headers, 'ce-id': 'another event' });
    expect(attributes.status).toBe(422);
    expect((await send(message(alert()), { ...headers, 'idempotency-key': ' ' })).status).toBe(400);
    expect((await view()).ticket.status).not.toBe('resolved');
  });

  test('that are not theirs, or not as they should be, store nothing', async () => {
    const { on, send, view } = await receiving();
    expect((await send(message(alert()), {})).status).toBe(401);
    expect((await send(message(alert()), { authorization: `Bearer ${TOKEN}x` })).status).toBe(401);
    const wrong = await send(message(alert({ fingerprint: '../x', startsAt: 5 })));
    expect([wrong.status, wrong.body.errors.map(({ pointer }) => pointer)]).toEqual([
      400,
      ['/alerts/0/startsAt', '/alerts/0/fingerprint'],
    ]);
    expect((await on.send('POST', '/api/v1/ingest/__proto__', { body: {}, as: null })).status).toBe(404);
    await expect(view()).rejects.toMatchObject({ code: 'not_found' });
  });

  test('one that cannot be taken does not keep the others out', async () => {
    const { send } = await receiving();
    const long = alert({ fingerprint: 'ff', annotations: { description: 'x'.repeat(100_001) } });
    const { status, body } = await send(message(long, alert()));
    expect([status, body.items.map(({ result }) => result)]).toEqual([200, ['refused', 'created']]);
  });
});

const body = '{"a":1}';
const bytes = new TextEncoder().encode(body);
const NOW = 1_800_000_000_000;
const SECONDS = String(NOW / 1000);
const hmac = (secret: string, text: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', secret).update(text).digest(encoding);

describe('signatures', () => {
  const pagerduty = byHmac({ secrets: ['new', 'old'], header: 'x-pagerduty-signature', prefix: 'v1=' });
  const jira = byHmac({ secrets: ['s'], header: 'x-hub-signature', prefix: 'sha256=' });
  const zendesk = byHmac({
    secrets: ['s'],
    header: 'x-zendesk-webhook-signature',
    encoding: 'base64',
    timestampHeader: 'x-zendesk-webhook-signature-timestamp',
    signed: (timestamp, text) => timestamp + text,
  });
  const slack = byHmac({
    secrets: ['s'],
    header: 'x-slack-signature',
    prefix: 'v0=',
    timestampHeader: 'x-slack-request-timestamp',
    signed: (timestamp, text) => `v0:${timestamp}:${text}`,
  });
  const iso = new Date(NOW).toISOString();
  const cases = [
    ['PagerDuty', pagerduty, { 'x-pagerduty-signature': `v1=${hmac('gone', body)},v1=${hmac('old', body)}` }],
    ['Jira', jira, { 'x-hub-signature': `sha256=${hmac('s', body)}` }],
    [
      'Zendesk',
      zendesk,
      {
        'x-zendesk-webhook-signature': hmac('s', iso + body, 'base64'),
        'x-zendesk-webhook-signature-timestamp': iso,
      },
    ],
    [
      'Slack',
      slack,
      { 'x-slack-signature': `v0=${hmac('s', `v0:${SECONDS}:${body}`)}`, 'x-slack-request-timestamp': SECONDS },
    ],
  ] as const;

  test.each(cases)('of %s pass as they are, and not with another body or none', (_, verify, headers) => {
    expect(verify(new Headers(headers), bytes, NOW)).toBe(true);
    expect(verify(new Headers(headers), new TextEncoder().encode('{"a":2}'), NOW)).toBe(false);
    expect(verify(new Headers(), bytes, NOW)).toBe(false);
  });

  test.each(cases.slice(2))(
    'of %s are refused when they are replayed later, or from the future',
    (_, verify, headers) => {
      expect(verify(new Headers(headers), bytes, NOW + 300_000)).toBe(true);
      expect(verify(new Headers(headers), bytes, NOW + 300_001)).toBe(false);
      expect(verify(new Headers(headers), bytes, NOW - 300_001)).toBe(false);
    },
  );

  test('need a secret', () => {
    expect(() => byHmac({ secrets: [''], header: 'x' })).toThrow(/no secret/);
    expect(() => byBearer('short')).toThrow(/16 characters/);
  });
});
