import { type Catalogue, createRemit, type Principal, type Remit } from '@remit/core';
import { memoryStorage, recordingExecutor } from '@remit/core/testing';
import { createHandler } from '@remit/http';
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest';
import {
  ApiProblem,
  type ClientOptions,
  createClient,
  type Policy,
  type Ticket,
  type TicketItem,
} from '../src/index.js';

/* The client against a real Remit behind the real handler, without a socket. */

const BASE = 'http://remit.test/api/v1';
const NOTHING: Catalogue = { actions: [], runbooks: [] };
const SCOPES = ['tickets:read', 'tickets:write', 'feedback:write', 'policy:write', 'halt'];

const started: Remit[] = [];
afterEach(async () => {
  for (const remit of started.splice(0)) await remit.close();
});

async function world(options: Partial<ClientOptions> = {}) {
  const remit = createRemit({ storage: memoryStorage(), executor: recordingExecutor({}), catalogue: NOTHING });
  started.push(remit);
  await remit.start();
  const authenticate = (request: Request): Principal | null => {
    const id = request.headers.get('authorization')?.replace('Bearer ', '');
    return id ? { id, tenant: 'acme', scopes: SCOPES } : null;
  };
  const handler = createHandler({ remit, authenticate });
  const requests: Request[] = [];
  const fetch: typeof globalThis.fetch = async (...init) => {
    const request = new Request(...init);
    requests.push(request);
    return handler(request);
  };
  return { requests, api: createClient({ baseUrl: BASE, token: 'ana', fetch, ...options }) };
}

const ticket = (ticket_id: string) => ({ ticket_id, description: 'web is down', category: 'server' });

describe('a client', () => {
  test('hands in a ticket and reads it, whatever its id is', async () => {
    const { api } = await world();
    const submitted = await api.post('/tickets', { body: ticket('INC/1 ü?#%'), header: { Prefer: 'wait=5' } });
    expect([submitted.status, submitted.body.status]).toEqual([201, 'needs_human']);
    expect(submitted.traceId).toMatch(/^[0-9a-f]{32}$/);
    const { body } = await api.get('/tickets/{ticket_id}', { path: { ticket_id: 'INC/1 ü?#%' } });
    expectTypeOf(body).toEqualTypeOf<Ticket>();
    expect(body.ticket_id).toBe('INC/1 ü?#%');
  });

  test('throws what the server refuses, with its code', async () => {
    const { api } = await world();
    const refusal = await api.get('/tickets/{ticket_id}', { path: { ticket_id: 'nope' } }).catch((error) => error);
    expect(refusal).toBeInstanceOf(ApiProblem);
    expect(refusal).toMatchObject({ status: 404, code: 'not_found', retryAfter: null });
    expect(refusal.message).toContain('Check the');
    const wrong = { ...ticket('a'), category: 'unheard of' };
    await expect(api.post('/tickets', { body: wrong })).rejects.toMatchObject({ code: 'unknown_category' });
  });

  test('says so when the answer is none of ours', async () => {
    const fetch = async () => new Response('<html>', { status: 502, headers: { 'retry-after': '7' } });
    const { api } = await world({ fetch });
    const bad = { status: 502, code: 'unreadable', problem: null, retryAfter: 7 };
    await expect(api.get('/health')).rejects.toMatchObject(bad);
  });

  test('changes a policy by the version that it read', async () => {
    const { api } = await world();
    const path = { category: 'server' };
    const read = await api.get('/policies/{category}', { path });
    expect(read.etag).toBe('"0"');
    const change = { body: { requires_approval: 'by_level' as const }, path, header: { 'If-Match': read.etag ?? '' } };
    const changed = await api.put('/policies/{category}', change);
    expectTypeOf(changed.body).toEqualTypeOf<Policy>();
    expect([changed.body.requires_approval, changed.etag]).toEqual(['by_level', '"1"']);
    await expect(api.put('/policies/{category}', change)).rejects.toMatchObject({ code: 'version_conflict' });
  });

  test('reads lists to their end, page by page', async () => {
    const { api, requests } = await world();
    for (const id of ['a', 'b', 'c']) await api.post('/tickets', { body: ticket(id) });
    requests.length = 0;
    const seen: TicketItem[] = [];
    for await (const item of api.pages('/tickets', { query: { limit: 2 } })) seen.push(item);
    expect(seen.map(({ ticket_id }) => ticket_id)).toEqual(['c', 'b', 'a']);
    expect(requests).toHaveLength(2);
  });

  test('lifts a halt: nothing comes back', async () => {
    const { api } = await world();
    const { body: halt } = await api.post('/halt', { body: { reason: 'storm' } });
    const lifted = await api.delete('/halt/{halt_id}', { path: { halt_id: halt.halt_id } });
    expect([lifted.status, lifted.body]).toEqual([204, null]);
  });

  test('asks for its token each time, and sends the headers it was given', async () => {
    let count = 0;
    const token = async () => `ana-${++count}`;
    const { api, requests } = await world({ token, headers: { 'x-team': 'noc' } });
    await api.get('/halt');
    await api.get('/halt', { signal: new AbortController().signal });
    expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer ana-1', 'Bearer ana-2']);
    expect(requests[0]?.headers.get('x-team')).toBe('noc');
  });

  test('ends a request when it is told to', async () => {
    const { api, requests } = await world();
    await api.get('/halt', { signal: AbortSignal.abort() });
    expect(requests[0]?.signal.aborted).toBe(true);
  });

  test('asks nobody with a part of the path missing', async () => {
    const { api, requests } = await world();
    await expect(api.get('/tickets/{ticket_id}', { path: { ticket_id: '' } })).rejects.toThrow('path.ticket_id');
    expect(requests).toEqual([]);
  });
});
