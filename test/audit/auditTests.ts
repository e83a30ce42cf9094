import { createHmac } from 'node:crypto';
import { type AuditFinding, chainHash, verifyAudit } from '@remit/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrokenInto, brokenInto, change, isNumber, lived, remove, restored, rowsOf, VOUCHED } from './breakIn.js';
import { rewritten } from './rewrite.js';

const KEY = 'a key of at least thirty-two bytes, in a test';
const mac = (hash: string): string => createHmac('sha256', KEY).update(hash, 'utf8').digest('hex');

/** Tables that only grow. */
const APPEND_ONLY = [
  'remediation_logs',
  'audit_records',
  'audit_seals',
  'audit_seal_entries',
  'auto_remediation_policies',
  'tool_pins',
] as const;

/** Another value in the same place: one character is another one. Null becomes something. */
function oneByteOff(column: string, value: string | null, at: number): string {
  if (value === null) return isNumber(column) ? '7' : 'x';
  if (value === '') return 'x';
  const index = at % value.length;
  const old = value[index] ?? '';
  const other = /[0-9]/.test(old) ? String((Number(old) + 1) % 10) : old === 'a' ? 'b' : 'a';
  return value.slice(0, index) + other + value.slice(index + 1);
}

const said = (findings: readonly AuditFinding[]): readonly string[] =>
  findings.map(({ fault, tenant, remediationId, version, seal }) =>
    [fault, tenant, remediationId, version, seal].filter((part) => part !== null).join(' '),
  );

/** What somebody with every right on the database can do, and what verify says of it. */
export function auditTests(name: string, open: () => Promise<BrokenInto | { readonly reason: string }>): void {
  describe(`audit: ${name}`, () => {
    let opened: BrokenInto | { readonly reason: string };
    const refused: string[] = [];
    beforeAll(async () => {
      opened = await open();
      if ('reason' in opened) return;
      await lived(opened, mac);
      for (const table of APPEND_ONLY) {
        for (const statement of [`update ${table} set at_ms = at_ms`, `delete from ${table}`]) {
          const isRefused = await opened
            .run(table === 'audit_seal_entries' ? statement.replaceAll('at_ms', 'rank') : statement)
            .then(
              () => false,
              (error: unknown) => /append-only/.test(String(error)),
            );
          if (isRefused) refused.push(statement);
        }
      }
      await brokenInto(opened);
    });
    afterAll(async () => {
      if (!('reason' in opened)) await opened.close();
    });
    const attack = (title: string, run: (world: BrokenInto) => Promise<void>): void =>
      it(title, async (context) => {
        if ('reason' in opened) return context.skip(opened.reason);
        await restored(opened);
        await run(opened);
      });
    const log = (world: BrokenInto, n = 1) =>
      rowsOf(world, 'remediation_logs', `tenant = 'acme' and remediation_id = 'acme-rem-${n}'`).then((rows) =>
        [...rows].sort((a, b) => Number(a.columns.seq) - Number(b.columns.seq)),
      );
    const verified = async (world: BrokenInto) => said((await verifyAudit(world.storage)).findings);

    attack('no table of the record could be changed before its triggers were dropped', async () => {
      expect(refused).toHaveLength(APPEND_ONLY.length * 2);
    });

    attack('the same value in another spelling is another text', async (world) => {
      const [, second] = await log(world);
      const event = second?.columns.event?.replace('{', '{ ') ?? null;
      if (second) await change(world, 'remediation_logs', second, { event });
      expect(await verified(world)).toEqual(['damaged_row acme acme-rem-1 2']);
    });

    attack('what was left alone is intact', async ({ storage }) => {
      const report = await verifyAudit(storage, { hmacKey: KEY });
      expect(report).toMatchObject({ intact: true, findings: [], unsealed: [] });
      expect(report.counted).toMatchObject({ tenants: 3, remediations: 6 });
      expect(report.heads.map(({ tenant }) => tenant)).toEqual(['', 'acme', 'globex']);
    });

    for (const [table, columns] of Object.entries(VOUCHED)) {
      attack(`one byte in any column of any row of ${table} is found`, async (world) => {
        const { length } = await rowsOf(world, table);
        const where = fc.record({ row: fc.nat(length - 1), at: fc.nat(5_000) });
        const places = fc.sample(where, { numRuns: 6, seed: 20_261 });
        for (const column of columns) {
          let tried = 0;
          for (const { row: index, at } of places) {
            if (tried === 2) break;
            const row = (await rowsOf(world, table))[index];
            if (!row) continue;
            const value = oneByteOff(column, row.columns[column] ?? null, at);
            const done = await change(world, table, row, { [column]: value }).then(
              () => true,
              // The database itself refuses some: text that is no JSON, numbers that are taken.
              () => false,
            );
            if (!done) continue;
            tried += 1;
            const { findings } = await verifyAudit(world.storage);
            const place = `${column} of ${JSON.stringify(row.columns)} to ${value}`;
            expect(findings, place).not.toEqual([]);
            const tenant = row.columns.tenant ?? '';
            expect(
              findings.map((finding) => finding.tenant),
              place,
            ).toContain(tenant);
            if (table === 'remediation_logs') {
              const named = findings.filter(({ remediationId }) => remediationId === row.columns.remediation_id);
              const versions = named.map(({ version }) => version ?? 0);
              // A place in the order of writing is vouched for by the seal over several rows.
              if (column === 'position') expect(named, place).not.toEqual([]);
              else expect(versions, place).toContain(Number(row.columns.seq));
            }
            await restored(world);
          }
          expect(tried, `${table}.${column}`).toBeGreaterThan(0);
        }
      });
    }

    attack('a removed row is named', async (world) => {
      const [, second] = await log(world);
      if (second) await remove(world, 'remediation_logs', second);
      expect(await verified(world)).toEqual(['missing_row acme acme-rem-1 2']);
    });
    attack('a removed first row is named', async (world) => {
      const [first] = await log(world);
      if (first) await remove(world, 'remediation_logs', first);
      expect(await verified(world)).toEqual(['missing_row acme acme-rem-1 1']);
    });
    attack('two swapped rows are named', async (world) => {
      const [, second, third] = await log(world);
      if (!second || !third) throw new Error('too short');
      await change(world, 'remediation_logs', second, { seq: '99' });
      await change(world, 'remediation_logs', { ...third }, { seq: '2' });
      const [moved] = (await log(world)).filter(({ columns }) => columns.seq === '99');
      if (moved) await change(world, 'remediation_logs', moved, { seq: '3' });
      expect(await verified(world)).toEqual(
        expect.arrayContaining(['edited_row acme acme-rem-1 2', 'edited_row acme acme-rem-1 3']),
      );
    });
    attack('a row that was replaced together with its hash does not fit the next one', async (world) => {
      const [, row] = await log(world);
      if (!row) throw new Error('too short');
      const { tenant = '', ticket_id = '', actor = '', event = '', previous_hash = '' } = row.columns;
      const content = {
        tenant,
        remediationId: 'acme-rem-1',
        ticketId: ticket_id,
        seq: 2,
        token: row.columns['token'] === null ? null : Number(row.columns['token']),
        actor: `${actor}!`,
        atMs: Number(row.columns['at_ms']),
        event: JSON.parse(event ?? '') as unknown,
      };
      await change(world, 'remediation_logs', row, {
        actor: content.actor,
        hash: chainHash(previous_hash ?? '', content),
      });
      expect(await verified(world)).toContain('broken_link acme acme-rem-1 3');
    });
    attack('rows swapped in the order of writing are found', async (world) => {
      const [, second, third] = await log(world);
      if (!second || !third) throw new Error('too short');
      const [a, b] = [second.columns.position ?? '', third.columns.position ?? ''];
      await world.run(`update remediation_logs set position = -1 where position = ${a}`);
      await world.run(`update remediation_logs set position = ${a} where position = ${b}`);
      await world.run(`update remediation_logs set position = ${b} where position = -1`);
      expect(await verified(world)).not.toEqual([]);
    });
    attack('the cut tail of a remediation is named, also when the store’s count is cut with it', async (world) => {
      const rows = await log(world);
      const [last, before] = [rows.at(-1), rows.at(-2)];
      if (!last || !before) throw new Error('too short');
      await remove(world, 'remediation_logs', last);
      const cut = [`cut_tail acme acme-rem-1 ${rows.length}`];
      expect(await verified(world)).toEqual(cut);
      const [kept] = await rowsOf(world, 'remediations', "tenant = 'acme' and remediation_id = 'acme-rem-1'");
      if (kept) {
        const set = { version: before.columns.seq ?? '', head_hash: before.columns.hash ?? '' };
        await change(world, 'remediations', kept, set);
      }
      expect(await verified(world)).toEqual(cut);
    });
    attack('a remediation that is gone altogether is named', async (world) => {
      await world.run("delete from remediation_logs where tenant = 'acme' and remediation_id = 'acme-rem-2'");
      expect(await verified(world)).toEqual(['missing_log acme acme-rem-2 1']);
      await world.run("delete from remediations where tenant = 'acme' and remediation_id = 'acme-rem-2'");
      expect(await verified(world)).toEqual(['missing_log acme acme-rem-2 1', 'wrong_head acme acme-rem-2']);
      await world.run("delete from audit_seal_entries where tenant = 'acme' and log_id = 'acme-rem-2'");
      expect((await verified(world)).every((finding) => finding.startsWith('edited_seal acme'))).toBe(true);
      expect(await verified(world)).not.toEqual([]);
    });
    attack('an added row is named', async (world) => {
      const [kept] = await rowsOf(world, 'remediations', "tenant = 'acme' and remediation_id = 'acme-rem-1'");
      const version = Number(kept?.columns.version);
      await world.run(
        `insert into remediation_logs (position, tenant, remediation_id, ticket_id, seq, actor, at_ms, event_type, event, previous_hash, hash)
         values (9999, 'acme', 'acme-rem-1', 'INC-1', ${version + 1}, 'mallory', 1, 'claimed', '{"type":"claimed","owner":"x"}', '', 'x')`,
      );
      expect(await verified(world)).toContain(`uncounted_row acme acme-rem-1 ${version + 1}`);
    });
    attack('a removed record, a cut tail of records, and a policy without a record are named', async (world) => {
      await world.run("delete from audit_records where tenant = 'acme' and seq = 2");
      expect(await verified(world)).toContain('missing_row acme 2');
      await restored(world);
      await world.run("delete from audit_records where tenant = 'acme' and seq >= 6");
      expect(await verified(world)).toContain('cut_tail acme 6');
      await restored(world);
      const [policy] = await rowsOf(world, 'auto_remediation_policies', "tenant = 'acme' and version = 1");
      await world.run(
        `insert into auto_remediation_policies (tenant, category, version, policy, changed_by, at_ms)
         values ('acme', 'server', 3, '${policy?.columns.policy?.replace('"requiresApproval":true', '"requiresApproval":false')}', 'op', 9)`,
      );
      expect(await verified(world)).toEqual(['differs_from_record acme']);
      await restored(world);
      await world.run("delete from halts where tenant = 'acme' and halt_id = 'h-2'");
      expect(await verified(world)).toEqual(['differs_from_record acme 4']);
    });
    attack('a removed seal and the cut tail of a chain are named', async (world) => {
      await world.run("delete from audit_seals where tenant = 'acme' and seq = 2");
      expect(await verified(world)).toContain('missing_seal acme 2'.replace('2', '3'));
      await restored(world);
      const seals = (await rowsOf(world, 'audit_seals', "tenant = 'acme'")).length;
      await world.run(`delete from audit_seals where tenant = 'acme' and seq = ${seals}`);
      expect(await verified(world)).toContain(`cut_chain acme ${seals - 1}`);
      await world.run(`delete from audit_seal_entries where tenant = 'acme' and seal = ${seals}`);
      expect(await verified(world)).toContain(`cut_chain acme ${seals - 1}`);
      await restored(world);
      await world.run("delete from audit_heads where tenant = 'acme'");
      expect(await verified(world)).toEqual([`wrong_head acme ${seals}`]);
    });
    attack('a full rewrite looks intact without a witness; an anchor or the key finds it', async (world) => {
      const { heads } = await verifyAudit(world.storage);
      await rewritten(world, 'acme', 'acme-rem-1');
      const alone = await verifyAudit(world.storage);
      expect(alone.findings).toEqual([]);
      const anchored = await verifyAudit(world.storage, { anchors: heads });
      expect(said(anchored.findings)).toEqual([
        `differs_from_anchor acme ${heads.find(({ tenant }) => tenant === 'acme')?.seq}`,
      ]);
      const keyed = await verifyAudit(world.storage, { hmacKey: KEY });
      expect(new Set(keyed.findings.map(({ fault, tenant }) => `${fault} ${tenant}`))).toEqual(
        new Set(['wrong_mac acme']),
      );
    });
    attack('codes that were removed, or made with another key, are no codes', async (world) => {
      await world.run("update audit_seals set mac = null where tenant = 'acme'");
      expect(said((await verifyAudit(world.storage, { hmacKey: KEY })).findings)).toHaveLength(1);
      await restored(world);
      const other = await verifyAudit(world.storage, { hmacKey: `${KEY}!` });
      expect(other.findings.every(({ fault }) => fault === 'wrong_mac')).toBe(true);
      expect(other.intact).toBe(false);
    });
    attack('a chain that was cut together with its head is found by an anchor alone', async (world) => {
      const { heads } = await verifyAudit(world.storage);
      for (const table of Object.keys(VOUCHED)) {
        if (VOUCHED[table]?.includes('tenant')) await world.run(`delete from ${table} where tenant = 'globex'`);
      }
      expect((await verifyAudit(world.storage, { hmacKey: KEY })).intact).toBe(true);
      const anchored = await verifyAudit(world.storage, { anchors: heads });
      expect(said(anchored.findings)).toEqual(['differs_from_anchor globex 0']);
    });
    attack('rows that no seal covers yet are named, and are no fault', async (world) => {
      const [entry] = await rowsOf(
        world,
        'audit_seal_entries',
        "tenant = 'acme' and log_id = 'acme-rem-3' and from_version > 0",
      );
      const [kept] = await rowsOf(world, 'remediations', "tenant = 'globex' and remediation_id = 'globex-rem-1'");
      expect(entry).toBeDefined();
      expect(kept).toBeDefined();
      await world.storage.halts.raise({
        haltId: 'h-9',
        scope: 'tenant',
        tenant: 'acme',
        category: null,
        reason: 'now',
        by: 'op',
        atMs: 9,
      });
      const report = await verifyAudit(world.storage);
      expect(report).toMatchObject({ intact: true, unsealed: [{ tenant: 'acme', remediationId: null }] });
    });
  });
}
