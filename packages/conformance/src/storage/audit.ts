import { AUDIT, defaultPolicy, type Storage, verifyAudit } from '@remit/core';
import { AUDIT_KINDS, INSTALLATION, sealHash } from '@remit/core/adapter';
import { expect } from 'vitest';
import {
  ACME,
  appendOf,
  BY_HAND,
  claimedToken,
  endedAs,
  feedbackOf,
  GLOBEX,
  INTENDED,
  openedRemediation,
  submitted,
  upTo,
} from './samples.js';
import type { OpenedStorage, StorageCases } from './world.js';

const PART = { after: null, limit: 200 };

async function sealedAll(storage: Storage, tenant: string): Promise<readonly number[]> {
  const covered: number[] = [];
  for (let seal = await storage.audit.seal(tenant, null); seal; seal = await storage.audit.seal(tenant, null)) {
    covered.push(seal.entries.length);
  }
  return covered;
}

/** Something of every kind that records tell of. */
async function everyKind({ storage }: OpenedStorage, tenant: string): Promise<void> {
  const change = { expectedVersion: 0, policy: defaultPolicy('server'), by: 'op', atMs: 5 };
  await storage.policies.save(tenant, 'server', change);
  await storage.policies.save(tenant, 'server', { ...change, expectedVersion: 1, by: 'op-2' });
  const halt = { haltId: 'h-1', scope: 'tenant', tenant, category: null, reason: 'drill', by: 'op', atMs: 5 } as const;
  await storage.halts.raise(halt);
  await storage.halts.raise({ ...halt, haltId: 'h-2' });
  await storage.halts.lift(tenant, 'h-1', 'op-2', 9);
  await storage.feedback.record(feedbackOf({ tenant }), []);
  await storage.feedback.record(feedbackOf({ tenant, comment: 'worse than I thought', rating: 1 }), []);
}

/** A remediation that ran to its end; answers the number of its rows. */
async function finished(
  world: OpenedStorage,
  parts: { tenant?: string; ticketId?: string; remediationId?: string } = {},
) {
  const rows = await openedRemediation(world, parts);
  const token = await claimedToken(world, rows);
  const append = appendOf(rows, [INTENDED, endedAs('needs_reconciliation')], { token, atMs: world.clock.now() });
  await world.storage.remediations.append(append);
  return rows.length + 2;
}

/** What a store must do with the tenants' own records and chains. */
export const auditCases: StorageCases = {
  'seal: nothing where nothing was written': async ({ storage }) => {
    expect(await storage.audit.unsealed(10)).toEqual([]);
    expect(await storage.audit.seal(ACME, null)).toBeNull();
    expect(await storage.audit.head(ACME)).toBeNull();
  },
  'seal: covers what was written since, once, and keeps the head apart': async (world) => {
    const { storage, clock } = world;
    const rows = await openedRemediation(world);
    expect(await storage.audit.unsealed(10)).toEqual([ACME]);
    const first = await storage.audit.seal(ACME, null);
    expect(first).toMatchObject({ tenant: ACME, seq: 1, atMs: clock.now(), previousHash: '', mac: null });
    expect(first?.entries).toEqual([
      {
        remediationId: 'rem-1',
        from: 0,
        to: 1,
        head: rows.at(-1)?.hash,
        rows: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(await storage.audit.seal(ACME, null)).toBeNull();
    expect(await storage.audit.unsealed(10)).toEqual([]);
    const token = await claimedToken(world, rows);
    await storage.remediations.append(appendOf(rows, [INTENDED], { token, atMs: 1 }));
    const second = await storage.audit.seal(ACME, null);
    expect(second).toMatchObject({ seq: 2, previousHash: first?.hash, entries: [{ from: 1, to: 2 }] });
    expect(await storage.audit.head(ACME)).toEqual({ seq: 2, hash: second?.hash, atMs: clock.now() });
    expect(second && sealHash(second.previousHash, second)).toBe(second?.hash);
    const { seals, head } = await storage.audit.seals(ACME, PART);
    expect(seals).toMatchObject([first, second]);
    expect(head).toEqual({ seq: 2, hash: second?.hash, atMs: clock.now() });
    expect((await storage.audit.seals(ACME, { after: 1, limit: 5 })).seals).toMatchObject([{ seq: 2 }]);
  },
  'seal: carries the code that the host gives it': async (world) => {
    await openedRemediation(world);
    const seal = await world.storage.audit.seal(ACME, (hash) => `mac of ${hash}`);
    expect(seal?.mac).toBe(`mac of ${seal?.hash}`);
    expect((await world.storage.audit.seals(ACME, PART)).seals[0]?.mac).toBe(seal?.mac);
  },
  'seal: of parallel sealers and writers each row is sealed by one, and everything verifies': async (world) => {
    const { storage } = world;
    await Promise.all(
      upTo(8).flatMap((n) => [
        finished(world, { ticketId: `INC-${n}`, remediationId: `rem-${n}` }),
        storage.audit.seal(ACME, null),
        storage.halts.raise({
          haltId: `h-${n}`,
          scope: 'tenant',
          tenant: ACME,
          category: null,
          reason: 'drill',
          by: 'op',
          atMs: n,
        }),
        storage.audit.seal(ACME, null),
      ]),
    );
    await Promise.all(upTo(4).map(() => sealedAll(storage, ACME)));
    const report = await verifyAudit(storage);
    expect(report).toMatchObject({ intact: true, findings: [], unsealed: [] });
    expect(report.counted).toMatchObject({ tenants: 1, remediations: 8, rows: 32 });
  },
  'seal: a seal covers a limited number of logs, and the rest follows': async (world) => {
    for (const n of upTo(3)) await openedRemediation(world, { ticketId: `INC-${n}`, remediationId: `rem-${n}` });
    const covered = await sealedAll(world.storage, ACME);
    expect(covered.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(Math.max(...covered)).toBeLessThanOrEqual(AUDIT.logsPerSeal);
  },
  'records: whatever has authority and is in no remediation’s log is recorded, whole': async (world) => {
    const { storage } = world;
    await everyKind(world, ACME);
    const { rows, kept } = await storage.audit.records(ACME, PART);
    const content = rows.map((row) => row.content as { kind: string; key: string; actor: string });
    expect(content.map(({ kind, key, actor }) => [kind, key, actor])).toEqual([
      ['policy', '["server",1]', 'op'],
      ['policy', '["server",2]', 'op-2'],
      ['halt', 'h-1', 'op'],
      ['halt', 'h-2', 'op'],
      ['halt', 'h-1', 'op-2'],
      ['feedback', '["INC-1","bo"]', 'bo'],
      ['feedback', '["INC-1","bo"]', 'bo'],
    ]);
    expect(rows.map(({ seq, damage }) => [seq, damage])).toEqual(upTo(7).map((n) => [n + 1, null]));
    expect(kept).toEqual({ version: 7, hash: rows.at(-1)?.hash, standing: null });
    expect((await storage.audit.records(ACME, { after: 5, limit: 1 })).rows).toMatchObject([{ seq: 6 }]);
    await sealedAll(storage, ACME);
    expect(await verifyAudit(storage)).toMatchObject({ intact: true, unsealed: [], counted: { rows: 7, seals: 1 } });
  },
  'records: what people do to a ticket themselves: opting it in or out, and their own fixes, taken up again or not':
    async (world) => {
      const { storage, clock } = world;
      await submitted(world);
      await storage.tickets.setOptIn(ACME, 'INC-1', { optedIn: false, by: 'bo' });
      clock.advance(5);
      await storage.tickets.setOptIn(ACME, 'INC-1', { optedIn: true, by: 'cy' });
      const changedAtMs = clock.now();
      await storage.tickets.resolve(ACME, 'INC-1', BY_HAND, []);
      await storage.tickets.reopen(ACME, 'INC-1', { by: 'di', reason: 'down again' });
      await storage.tickets.resolve(ACME, 'INC-1', { ...BY_HAND, resolver: 'ed', text: 'another disk' }, []);
      expect(await storage.tickets.setOptIn(ACME, 'INC-1', { optedIn: false, by: 'bo' })).toBeNull();
      const { rows } = await storage.audit.records(ACME, PART);
      const content = rows.map((row) => row.content as { kind: string; key: string; actor: string; content: unknown });
      expect(content.map(({ kind, key, actor }) => [kind, key, actor])).toEqual([
        ['opt_in', 'INC-1', 'bo'],
        ['opt_in', 'INC-1', 'cy'],
        ['resolution', '["INC-1",1]', BY_HAND.resolver],
        ['resolution', '["INC-1",2]', 'ed'],
      ]);
      const optIn = { optedIn: true, by: 'cy', atMs: changedAtMs };
      expect(content[1]?.content).toEqual(optIn);
      expect(content[2]?.content).toEqual(BY_HAND);
      const { subjects } = await storage.audit.subjects(ACME, 'opt_in', { after: null, limit: 5 });
      expect(subjects).toEqual([{ key: 'INC-1', content: optIn }]);
      expect((await storage.audit.subjects(GLOBEX, 'opt_in', { after: null, limit: 5 })).subjects).toEqual([]);
      expect((await storage.audit.subjects(GLOBEX, 'resolution', { after: null, limit: 5 })).subjects).toEqual([]);
      expect(await verifyAudit(storage)).toMatchObject({ intact: true, counted: { rows: 4 } });
    },
  'records: part by part, each with what seals say that end behind it': async (world) => {
    const { storage } = world;
    for (const n of upTo(5)) {
      await storage.feedback.record(feedbackOf({ author: `author-${n}` }), []);
      if (n !== 1) await sealedAll(storage, ACME);
    }
    const part = async (after: number | null) => {
      const { rows, sealed, kept } = await storage.audit.records(ACME, { after, limit: 2 });
      return { rows: rows.map(({ seq }) => seq), ends: sealed.map(({ to }) => to), kept: kept?.version };
    };
    expect(await part(null)).toEqual({ rows: [1, 2], ends: [1, 3], kept: 5 });
    expect(await part(2)).toEqual({ rows: [3, 4], ends: [3, 4], kept: 5 });
    expect(await part(4)).toEqual({ rows: [5], ends: [5], kept: 5 });
    expect(await part(5)).toEqual({ rows: [], ends: [], kept: 5 });
  },
  'records: tools accepted for all belong to the installation': async ({ storage }) => {
    const accepted = (pin: string) => ({
      pins: { tool: pin },
      definitions: {},
      principal: 'op',
      atMs: 5,
      onlyNew: false,
    });
    await storage.pins.accept(INSTALLATION, 'lab', accepted('a'));
    await storage.pins.accept(INSTALLATION, 'lab', accepted('b'));
    await storage.pins.accept(INSTALLATION, 'lab', accepted('b'));
    expect(await storage.audit.unsealed(10)).toEqual([INSTALLATION]);
    expect((await storage.audit.records(INSTALLATION, PART)).rows).toHaveLength(2);
    expect(await verifyAudit(storage)).toMatchObject({ intact: true, unsealed: [{ tenant: INSTALLATION, to: 2 }] });
  },
  'records: tools accepted for a tenant belong to the tenant': async ({ storage }) => {
    const accepted = { pins: { tool: 'a' }, definitions: {}, principal: 'op', atMs: 5, onlyNew: false };
    await storage.pins.accept(ACME, 'lab', accepted);
    await storage.pins.accept(GLOBEX, 'lab', accepted);
    expect((await storage.audit.unsealed(10)).toSorted()).toEqual([ACME, GLOBEX]);
    expect((await storage.audit.records(ACME, PART)).rows).toHaveLength(1);
    const { subjects } = await storage.audit.subjects(ACME, 'pins', { after: null, limit: 5 });
    expect(subjects.map(({ key }) => key)).toEqual(['["lab",1]']);
    expect(await verifyAudit(storage)).toMatchObject({ intact: true });
  },
  'records: what was refused is not recorded': async ({ storage }) => {
    const change = { expectedVersion: 3, policy: defaultPolicy('server'), by: 'op', atMs: 5 };
    await storage.policies.save(ACME, 'server', change);
    await storage.halts.lift(ACME, 'nothing', 'op', 9);
    expect((await storage.audit.records(ACME, PART)).rows).toEqual([]);
  },
  'subjects: page by page, each as the newest record says': async (world) => {
    const { storage } = world;
    await everyKind(world, ACME);
    for (const n of upTo(3)) await storage.feedback.record(feedbackOf({ author: `author-${n}` }), []);
    const keys: string[] = [];
    for (const kind of AUDIT_KINDS) {
      for (let after: string | null = null; ; ) {
        const { subjects, next } = await storage.audit.subjects(ACME, kind, { after, limit: 2 });
        keys.push(...subjects.map(({ key }) => key));
        if (next === null) break;
        after = next;
      }
    }
    expect(keys).toHaveLength(2 + 2 + 0 + 4);
    expect(new Set(keys).size).toBe(8);
  },
  'logs: by id, in order, each with what vouches for it': async (world) => {
    for (const n of [2, 0, 1]) await finished(world, { ticketId: `INC-${n}`, remediationId: `rem-${n}` });
    await sealedAll(world.storage, ACME);
    const all = await world.storage.audit.logs(ACME, PART);
    expect(all.map(({ remediationId }) => remediationId)).toEqual(['rem-0', 'rem-1', 'rem-2']);
    expect(all[0]).toMatchObject({
      tenant: ACME,
      rows: [{ seq: 1, damage: null }, { seq: 2 }, { seq: 3 }],
      sealed: [{ from: 0, to: 3, seal: 1 }],
      kept: {
        version: 3,
        standing: { ticketId: 'INC-0', state: 'needs_reconciliation', ended: true, holdsLocks: true },
      },
    });
    const behind = await world.storage.audit.logs(ACME, { after: 'rem-0', limit: 1 });
    expect(behind.map(({ remediationId }) => remediationId)).toEqual(['rem-1']);
  },
  'tenants have chains of their own, also with the same ids': async (world) => {
    const { storage } = world;
    for (const tenant of [GLOBEX, ACME]) {
      await finished(world, { tenant });
      await everyKind(world, tenant);
    }
    expect(new Set(await storage.audit.unsealed(10))).toEqual(new Set([ACME, GLOBEX]));
    expect(await storage.audit.unsealed(1)).toHaveLength(1);
    await sealedAll(storage, ACME);
    expect(await storage.audit.unsealed(10)).toEqual([GLOBEX]);
    expect(await storage.audit.head(GLOBEX)).toBeNull();
    expect((await storage.audit.seals(GLOBEX, PART)).seals).toEqual([]);
    expect((await storage.audit.logs(GLOBEX, PART)).flatMap(({ sealed }) => sealed)).toEqual([]);
    expect((await storage.audit.records(GLOBEX, PART)).sealed).toEqual([]);
    const { subjects } = await storage.audit.subjects(GLOBEX, 'feedback', PART);
    expect(subjects.map(({ content }) => (content as { tenant: string }).tenant)).toEqual([GLOBEX]);
    await sealedAll(storage, GLOBEX);
    expect(await storage.audit.tenants(PART)).toEqual([ACME, GLOBEX]);
    expect(await storage.audit.tenants({ after: ACME, limit: 5 })).toEqual([GLOBEX]);
    const report = await verifyAudit(storage);
    expect(report).toMatchObject({ intact: true, unsealed: [] });
    expect(new Set(report.heads.map(({ hash }) => hash)).size).toBe(2);
  },
};
