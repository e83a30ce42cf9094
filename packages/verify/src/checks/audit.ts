import type { AuditFault, AuditStore, StoredLog, StoredRow } from '@remit/core';
import { broken, type Guarantee, holds, notApplicable, type Subject } from '../subject.js';
import { TENANT, type Trial, withTrial } from '../trial.js';
import { anyOne, onEach } from './tries.js';

/* Whether the chains of the host's kind of store show what somebody did to them. */

/** The audit side of a store as somebody left it who changed the logs of remediations. */
function tampered(audit: AuditStore, change: (rows: readonly StoredRow[]) => readonly StoredRow[]): AuditStore {
  return {
    ...audit,
    async logs(...asked) {
      const logs = await audit.logs(...asked);
      return logs.map((log): StoredLog => ({ ...log, rows: change(log.rows) }));
    },
  };
}

async function written(trial: Trial): Promise<void> {
  const [cast] = [...trial.plans.keys()];
  if (cast === undefined) throw new Error('nothing was written');
  while (await trial.bare.audit.seal(TENANT, null)) {
    // Until nothing is left to seal.
  }
}

function chainGuarantee(parts: {
  readonly id: string;
  readonly says: string;
  readonly change: (rows: readonly StoredRow[]) => readonly StoredRow[];
  /** The faults that this kind of change shows as. */
  readonly faults: readonly AuditFault[];
}): Guarantee {
  return {
    id: parts.id,
    says: parts.says,
    properties: [6],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        withTrial(subject, [cast], {}, async (trial) => {
          await trial.submit('T', cast);
          await trial.settle();
          await written(trial);
          const { audit } = trial.storage;
          const before = await subject.verifyAudit({ audit });
          if (!before.intact) return `What nobody touched is not intact: ${before.findings[0]?.detail}`;
          const after = await subject.verifyAudit({ audit: tampered(audit, parts.change) });
          return after.intact ? 'It was not found.' : null;
        }),
      ),
    without: (subject) => blindTo(subject, parts.faults),
  };
}

/** A subject whose check of the chains overlooks some faults. */
function blindTo(subject: Subject, faults: readonly AuditFault[]): Subject {
  return {
    ...subject,
    async verifyAudit(...asked) {
      const report = await subject.verifyAudit(...asked);
      const findings = report.findings.filter(({ fault }) => !faults.includes(fault));
      return { ...report, findings, intact: findings.length === 0 };
    },
  };
}

const middle = (rows: readonly StoredRow[]): number => Math.floor(rows.length / 2);

const EDITED: readonly AuditFault[] = [
  'edited_row',
  'differs_from_log',
  'differs_from_seal',
  'broken_link',
  'damaged_row',
];
const GAPS: readonly AuditFault[] = ['missing_row', 'cut_tail', 'missing_log', 'uncounted_row', 'wrong_head'];

/** Guarantees about the chains. */
export const auditGuarantees: readonly Guarantee[] = [
  chainGuarantee({
    id: 'chain_edited',
    says: 'A row of the log that somebody edits is found.',
    change: (rows) =>
      rows.map((row, at) =>
        at === middle(rows) ? { ...row, content: { ...(row.content as object), actor: 'x' } } : row,
      ),
    faults: EDITED,
  }),
  chainGuarantee({
    id: 'chain_removed',
    says: 'A row of the log that somebody removes is found.',
    change: (rows) => rows.filter((_, at) => at !== middle(rows)),
    faults: [...EDITED, ...GAPS],
  }),
  chainGuarantee({
    id: 'chain_swapped',
    says: 'Two rows of the log that somebody swaps are found.',
    change: (rows) => {
      const at = middle(rows);
      const [one, other] = [rows[at - 1], rows[at]];
      if (!one || !other) return rows;
      const put = (row: StoredRow, content: unknown, hash: string): StoredRow => ({ ...row, content, hash });
      return rows.map((row) => {
        if (row === one) return put(row, other.content, other.hash);
        return row === other ? put(row, one.content, one.hash) : row;
      });
    },
    faults: [...EDITED, ...GAPS],
  }),
  chainGuarantee({
    id: 'chain_cut',
    says: 'A log whose end somebody cuts off is found.',
    change: (rows) => rows.slice(0, -1),
    faults: [...EDITED, ...GAPS],
  }),
];

/** The guarantee about what a host has in its own store; `audit` reads it, null when there is none. */
export function ownChains(audit: AuditStore | null): Guarantee {
  return {
    id: 'chain_own_store',
    says: 'The chains of your own store are as they were written.',
    properties: [6],
    async attempt(subject) {
      if (audit === null) return notApplicable('No store of your own was named (--store), or it is in memory.');
      const { intact, findings, counted } = await subject.verifyAudit({ audit });
      if (!intact) return broken(findings[0]?.detail ?? 'not intact');
      const { rows, remediations, seals } = counted;
      if (rows === 0) return notApplicable('Nothing was written to your store yet.');
      return holds(`${rows} rows of ${remediations} remediations, ${seals} seals.`);
    },
    without: (subject) => ({
      ...subject,
      verifyAudit: ({ audit: own }, options) => subject.verifyAudit({ audit: forged(own) }, options),
    }),
  };
}

/** Somebody edited the first row of every log, the tenants' own ones too. */
function forged(audit: AuditStore): AuditStore {
  const edit = (log: StoredLog): StoredLog => ({
    ...log,
    rows: log.rows.map((row, at) => (at === 0 ? { ...row, content: { ...(row.content as object), actor: 'x' } } : row)),
  });
  return {
    ...audit,
    logs: async (...asked) => (await audit.logs(...asked)).map(edit),
    records: async (...asked) => edit(await audit.records(...asked)),
  };
}
