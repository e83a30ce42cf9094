import { verifyAudit } from '@remit/core';
import { expect } from 'vitest';
import { expectChained } from './remediations.js';
import {
  ACME,
  appendOf,
  BY_HAND,
  claimedToken,
  endedAs,
  FIRST,
  feedbackOf,
  GLOBEX,
  INTENDED,
  openedRemediation,
  outcomeOf,
  submitted,
  upTo,
  voteOf,
  wordsOf,
} from './samples.js';
import type { OpenedStorage, StorageCases } from './world.js';

async function due({ storage }: OpenedStorage, limit = 50): Promise<readonly string[]> {
  const { tickets, remediations } = await storage.due(limit);
  return [...tickets.map(({ ticketId }) => ticketId), ...remediations.map(({ remediationId }) => remediationId)];
}

/** What a store must say about work to be done. */
export const dueCases: StorageCases = {
  'tickets that nobody has claimed, of all tenants, oldest first': async (world) => {
    for (const n of upTo(4)) await submitted(world, { ticketId: `INC-${n}`, tenant: n === 1 ? GLOBEX : ACME });
    const { tickets } = await world.storage.due(3);
    expect(tickets).toEqual([
      { tenant: ACME, ticketId: 'INC-0' },
      { tenant: GLOBEX, ticketId: 'INC-1' },
      { tenant: ACME, ticketId: 'INC-2' },
    ]);
  },
  'goes on behind what was told before, and says when there is no more': async (world) => {
    const { storage } = world;
    for (const n of upTo(5)) await submitted(world, { ticketId: `INC-${n}`, tenant: n % 2 === 0 ? ACME : GLOBEX });
    const first = await storage.due(2);
    const second = await storage.due(2, first.next);
    const third = await storage.due(2, second.next);
    const ids = [first, second, third].map(({ tickets }) => tickets.map(({ ticketId }) => ticketId));
    expect(ids).toEqual([['INC-0', 'INC-1'], ['INC-2', 'INC-3'], ['INC-4']]);
    expect([first, second, third].map(({ next }) => next === null)).toEqual([false, false, true]);
    // From the beginning, and exactly as many as there are.
    expect((await storage.due(5, null)).tickets).toHaveLength(5);
    expect((await storage.due(5)).next).toBeNull();
  },
  'goes on with one kind while the other has no more, and skips nothing': async (world) => {
    const { storage } = world;
    for (const n of upTo(3)) await openedRemediation(world, { ticketId: `RUN-${n}`, remediationId: `rem-${n}` });
    await submitted(world, { ticketId: 'INC-0' });
    const first = await storage.due(2);
    expect(first.tickets).toHaveLength(1);
    // One that is older than the place reached is found when the look begins again, not before.
    const second = await storage.due(2, first.next);
    expect(second.remediations).toEqual([{ tenant: ACME, remediationId: 'rem-2' }]);
    expect(second.tickets).toEqual([]);
    expect(second.next).toBeNull();
  },
  'a claimed ticket is due again when its lease is over or given back': async (world) => {
    await submitted(world);
    await world.storage.tickets.claim(ACME, 'INC-1', { owner: 'w', leaseMs: 1_000 });
    expect(await due(world)).toEqual([]);
    world.clock.advance(1_000);
    expect(await due(world)).toEqual(['INC-1']);
    await world.storage.tickets.claim(ACME, 'INC-1', { owner: 'w', leaseMs: 1_000 });
    await world.storage.tickets.release(ACME, 'INC-1', 2);
    expect(await due(world)).toEqual(['INC-1']);
  },
  'a ticket that was decided or resolved is not': async (world) => {
    await openedRemediation(world, { route: 'manual' });
    await submitted(world, { ticketId: 'INC-2' });
    await world.storage.tickets.resolve(ACME, 'INC-2', BY_HAND, []);
    expect(await due(world)).toEqual([]);
  },
  'an unfinished remediation is due unless somebody holds it': async (world) => {
    const { remediations } = world.storage;
    const rows = await openedRemediation(world);
    expect(await due(world)).toEqual(['rem-1']);
    const token = await claimedToken(world, rows, 1_000);
    expect(await due(world)).toEqual([]);
    world.clock.advance(500);
    await remediations.heartbeat(ACME, 'rem-1', { token, leaseMs: 1_000 });
    world.clock.advance(999);
    expect(await due(world)).toEqual([]);
    const running = await remediations.append(appendOf(rows, [INTENDED], { token, atMs: 1 }));
    if (running.kind !== 'appended') throw new Error(running.kind);
    expect(await due(world)).toEqual([]);
    world.clock.advance(1);
    expect(await due(world)).toEqual(['rem-1']);
    const second = await claimedToken(world, [...rows, ...running.rows], 1_000);
    await remediations.release(ACME, 'rem-1', second);
    expect(await due(world)).toEqual(['rem-1']);
  },
  'a deferred one and one that waits for a person are due when their time has come': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    const untilMs = clock.now() + 5_000;
    const deferred = { type: 'deferred', untilMs, reason: 'window', verdicts: [] } as const;
    await storage.remediations.append(appendOf(rows, [deferred], { token, atMs: 1 }));
    await storage.remediations.release(ACME, 'rem-1', token);
    await openedRemediation(world, { ticketId: 'INC-2', remediationId: 'rem-2', route: 'approval' });
    expect(await due(world)).toEqual([]);
    clock.advance(4_999);
    expect(await due(world)).toEqual([]);
    clock.advance(1);
    expect(await due(world)).toEqual(['rem-1']);
    clock.advance(86_400_000);
    expect(await due(world)).toEqual(['rem-1', 'rem-2']);
    expect(await due(world, 1)).toEqual(['rem-1']);
  },
  'one that is over is not, a parked one neither': async (world) => {
    for (const [n, end] of (['failed', 'needs_reconciliation'] as const).entries()) {
      const rows = await openedRemediation(world, { ticketId: `INC-${n}`, remediationId: `rem-${n}` });
      const token = await claimedToken(world, rows);
      await world.storage.remediations.append(appendOf(rows, [endedAs(end)], { token, atMs: 1 }));
    }
    world.clock.advance(86_400_000);
    expect(await due(world)).toEqual([]);
  },
};

/** What a store must keep when its process ends. */
export const persistenceCases: StorageCases = {
  'everything is there after a restart': async (world) => {
    const { storage, clock, reopen } = world;
    if (!reopen) throw new Error('The store cannot be reopened: declare this case as a gap, with the reason.');
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    await storage.remediations.append(appendOf(rows, [INTENDED], { token, atMs: 1, facts: [outcomeOf()] }));
    await storage.locks.take(ACME, 'rem-1', ['a']);
    const claim = { scope: 'tenant', key: ACME, amount: 1, limit: 1, windowMs: 1_000 } as const;
    await storage.slots.reserve(ACME, 'rem-1', [claim]);
    const halt = {
      haltId: 'h',
      scope: 'tenant',
      tenant: ACME,
      category: null,
      reason: 'x',
      by: 'op',
      atMs: 1,
    } as const;
    await storage.halts.raise(halt);
    const accepted = { pins: { tool: 'hash' }, definitions: {}, principal: 'op', atMs: 1, onlyNew: true };
    await storage.pins.accept(ACME, 'lab', accepted);
    await storage.feedback.record(feedbackOf(), [voteOf()]);
    const signature = wordsOf('web');
    await storage.patterns.adopt(ACME, { patternId: 'p-1', category: 'server', signature, version: 1, first: FIRST });
    const ticket = await storage.tickets.find(ACME, 'INC-1');
    const log = await storage.remediations.logOf(ACME, 'INC-1');
    const tally = await storage.patterns.tally(ACME, 'pattern-1', 'restart_service');
    await storage.audit.seal(ACME, null);
    const head = await storage.audit.head(ACME);

    const again = await reopen();
    try {
      expect(await again.tickets.find(ACME, 'INC-1')).toEqual(ticket);
      expect(await again.remediations.logOf(ACME, 'INC-1')).toEqual(log);
      expectChained((await again.remediations.load(ACME, 'rem-1'))?.rows ?? []);
      expect(await again.patterns.tally(ACME, 'pattern-1', 'restart_service')).toEqual(tally);
      expect(await again.patterns.findBySignature(ACME, 'server', signature.hash)).toEqual({
        patternId: 'p-1',
        ...FIRST,
      });
      expect(await again.audit.head(ACME)).toEqual(head);
      expect(await verifyAudit(again)).toMatchObject({ intact: true });
      expect((await again.locks.take(ACME, 'rem-2', ['a'])).kind).toBe('held');
      expect((await again.slots.reserve(ACME, 'rem-2', [claim])).kind).toBe('refused');
      expect(await again.halts.inForce(ACME)).toEqual([halt]);
      expect(await again.pins.accepted(ACME, 'lab')).toEqual({ tool: 'hash' });
      expect(await again.feedback.ofTicket(ACME, 'INC-1')).toEqual([feedbackOf()]);
      const beat = { token, leaseMs: 1_000 };
      expect(await again.remediations.heartbeat(ACME, 'rem-1', beat)).toEqual({ untilMs: clock.now() + 1_000 });
    } finally {
      await again.close();
    }
  },
};

/** What a store must say about itself. */
export const clockCases: StorageCases = {
  'now: the clock that leases are judged by': async ({ storage, clock }) => {
    expect(await storage.now()).toBe(clock.now());
    clock.advance(12_345);
    expect(await storage.now()).toBe(clock.now());
  },
  'name: something to call it by': async ({ storage }) => {
    expect(storage.name).toMatch(/\S/);
  },
};

/** What a store must do when it tidies up. */
export const tidyCases: StorageCases = {
  'removes slots that left their window, and none that counts': async ({ storage, clock }) => {
    const claim = { scope: 'tenant', key: ACME, amount: 1, limit: 2, windowMs: 1_000 } as const;
    await storage.slots.reserve(ACME, 'rem-1', [claim, { ...claim, key: 'long', windowMs: 5_000 }]);
    clock.advance(500);
    await storage.slots.reserve(ACME, 'rem-2', [claim]);
    expect(await storage.tidy(10)).toBe(0);
    clock.advance(500);
    expect(await storage.tidy(10)).toBe(1);
    expect(await storage.tidy(10)).toBe(0);
    expect((await storage.slots.reserve(ACME, 'rem-3', [{ ...claim, limit: 1 }])).kind).toBe('refused');
    clock.advance(60_000);
    expect(await storage.tidy(1)).toBe(1);
    expect(await storage.tidy(10)).toBe(1);
  },
  'removes locks of remediations that hold none, and none that is held': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    await storage.remediations.append(appendOf(rows, [endedAs('failed')], { token, atMs: clock.now() }));
    await storage.locks.take(ACME, 'rem-1', ['late']);
    await openedRemediation(world, { ticketId: 'INC-2', remediationId: 'rem-2' });
    await storage.locks.take(ACME, 'rem-2', ['held']);
    await storage.locks.take(ACME, 'rem-9', ['not opened yet']);
    expect(await storage.tidy(10)).toBe(1);
    expect(await storage.tidy(10)).toBe(0);
    expect((await storage.locks.take(ACME, 'rem-3', ['held'])).kind).toBe('held');
    expect((await storage.locks.take(ACME, 'rem-3', ['not opened yet'])).kind).toBe('held');
  },
  'leaves every row of every log': async (world) => {
    const rows = await openedRemediation(world, { route: 'manual' });
    await world.storage.audit.seal(ACME, null);
    world.clock.advance(1e12);
    await world.storage.tidy(1_000);
    expect(await world.storage.remediations.logOf(ACME, 'INC-1')).toEqual(rows);
    expect(await verifyAudit(world.storage)).toMatchObject({ intact: true, counted: { seals: 1 } });
  },
};
