import { describe, expect, test } from 'vitest';
import { createHandler, fromAlertmanager } from '../src/index.js';
import { sender } from './ingestWorld.js';
import { T, ticket, world } from './servedWorld.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;
const reader = { id: 'reader', tenant: 'acme', scopes: ['tickets:read', 'tickets:write', 'tickets:opt_in'] };

async function traced() {
  const { remit } = await world();
  const logged: [Readonly<Record<string, unknown>>, string][] = [];
  const logger = {
    info: (facts: Readonly<Record<string, unknown>>, message: string) => void logged.push([facts, message]),
    error: (facts: Readonly<Record<string, unknown>>, message: string) => void logged.push([facts, message]),
  };
  const source = { principal: sender, verify: () => true, read: fromAlertmanager({ category: 'server' }) };
  const handler = createHandler({ remit, authenticate: () => reader, logger, ingest: { source } });
  const post = (path: string, body: object, traceparent = TRACEPARENT): Promise<Response> =>
    handler(
      new Request(`http://remit.test${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', traceparent },
        body: JSON.stringify(body),
      }),
    );
  return { remit, logged, post };
}

describe('the trace of a request', () => {
  test('is kept with the ticket, also of one that another system reports, and stands in answers and log', async () => {
    const { remit, logged, post } = await traced();
    const answer = await post(T, ticket('A'));
    expect([answer.status, answer.headers.get('x-trace-id')]).toEqual([201, TRACE]);
    expect((await remit.ticket(reader, 'A')).ticket.traceparent).toBe(TRACEPARENT);
    const alert = { status: 'firing', labels: {}, annotations: { summary: 'x' }, startsAt: 'now', fingerprint: 'aa' };
    await post('/api/v1/ingest/source', { version: '4', alerts: [alert] });
    expect((await remit.ticket(reader, 'alert-aa-now')).ticket.traceparent).toBe(TRACEPARENT);
    const refused = await post(T, { ticket_id: 5 });
    expect(await refused.json()).toMatchObject({ trace_id: TRACE });
    expect(logged.map(([{ route, status, trace_id }]) => [route, status, trace_id])).toEqual([
      ['/tickets', 201, TRACE],
      ['/ingest/{source}', 200, TRACE],
      ['/tickets', 400, TRACE],
    ]);
    expect(JSON.stringify(logged)).not.toContain('not responding');
  });

  test('is not part of what a ticket says: the same ticket in another trace is the same', async () => {
    const { remit, post } = await traced();
    await post(T, ticket('A'));
    expect((await post(T, ticket('A'), `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`)).status).toBe(200);
    expect((await remit.ticket(reader, 'A')).ticket.traceparent).toBe(TRACEPARENT);
  });

  test.each(['', 'nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `${TRACEPARENT}-more`])(
    'that is none (%j) is not kept',
    async (traceparent) => {
      const { remit, post } = await traced();
      expect((await post(T, ticket('A'), traceparent)).status).toBe(201);
      expect((await remit.ticket(reader, 'A')).ticket.traceparent).toBeUndefined();
    },
  );
});
