import { postgresStorage } from '@remit/adapter-postgres';
import { createRemit, functionExecutor, type Principal, type Remit } from '@remit/core';
import { pgBossQueue } from '@remit/queue-pgboss';

/* Two instances of a host on one Postgres. Each ticket is handled once, by whichever comes first. */

const [url] = process.argv.slice(2);
if (url === undefined) throw new Error('Say where Postgres is: main.ts postgres://user:password@host:5432/database');

const sue: Principal = { id: 'sue', tenant: 'acme', scopes: ['tickets:read', 'tickets:write'] };
const TICKETS = 12;

async function instance(connectionString: string): Promise<Remit> {
  const remit = createRemit({
    storage: await postgresStorage({ url: connectionString }),
    queue: pgBossQueue({ connectionString }, { onTrouble: console.error }),
    executor: functionExecutor({ tools: {} }),
    catalogue: { actions: [], runbooks: [] },
  });
  await remit.start();
  return remit;
}

const one = await instance(url);
const other = await instance(url);
let decisions = 0;
for (const remit of [one, other]) {
  remit.events.on('remediation_event', ({ event }) => {
    if (event.type === 'proposed') decisions += 1;
  });
}

const ids = Array.from({ length: TICKETS }, (_, at) => `INC-${at + 1}`);
for (const ticketId of ids)
  await one.submitTicket(sue, { ticketId, description: `trouble ${ticketId}`, category: 'other' });
// Asked of the instance that did not take them in: what is true stands in the database.
const ended = await Promise.all(ids.map((id) => other.whenAtRest(sue, id, 60_000)));
console.log(
  `${ended.filter(({ ticket }) => ticket.status === 'needs_human').length} tickets at rest, ${decisions} decisions`,
);
await Promise.all([one.close(), other.close()]);
