import { type Catalogue, defineAction, functionExecutor, NotExecuted } from '@remit/core';
import { z } from 'zod';

/** The world: a worker pool that is overloaded until it has four workers. */
export const pool = { workers: 2, overloaded: true };

const status = { tool: 'pool/status', arguments: {} };

/** What may be called. Throwing `NotExecuted` proves that nothing was done; any other error proves nothing. */
export const executor = functionExecutor({
  tools: {
    'pool/status': { readOnly: true, run: () => ({ ...pool }) },
    'pool/scale': {
      version: '1',
      run: ({ workers }) => {
        if (typeof workers !== 'number' || workers > 16) throw new NotExecuted('16 workers at most');
        Object.assign(pool, { workers, overloaded: workers < 4 });
        return { workers };
      },
    },
  },
});

/** What may be done with it: by whom it is seen that it is needed, that it worked, and how it is taken back. */
export const catalogue: Catalogue = {
  actions: [
    defineAction({
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
    }),
  ],
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
