import { describe, expect, it } from 'vitest';
import { type Fleet, fleet } from '../engine/fleet.js';
import { plan } from '../engine/fleetCatalogue.js';
import { person } from '../engine/world.js';

/* A yes is good once, for exactly what was shown. */

const ASKS = { policy: { requiresApproval: true } } as const;
const gil = person('gil', ['remediation:approve']);

async function shown(f: Fleet, ticketId: string) {
  const { approvalId = '', bindingHash = '' } = (await f.view(ticketId)).remediation?.approval ?? {};
  return { approvalId, bindingHash };
}

async function waiting(f: Fleet, ticketId: string): Promise<{ approvalId: string; bindingHash: string }> {
  await f.submit(ticketId);
  await f.settle();
  return shown(f, ticketId);
}

const REFUSED = {
  code: expect.stringMatching(/^(approval_stale|nothing_to_approve|approval_decided|approval_expired)$/),
};

describe('an approval replayed', () => {
  it('on another ticket of the same fault is refused', async () => {
    const f = await fleet(ASKS);
    const first = await waiting(f, 'A');
    const second = await waiting(f, 'B');
    for (const mixed of [
      first,
      { ...second, bindingHash: first.bindingHash },
      { ...second, approvalId: first.approvalId },
    ]) {
      await expect(f.remit.answerApproval(gil, 'B', { approve: true, ...mixed })).rejects.toMatchObject(REFUSED);
    }
    await f.settle();
    expect(f.effects).toEqual([]);
  });

  it('after it was used writes nothing more', async () => {
    const f = await fleet(ASKS);
    const yes = await waiting(f, 'A');
    await f.remit.answerApproval(gil, 'A', { approve: true, ...yes });
    await f.settle();
    expect(f.effects.length).toBe(1);
    for (let n = 0; n < 5; n += 1) {
      await f.remit.answerApproval(gil, 'A', { approve: true, ...yes }).catch(() => {});
      await f.settle();
    }
    expect(f.effects.length).toBe(1);
  });

  it('by the same person twice, or under a near-equal name, is one yes of two', async () => {
    const f = await fleet({ policy: { requiresApproval: true, approvers: 2 } });
    const yes = await waiting(f, 'A');
    for (const id of ['gil', 'gil', 'GIL', 'g\u0456l', ' gil ']) {
      await f.remit.answerApproval(person(id, ['remediation:approve']), 'A', { approve: true, ...yes }).catch(() => {});
      await f.settle();
    }
    expect(f.effects).toEqual([]);
    await f.remit.answerApproval(person('hana', ['remediation:approve']), 'A', { approve: true, ...yes });
    await f.settle();
    expect(f.effects.length).toBe(1);
  });

  it('of a request that was superseded is not good for the one that took its place', async () => {
    const f = await fleet(ASKS);
    const old = await waiting(f, 'A');
    await f.remit.answerApproval(gil, 'A', { approve: true, ...old });
    await f.policy({ maxActionsPerHour: 9 });
    await f.settle();
    const fresh = await shown(f, 'A');
    expect(fresh.bindingHash).not.toBe(old.bindingHash);
    await expect(f.remit.answerApproval(gil, 'A', { approve: true, ...old })).rejects.toMatchObject(REFUSED);
    await expect(
      f.remit.answerApproval(gil, 'A', { approve: true, approvalId: fresh.approvalId, bindingHash: old.bindingHash }),
    ).rejects.toMatchObject(REFUSED);
    await f.settle();
    expect(f.effects).toEqual([]);
  });

  it('of one plan does not let another one run', async () => {
    const f = await fleet(ASKS);
    const yes = await waiting(f, 'A');
    f.said.plan = plan('restart api');
    const other = await waiting(f, 'B');
    await expect(
      f.remit.answerApproval(gil, 'B', { approve: true, approvalId: other.approvalId, bindingHash: yes.bindingHash }),
    ).rejects.toMatchObject(REFUSED);
    await f.settle();
    expect(f.effects).toEqual([]);
  });

  it('after a no is refused', async () => {
    const f = await fleet(ASKS);
    const yes = await waiting(f, 'A');
    await f.remit.answerApproval(person('hana', ['remediation:approve']), 'A', { approve: false, ...yes });
    await f.settle();
    await expect(f.remit.answerApproval(gil, 'A', { approve: true, ...yes })).rejects.toMatchObject(REFUSED);
    await f.settle();
    expect(f.effects).toEqual([]);
  });
});
