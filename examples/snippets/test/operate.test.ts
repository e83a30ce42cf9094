import { createRemit, functionExecutor, type Principal } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { expect, it } from 'vitest';

/* What an operator does: opens a category step by step, and stops everything. */

it('opens a category by phases, and falls back by hand', async () => {
  const remit = createRemit({
    storage: memoryStorage(),
    executor: functionExecutor({ tools: {} }),
    catalogue: { actions: [], runbooks: [] },
  });
  const operator: Principal = { id: 'olga', tenant: 'acme', scopes: ['tickets:read', 'policy:write', 'halt'] };

  const { version } = await remit.policyOf(operator, 'server');
  const pilot = await remit.setPhase(operator, 'server', {
    phase: 'pilot',
    expectedVersion: version,
    reason: 'week 1: cache and restart, every write approved',
  });
  const open = await remit.setPolicy(operator, 'server', {
    policy: {
      requiresApproval: 'by_level',
      maintenanceWindows: [{ zone: 'Europe/Rome', days: ['mon', 'tue', 'wed', 'thu'], from: '22:00', to: '05:00' }],
    },
    expectedVersion: pilot.version,
  });
  expect(open.policy).toMatchObject({ phase: 'pilot', requiresApproval: 'by_level', minReliabilityScore: 85 });

  const halt = await remit.halt(operator, { category: 'server', reason: 'storage is being moved' });
  expect(await remit.halts(operator)).toMatchObject([{ haltId: halt.haltId, by: 'olga' }]);
  await remit.liftHalt(operator, halt.haltId);
  expect(await remit.halts(operator)).toEqual([]);
  await remit.close();
});
