import { createRemit, type Principal } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { catalogue, executor, pool } from './pool.js';

/* The first time a person fixes it; the second time Remit asks, and carries out what was approved. */

const of = (id: string, ...scopes: Principal['scopes']): Principal => ({ id, tenant: 'acme', scopes });
const sue = of('sue', 'tickets:read', 'tickets:write', 'tickets:opt_in', 'feedback:write');
const tom = of('tom', 'tickets:write');
const ana = of('ana', 'tickets:read', 'remediation:approve');
const problem = { description: 'jobs wait in the queue, the pool orders is overloaded', category: 'application' };

const remit = createRemit({ storage: memoryStorage(), executor, catalogue });
await remit.start();

await remit.submitTicket(sue, { ticketId: 'INC-1', ...problem, targets: ['pool:orders'], optedIn: true });
const first = await remit.whenAtRest(sue, 'INC-1', 5_000);
console.log('INC-1:', first.ticket.assessment?.decision.route, first.ticket.assessment?.decision.reason);

Object.assign(pool, { workers: 6, overloaded: false });
const actions = [{ action: 'scale_pool', arguments: { pool: 'orders', workers: 6 } }];
await remit.resolveTicket(tom, 'INC-1', { text: 'Gave it six workers.', actions, timeToResolve: 12 });
await remit.recordFeedback(sue, { ticketId: 'INC-1', feedbackType: 'positive', rating: 5 });

Object.assign(pool, { workers: 2, overloaded: true });
await remit.submitTicket(sue, { ticketId: 'INC-2', ...problem, targets: ['pool:orders'], optedIn: true });
const second = await remit.whenAtRest(sue, 'INC-2', 5_000);
console.log('INC-2:', second.ticket.assessment?.decision.route, second.ticket.assessment?.decision.reason);

const asked = second.remediation?.approval;
if (!asked) throw new Error('Nothing was asked.');
await remit.answerApproval(ana, 'INC-2', {
  approve: true,
  approvalId: asked.approvalId,
  bindingHash: asked.bindingHash,
});
const done = await remit.whenAtRest(sue, 'INC-2', 5_000);
console.log('INC-2:', done.remediation?.state, pool);
await remit.close();
