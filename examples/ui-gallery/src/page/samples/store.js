/* A store without a server. */

import { reliability, remediation } from './figures.js';
import { changes, fixes, patterns, patternTickets, runbooks } from './learned.js';
import { failedLog, log, waitingLog } from './log.js';
import { policy } from './operators.js';
import { parked, resolved, tickets, waiting } from './tickets.js';

const logs = new Map([
  [waiting, waitingLog],
  [resolved, log],
  [parked, failedLog],
]);

const page = (items) => ({ items, next_cursor: null });
const bodies = {
  '/halt': page([]),
  '/approvals': page([waiting]),
  '/tickets': page(tickets),
  '/patterns': page(patterns),
  '/patterns/p1/tickets': page(patternTickets),
  '/patterns/p1/changes': page(changes),
  '/patterns/p1/candidate-fixes': page(fixes),
  '/patterns/p1/runbooks': page(runbooks),
  '/stats/reliability': reliability,
  '/stats/auto-remediation': remediation,
};
for (const ticket of [waiting, resolved, parked]) {
  bodies[`/tickets/${ticket.ticket_id}`] = ticket;
  bodies[`/tickets/${ticket.ticket_id}/remediation-logs`] = page(logs.get(ticket));
}

/** A store without a server: it answers from the samples and takes every change without doing anything. */
export const sampleStore = {
  watch(path, listener) {
    const body = path.startsWith('/policies/') ? policy : (bodies[path.split('?')[0]] ?? null);
    listener({ body, etag: null, trouble: body ? null : { message: 'There is no such sample.' }, loading: false });
    return () => undefined;
  },
  refresh: async () => undefined,
  more: async () => undefined,
  send: async () => ({ body: { notes: [] }, etag: null }),
  live: () => undefined,
  on: () => undefined,
  close: () => undefined,
};
