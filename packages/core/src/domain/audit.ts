import { chainHash, hashOf, type Json } from './canonical.js';
import type { LogRow } from './remediation.js';

/** What a tenant's own records tell of: everything with authority that no remediation's log holds. */
export const AUDIT_KINDS = ['policy', 'halt', 'pins', 'feedback', 'pattern', 'opt_in', 'resolution'] as const;
/** One of {@link AUDIT_KINDS}. */
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** The tenant under which records of the whole installation are kept. */
export const INSTALLATION = '';

/** What happened, without its place in the log. */
export interface AuditEntry {
  readonly tenant: string;
  readonly kind: AuditKind;
  /** What it is about, unique within the kind: the policy's version, the halt, the author's vote on a ticket, the ticket. */
  readonly key: string;
  readonly actor: string;
  readonly atMs: number;
  /** How it stands after this row, whole. */
  readonly content: Json;
}

/**
 * What people's own fixes of a ticket are recorded under and as, oldest first: `[number]` from 1 on, taken up again
 * or not.
 */
export function resolutionsOf({
  resolution,
  reopenings,
}: {
  readonly resolution: unknown;
  readonly reopenings: readonly { readonly resolution: unknown }[];
}): readonly { readonly number: number; readonly resolution: unknown }[] {
  return [...reopenings, { resolution }]
    .filter((each) => each.resolution !== null)
    .map((each, at) => ({ number: at + 1, resolution: each.resolution }));
}

/** One row of a tenant's own log; like remediation rows, each carries the hash of the row before. */
export interface AuditRecord extends AuditEntry {
  /** From 1, without gaps, within the tenant. */
  readonly seq: number;
  readonly previousHash: string;
  readonly hash: string;
}

/** The next row of a tenant's own log. */
export function recordAfter(
  head: { readonly version: number; readonly hash: string },
  { tenant, kind, key, actor, atMs, content }: AuditEntry,
): AuditRecord {
  const row = { tenant, seq: head.version + 1, kind, key, actor, atMs, content };
  return { ...row, previousHash: head.hash, hash: chainHash(head.hash, row) };
}

/** What one seal says of one log: these rows were there, and they were so. */
export interface SealEntry {
  /** Null: the tenant's own records. */
  readonly remediationId: string | null;
  /** Rows that earlier seals cover; this one covers those behind, up to `to`. */
  readonly from: number;
  readonly to: number;
  /** Hash of row `to`. */
  readonly head: string;
  /** {@link rowsDigest} of the rows. */
  readonly rows: string;
}

/** A link of the tenant's chain. */
export interface Seal {
  readonly tenant: string;
  /** From 1, without gaps. */
  readonly seq: number;
  readonly atMs: number;
  readonly entries: readonly SealEntry[];
  readonly previousHash: string;
  readonly hash: string;
  /** HMAC-SHA256 of `hash`, in hexadecimal digits; null when the host gave no key. */
  readonly mac: string | null;
}

/** The last link of a chain: what an anchor keeps. */
export interface SealHead {
  readonly seq: number;
  readonly hash: string;
  readonly atMs: number;
}

/** A head as it was on a day, kept where whoever can write the database cannot write. */
export interface Anchor extends SealHead {
  readonly tenant: string;
}

/** A log row's number, its place among all rows of the store, and its hash. */
export interface RowPlace {
  readonly seq: number;
  readonly position: number;
  readonly hash: string;
}

/** The hash over rows and the order in which the store wrote them. */
export function rowsDigest(rows: readonly RowPlace[]): string {
  return hashOf(rows.map(({ seq, position, hash }) => [seq, position, hash]));
}

/** The hash of a seal: it covers the entries and the hash of the seal before ('' for the first). */
export function sealHash(
  previousHash: string,
  { tenant, seq, atMs, entries }: Pick<Seal, 'tenant' | 'seq' | 'atMs' | 'entries'>,
): string {
  const said = entries.map(({ remediationId, from, to, head, rows }) => ({ remediationId, from, to, head, rows }));
  return chainHash(previousHash, { tenant, seq, atMs, entries: said });
}

/** The next link. @param mac authenticates the hash with the host's key; null without one. */
export function sealAfter(
  head: SealHead | null,
  { tenant, atMs, entries }: Pick<Seal, 'tenant' | 'atMs' | 'entries'>,
  mac: ((hash: string) => string) | null,
): Seal {
  const previousHash = head?.hash ?? '';
  const seal = { tenant, seq: (head?.seq ?? 0) + 1, atMs, entries };
  const hash = sealHash(previousHash, seal);
  return { ...seal, previousHash, hash, mac: mac === null ? null : mac(hash) };
}

/** The number of the first row that is not what was hashed when it was written, or does not follow; null: none. */
export function brokenRowOf(rows: readonly LogRow[]): number | null {
  let before = '';
  for (const [index, { previousHash, hash, ...content }] of rows.entries()) {
    const isNext = content.seq === index + 1 && previousHash === before;
    if (!isNext || chainHash(before, content) !== hash) return index + 1;
    before = hash;
  }
  return null;
}
