import { type Catalogue, defineAction } from '@remit/core';
import { z } from 'zod';

/** Targets of the race: one for every ticket. */
export const TARGETS = 24;

const status = { tool: 'ops/status', arguments: { service: '$target' } };

/** One safe write on many targets, with everything the guard looks at. */
export const raceCatalogue: Catalogue = {
  actions: [
    defineAction({
      name: 'restart_service',
      title: 'Restart a service',
      tool: 'ops/restart',
      class: 'safe_write',
      family: 'restart',
      categories: ['server'],
      arguments: z.strictObject({ service: z.string() }),
      targets: [{ kind: 'service', argument: '/service' }],
      allowedTargets: Array.from({ length: TARGETS }, (_, n) => `service:s${n}`),
      timeoutMs: 5_000,
      idempotent: true,
      dedupes: false,
      symptom: { ...status, expect: [{ path: '/broken', equals: true }] },
      prechecks: [],
      validation: [{ ...status, expect: [{ path: '/known', equals: true }] }],
      irreversible: 'starting again is its own remedy',
    }),
  ],
  runbooks: [],
};
