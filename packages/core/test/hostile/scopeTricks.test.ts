import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/domain/approval.js';
import { type Fleet, fleet } from '../engine/fleet.js';

/* Scopes, groups and tenants that look like the right ones open nothing. */

const TRICKS: readonly unknown[] = [
  [],
  ['*'],
  ['remediation:*'],
  ['remediation:approve:'],
  ['remediation:approve:*'],
  ['remediation:approve:network'],
  ['remediation:approve:server '],
  ['remediation:approve:SERVER'],
  ['Remediation:Approve'],
  [' remediation:approve'],
  ['remediation:approve,policy:write'],
  ['remediation:approve\u200b'],
  ['remediation:\u0430pprove'],
  ['remediation:approves'],
  ['approve'],
  ['tickets:read', 'tickets:write', 'tickets:opt_in', 'feedback:write', 'policy:write', 'halt', 'stats:read'],
  'remediation:approve',
  { includes: () => true, some: () => true },
  null,
  undefined,
  [['remediation:approve']],
  [null],
];

async function waiting(): Promise<Fleet> {
  const f = await fleet({ policy: { requiresApproval: true } });
  await f.submit('T');
  await f.settle();
  return f;
}

const named = (trick: unknown): string => JSON.stringify(trick) ?? 'nothing';

describe('an approver', () => {
  it.each(TRICKS.map((scopes) => [named(scopes), scopes] as const))(
    'with scopes %s approves nothing',
    async (_, scopes) => {
      const f = await waiting();
      const who = { id: 'gil', tenant: 'acme', scopes } as unknown as Principal;
      await expect(f.approve('T', who)).rejects.toMatchObject({
        code: expect.stringMatching(/^(forbidden|unauthenticated)$/),
      });
      await f.settle();
      expect(f.effects).toEqual([]);
      expect((await f.view('T')).ticket.status).toBe('awaiting_approval');
    },
  );

  it.each(['server', null])(
    'with the right scope (category %s) does: else the cases above would prove nothing',
    async (category) => {
      const f = await waiting();
      const scope = category === null ? 'remediation:approve' : `remediation:approve:${category}`;
      await f.approve('T', { id: 'gil', tenant: 'acme', scopes: [scope] });
      await f.settle();
      expect(f.effects.length).toBe(1);
    },
  );

  it.each([['ops'], ['Operators'], ['operators '], [''], 'operators', undefined])(
    'in groups %j is not in the group that may',
    async (groups) => {
      const f = await fleet({ policy: { requiresApproval: true, approverGroups: ['operators'] } });
      await f.submit('T');
      await f.settle();
      const who = { id: 'gil', tenant: 'acme', scopes: ['remediation:approve'], groups } as unknown as Principal;
      await expect(f.approve('T', who)).rejects.toMatchObject({
        code: expect.stringMatching(/^(forbidden|unauthenticated)$/),
      });
      await f.settle();
      expect(f.effects).toEqual([]);
    },
  );

  it.each(['ACME', 'acme ', '', 'acme/', '__proto__', '*'])('of tenant %j finds no ticket of acme', async (tenant) => {
    const f = await waiting();
    await expect(f.approve('T', { id: 'gil', tenant, scopes: ['remediation:approve'] })).rejects.toMatchObject({
      code: expect.stringMatching(/^(not_found|unauthenticated)$/),
    });
    await f.settle();
    expect(f.effects).toEqual([]);
  });
});

describe('whoever lacks a scope', () => {
  const monitoring = { id: 'mona', tenant: 'acme', scopes: ['tickets:read', 'tickets:write'] };

  it('hands in, and opts nothing in', async () => {
    const f = await fleet();
    await expect(f.submit('T', {}, monitoring)).rejects.toMatchObject({ code: 'forbidden' });
    await f.submit('U', { optedIn: false }, monitoring);
    await f.settle();
    await expect(f.remit.setOptIn(monitoring, 'U', true)).rejects.toMatchObject({ code: 'forbidden' });
    await f.settle();
    expect(f.effects).toEqual([]);
  });

  it('sets no policy, accepts no tools, lifts no halt', async () => {
    const f = await fleet();
    const halt = await f.remit.halt({ ...monitoring, scopes: ['halt:raise'] }, { reason: 'fire' });
    const no = { code: 'forbidden' };
    await expect(f.remit.liftHalt({ ...monitoring, scopes: ['halt:raise'] }, halt.haltId)).rejects.toMatchObject(no);
    const change = { policy: { requiresApproval: false }, expectedVersion: 1 };
    await expect(f.remit.setPolicy(monitoring, 'server', change)).rejects.toMatchObject(no);
    await expect(f.remit.acceptTools(monitoring, { pins: {} })).rejects.toMatchObject(no);
    const everywhere = { everywhere: true, reason: 'fire' };
    await expect(f.remit.halt({ ...monitoring, scopes: ['halt'] }, everywhere)).rejects.toMatchObject(no);
  });
});
