import { sqliteStorage } from '@remit/adapter-sqlite';
import { createRemit, functionExecutor, type Principal, verifyAudit } from '@remit/core';

/* Everything is in one file: a second process finds what the first one decided, and the log as it was written. */

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Say where to keep it: main.ts FILE');

const sue: Principal = { id: 'sue', tenant: 'acme', scopes: ['tickets:read', 'tickets:write'] };

async function open(path: string) {
  const storage = await sqliteStorage({ file: path });
  const executor = functionExecutor({ tools: {} });
  const remit = createRemit({ storage, executor, catalogue: { actions: [], runbooks: [] } });
  await remit.start();
  return { remit, storage };
}

const before = await open(file);
await before.remit.submitTicket(sue, { ticketId: 'INC-1', description: 'the printer burns', category: 'other' });
await before.remit.whenAtRest(sue, 'INC-1', 5_000);
await before.remit.close();

const after = await open(file);
const { ticket } = await after.remit.whenAtRest(sue, 'INC-1', 5_000);
console.log(`${ticket.ticketId}: ${ticket.status}, ${ticket.assessment?.decision.reason}`);
const { intact } = await verifyAudit(after.storage);
console.log(intact ? 'The log is as it was written.' : 'Somebody changed the log.');
await after.remit.close();
