import type { AuditKind, Seal, SealHead } from '../domain/audit.js';
import type { StoredSeal } from '../domain/auditChain.js';
import type { StoredLog } from '../domain/auditCheck.js';

/** How something stands now that records tell of. */
export interface AuditSubject {
  /** As in the record. */
  readonly key: string;
  /** As a record made now would say; null when it cannot be read. */
  readonly content: unknown;
}

/** Which part of a list that is read from its beginning to its end. */
export interface PartRequest<Key> {
  /** Only what comes behind; null: from the beginning. */
  readonly after: Key | null;
  readonly limit: number;
}

/**
 * The tenant's chain: sealing what was written, and reading all of it to prove that it is as it was. Reading never
 * rejects for damaged rows, it says what is damaged. Each answer is of one moment.
 */
export interface AuditStore {
  /** Tenants that have rows which no seal covers, at most `limit`. */
  unsealed(limit: number): Promise<readonly string[]>;
  /**
   * Links what a tenant wrote since into its chain and keeps the head apart, in one transaction; null when there was
   * nothing. Of parallel ones each row is sealed by one. A seal covers a limited number of logs: seal until null.
   * @param mac authenticates the seal's hash with the host's key, which the store never sees; null without one.
   */
  seal(tenant: string, mac: ((hash: string) => string) | null): Promise<Seal | null>;
  /** The head that is kept apart from the chain; null before the first seal. */
  head(tenant: string): Promise<SealHead | null>;
  /** Tenants of which anything is left: rows, seals or heads. In order. */
  tenants(part: PartRequest<string>): Promise<readonly string[]>;
  /** Seals in order, behind number `after`, with the head as it was at that moment. */
  seals(
    tenant: string,
    part: PartRequest<number>,
  ): Promise<{ readonly seals: readonly StoredSeal[]; readonly head: SealHead | null }>;
  /** Logs of remediations of which anything is left: rows, seals, or what is kept beside. By id, in order. */
  logs(tenant: string, part: PartRequest<string>): Promise<readonly StoredLog[]>;
  /**
   * The tenant's own records: rows behind number `after`, what seals say that end behind it, by the row they end at, and
   * what is kept beside the log. At most `limit` rows and `limit` seals.
   */
  records(tenant: string, part: PartRequest<number>): Promise<StoredLog>;
  /** What the tables hold now of what records tell. `after` and `next` are opaque; `next` is null on the last part. */
  subjects(
    tenant: string,
    kind: AuditKind,
    part: PartRequest<string>,
  ): Promise<{ readonly subjects: readonly AuditSubject[]; readonly next: string | null }>;
}
