import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Catalogue, createRemit } from '../../src/index.js';
import { memoryStorage, recordingExecutor, scriptedAnalyst } from '../../src/testing/index.js';

const status = { tool: 'ops/status', arguments: { service: '$target' } };
const catalogue: Catalogue = {
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
      timeoutMs: 500,
      idempotent: true,
      dedupes: false,
      symptom: { ...status, expect: [{ path: '/up', equals: false }] },
      prechecks: [],
      snapshot: { ...status, fields: ['/up'] },
      validation: [{ ...status, expect: [{ path: '/up', equals: true }] }],
      validationWithinMs: 50,
      irreversible: 'starting again is its own remedy',
    },
  ],
  runbooks: [],
};

test('that all is well where a model looked proves nothing, unless the ticket itself names that place', async () => {
  const plan = { actions: [{ action: 'restart_service', arguments: { service: 'web' } }] };
  const remit = createRemit({
    storage: memoryStorage(),
    executor: recordingExecutor({ 'ops/status': { readOnly: true, run: () => ({ up: true }) } }),
    catalogue,
    analyst: scriptedAnalyst({ plan, confidence: 1 }),
  });
  await remit.start();
  const monitor = { id: 'monitor', tenant: 'acme', scopes: ['tickets:write', 'tickets:read'] };
  const led: unknown[] = [];
  for (const [ticketId, targets] of [
    ['unnamed', []],
    ['named', ['service:web']],
  ] as const) {
    await remit.reportIncident(monitor, { ticketId, description: 'billing is slow', category: 'server', targets });
    await remit.whenAtRest(monitor, ticketId, 5_000);
    const { result, reason } = await remit.reportRecovery(monitor, { ticketId, text: 'It is over.' });
    led.push([ticketId, result, reason]);
  }
  await remit.close();
  expect(led).toEqual([
    ['unnamed', 'left_open', 'cannot_tell'],
    ['named', 'resolved', 'fault_gone'],
  ]);
});
