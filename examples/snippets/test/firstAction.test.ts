import { type Catalogue, createRemit, defineAction, functionExecutor, NotExecuted, type Principal } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';

/* A first action of one's own, from the function that does it to the person who approves it. */

const pool = { workers: 2, overloaded: true };

const executor = functionExecutor({
  tools: {
    'pool/status': { readOnly: true, run: () => ({ ...pool }) },
    'pool/scale': {
      version: '1',
      run: ({ workers }) => {
        if (typeof workers !== 'number' || workers > 16) throw new NotExecuted('16 workers at most');
        pool.workers = workers;
        pool.overloaded = workers < 4;
        return { workers };
      },
    },
  },
});

const status = { tool: 'pool/status', arguments: {} };

const scalePool = defineAction({
  name: 'scale_pool',
  title: 'Give the worker pool more workers',
  tool: 'pool/scale',
  class: 'safe_write',
  family: 'scale',
  categories: ['application'],
  arguments: z.strictObject({ pool: z.string(), workers: z.number().int().min(1).max(16) }),
  targets: [{ kind: 'pool', argument: '/pool' }],
  allowedTargets: ['pool:orders'],
  timeoutMs: 5_000,
  idempotent: true,
  dedupes: false,
  symptom: { ...status, expect: [{ path: '/overloaded', equals: true }] },
  prechecks: [],
  validation: [{ ...status, expect: [{ path: '/overloaded', equals: false }] }],
  snapshot: { ...status, fields: ['/workers'] },
  undo: {
    tool: 'pool/scale',
    arguments: { pool: '$target', workers: '$before.workers' },
    validation: [{ ...status, expect: [{ path: '/workers', equals: '$before.workers' }] }],
  },
});

const catalogue: Catalogue = {
  actions: [scalePool],
  runbooks: [
    {
      name: 'pool-overloaded',
      title: 'A worker pool is overloaded',
      categories: ['application'],
      symptomTexts: ['jobs wait in the queue, the pool is overloaded'],
      steps: [{ action: 'scale_pool', arguments: { pool: '$target', workers: 6 } }],
    },
  ],
};

const submitter = (id: string): Principal => ({
  id,
  tenant: 'acme',
  scopes: ['tickets:read', 'tickets:write', 'tickets:opt_in', 'feedback:write'],
});
const ana: Principal = { id: 'ana', tenant: 'acme', scopes: ['tickets:read', 'remediation:approve'] };

it('is left to a person the first time, and carried out with an approval the second time', async () => {
  const remit = createRemit({ storage: memoryStorage(), executor, catalogue });
  await remit.start();
  const text = {
    description: 'jobs wait in the queue, the pool orders is overloaded',
    category: 'application',
    targets: ['pool:orders'],
    optedIn: true,
  };

  await remit.submitTicket(submitter('sue'), { ticketId: 'INC-1', ...text });
  const first = await remit.whenAtRest(ana, 'INC-1', 5_000);
  expect(first.ticket.assessment?.decision).toMatchObject({ route: 'manual', reason: 'low_reliability' });

  // A person does what was proposed, and says so.
  Object.assign(pool, { workers: 6, overloaded: false });
  const actions = [{ action: 'scale_pool', arguments: { pool: 'orders', workers: 6 } }];
  await remit.resolveTicket(submitter('tom'), 'INC-1', { text: 'Gave it six workers.', actions, timeToResolve: 12 });
  await remit.recordFeedback(submitter('sue'), { ticketId: 'INC-1', feedbackType: 'positive', rating: 5 });

  // The same problem comes back.
  Object.assign(pool, { workers: 2, overloaded: true });
  await remit.submitTicket(submitter('sue'), { ticketId: 'INC-2', ...text });
  const second = await remit.whenAtRest(ana, 'INC-2', 5_000);
  expect(second.ticket.assessment?.decision).toMatchObject({ route: 'approval', reason: 'medium_reliability' });

  const asked = second.remediation?.approval;
  if (!asked) throw new Error('nothing was asked');
  const { approvalId, bindingHash } = asked;
  await remit.answerApproval(ana, 'INC-2', { approve: true, approvalId, bindingHash, comment: 'go ahead' });

  const done = await remit.whenAtRest(ana, 'INC-2', 5_000);
  expect(done.remediation?.state).toBe('succeeded');
  expect(pool).toEqual({ workers: 6, overloaded: false });

  const rows = await remit.logOf(ana, 'INC-2');
  expect(rows.map(({ event }) => event.type)).toContain('action_settled');
  await remit.close();
});
