import type { Principal } from '@remit/core';
import { describe, expect, test } from 'vitest';
import { fromAlertmanager, fromJson, fromServiceNow, type IngestSource } from '../src/index.js';
import { SCOPES } from './fixtures.js';
import { receiving, sender } from './ingestWorld.js';
import { type Circumstances, learn } from './servedWorld.js';

/* What a sender says is a hint: the catalogue's own reads decide whether it is over, or broken again. */

const ana: Principal = { id: 'ana', tenant: 'acme', scopes: SCOPES };
const BEGAN = '2026-01-31T22:00:00Z';
const AGAIN = '2026-01-31T23:00:00Z';
const ID = `alert-aa-${BEGAN}`;

const alert = (status: 'firing' | 'resolved', more: object = {}) => ({
  version: '4',
  status,
  alerts: [
    {
      status,
      labels: { alertname: 'ServiceDown', service: 'web' },
      annotations: { summary: 'service web not responding' },
      startsAt: BEGAN,
      fingerprint: 'aa',
      ...more,
    },
  ],
});

interface Setting extends Circumstances {
  readonly optIn?: boolean;
  readonly names?: boolean;
  readonly source?: Partial<IngestSource>;
}

async function watching({ optIn = false, names = true, source = {}, ...circumstances }: Setting = {}) {
  const read = fromAlertmanager({
    category: 'server',
    ...(optIn ? { optIn: () => true } : {}),
    ...(names ? { targets: ({ service }) => [`service:${service}`] } : {}),
  });
  const principal = optIn ? { ...sender, scopes: [...sender.scopes, 'tickets:opt_in'] } : sender;
  const on = await receiving({ verify: () => true, read, principal, ...source }, circumstances);
  const send = async (body: object) => (await on.post(JSON.stringify(body))).body.items[0];
  const view = async (ticketId = ID) => (await on.remit.ticket(ana, ticketId)).ticket;
  const decided = () => on.remit.whenAtRest(ana, ID, 5_000);
  /** Broken, told, decided; where it is opted in, after enough of the kind to be worth asking about. */
  async function broken() {
    if (optIn) await learn(on);
    on.breakWeb();
    await send(alert('firing'));
    return decided();
  }
  async function approve() {
    const { remediation } = await on.remit.ticket(ana, ID);
    const { approvalId = '', bindingHash = '' } = remediation?.approval ?? {};
    await on.remit.answerApproval(ana, ID, { approve: true, approvalId, bindingHash });
  }
  /** Broken, told, approved, mended by Remit. */
  async function mended() {
    await broken();
    await approve();
    await on.remit.whenAtRest(ana, ID, 5_000);
    expect((await view()).status).toBe('resolved');
  }
  return { ...on, send, view, decided, broken, approve, mended };
}

describe('an alert that is over', () => {
  test('resolves its ticket when the reads show that the fault is gone, and says what they showed', async () => {
    const { broken, mend, send, view } = await watching();
    await broken();
    mend();
    expect(await send(alert('resolved'))).toEqual({
      ticket_id: ID,
      result: 'resolved',
      reason: 'fault_gone',
      code: null,
    });
    const { status, resolution } = await view();
    expect([status, resolution?.resolver, resolution?.confirmed]).toEqual(['resolved', 'sender', false]);
    expect(resolution?.text).toMatch(/^Alertmanager says that the alert is over\. ops\/status .*\/up is true/);
    expect(await send(alert('resolved'))).toMatchObject({ result: 'known', reason: 'closed' });
  });

  test('leaves its ticket open while the reads show the fault', async () => {
    const { broken, send, view } = await watching();
    await broken();
    expect(await send(alert('resolved'))).toMatchObject({ result: 'left_open', reason: 'fault_shown' });
    expect((await view()).status).toBe('suggested');
  });

  test('ends a remediation that waits for approval as recovered, with its row', async () => {
    const { broken, mend, send, view, remit, executor } = await watching({ optIn: true });
    expect((await broken()).remediation?.state).toBe('awaiting_approval');
    mend();
    expect(await send(alert('resolved'))).toMatchObject({ result: 'resolved', reason: 'fault_gone' });
    expect((await view()).status).toBe('resolved');
    const rows = await remit.logOf(ana, ID);
    expect(rows.at(-1)).toMatchObject({ actor: 'sender', event: { type: 'recovered', reason: 'reported_over' } });
    expect(JSON.stringify(rows.at(-1)?.event)).toContain('Alertmanager says that the alert is over.');
    expect(executor.sent.filter(({ tool }) => tool === 'ops/restart')).toEqual([]);
  });

  test('changes nothing while a remediation runs, and is told to observers', async () => {
    let finish = (): void => {};
    const restarting = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { broken, approve, send, view, remit } = await watching({ optIn: true, restarting });
    const told: unknown[] = [];
    remit.events.on('incident_reported', ({ said, result, reason, by }) => void told.push([said, result, reason, by]));
    await broken();
    await approve();
    await expect.poll(async () => (await remit.ticket(ana, ID)).remediation?.state).toBe('executing');
    const before = await remit.changes(ana, { after: 0 });
    expect(await send(alert('resolved'))).toMatchObject({ result: 'left_open', reason: 'remediation_running' });
    expect(await remit.changes(ana, { after: 0 })).toEqual(before);
    expect(told.at(-1)).toEqual(['over', 'left_open', 'remediation_running', 'sender']);
    finish();
    await remit.whenAtRest(ana, ID, 5_000);
    expect((await view()).status).toBe('resolved');
    expect((await remit.logOf(ana, ID)).at(-1)?.event.type).toBe('succeeded');
  });

  test('of which nothing can be read stays open, unless the operator trusts the word of that source', async () => {
    const unknown = alert('firing', { annotations: { summary: 'the coffee is cold' } });
    const careful = await watching();
    await careful.send(unknown);
    await careful.decided();
    expect(await careful.send(alert('resolved'))).toMatchObject({ result: 'left_open', reason: 'cannot_tell' });
    const trusting = await watching({ source: { closesUnread: true } });
    await trusting.send(unknown);
    await trusting.decided();
    expect(await trusting.send(alert('resolved'))).toMatchObject({ result: 'resolved', reason: 'cannot_tell' });
    expect((await trusting.view()).resolution).toMatchObject({ confirmed: false, actions: [] });
  });

  test('stays open where the reads fail, or where nobody knows that they look at what is meant', async () => {
    const blinded = await watching();
    await blinded.broken();
    blinded.blind();
    expect(await blinded.send(alert('resolved'))).toMatchObject({ result: 'left_open', reason: 'cannot_tell' });
    const unnamed = await watching({ names: false });
    await unnamed.send(alert('firing'));
    await unnamed.decided();
    expect(await unnamed.send(alert('resolved'))).toMatchObject({ result: 'left_open', reason: 'cannot_tell' });
  });

  test('before it was decided is waited for', async () => {
    let think = (): void => {};
    const analysing = new Promise<void>((resolve) => {
      think = resolve;
    });
    const { send, breakWeb } = await watching({ analysing });
    breakWeb();
    await send(alert('firing'));
    const answer = send(alert('resolved'));
    think();
    expect(await answer).toMatchObject({ result: 'left_open', reason: 'fault_shown' });
  });

  test('that nobody told of before is refused', async () => {
    const { send } = await watching();
    expect(await send(alert('resolved'))).toMatchObject({ result: 'refused', code: 'not_found' });
  });
});

describe('an alert that fires although Remit mended it', () => {
  test('reopens its ticket when the reads show the fault; the fix then counts as a failure', async () => {
    const { mended, breakWeb, send, view } = await watching({ optIn: true });
    await mended();
    expect(await send(alert('firing'))).toMatchObject({ result: 'known', reason: 'fault_gone' });
    breakWeb();
    expect(await send(alert('firing'))).toMatchObject({ ticket_id: ID, result: 'reopened', reason: 'fault_shown' });
    const { status, reopenings } = await view();
    expect([status, reopenings]).toMatchObject(['needs_human', [{ by: 'sender', countsAsFailure: true }]]);
    expect(await send(alert('firing'))).toMatchObject({ result: 'known', reason: 'open' });
  });

  test('anew within the soak is the same ticket, and its end is found under its new time', async () => {
    const { mended, breakWeb, mend, send, view, ids } = await watching({ optIn: true });
    await mended();
    breakWeb();
    expect(await send(alert('firing', { startsAt: AGAIN }))).toMatchObject({ ticket_id: ID, result: 'reopened' });
    expect((await ids())[0]).toBe(ID);
    mend();
    expect(await send(alert('resolved', { startsAt: AGAIN }))).toMatchObject({ ticket_id: ID, result: 'resolved' });
    expect((await view()).status).toBe('resolved');
  });

  test('anew is a new ticket after the soak, and where the reads do not show it', async () => {
    const later = await watching({ optIn: true });
    await later.mended();
    later.breakWeb();
    later.nextDay();
    expect(await later.send(alert('firing', { startsAt: AGAIN }))).toMatchObject({ result: 'created' });
    expect((await later.view()).status).toBe('resolved');
    const hollow = await watching({ optIn: true });
    await hollow.mended();
    expect(await hollow.send(alert('firing', { startsAt: AGAIN }))).toMatchObject({ result: 'created' });
    expect((await hollow.view()).reopenings).toEqual([]);
  });

  test('anew while its ticket is open is that ticket', async () => {
    const { broken, send, ids } = await watching();
    await broken();
    expect(await send(alert('firing', { startsAt: AGAIN }))).toMatchObject({
      ticket_id: ID,
      result: 'known',
      reason: 'open',
    });
    expect(await ids()).toEqual([ID]);
  });
});

describe('the end of an incident', () => {
  const closing = async (read: IngestSource['read'], opened: object, over: object) => {
    const { breakWeb, mend, post, remit } = await receiving({ verify: () => true, read });
    breakWeb();
    const created = (await post(JSON.stringify(opened))).body.items[0];
    const ticketId = String(created?.['ticket_id']);
    await remit.whenAtRest(ana, ticketId, 5_000);
    const early = (await post(JSON.stringify(over))).body.items[0];
    mend();
    const late = (await post(JSON.stringify(over))).body.items[0];
    return [early?.['reason'], late?.['reason'], (await remit.ticket(ana, ticketId)).ticket.status];
  };

  test.each(['6', '7', 'Resolved', 'Closed'])('of ServiceNow in state %s is a hint', async (state) => {
    const read = fromServiceNow({ category: 'server', targets: () => ['service:web'] });
    const incident = { number: 'INC1', state: '1', short_description: 'service web not responding' };
    expect(await closing(read, incident, { ...incident, state })).toEqual(['fault_shown', 'fault_gone', 'resolved']);
  });

  test('of PagerDuty is a hint', async () => {
    const ticketId = 'pagerduty-{/event/data/id}';
    const read = fromJson({
      rules: [
        {
          when: { '/event/event_type': 'incident.triggered' },
          says: 'opened',
          ticketId,
          description: '{/event/data/title}',
          category: 'server',
          targets: ['service:web'],
        },
        { when: { '/event/event_type': 'incident.resolved' }, says: 'over', ticketId, deliveryKey: '{/event/id}' },
      ],
    });
    const event = (event_type: string) => ({
      event: { id: event_type, event_type, data: { id: 'Q1', title: 'service web not responding' } },
    });
    // The first one changed nothing, so the same delivery may come again.
    expect(await closing(read, event('incident.triggered'), event('incident.resolved'))).toEqual([
      'fault_shown',
      'fault_gone',
      'resolved',
    ]);
  });
});
