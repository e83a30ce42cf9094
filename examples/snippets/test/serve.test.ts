import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { ApiProblem, createClient } from '@remit/client';
import { createRemit, functionExecutor, type Principal } from '@remit/core';
import { createHandler, createPage, toNodeListener } from '@remit/http';
import { readScript } from '@remit/ui/bundle';
import { afterEach, expect, it } from 'vitest';

/* The API of a Remit that keeps its tables in an SQLite file, on a port of one's own, asked through the typed client. */

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const people: Readonly<Record<string, Principal>> = {
  'token-of-sue': { id: 'sue', tenant: 'acme', scopes: ['tickets:read', 'tickets:write'] },
};

async function serveApi(file: string): Promise<string> {
  const remit = createRemit({
    storage: await sqliteStorage({ file }),
    executor: functionExecutor({ tools: {} }),
    catalogue: { actions: [], runbooks: [] },
  });
  await remit.start();
  const handler = createHandler({
    remit,
    basePath: '/api/v1',
    authenticate: (request) => people[request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''] ?? null,
  });
  const page = createPage({ script: await readScript(), categories: remit.categories });
  const answer = async (request: Request): Promise<Response> => page(request) ?? handler(request);
  const server = createServer(toNodeListener(answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    server.close().closeAllConnections();
    await remit.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
}

it('takes a ticket in, and names what is wrong with another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'remit-snippet-'));
  ends.push(() => rm(folder, { recursive: true }));
  const baseUrl = await serveApi(join(folder, 'remit.sqlite'));

  const api = createClient({ baseUrl, token: 'token-of-sue' });
  await api.post('/tickets', {
    body: { ticket_id: 'INC-001', description: 'Web service not responding', category: 'server' },
    header: { Prefer: 'wait=10' },
  });
  const { body: ticket } = await api.get('/tickets/{ticket_id}', { path: { ticket_id: 'INC-001' } });
  const ids: string[] = [];
  for await (const item of api.pages('/tickets', { query: { status: 'needs_human' } })) ids.push(item.ticket_id);

  const refused = await api
    .get('/tickets/{ticket_id}', { path: { ticket_id: 'INC-404' } })
    .catch((error: unknown) => error);

  expect((await fetch(new URL('/console', baseUrl))).headers.get('content-type')).toMatch('text/html');
  expect(ticket.remediation_decision).toMatchObject({ route: 'manual', reason: 'no_plan' });
  expect(ids).toEqual(['INC-001']);
  expect(refused).toBeInstanceOf(ApiProblem);
  expect(refused).toMatchObject({ status: 404, code: 'not_found' });
});
