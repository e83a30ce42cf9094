import { expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/domain/action.js';
import { scriptedAnalyst } from '../../src/testing/index.js';
import { approver, catalogue, operator, restart, type World, world } from './world.js';

/* A halt in the middle of a plan, and the way back. */

const undoable: CatalogueEntry = {
  ...restart,
  undo: {
    tool: 'ops/stop',
    arguments: { service: '$args.service' },
    validation: [{ tool: 'ops/status', arguments: { service: '$target' }, expect: [{ path: '/up', equals: false }] }],
  },
};

const both = {
  actions: [
    { action: 'restart_service', arguments: { service: 'web' } },
    { action: 'restart_service', arguments: { service: 'api' } },
  ],
};

/** A plan of two steps that somebody halts right after the first. */
async function haltedHalfWay(): Promise<World> {
  let halted = false;
  const w: World = await world(
    {
      catalogue: { ...catalogue, actions: [undoable] },
      analyst: scriptedAnalyst({ plan: both, confidence: 1 }),
      settings: { limits: { actionsPerHourTenant: 100 } },
    },
    {
      'ops/stop': {
        run: (args) => {
          w.up[String(args['service'])] = false;
          return {};
        },
      },
    },
  );
  w.remit.events.on('remediation_event', ({ event }) => {
    if (event.type !== 'action_settled' || halted) return;
    halted = true;
    // Stored before the runner looks again: the memory store answers in the same turn.
    void w.remit.halt(operator, { reason: 'stop' });
  });
  const { patternId } = await w.storage.patterns.adopt('acme', {
    patternId: 'known',
    category: 'server',
    signature: {
      hash: 'x',
      masked: 'service web not responding',
      words: 'service web not responding',
      terms: ['not', 'respond', 'servic', 'web'],
    },
    version: 1,
    first: { ticketId: 'OLD', similarity: 1, known: false },
  });
  const votes = ['ana', 'bo', 'cem'].map((principal, n) => ({
    kind: 'vote' as const,
    patternId,
    actionType: 'restart_service',
    ticketId: `OLD-${n}`,
    principal,
    atMs: 0,
    verdict: 'positive' as const,
    admissible: true,
  }));
  await w.storage.patterns.learn('acme', votes);
  w.up['web'] = false;
  w.up['api'] = false;
  await w.submit('T', { targets: ['service:web', 'service:api'] });
  const { remediation } = await w.rest('T');
  const { approvalId = '', bindingHash = '' } = remediation?.approval ?? {};
  await w.remit.answerApproval(approver, 'T', { approve: true, approvalId, bindingHash });
  await w.rest('T');
  return w;
}

it('stops before the next call, keeps the lock, and takes back only once the halt is lifted', async () => {
  const w = await haltedHalfWay();
  const { remediation, ticket } = await w.remit.ticket(operator, 'T');
  expect(remediation).toMatchObject({ state: 'halted' });
  expect(ticket.status).toBe('needs_human');
  expect(w.executor.sent.map(({ tool }) => tool)).toEqual(['ops/restart']);
  expect(await w.storage.locks.take('acme', 'other', ['global/service:web'])).toMatchObject({ kind: 'held' });
  expect(remediation?.options.map(({ answer }) => answer)).toEqual(['roll_back', 'accept']);

  const option = remediation?.options.find(({ answer }) => answer === 'roll_back');
  const order = { answer: 'roll_back', bindingHash: option?.bindingHash ?? '' } as const;
  await expect(w.remit.reconcile(approver, 'T', order)).rejects.toMatchObject({ code: 'halt_in_force' });
  expect(w.executor.sent).toHaveLength(1);

  const [halt] = await w.remit.halts(operator);
  await w.remit.liftHalt(operator, halt?.haltId ?? '');
  await w.remit.reconcile(approver, 'T', order);
  const back = await w.rest('T');
  expect(back.remediation?.remediationId).not.toBe(remediation?.remediationId);
  expect(back.remediation?.state).toBe('rolled_back');
  expect(w.executor.sent.map(({ tool }) => tool)).toEqual(['ops/restart', 'ops/stop']);
  expect(w.up['web']).toBe(false);
  expect(await w.storage.locks.take('acme', 'other', ['global/service:web'])).toEqual({ kind: 'taken' });
  const tally = await w.storage.patterns.tally('acme', ticketPattern(back), 'restart_service');
  expect(tally.failures).toBe(0);
  await w.remit.close();
});

it('gives the lock back once a person accepts what stands', async () => {
  const w = await haltedHalfWay();
  const { remediation } = await w.remit.ticket(operator, 'T');
  const { bindingHash = '' } = remediation?.options.find(({ answer }) => answer === 'accept') ?? {};
  await w.remit.reconcile(approver, 'T', { answer: 'accept', bindingHash });
  expect(await w.storage.locks.take('acme', 'other', ['global/service:web'])).toEqual({ kind: 'taken' });
  expect((await w.remit.ticket(operator, 'T')).remediation).toMatchObject({ state: 'halted', options: [] });
  await w.remit.close();
});

function ticketPattern({ ticket }: Awaited<ReturnType<World['rest']>>): string {
  return ticket.assessment?.patternId ?? '';
}
