import { type Analyst, chain, createRemit, httpExecutor, noProposal, runbookAnalyst, type Settings } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { expect, it } from 'vitest';

/* Executors and analysts as a host writes them. */

it('a service with addresses is an executor', async () => {
  const executor = httpExecutor({
    tools: {
      'ops/status': { url: 'https://ops.example/status', readOnly: true },
      'ops/restart': {
        url: 'https://ops.example/restart',
        version: '2',
        // The service promises that it did nothing when it answers with one of these.
        refusals: [401, 405, 409, 415],
        headers: async () => ({ authorization: `Bearer ${await tokenOfToday()}` }),
      },
    },
  });
  const { pins, readOnly } = await executor.catalogue({ signal: AbortSignal.timeout(1_000) });
  expect(Object.keys(pins)).toEqual(['ops/status', 'ops/restart']);
  expect(readOnly).toEqual({ 'ops/status': true, 'ops/restart': false });
});

const tokenOfToday = async (): Promise<string> => 'renewed';

it('an analyst may know what a model cannot', async () => {
  const knownFaults: Analyst = {
    name: 'known faults',
    async analyze({ ticket }) {
      const analyst = 'known faults';
      if (!ticket.description.includes('pool orders')) return noProposal({ analyst, summary: 'No known fault.' });
      return {
        ...noProposal({ analyst, summary: 'The pool orders is too small.' }),
        plan: { actions: [{ action: 'scale_pool', arguments: { pool: 'orders', workers: 6 } }] },
        confidence: 0.8,
      };
    },
  };
  const limits: Partial<Settings['limits']> = { actionsPerHourTenant: 5 };
  const remit = createRemit({
    storage: memoryStorage(),
    executor: httpExecutor({ tools: { 'ops/status': { url: 'https://ops.example/status', readOnly: true } } }),
    catalogue: { actions: [], runbooks: [] },
    analyst: chain([runbookAnalyst(), knownFaults]),
    settings: { limits },
  });
  expect(remit.categories).toContain('application');
  await remit.close();
});
