import { expect, it } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.js';
import { openStore } from '../src/openStore.js';
import { serve } from '../src/serve.js';

const database = await testDatabase();

it('opens Postgres by its URL, with or without the word postgres before it', async (context) => {
  if ('reason' in database) return context.skip(database.reason);
  for (const spec of [`postgres:${database.url}`, database.url]) {
    const storage = await openStore(spec);
    expect(storage.name).toBe('postgres');
    await storage.close();
  }
});

it('says what to do when the server cannot be reached, and tells nobody the password', async () => {
  const error = await openStore('postgres:postgres://ana:secret@127.0.0.1:1/x').catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'storage_unavailable', nextStep: expect.stringContaining('Postgres runs') });
  expect(String(error)).not.toContain('secret');
  const wrong = await openStore('mysql://ana:secret@127.0.0.1/x').catch((reason: unknown) => reason);
  expect(wrong).toMatchObject({ code: 'invalid_configuration', nextStep: expect.stringContaining('postgres:URL') });
  expect(String(wrong)).not.toContain('secret');
});

it('instances that serve one Postgres share the work through one queue', async (context) => {
  if ('reason' in database) return context.skip(database.reason);
  const store = `postgres:${database.url}`;
  const serving = await Promise.all([1, 2].map(() => serve({ store, port: 0, noAuth: true, print: () => {} })));
  const body = { ticket_id: 'INC-1', description: 'web is down', category: 'server' };
  const tickets = `${serving[0]?.url}/api/v1/tickets`;
  await fetch(tickets, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const status = async () =>
    ((await (await fetch(`${serving[1]?.url}/api/v1/tickets/INC-1`)).json()) as { status: string }).status;
  await expect.poll(status, { timeout: 20_000 }).toBe('needs_human');
  const queues = await database.query("select count(*) from pg_catalog.pg_namespace where nspname = 'remit_queue'");
  expect(queues).toEqual([{ count: '1' }]);
  for (const one of serving) await one.stop();
}, 60_000);
