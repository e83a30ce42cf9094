import { expect, it } from 'vitest';
import { approver, catalogue, history, monitoring, restart, world } from './world.js';

/* A lost call that nobody can look up: only a person may have it sent again, and only once they saw what it is. */

it('sends the same call again on an order that names it, and succeeds', async () => {
  let lost = false;
  const { reconcile: _, ...withoutRead } = restart;
  const w = await world(
    { catalogue: { ...catalogue, actions: [withoutRead] } },
    {
      'ops/restart': {
        run: (args) => {
          if (lost) throw new Error('the connection broke before it arrived');
          w.up[String(args['service'])] = true;
          return {};
        },
      },
    },
  );
  await history(w, 3);
  w.up['web'] = false;
  lost = true;
  await w.submit('T');
  const { remediation: asked } = await w.rest('T');
  const { approvalId = '', bindingHash = '' } = asked?.approval ?? {};
  await w.remit.answerApproval(approver, 'T', { approve: true, approvalId, bindingHash });
  await expect.poll(async () => (await w.rest('T')).remediation?.state).toBe('needs_reconciliation');
  const before = w.executor.sent.length;

  lost = false;
  const parked = (await w.rest('T')).remediation;
  const option = parked?.options.find(({ answer }) => answer === 'send_again');
  const order = { answer: 'send_again', bindingHash: option?.bindingHash ?? '' } as const;
  const submitter = { ...monitoring, scopes: [...monitoring.scopes, 'remediation:approve'] };
  await expect(w.remit.reconcile(submitter, 'T', order)).rejects.toMatchObject({ code: 'approver_barred' });
  await expect(
    w.remit.reconcile(approver, 'T', { answer: 'send_again', bindingHash: 'f'.repeat(64) }),
  ).rejects.toMatchObject({
    code: 'approval_stale',
  });
  expect(w.executor.sent).toHaveLength(before);

  await w.remit.reconcile(approver, 'T', order);
  await expect.poll(async () => (await w.rest('T')).remediation?.state).toBe('succeeded');
  expect(w.executor.sent).toHaveLength(before + 1);
  expect(new Set(w.executor.sent.slice(-2).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  expect(w.up['web']).toBe(true);
  await w.remit.close();
});
