import { type AcceptedTools, defaultPolicy, type Halt, type SlotClaim } from '@remit/core';
import { INSTALLATION } from '@remit/core/adapter';
import { expect } from 'vitest';
import {
  ACME,
  appendOf,
  claimedToken,
  endedAs,
  GLOBEX,
  INTENDED,
  kindsOf,
  openedRemediation,
  upTo,
} from './samples.js';
import type { StorageCases } from './world.js';

const HOUR = 3_600_000;

/** What a store must do with locks of targets. */
export const lockCases: StorageCases = {
  'take: all keys or none': async ({ storage }) => {
    expect(await storage.locks.take(ACME, 'rem-1', ['b', 'c'])).toEqual({ kind: 'taken' });
    expect(await storage.locks.take(ACME, 'rem-2', ['a', 'b'])).toEqual({
      kind: 'held',
      holder: { targetKey: 'b', remediationId: 'rem-1', tenant: ACME },
    });
    expect(await storage.locks.take(ACME, 'rem-3', ['a'])).toEqual({ kind: 'taken' });
  },
  'take: again by the same remediation is fine, also with more keys': async ({ storage }) => {
    await storage.locks.take(ACME, 'rem-1', ['a']);
    expect(await storage.locks.take(ACME, 'rem-1', ['a', 'b', 'a'])).toEqual({ kind: 'taken' });
    expect((await storage.locks.take(ACME, 'rem-2', ['b'])).kind).toBe('held');
    expect(await storage.locks.take(ACME, 'rem-2', [])).toEqual({ kind: 'taken' });
  },
  'take: of parallel takers of overlapping keys exactly one has them all': async ({ storage }) => {
    const keys = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(
      upTo(12).map((n) => {
        // Every taker asks for the keys in an order of its own.
        const turned = [...keys.slice(n % 4), ...keys.slice(0, n % 4)];
        return storage.locks.take(ACME, `rem-${n}`, turned);
      }),
    );
    expect(kindsOf(answers)).toEqual({ taken: 1, held: 11 });
  },
  'take: over all tenants': async ({ storage }) => {
    await storage.locks.take(ACME, 'rem-1', ['global/service:web']);
    expect(await storage.locks.take(GLOBEX, 'rem-1', ['global/service:web'])).toEqual({
      kind: 'held',
      holder: { targetKey: 'global/service:web', remediationId: 'rem-1', tenant: ACME },
    });
  },
  'release: gives all locks of that remediation back and no other': async ({ storage }) => {
    await storage.locks.take(ACME, 'rem-1', ['a', 'b']);
    await storage.locks.take(ACME, 'rem-2', ['c']);
    await storage.locks.release(GLOBEX, 'rem-1');
    expect((await storage.locks.take(ACME, 'rem-3', ['a'])).kind).toBe('held');
    await storage.locks.release(ACME, 'rem-1');
    expect(await storage.locks.take(ACME, 'rem-3', ['a', 'b'])).toEqual({ kind: 'taken' });
    expect((await storage.locks.take(ACME, 'rem-3', ['c'])).kind).toBe('held');
  },
  'they end with the remediation, but stay with one that is parked': async (world) => {
    const { storage } = world;
    for (const [n, end] of (['failed', 'needs_reconciliation'] as const).entries()) {
      const parts = { ticketId: `INC-${n}`, remediationId: `rem-${n}` };
      const rows = await openedRemediation(world, parts);
      const token = await claimedToken(world, rows);
      await storage.locks.take(ACME, parts.remediationId, [`key-${n}`]);
      await storage.remediations.append(appendOf(rows, [INTENDED, endedAs(end)], { token, atMs: 1 }));
    }
    expect(await storage.locks.take(ACME, 'other', ['key-0'])).toEqual({ kind: 'taken' });
    expect(await storage.locks.take(ACME, 'other', ['key-1'])).toMatchObject({
      kind: 'held',
      holder: { remediationId: 'rem-1' },
    });
  },
  'a lock taken after its remediation ended keeps nobody out': async (world) => {
    const { storage } = world;
    const rows = await openedRemediation(world);
    const token = await claimedToken(world, rows);
    await storage.remediations.append(appendOf(rows, [endedAs('failed')], { token, atMs: 1 }));
    await storage.locks.take(ACME, 'rem-1', ['a']);
    expect(await storage.locks.take(ACME, 'rem-2', ['a'])).toEqual({ kind: 'taken' });
    expect((await storage.locks.take(ACME, 'rem-3', ['a'])).kind).toBe('held');
  },
};

function slot(parts: Partial<SlotClaim> = {}): SlotClaim {
  return { scope: 'tenant', key: ACME, amount: 1, limit: 10, windowMs: HOUR, ...parts };
}

/** What a store must do with rolling counts. */
export const slotCases: StorageCases = {
  'reserve: up to the limit, then refused with the time at which there is room': async ({ storage, clock }) => {
    const start = clock.now();
    for (const n of upTo(3)) {
      clock.set(start + n * 1_000);
      expect(await storage.slots.reserve(ACME, `rem-${n}`, [slot({ limit: 3 })])).toEqual({ kind: 'reserved' });
    }
    const refused = await storage.slots.reserve(ACME, 'rem-9', [slot({ limit: 3 })]);
    expect(refused).toEqual({ kind: 'refused', claim: slot({ limit: 3 }), taken: 3, untilMs: start + HOUR });
    const two = slot({ limit: 3, amount: 2 });
    expect(await storage.slots.reserve(ACME, 'rem-9', [two])).toMatchObject({ untilMs: start + 1_000 + HOUR });
    clock.set(start + HOUR - 1);
    expect((await storage.slots.reserve(ACME, 'rem-9', [slot({ limit: 3 })])).kind).toBe('refused');
    clock.set(start + HOUR);
    expect((await storage.slots.reserve(ACME, 'rem-9', [slot({ limit: 3 })])).kind).toBe('reserved');
  },
  'reserve: of thirty parallel remediations exactly ten fit': async ({ storage }) => {
    const answers = await Promise.all(upTo(30).map((n) => storage.slots.reserve(ACME, `rem-${n}`, [slot()])));
    expect(kindsOf(answers)).toEqual({ reserved: 10, refused: 20 });
  },
  'reserve: takes all claims or none, and names the first that does not fit': async ({ storage }) => {
    const full = slot({ scope: 'target', key: 'global/service:web', limit: 1 });
    await storage.slots.reserve(ACME, 'rem-1', [full]);
    const wide = slot({ limit: 2 });
    const answer = await storage.slots.reserve(ACME, 'rem-2', [wide, full, slot({ scope: 'loop', limit: 0 })]);
    expect(answer).toMatchObject({ kind: 'refused', claim: full, taken: 1 });
    expect((await storage.slots.reserve(ACME, 'rem-3', [wide])).kind).toBe('reserved');
    expect((await storage.slots.reserve(ACME, 'rem-4', [wide])).kind).toBe('reserved');
    expect((await storage.slots.reserve(ACME, 'rem-5', [wide])).kind).toBe('refused');
  },
  'reserve: asking again for the same remediation takes nothing twice': async ({ storage }) => {
    const claim = slot({ limit: 3, amount: 2 });
    for (const _ of upTo(4)) expect(await storage.slots.reserve(ACME, 'rem-1', [claim])).toEqual({ kind: 'reserved' });
    expect((await storage.slots.reserve(ACME, 'rem-2', [slot({ limit: 3 })])).kind).toBe('reserved');
    expect(await storage.slots.reserve(ACME, 'rem-3', [slot({ limit: 3 })])).toMatchObject({ taken: 3 });
    expect((await storage.slots.reserve(ACME, 'rem-1', [claim])).kind).toBe('reserved');
    // Also when the limit fell meanwhile.
    expect((await storage.slots.reserve(ACME, 'rem-1', [{ ...claim, limit: 1 }])).kind).toBe('reserved');
    expect((await storage.slots.reserve(ACME, 'rem-1', [{ ...claim, amount: 3 }])).kind).toBe('refused');
  },
  'reserve: of parallel asks for the same remediation all are reserved, once': async ({ storage }) => {
    const answers = await Promise.all(upTo(6).map(() => storage.slots.reserve(ACME, 'rem-1', [slot({ limit: 2 })])));
    expect(kindsOf(answers)).toEqual({ reserved: 6 });
    expect((await storage.slots.reserve(ACME, 'rem-2', [slot({ limit: 2 })])).kind).toBe('reserved');
    expect((await storage.slots.reserve(ACME, 'rem-3', [slot({ limit: 2 })])).kind).toBe('refused');
  },
  'reserve: what left the window long ago is taken anew, under the limit': async ({ storage, clock }) => {
    const claim = slot({ limit: 1 });
    await storage.slots.reserve(ACME, 'rem-1', [claim]);
    clock.advance(HOUR);
    await storage.slots.reserve(ACME, 'rem-2', [claim]);
    expect((await storage.slots.reserve(ACME, 'rem-1', [claim])).kind).toBe('refused');
    clock.advance(HOUR);
    expect((await storage.slots.reserve(ACME, 'rem-1', [claim])).kind).toBe('reserved');
    expect((await storage.slots.reserve(ACME, 'rem-2', [claim])).kind).toBe('refused');
  },
  'reserve: the window begins with the last ask, as the writes come after it': async ({ storage, clock }) => {
    const claim = slot({ limit: 1 });
    await storage.slots.reserve(ACME, 'rem-1', [claim]);
    clock.advance(HOUR - 1);
    await storage.slots.reserve(ACME, 'rem-1', [claim]);
    clock.advance(1);
    expect((await storage.slots.reserve(ACME, 'rem-2', [claim])).kind).toBe('refused');
    clock.advance(HOUR - 1);
    expect((await storage.slots.reserve(ACME, 'rem-2', [claim])).kind).toBe('reserved');
  },
  'reserve: more than the limit can never fit': async ({ storage }) => {
    const claim = slot({ amount: 4, limit: 3 });
    expect(await storage.slots.reserve(ACME, 'rem-1', [claim])).toEqual({
      kind: 'refused',
      claim,
      taken: 0,
      untilMs: null,
    });
  },
  'reserve: two claims on one count add up': async ({ storage }) => {
    const claim = slot({ limit: 3, amount: 2 });
    expect((await storage.slots.reserve(ACME, 'rem-1', [claim, claim])).kind).toBe('refused');
    expect((await storage.slots.reserve(ACME, 'rem-1', [claim, { ...claim, amount: 1 }])).kind).toBe('reserved');
    expect((await storage.slots.reserve(ACME, 'rem-2', [slot({ limit: 3 })])).kind).toBe('refused');
  },
  'reserve: scopes, keys and windows are counted apart': async ({ storage }) => {
    const claim = slot({ limit: 1 });
    const others = [
      slot({ limit: 1, scope: 'category' }),
      slot({ limit: 1, key: 'other' }),
      slot({ limit: 1, windowMs: 24 * HOUR }),
    ];
    expect((await storage.slots.reserve(ACME, 'rem-1', [claim])).kind).toBe('reserved');
    expect((await storage.slots.reserve(ACME, 'rem-2', others)).kind).toBe('reserved');
    expect((await storage.slots.reserve(ACME, 'rem-3', [])).kind).toBe('reserved');
  },
  'reserve: tenants are counted apart, but shared targets and their loops together': async ({ storage }) => {
    for (const scope of ['tenant', 'category', 'pattern', 'storm', 'blast'] as const) {
      const claim = slot({ scope, key: 'same', limit: 1 });
      expect((await storage.slots.reserve(ACME, 'rem-1', [claim])).kind).toBe('reserved');
      expect((await storage.slots.reserve(GLOBEX, 'rem-1', [claim])).kind).toBe('reserved');
    }
    for (const scope of ['target', 'loop'] as const) {
      const claim = slot({ scope, key: 'global/service:web', limit: 1 });
      expect((await storage.slots.reserve(ACME, 'rem-1', [claim])).kind).toBe('reserved');
      expect((await storage.slots.reserve(GLOBEX, 'rem-1', [claim])).kind).toBe('refused');
    }
  },
};

function halt(parts: Partial<Halt> = {}): Halt {
  return { haltId: 'h-1', scope: 'tenant', tenant: ACME, category: null, reason: 'drill', by: 'op', atMs: 5, ...parts };
}

/** What a store must do with stops. */
export const haltCases: StorageCases = {
  'raise: in force for its tenant, or for everybody when it is global': async ({ storage }) => {
    const halts = [
      halt(),
      halt({ haltId: 'h-2', scope: 'category', category: 'server' }),
      halt({ haltId: 'h-3', scope: 'global' }),
    ];
    for (const one of halts) await storage.halts.raise(one);
    expect(await storage.halts.inForce(ACME)).toEqual(expect.arrayContaining(halts));
    expect(await storage.halts.inForce(ACME)).toHaveLength(3);
    expect(await storage.halts.inForce(GLOBEX)).toEqual([halts[2]]);
  },
  'lift: ends it, once': async ({ storage }) => {
    await storage.halts.raise(halt());
    const answers = await Promise.all(upTo(4).map(() => storage.halts.lift(ACME, 'h-1', 'op', 9)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await storage.halts.inForce(ACME)).toEqual([]);
    expect(await storage.halts.lift(ACME, 'nothing', 'op', 9)).toBe(false);
  },
  'lift: not for another tenant, unless it is global': async ({ storage }) => {
    await storage.halts.raise(halt());
    await storage.halts.raise(halt({ haltId: 'h-3', scope: 'global' }));
    expect(await storage.halts.lift(GLOBEX, 'h-1', 'op', 9)).toBe(false);
    expect(await storage.halts.lift(GLOBEX, 'h-3', 'op', 9)).toBe(true);
    expect(await storage.halts.inForce(ACME)).toEqual([halt()]);
  },
  'raise: again after it was lifted is in force again': async ({ storage }) => {
    await storage.halts.raise(halt());
    await storage.halts.raise(halt());
    await storage.halts.lift(ACME, 'h-1', 'op', 9);
    await storage.halts.raise(halt({ reason: 'again' }));
    expect(await storage.halts.inForce(ACME)).toEqual([halt({ reason: 'again' })]);
  },
};

/** What a store must do with policies. */
export const policyCases: StorageCases = {
  'find: null until an operator wrote one': async ({ storage }) => {
    expect(await storage.policies.find(ACME, 'server')).toBeNull();
  },
  'save: every change is the next version': async ({ storage }) => {
    const policy = { ...defaultPolicy('server'), approverGroups: ['storage/ü'], phase: 'pilot' as const };
    const first = { expectedVersion: 0, policy: defaultPolicy('server'), by: 'op', atMs: 5 };
    expect(await storage.policies.save(ACME, 'server', first)).toEqual({ kind: 'saved', version: 1 });
    const second = { expectedVersion: 1, policy, by: 'op-2', atMs: 6, reason: 'Too many wrong restarts.' };
    expect(await storage.policies.save(ACME, 'server', second)).toEqual({ kind: 'saved', version: 2 });
    expect(await storage.policies.find(ACME, 'server')).toEqual({
      version: 2,
      policy,
      by: 'op-2',
      atMs: 6,
      reason: 'Too many wrong restarts.',
    });
    expect(await storage.policies.save(ACME, 'server', first)).toEqual({ kind: 'stale', version: 2 });
    expect(await storage.policies.save(ACME, 'server', { ...first, expectedVersion: 9 })).toEqual({
      kind: 'stale',
      version: 2,
    });
  },
  'save: of parallel changes to one version exactly one is saved': async ({ storage }) => {
    const change = { expectedVersion: 0, policy: defaultPolicy('server'), by: 'op', atMs: 5 };
    const answers = await Promise.all(upTo(8).map(() => storage.policies.save(ACME, 'server', change)));
    expect(kindsOf(answers)).toEqual({ saved: 1, stale: 7 });
  },
  'another tenant and another category have their own': async ({ storage }) => {
    const change = { expectedVersion: 0, policy: defaultPolicy('server'), by: 'op', atMs: 5 };
    await storage.policies.save(ACME, 'server', change);
    expect(await storage.policies.find(GLOBEX, 'server')).toBeNull();
    expect(await storage.policies.find(ACME, 'network')).toBeNull();
    expect((await storage.policies.save(GLOBEX, 'server', change)).kind).toBe('saved');
  },
};

/** What a store must do with accepted tool definitions. */
export const pinCases: StorageCases = {
  'accept: nothing before, then name by name what was accepted last': async ({ storage }) => {
    const own = ACME;
    expect(await storage.pins.accepted(ACME, 'lab')).toEqual({});
    expect(await storage.pins.accept(own, 'lab', acceptanceOf({}))).toBe(false);
    expect(await storage.pins.accept(own, 'lab', acceptanceOf({ 'lab/restart': 'a', ключ: 'b' }))).toBe(true);
    expect(await storage.pins.accept(own, 'lab', acceptanceOf({ 'lab/restart': 'a' }))).toBe(false);
    expect(await storage.pins.accept(own, 'lab', acceptanceOf({ 'lab/restart': 'c' }))).toBe(true);
    expect(await storage.pins.accepted(ACME, 'lab')).toEqual({ 'lab/restart': 'c', ключ: 'b' });
    expect(await storage.pins.accepted(ACME, 'other')).toEqual({});
  },
  'accept: for one tenant, and everywhere for those that have not accepted their own': async ({ storage }) => {
    await storage.pins.accept(INSTALLATION, 'lab', acceptanceOf({ one: 'a', two: 'a' }));
    await storage.pins.accept(ACME, 'lab', acceptanceOf({ one: 'b' }));
    expect(await storage.pins.accepted(ACME, 'lab')).toEqual({ one: 'b', two: 'a' });
    expect(await storage.pins.accepted(GLOBEX, 'lab')).toEqual({ one: 'a', two: 'a' });
    expect(await storage.pins.accepted(INSTALLATION, 'lab')).toEqual({ one: 'a', two: 'a' });
  },
  'accept: with onlyNew the first of parallel ones, and nothing over what is there': async ({ storage }) => {
    const answers = await Promise.all(
      upTo(6).map((n) => storage.pins.accept(INSTALLATION, 'lab', acceptanceOf({ tool: `${n}` }, true))),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await storage.pins.accepted(ACME, 'lab')).toEqual({ tool: `${answers.indexOf(true)}` });
    expect(await storage.pins.accept(INSTALLATION, 'lab', acceptanceOf({ tool: 'x', more: 'y' }, true))).toBe(true);
    expect(await storage.pins.accepted(ACME, 'lab')).toEqual({ tool: `${answers.indexOf(true)}`, more: 'y' });
  },
  'accept: parallel ones of different tools lose none of them': async ({ storage }) => {
    const own = ACME;
    await Promise.all(upTo(6).map((n) => storage.pins.accept(own, 'lab', acceptanceOf({ [`tool-${n}`]: 'a' }))));
    expect(Object.keys(await storage.pins.accepted(ACME, 'lab')).sort()).toEqual(
      upTo(6)
        .map((n) => `tool-${n}`)
        .sort(),
    );
  },
  'definitions: of what was accepted, by hash': async ({ storage }) => {
    const definitions = { one: { name: 'one', text: 'ключ "q"' }, unasked: { name: 'unasked' } };
    await storage.pins.accept(ACME, 'lab', { ...acceptanceOf({ one: 'h1', two: 'h2' }), definitions });
    expect(await storage.pins.definitions(['h1', 'h2', 'h3'])).toEqual({ h1: definitions.one });
    expect(await storage.pins.definitions([])).toEqual({});
    await storage.pins.accept(GLOBEX, 'lab', { ...acceptanceOf({ one: 'h1' }), definitions });
    expect(await storage.pins.definitions(['h1'])).toEqual({ h1: definitions.one });
  },
};

function acceptanceOf(pins: Readonly<Record<string, string>>, onlyNew = false): AcceptedTools {
  return { pins, definitions: {}, principal: 'op', atMs: 5, onlyNew };
}
