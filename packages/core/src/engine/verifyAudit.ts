import { type Anchor, AUDIT_KINDS, type AuditEntry, type AuditKind } from '../domain/audit.js';
import { CHAIN_START, type ChainWitness, endOfChain, walkSeal } from '../domain/auditChain.js';
import {
  type AuditFinding,
  checkLog,
  endOfLog,
  hashedRow,
  LOG_START,
  type StoredLog,
  walkLog,
} from '../domain/auditCheck.js';
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

/** Reads a tenant's own records behind a number to their end, a part at a time: nothing is kept but what each subject is told to be. */
async function readRecords(audit: AuditStore, tenant: string, from: number | null) {
  const told: Told = new Map();
  let walk = LOG_START;
  let count = 0;
  for (let after = from; ; ) {
    const part = await audit.records(tenant, { after, limit: LIMIT });
    for (const row of part.rows) {
      if (row.content === null) continue;
      const { kind, key, content } = row.content as AuditEntry;
      told.set(subjectKey(kind, key), { hash: hashOf(content), seq: row.seq });
    }
    count += part.rows.length;
    const atEnd = part.rows.length < LIMIT;
    walk = walkLog(walk, part, { rows: part.rows.map(hashedRow), atEnd });
    const behind = atEnd && part.sealed.length === LIMIT ? part.sealed.at(-1)?.to : part.rows.at(-1)?.seq;
    // Behind the last row there may still be seals of rows that are gone.
    const ended = atEnd && part.sealed.length < LIMIT;
    if (ended || behind === undefined || behind <= (after ?? 0))
      return { walk, told, count, end: { ...part, rows: [] } };
    after = behind;
  }
}

/** Calls with every subject as the tables hold it now; `hash` is null when it cannot be read. */
async function eachSubject(
  audit: AuditStore,
  tenant: string,
  see: (kind: AuditKind, key: string, hash: string | null) => void,
): Promise<void> {
  for (const kind of AUDIT_KINDS) {
    for (let after: string | null = null; ; ) {
      const { subjects, next } = await audit.subjects(tenant, kind, { after, limit: LIMIT });
      for (const { key, content } of subjects) see(kind, key, content === null ? null : hashOf(content));
      if (next === null) break;
      after = next;
    }
  }
}

async function verifyRecords(audit: AuditStore, tenant: string, draft: Draft): Promise<void> {
  const { walk, told, count, end } = await readRecords(audit, tenant, null);
  const { findings, unsealed } = endOfLog(walk, end);
  draft.findings.push(...findings);
  if (unsealed) draft.unsealed.push({ tenant, remediationId: null, ...unsealed });
  draft.counted.rows += count;
  const differing = new Map<string, { readonly seq: number | null; readonly detail: string }>();
  const differs = (kind: string, key: string, seq: number | null, why: string): void =>
    void differing.set(subjectKey(kind, key), { seq, detail: `The ${kind} ${key} ${why}.` });
  await eachSubject(audit, tenant, (kind, key, hash) => {
    const subject = subjectKey(kind, key);
    const record = told.get(subject);
    told.delete(subject);
    if (!record) differs(kind, key, null, 'is there and was never recorded');
    else if (hash !== record.hash) differs(kind, key, record.seq, `is not as row ${record.seq} recorded it`);
  });
  for (const [subject, { seq }] of told) {
    const [kind = '', key = ''] = JSON.parse(subject) as string[];
    differs(kind, key, seq, `was recorded in row ${seq} and is gone`);
  }
  // What was written while the tables were read says nothing about what was read.
  const meanwhile = (await readRecords(audit, tenant, walk.expected - 1)).told;
  for (const [subject, { seq, detail }] of differing) {
    if (meanwhile.has(subject)) continue;
    const place = { tenant, remediationId: null, version: seq, seal: null };
    draft.findings.push({ fault: 'differs_from_record', ...place, detail });
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
