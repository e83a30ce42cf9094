import { type Anchor, AUDIT_KINDS, type AuditEntry, type AuditKind } from '../domain/audit.js';
import { CHAIN_START, type ChainWitness, endOfChain, walkSeal } from '../domain/auditChain.js';
import { type AuditFinding, checkLog, type HashedRow, hashedRow, type StoredLog } from '../domain/auditCheck.js';
import { hashOf } from '../domain/canonical.js';
import { AUDIT } from '../domain/policy.js';
import type { AuditStore } from '../ports/auditStore.js';
import type { Storage } from '../ports/storage.js';
import { isMacOf } from './sealer.js';

/** What everything is checked against besides itself. */
export interface VerifyOptions {
  /** Heads that were kept elsewhere. */
  readonly anchors?: readonly Anchor[];
  /** The key that seals were made with. */
  readonly hmacKey?: string | Uint8Array;
}

/** Rows that no seal covers yet: only their own log vouches for them. */
export interface UnsealedRows {
  readonly tenant: string;
  /** Null: the tenant's own records. */
  readonly remediationId: string | null;
  readonly from: number;
  readonly to: number;
}

/** What was found. */
export interface AuditReport {
  /** True when nothing was found. Rows that are not sealed yet are no finding. */
  readonly intact: boolean;
  readonly findings: readonly AuditFinding[];
  readonly unsealed: readonly UnsealedRows[];
  readonly counted: {
    readonly tenants: number;
    readonly remediations: number;
    readonly rows: number;
    readonly seals: number;
  };
  /** The head of every chain: keep them, and check against them next time. */
  readonly heads: readonly Anchor[];
}

interface Draft {
  readonly findings: AuditFinding[];
  readonly unsealed: UnsealedRows[];
  readonly heads: Anchor[];
  readonly counted: { tenants: number; remediations: number; rows: number; seals: number };
}

const LIMIT = AUDIT.readAtOnce;

async function verifyLogs(audit: AuditStore, tenant: string, draft: Draft): Promise<void> {
  for (let after: string | null = null; ; ) {
    const logs: readonly StoredLog[] = await audit.logs(tenant, { after, limit: LIMIT });
    for (const log of logs) {
      const { remediationId } = log;
      const { findings, unsealed } = checkLog(log);
      draft.findings.push(...findings);
      if (unsealed) draft.unsealed.push({ tenant, remediationId, ...unsealed });
      draft.counted.rows += log.rows.length;
    }
    draft.counted.remediations += logs.length;
    after = logs.at(-1)?.remediationId ?? null;
    if (logs.length < LIMIT || after === null) return;
  }
}

/** What the newest record says of each subject, as a hash. */
type Told = Map<string, { readonly hash: string; readonly seq: number }>;

const subjectKey = (kind: string, key: string): string => JSON.stringify([kind, key]);

async function readRecords(audit: AuditStore, tenant: string, from: number) {
  const rows: HashedRow[] = [];
  const told: Told = new Map();
  for (let after = from; ; ) {
    const part = await audit.records(tenant, { after, limit: LIMIT });
    for (const row of part.rows) {
      rows.push(hashedRow(row));
      if (row.content === null) continue;
      const { kind, key, content } = row.content as AuditEntry;
      told.set(subjectKey(kind, key), { hash: hashOf(content), seq: row.seq });
    }
    const last = part.rows.at(-1)?.seq ?? after;
    if (part.rows.length < LIMIT || last <= after) return { rows, told, end: part, last };
    after = last;
  }
}

async function subjectsNow(audit: AuditStore, tenant: string): Promise<ReadonlyMap<string, string | null>> {
  const now = new Map<string, string | null>();
  const read = async (kind: AuditKind): Promise<void> => {
    for (let after: string | null = null; ; ) {
      const { subjects, next } = await audit.subjects(tenant, kind, { after, limit: LIMIT });
      for (const { key, content } of subjects)
        now.set(subjectKey(kind, key), content === null ? null : hashOf(content));
      if (next === null) return;
      after = next;
    }
  };
  for (const kind of AUDIT_KINDS) await read(kind);
  return now;
}

async function verifyRecords(audit: AuditStore, tenant: string, draft: Draft): Promise<void> {
  const { rows, told, end, last } = await readRecords(audit, tenant, 0);
  const { findings, unsealed } = checkLog({ ...end, rows: [] }, rows);
  draft.findings.push(...findings);
  if (unsealed) draft.unsealed.push({ tenant, remediationId: null, ...unsealed });
  draft.counted.rows += rows.length;
  const now = await subjectsNow(audit, tenant);
  // What was written while the tables were read says nothing about what was read.
  const meanwhile = (await readRecords(audit, tenant, last)).told;
  for (const subject of new Set([...told.keys(), ...now.keys()])) {
    if (meanwhile.has(subject)) continue;
    const record = told.get(subject);
    const current = now.get(subject);
    if (record && current === record.hash) continue;
    const [kind, key] = JSON.parse(subject) as [string, string];
    const why = !record
      ? 'is there and was never recorded'
      : current === undefined
        ? `was recorded in row ${record.seq} and is gone`
        : `is not as row ${record.seq} recorded it`;
    const place = { tenant, remediationId: null, version: record?.seq ?? null, seal: null };
    draft.findings.push({ fault: 'differs_from_record', ...place, detail: `The ${kind} ${key} ${why}.` });
  }
}

async function verifyChain(audit: AuditStore, tenant: string, witness: ChainWitness, draft: Draft): Promise<void> {
  let walk = CHAIN_START;
  for (;;) {
    const after = walk.head?.seq ?? 0;
    const { seals, head } = await audit.seals(tenant, { after, limit: LIMIT });
    for (const seal of seals) walk = walkSeal(walk, seal, witness);
    draft.counted.seals += seals.length;
    if (seals.length === LIMIT && (walk.head?.seq ?? 0) > after) continue;
    draft.findings.push(...endOfChain(tenant, walk, head, witness));
    if (walk.head) draft.heads.push({ tenant, ...walk.head });
    return;
  }
}

/**
 * Reads everything that is kept and checks that it is as it was written: every row of every log, what is kept beside
 * the logs, policies, halts, pins and feedback against their records, and the chain of seals. May run beside a Remit
 * that works. Without anchors and key, a database that was rewritten from the beginning, hashes included, looks intact.
 * @throws RemitError `storage_unavailable` when the store cannot be read.
 */
export async function verifyAudit(
  { audit }: Pick<Storage, 'audit'>,
  options: VerifyOptions = {},
): Promise<AuditReport> {
  const { anchors = [], hmacKey } = options;
  const isAuthentic = hmacKey === undefined ? null : isMacOf(hmacKey);
  const counted = { tenants: 0, remediations: 0, rows: 0, seals: 0 };
  const draft: Draft = { findings: [], unsealed: [], heads: [], counted };
  const waiting = new Set(anchors.map(({ tenant }) => tenant));
  const verify = async (tenant: string): Promise<void> => {
    waiting.delete(tenant);
    counted.tenants += 1;
    const own = anchors.filter((anchor) => anchor.tenant === tenant);
    await verifyLogs(audit, tenant, draft);
    await verifyRecords(audit, tenant, draft);
    await verifyChain(audit, tenant, { anchors: own, isAuthentic }, draft);
  };
  for (let after: string | null = null; ; ) {
    const tenants: readonly string[] = await audit.tenants({ after, limit: LIMIT });
    for (const tenant of tenants) await verify(tenant);
    after = tenants.at(-1) ?? null;
    if (tenants.length < LIMIT || after === null) break;
  }
  // An anchor of a tenant of which nothing is left.
  for (const tenant of [...waiting]) await verify(tenant);
  const { findings, unsealed, heads } = draft;
  return { intact: findings.length === 0, findings, unsealed, counted, heads };
}
