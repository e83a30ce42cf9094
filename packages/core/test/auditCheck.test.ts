import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recordAfter, rowsDigest } from '../src/domain/audit.js';
import {
  type AuditFinding,
  checkLog,
  endOfLog,
  hashedRow,
  LOG_START,
  type StoredLog,
  type StoredRow,
  walkLog,
} from '../src/domain/auditCheck.js';

type Sealed = StoredLog['sealed'];

/** A tenant's own log of so many rows, and seals that end at these. */
function logOf(count: number, ends: readonly number[]): StoredLog {
  const rows: StoredRow[] = [];
  let head = { version: 0, hash: '' };
  for (let n = 1; n <= count; n += 1) {
    const entry = { tenant: 'acme', kind: 'feedback', key: `v-${n}`, actor: 'bo', atMs: n, content: n } as const;
    const { previousHash, hash, ...content } = recordAfter(head, entry);
    rows.push({ seq: n, position: n, content, previousHash, hash, damage: null });
    head = { version: n, hash };
  }
  let from = 0;
  const sealed: Sealed = ends.map((to, at) => {
    const covered = rows.slice(from, to);
    const entry = { remediationId: null, from, to, head: covered.at(-1)?.hash ?? '', rows: rowsDigest(covered) };
    from = to;
    return { ...entry, seal: at + 1 };
  });
  return { tenant: 'acme', remediationId: null, rows, sealed, kept: { ...head, standing: null } };
}

/** Reads a log as `AuditStore.records` gives it, so many rows and seals at a time. */
function checkInParts(log: StoredLog, limit: number) {
  let walk = LOG_START;
  for (let after: number | null = null; ; ) {
    const behind = (n: number): boolean => after === null || n > after;
    const rows = log.rows.filter(({ seq }) => behind(seq)).slice(0, limit);
    const sealed = log.sealed.filter(({ to }) => behind(to)).slice(0, limit);
    const atEnd = rows.length < limit;
    walk = walkLog(walk, { ...log, sealed }, { rows: rows.map(hashedRow), atEnd });
    if (atEnd && sealed.length < limit) return endOfLog(walk, { ...log, rows: [] });
    after = (atEnd ? sealed.at(-1)?.to : rows.at(-1)?.seq) ?? after;
  }
}

const inOrder = (findings: readonly AuditFinding[]): readonly string[] =>
  findings.map(({ fault, version, detail }) => `${fault} ${version} ${detail}`).sort();

/** What somebody with the database in their hands does to a row or a seal. */
const HARM: Readonly<Record<string, (log: StoredLog, at: number) => StoredLog>> = {
  nothing: (log) => log,
  'an edited row': (log, at) => ({
    ...log,
    rows: log.rows.map((row, n) => (n === at ? { ...row, content: { edited: true } } : row)),
  }),
  'an edited row with a new hash': (log, at) => ({
    ...log,
    rows: log.rows.map((row, n) => (n === at ? { ...row, hash: 'f'.repeat(64) } : row)),
  }),
  'a removed row': (log, at) => ({ ...log, rows: log.rows.filter((_, n) => n !== at) }),
  'a cut tail': (log, at) => ({ ...log, rows: log.rows.slice(0, at) }),
  'a cut tail that the store no longer counts': (log, at) => ({
    ...log,
    rows: log.rows.slice(0, at),
    kept: { version: at, hash: log.rows[at - 1]?.hash ?? '', standing: null },
  }),
  'a removed seal': (log, at) => ({ ...log, sealed: log.sealed.filter((_, n) => n !== at % log.sealed.length) }),
  'an edited seal': (log, at) => ({
    ...log,
    sealed: log.sealed.map((seal, n) => (n === at % log.sealed.length ? { ...seal, rows: 'f'.repeat(64) } : seal)),
  }),
};

it('finds in parts what it finds in one go, and finds every harm', () => {
  const cases = fc.record({
    count: fc.integer({ min: 4, max: 40 }),
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: 39 }), { minLength: 1, maxLength: 12 }),
    harm: fc.constantFrom(...Object.keys(HARM)),
    at: fc.nat(),
    limit: fc.integer({ min: 2, max: 45 }),
  });
  fc.assert(
    fc.property(cases, ({ count, cuts, harm, at, limit }) => {
      const ends = [...new Set([...cuts.filter((cut) => cut < count), count])].sort((a, b) => a - b);
      const place = at % count;
      const log = HARM[harm]?.(logOf(count, ends), place) ?? logOf(count, ends);
      const whole = checkLog(log);
      const parts = checkInParts(log, limit);
      expect(inOrder(parts.findings)).toEqual(inOrder(whole.findings));
      expect(parts.unsealed).toEqual(whole.unsealed);
      // The last seal can be taken away without a trace here: the chain of seals tells.
      const lastSeal = harm === 'a removed seal' && place % ends.length === ends.length - 1;
      expect(whole.findings.length > 0).toBe(harm !== 'nothing' && !lastSeal);
    }),
    { numRuns: 500 },
  );
});

it('holds no more rows than seals have not looked at yet', () => {
  const log = logOf(40, [10, 20, 30]);
  const part = (from: number, to: number): StoredLog => ({
    ...log,
    rows: log.rows.slice(from, to),
    sealed: log.sealed.filter((seal) => seal.to > from),
  });
  let walk = LOG_START;
  for (let from = 0; from < 40; from += 4) {
    const next = part(from, from + 4);
    walk = walkLog(walk, next, { rows: next.rows.map(hashedRow), atEnd: false });
    expect(walk.waiting.length).toBeLessThan(14);
  }
  expect(walk).toMatchObject({ findings: [], covered: 30, expected: 41 });
});
