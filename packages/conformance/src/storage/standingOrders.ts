import { defaultPolicy, type Halt } from '@remit/core';
import { expect } from 'vitest';
import { ACME, appendOf, BY_HAND, CLAIMED, claimedToken, GLOBEX, openedRemediation, submitted } from './samples.js';
import type { StorageCases } from './world.js';

const HALT: Halt = {
  haltId: 'h-1',
  scope: 'tenant',
  tenant: ACME,
  category: null,
  reason: 'fire',
  by: 'op',
  atMs: 3,
};
const ABOUT = { ticketId: 'INC-1', category: 'server' };

/** What a store must say about all that people ordered, in one look. */
export const standingOrderCases: StorageCases = {
  'nobody ordered anything: the time, and nothing else': async ({ storage, clock }) => {
    const nothing = { nowMs: clock.now(), halts: [], ticket: null, policy: null };
    expect(await storage.standingOrders(ACME, ABOUT)).toEqual(nothing);
  },
  'tells of each part as its own verb does': async (world) => {
    const { storage, clock } = world;
    await submitted(world);
    const policy = { ...defaultPolicy('server'), approverGroups: ['storage/ü'] };
    await storage.policies.save(ACME, 'server', { expectedVersion: 0, policy, by: 'op', atMs: 5 });
    await storage.policies.save(ACME, 'server', { expectedVersion: 1, policy, by: 'op-2', atMs: 6, reason: 'so' });
    await storage.policies.save(ACME, 'network', { expectedVersion: 0, policy, by: 'op', atMs: 7 });
    await storage.halts.raise(HALT);
    await storage.halts.raise({ ...HALT, haltId: 'h-2', scope: 'category', category: 'server' });
    await storage.halts.raise({ ...HALT, haltId: 'h-3', scope: 'global', tenant: GLOBEX });
    await storage.halts.raise({ ...HALT, haltId: 'h-4' });
    await storage.halts.lift(ACME, 'h-4', 'op', 9);
    clock.advance(1_234);
    const orders = await storage.standingOrders(ACME, ABOUT);
    expect(orders.nowMs).toBe(clock.now());
    expect(orders.ticket).toEqual({ optedIn: true, isResolvedByPerson: false });
    expect(orders.policy).toEqual(await storage.policies.find(ACME, 'server'));
    expect(orders.policy?.version).toBe(2);
    expect(orders.halts).toHaveLength(3);
    expect(orders.halts).toEqual(expect.arrayContaining([...(await storage.halts.inForce(ACME))]));
  },
  'hears of an opt-out and of a fix by hand at once': async (world) => {
    const { storage } = world;
    await submitted(world);
    await storage.tickets.setOptIn(ACME, 'INC-1', { optedIn: false, by: 'ana' });
    expect((await storage.standingOrders(ACME, ABOUT)).ticket).toEqual({ optedIn: false, isResolvedByPerson: false });
    await storage.tickets.resolve(ACME, 'INC-1', BY_HAND, []);
    expect((await storage.standingOrders(ACME, ABOUT)).ticket).toEqual({ optedIn: false, isResolvedByPerson: true });
  },
  'tells nothing of another tenant but halts of everything': async (world) => {
    const { storage } = world;
    await submitted(world);
    const policy = defaultPolicy('server');
    await storage.policies.save(ACME, 'server', { expectedVersion: 0, policy, by: 'op', atMs: 5 });
    await storage.halts.raise(HALT);
    const everywhere: Halt = { ...HALT, haltId: 'h-3', scope: 'global' };
    await storage.halts.raise(everywhere);
    expect(await storage.standingOrders(GLOBEX, ABOUT)).toMatchObject({
      halts: [everywhere],
      ticket: null,
      policy: null,
    });
  },
  'append: rows get the time of the store where that is asked for': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    clock.advance(777);
    const append = { ...appendOf(rows, [CLAIMED], { token, atMs: 1 }), atStoreTime: true };
    const appended = await storage.remediations.append(append);
    const times = appended.kind === 'appended' ? appended.rows.map(({ atMs }) => atMs) : [];
    expect(times).toEqual([clock.now()]);
    expect((await storage.remediations.load(ACME, 'rem-1'))?.rows.at(-1)?.atMs).toBe(clock.now());
  },
};
