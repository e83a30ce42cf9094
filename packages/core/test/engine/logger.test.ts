import { expect, test } from 'vitest';
import { createRemit } from '../../src/index.js';
import { memoryStorage, recordingExecutor } from '../../src/testing/index.js';

test('a logger hears of tickets and rows by their ids, and of what fails; what it throws changes nothing', async () => {
  const lines: string[] = [];
  const remit = createRemit({
    storage: memoryStorage(),
    executor: recordingExecutor({}),
    catalogue: { actions: [], runbooks: [] },
    analyst: { name: 'broken', analyze: () => Promise.reject(new Error('no model')) },
    logger: {
      info: (facts, message) => {
        lines.push(`${JSON.stringify(facts)} ${message}`);
        throw new Error('the disk is full');
      },
      error: (facts, message) => void lines.push(`${String(facts['error'])} ${message}`),
    },
  });
  await remit.start();
  const ana = { id: 'ana', tenant: 'acme', scopes: ['tickets:write', 'tickets:read'] };
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await remit.submitTicket(ana, { ticketId: 'A', description: 'a secret text', category: 'server', traceparent });
  const { ticket } = await remit.whenAtRest(ana, 'A', 5_000);
  expect(ticket.status).toBe('needs_human');
  await remit.close();
  expect(lines[0]).toBe(
    '{"tenant":"acme","ticket_id":"A","trace_id":"0af7651916cd43dd8448eb211c80319c"} A ticket was taken in.',
  );
  expect(lines.join('\n')).toContain('"type":"proposed"} A row was written.');
  expect(lines.join('\n')).toContain('Error: no model Something failed');
  expect(lines.join('\n')).not.toContain('secret');
});
