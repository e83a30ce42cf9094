import { describe, expect, it } from 'vitest';
import type { Anchor } from '../../src/domain/audit.js';
import type { StoredLog, StoredRow } from '../../src/domain/auditCheck.js';
import { verifyAudit } from '../../src/engine/onDemand.js';
import type { LoadedRemediation, Storage } from '../../src/ports/storage.js';
import { type Fleet, fleet } from '../engine/fleet.js';
import { operator } from '../engine/world.js';

/*
 * Somebody with the database in hand edits, removes or swaps rows. test/audit.test.ts does it to real tables, column by
 * column; here the log is changed on its way out of the store.
 */

async function withHistory(): Promise<Fleet> {
  const f = await fleet();
  await f.submit('T');
  await f.settle();
  for (const tenant of ['acme']) while (await f.storage.audit.seal(tenant, null)) {}
  return f;
}

/** The store, with every log changed as it is read. */
function editing(storage: Storage, edit: (log: StoredLog) => StoredLog): Storage {
  const logs: Storage['audit']['logs'] = async (...args) => (await storage.audit.logs(...args)).map(edit);
  return { ...storage, audit: { ...storage.audit, logs } };
}

const atRow =
  (n: number, change: (row: StoredRow) => StoredRow) =>
  (log: StoredLog): StoredLog =>
    log.remediationId === null ? log : { ...log, rows: log.rows.map((row, at) => (at === n ? change(row) : row)) };

/** A content with one word of it changed. */
function changed(content: unknown): unknown {
  const text = JSON.stringify(content);
  return JSON.parse(text.includes('acme') ? text.replace('acme', 'acmf') : text.replace(/"T"/, '"U"'));
}

const EDITS: readonly (readonly [string, (log: StoredLog) => StoredLog, RegExp])[] = [
  ['a word of a row', atRow(2, (row) => ({ ...row, content: changed(row.content) })), /edited_row/],
  ['a row that cannot be read', atRow(1, (row) => ({ ...row, content: null })), /(edited|damaged)_row/],
  ['a hash', atRow(1, (row) => ({ ...row, hash: '0'.repeat(64) })), /edited_row|broken_link/],
  ['a link', atRow(3, (row) => ({ ...row, previousHash: 'f'.repeat(64) })), /broken_link|edited_row/],
  ['the number of a row', atRow(2, (row) => ({ ...row, seq: 99 })), /missing_row|edited_row/],
  ['the place of a row', atRow(2, (row) => ({ ...row, position: row.position + 1 })), /differs_from_seal|edited_row/],
  [
    'damage that the store itself names',
    atRow(1, (row) => ({ ...row, damage: 'its actor is no text' })),
    /damaged_row/,
  ],
  [
    'a row removed from the middle',
    (log) => (log.remediationId === null ? log : { ...log, rows: log.rows.filter((_, at) => at !== 2) }),
    /missing_row/,
  ],
  [
    'the first row removed',
    (log) => (log.remediationId === null ? log : { ...log, rows: log.rows.slice(1) }),
    /missing_row/,
  ],
  [
    'the tail cut off',
    (log) => (log.remediationId === null ? log : { ...log, rows: log.rows.slice(0, -1) }),
    /cut_tail/,
  ],
  [
    'two rows swapped',
    (log) => {
      const [first, second, third, ...rest] = log.rows;
      if (log.remediationId === null || !first || !second || !third) return log;
      return { ...log, rows: [first, { ...third, seq: second.seq }, { ...second, seq: third.seq }, ...rest] };
    },
    /edited_row|broken_link/,
  ],
  [
    'all rows removed',
    (log) => (log.remediationId === null ? log : { ...log, rows: [] }),
    /missing_log|cut_tail|missing_row/,
  ],
  [
    'what is kept beside the log',
    (log) => (log.kept && log.remediationId !== null ? { ...log, kept: { ...log.kept, hash: 'a'.repeat(64) } } : log),
    /wrong_head/,
  ],
  [
    'the state that is kept beside the log',
    (log) =>
      log.kept?.standing
        ? { ...log, kept: { ...log.kept, standing: { ...log.kept.standing, state: 'rolled_back' } } }
        : log,
    /differs_from_log/,
  ],
  [
    'what is kept beside the log, removed',
    (log) => (log.remediationId === null ? log : { ...log, kept: null }),
    /missing_log|wrong_head|cut_tail/,
  ],
];

describe('a log', () => {
  it('that was left alone is intact: else the cases below would prove nothing', async () => {
    const f = await withHistory();
    const report = await verifyAudit(f.storage);
    expect(report).toMatchObject({ intact: true, findings: [] });
    expect(report.counted.rows).toBeGreaterThan(5);
    expect(report.counted.seals).toBeGreaterThan(0);
  });

  it.each(EDITS)('with %s changed is found out', async (_, edit, fault) => {
    const f = await withHistory();
    const { intact, findings } = await verifyAudit(editing(f.storage, edit));
    expect(intact).toBe(false);
    expect(findings.map((finding) => finding.fault).join(' ')).toMatch(fault);
    expect(findings.every(({ tenant }) => tenant === 'acme')).toBe(true);
  });

  it('rewritten as a whole is found against an anchor, and only there', async () => {
    const f = await withHistory();
    const { heads } = await verifyAudit(f.storage);
    const forged: readonly Anchor[] = heads.map((head) => ({ ...head, hash: 'b'.repeat(64) }));
    expect((await verifyAudit(f.storage, { anchors: heads })).intact).toBe(true);
    const { findings } = await verifyAudit(f.storage, { anchors: forged });
    expect(findings.map(({ fault }) => fault)).toContain('differs_from_anchor');
  });
});

describe('a run', () => {
  it.each(['actor', 'event'] as const)('whose stored %s was changed is not carried on', async (part) => {
    let isEdited = false;
    const f = await fleet({
      policy: { requiresApproval: true },
      storage: (shared) => ({
        ...shared,
        remediations: {
          ...shared.remediations,
          async load(...args) {
            const loaded: LoadedRemediation | null = await shared.remediations.load(...args);
            if (!loaded || !isEdited) return loaded;
            const rows = loaded.rows.map((row, at) => {
              if (at !== 0) return row;
              if (part === 'actor') return { ...row, actor: 'somebody' };
              return { ...row, event: JSON.parse(JSON.stringify(row.event).replaceAll('"web"', '"api"')) };
            });
            return { ...loaded, rows };
          },
        },
      }),
    });
    await f.submit('T');
    await f.settle();
    await f.approve('T');
    isEdited = true;
    while (f.queue.pending.length > 0) await f.queue.take();
    expect(f.effects).toEqual([]);
    expect(f.troubles.map(({ error }) => String(error)).join()).toContain('not as it was written');
    isEdited = false;
    await f.settle();
    await f.later(60_000);
    expect(f.effects.map(({ service }) => service)).toEqual(['web']);
    expect((await f.remit.logOf(operator, 'T')).length).toBeGreaterThan(5);
  });
});
