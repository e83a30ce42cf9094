import { expect, it } from 'vitest';
import { createRemit } from '../../src/engine/createRemit.js';
import type { Storage } from '../../src/ports/storage.js';
import { memoryStorage, recordingExecutor, scriptedAnalyst } from '../../src/testing/index.js';
import { catalogue, monitoring, operator } from './world.js';

/* Unfinished work of which the oldest cannot move. */

const STUCK = 250;

it('gets to the work behind more pieces than are woken at a time that cannot move', async () => {
  const shared = memoryStorage();
  const parts = {
    executor: recordingExecutor({}),
    catalogue,
    analyst: scriptedAnalyst(() => ({ plan: null, confidence: 0 })),
  };
  // Not started: the tickets wait for whoever comes next.
  const before = createRemit({ ...parts, storage: shared });
  for (let n = 0; n <= STUCK; n += 1) {
    const ticket = { description: 'a fault', category: 'server', optedIn: true };
    await before.submitTicket(monitoring, { ticketId: n < STUCK ? `STUCK-${n}` : 'LAST', ...ticket });
  }
  const storage: Storage = {
    ...shared,
    tickets: {
      ...shared.tickets,
      async claim(tenant, ticketId, ask) {
        if (ticketId.startsWith('STUCK')) throw new Error('a damaged row');
        return shared.tickets.claim(tenant, ticketId, ask);
      },
    },
  };
  const remit = createRemit({ ...parts, storage, settings: { recoverEveryMs: 5 } });
  await remit.start();
  await expect.poll(async () => (await remit.ticket(operator, 'LAST')).ticket.status).toBe('needs_human');
  await remit.close();
});
