import { describe, expect, it } from 'vitest';
import { type Fleet, fleet, HOUR } from './fleet.js';
import { plan } from './fleetCatalogue.js';
import { answerNow, gil, hana } from './parkedFleet.js';
import { operator } from './world.js';

/* Orders that wait for more people are pending like any other approval. */

async function parked(approvers: number): Promise<Fleet> {
  const f = await fleet({ plan: plan('enable web', 'restart api'), policy: { approvers } });
  let lost = false;
  f.behave = (tool) => {
    if (tool !== 'ops/restart' || lost) return 'works';
    lost = true;
    return 'lost_before';
  };
  await f.submit('T');
  await f.settle();
  await f.later(500);
  expect((await f.view('T')).remediation?.state).toBe('needs_reconciliation');
  return f;
}

const pending = async (f: Fleet) => (await f.remit.pendingApprovals(operator, { limit: 10, cursor: null })).items;

describe('what waits for a yes', () => {
  it.each(['send_again', 'roll_back'] as const)(
    'names an order to %s from its first yes to its last',
    async (answer) => {
      const f = await parked(2);
      expect(await pending(f)).toEqual([]);
      await answerNow(f, answer, gil);
      const [waiting, ...others] = await pending(f);
      expect(others).toEqual([]);
      expect(waiting?.ticket.ticketId).toBe('T');
      expect(waiting?.remediation?.order).toMatchObject({ answer, approval: { needed: 2, consents: [{ by: 'gil' }] } });
      await answerNow(f, answer, hana);
      expect(await pending(f)).toEqual([]);
    },
  );

  it('leaves an order out that one person is enough for', async () => {
    const f = await parked(1);
    await f.remit.reconcile(gil, 'T', {
      answer: 'send_again',
      bindingHash:
        (await f.view('T')).remediation?.options.find((one) => one.answer === 'send_again')?.bindingHash ?? '',
    });
    expect(await pending(f)).toEqual([]);
  });

  it.each([
    ['another answer ended it', (f: Fleet) => answerNow(f, 'accept', hana)],
    ['it is too old to be completed', (f: Fleet) => f.later(24 * HOUR)],
    ['the policy is another one', (f: Fleet) => f.policy({ maxActionsPerHour: 9 })],
  ] as const)('leaves an order out once %s', async (_, change) => {
    const f = await parked(2);
    await answerNow(f, 'send_again', gil);
    expect(await pending(f)).toHaveLength(1);
    await change(f);
    expect(await pending(f)).toEqual([]);
    expect((await f.view('T')).remediation?.order ?? null).toBeNull();
  });
});
