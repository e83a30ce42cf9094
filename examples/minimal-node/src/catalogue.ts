import type { Catalogue } from '@remit/core';
import { z } from 'zod';

const status = { tool: 'ops/status', arguments: { service: '$target' } };

/** All that may be done: restart the service `web`, if it is seen to be down, and only then. */
export const catalogue: Catalogue = {
  actions: [
    {
      name: 'restart_service',
      title: 'Restart a service',
      tool: 'ops/restart',
      class: 'safe_write',
      family: 'restart',
      categories: ['server'],
      arguments: z.strictObject({ service: z.string() }),
      targets: [{ kind: 'service', argument: '/service' }],
      allowedTargets: ['service:web'],
      timeoutMs: 5_000,
      idempotent: true,
      dedupes: false,
      symptom: { ...status, expect: [{ path: '/up', equals: false }] },
      prechecks: [],
      validation: [{ ...status, expect: [{ path: '/up', equals: true }] }],
      irreversible: 'A restart cannot be taken back.',
    },
  ],
  runbooks: [
    {
      name: 'service-down',
      title: 'A service is down',
      categories: ['server'],
      symptomTexts: ['service not responding'],
      steps: [{ action: 'restart_service', arguments: { service: '$target' } }],
    },
  ],
};
