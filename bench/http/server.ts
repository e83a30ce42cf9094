import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { createRemit, functionExecutor } from '@remit/core';
import { createHandler, toNodeListener } from '@remit/http';
import fastify from 'fastify';
import { openDriver } from '../../packages/adapter-sqlite/src/drivers.js';

/* One of the servers that are measured: `server.ts ours|working|bare FILE`. Prints its port, and ends with its parent. */

const TOKEN = 'Bearer token-of-the-measurement';

/** The API before a Remit on SQLite; `working` also analyses what comes in, in the same process. */
async function ours(file: string, isWorking: boolean): Promise<number> {
  const remit = createRemit({
    storage: await sqliteStorage({ file }),
    executor: functionExecutor({ tools: {} }),
    catalogue: { actions: [], runbooks: [] },
  });
  if (isWorking) await remit.start();
  const principal = { id: 'bench', tenant: 'acme', scopes: ['tickets:read', 'tickets:write'] };
  const handler = createHandler({
    remit,
    authenticate: ({ headers }) => (headers.get('authorization') === TOKEN ? principal : null),
  });
  const server = createServer(toNodeListener(handler));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const COLUMNS = [
  'ticket_id',
  'tenant',
  'title',
  'description',
  'category',
  'opted_in',
  'priority',
  'requester',
  'submitter',
  'targets',
  'metadata',
  'status',
  'created_at_ms',
  'updated_at_ms',
];

/** What somebody would write in a minute: the token is compared, the row is inserted or selected, as durable as ours. */
async function bare(file: string): Promise<number> {
  const driver = await openDriver(file);
  for (const setting of ['busy_timeout = 5000', 'journal_mode = wal', 'synchronous = full'])
    driver.exec(`pragma ${setting}`);
  driver.exec(`create table tickets (${COLUMNS.join(', ')}, primary key (tenant, ticket_id))`);
  const insert = driver.prepare(
    `insert into tickets (${COLUMNS.join(', ')}) values (${COLUMNS.map(() => '?').join(', ')}) returning *`,
  );
  const select = driver.prepare('select * from tickets where tenant = ? and ticket_id = ?');
  const all = (statement: typeof select, ...values: unknown[]) =>
    (statement.all as (...given: unknown[]) => unknown[])(...values);
  const app = fastify();
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization !== TOKEN) return reply.code(401).send();
  });
  app.post('/api/v1/tickets', async (request, reply) => {
    const body = request.body as Readonly<Record<string, unknown>>;
    const now = Date.now();
    const lists = [JSON.stringify(body['targets'] ?? []), JSON.stringify(body['metadata'] ?? {})];
    const who = [body['priority'] ?? null, body['requester'] ?? null, 'bench'];
    const what = [body['ticket_id'], 'acme', body['title'] ?? null, body['description'], body['category'], 0];
    const [row] = all(insert, ...what, ...who, ...lists, 'received', now, now);
    return reply.code(201).send(row);
  });
  app.get('/api/v1/tickets/:id', async (request, reply) => {
    const [row] = all(select, 'acme', (request.params as { readonly id: string }).id);
    return row === undefined ? reply.code(404).send() : reply.send(row);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}

const [kind = '', file = ''] = process.argv.slice(2);
/** Processor time so far, us: the only figure that a busy machine does not change. */
const cpuUs = (): number => Object.values(process.cpuUsage()).reduce((sum, part) => sum + part, 0);
process.on('message', () => process.send?.(cpuUs()));
process.once('disconnect', () => process.exit(0));
process.send?.(kind === 'bare' ? await bare(file) : await ours(file, kind === 'working'));
