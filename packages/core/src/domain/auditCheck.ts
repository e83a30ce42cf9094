import { messageOf } from '../errors.js';
import { rowsDigest, type SealEntry } from './audit.js';
import { chainHash } from './canonical.js';
import { projectionOf, type RemediationEvent, replay, type StateName } from './remediation.js';

/** Everything that can be wrong with what is kept, by the name that reports carry. */
export type AuditFault =
  | 'edited_row'
  | 'damaged_row'
  | 'missing_row'
  | 'broken_link'
  | 'cut_tail'
  | 'missing_log'
  | 'uncounted_row'
  | 'wrong_head'
  | 'differs_from_log'
  | 'differs_from_seal'
  | 'differs_from_record'
  | 'edited_seal'
  | 'missing_seal'
  | 'cut_chain'
  | 'wrong_mac'
  | 'differs_from_anchor';

/** One thing that is not as Remit wrote it, and where. */
export interface AuditFinding {
  readonly fault: AuditFault;
  readonly tenant: string;
  /** Null where it is about the tenant's own records or chain. */
  readonly remediationId: string | null;
  /** Number of the row in its log; null where it is about no row. */
  readonly version: number | null;
  /** Number of the seal; null where it is about no seal. */
  readonly seal: number | null;
  /** One sentence. */
  readonly detail: string;
}

/** A log row as the store has it, whatever became of it. */
export interface StoredRow {
  readonly seq: number;
  readonly position: number;
  /** What the hash must cover; null when it cannot be read. */
  readonly content: unknown;
  readonly previousHash: string;
  readonly hash: string;
  /** What is wrong with its columns apart from the hash, as a sentence; null when nothing is. */
  readonly damage: string | null;
}

/** What a store keeps beside a log. */
export interface KeptHead {
  readonly version: number;
  readonly hash: string;
  /** What it says of the remediation; null for the tenant's own records. */
  readonly standing: {
    readonly ticketId: string;
    readonly state: string;
    readonly route: string;
    readonly ended: boolean;
    readonly holdsLocks: boolean;
  } | null;
}

/** A log with all that vouches for it, read at one moment. */
export interface StoredLog {
  readonly tenant: string;
  /** Null: the tenant's own records. */
  readonly remediationId: string | null;
  /** By number. */
  readonly rows: readonly StoredRow[];
  /** What seals say of it, oldest first, with the number of the seal. */
  readonly sealed: readonly (SealEntry & { readonly seal: number })[];
  /** Null when it is gone. */
  readonly kept: KeptHead | null;
}

/** A row whose content was hashed, so that the content can be forgotten. */
export interface HashedRow extends Omit<StoredRow, 'content'> {
  /** What the hash should be; null when the content cannot be read. */
  readonly computed: string | null;
}

/** Hashes the content of a row. */
export function hashedRow({ content, ...row }: StoredRow): HashedRow {
  return { ...row, computed: content === null ? null : chainHash(row.previousHash, content) };
}

/** What was found in one log. */
export interface LogCheck {
  readonly findings: readonly AuditFinding[];
  /** The rows that no seal covers yet. */
  readonly unsealed: { readonly from: number; readonly to: number } | null;
}

type Say = (fault: AuditFault, version: number | null, detail: string) => void;

/** Looks at the rows by themselves. Answers the number of the last one. */
function checkRows(rows: readonly HashedRow[], say: Say): number {
  let expected = 1;
  let position = Number.NEGATIVE_INFINITY;
  /** What the next row may name as the hash of the row before. Null: a row is missing, so nobody knows. */
  let before: readonly (string | null)[] | null = [''];
  for (const row of rows) {
    const { seq } = row;
    if (seq > expected) {
      say(
        'missing_row',
        expected,
        expected + 1 === seq ? `Row ${expected} is gone.` : `Rows ${expected} to ${seq - 1} are gone.`,
      );
      before = null;
    }
    if (seq < expected) say('uncounted_row', seq, `Row ${seq} is there twice, or has no number of this log.`);
    if (row.damage !== null) say('damaged_row', seq, `Row ${seq}: ${row.damage}`);
    else if (row.computed !== row.hash)
      say('edited_row', seq, `Row ${seq} is not what was hashed when it was written.`);
    else if (before !== null && !before.includes(row.previousHash)) {
      say('broken_link', seq, `Row ${seq} does not follow from the row before: one of the two was replaced.`);
    } else if (row.position <= position) {
      say('edited_row', seq, `Row ${seq} no longer stands behind the row before in the order of writing.`);
    }
    before = [row.hash, row.computed];
    position = row.position;
    expected = Math.max(expected, seq + 1);
  }
  return expected - 1;
}

function checkSealed(
  { sealed }: StoredLog,
  rows: readonly HashedRow[],
  found: readonly AuditFinding[],
  say: Say,
): number {
  let covered = 0;
  for (const entry of sealed) {
    const { from, to, head, seal } = entry;
    if (from !== covered || to < from) {
      say(
        'edited_seal',
        to,
        `Seal ${seal} says that it covers rows ${from + 1} to ${to}; the seal before ends at ${covered}.`,
      );
    }
    covered = Math.max(covered, to);
    const within = rows.filter(({ seq }) => seq > from && seq <= to);
    const told = found.some(({ version }) => version !== null && version > from && version <= to);
    // What is missing or edited is told with its own number already.
    if (told || within.length !== to - from) continue;
    if (within.at(-1)?.hash !== head || rowsDigest(within) !== entry.rows) {
      say('differs_from_seal', to, `Rows ${from + 1} to ${to} are not those that seal ${seal} saw.`);
    }
  }
  return covered;
}

function checkKept(kept: KeptHead, last: number, rows: readonly HashedRow[], say: Say): void {
  if (last > kept.version) {
    say('uncounted_row', kept.version + 1, `The log has ${last} rows; the store counted ${kept.version}.`);
    return;
  }
  const head = rows.find(({ seq }) => seq === kept.version);
  if (head && head.hash !== kept.hash) {
    say('wrong_head', kept.version, `The store keeps another hash for row ${kept.version} than the row has.`);
  }
}

/** The log is the truth: what the store keeps beside it has to follow from it. */
function checkStanding({ rows, kept }: StoredLog, say: Say): void {
  if (!kept?.standing) return;
  const { standing } = kept;
  try {
    const events = rows.map(
      ({ content }) => content as { event: RemediationEvent; actor: string; atMs: number; ticketId: string },
    );
    const state = replay(events);
    if (state.state === 'none') return;
    const { state: name, route, ended, holdsLocks } = projectionOf(state);
    const follows: Readonly<Record<keyof typeof standing, unknown>> = {
      ticketId: events[0]?.ticketId,
      state: name satisfies StateName,
      route,
      ended,
      holdsLocks,
    };
    for (const [field, value] of Object.entries(follows)) {
      const said = standing[field as keyof typeof standing];
      if (said !== value)
        say('differs_from_log', kept.version, `The store says ${field} ${said}; the log says ${String(value)}.`);
    }
  } catch (error) {
    say('differs_from_log', kept.version, `The log cannot be replayed: ${messageOf(error)}`);
  }
}

/** Checks one log against itself, against what the store keeps beside it, and against the seals. Pure. */
export function checkLog(log: StoredLog, hashed: readonly HashedRow[] = log.rows.map(hashedRow)): LogCheck {
  const { tenant, remediationId, kept } = log;
  const findings: AuditFinding[] = [];
  const say: Say = (fault, version, detail) =>
    void findings.push({ fault, tenant, remediationId, version, seal: null, detail });
  const last = checkRows(hashed, say);
  const covered = checkSealed(log, hashed, findings, say);
  const wanted = Math.max(kept?.version ?? 0, covered);
  if (last < wanted) {
    const whole = hashed.length === 0;
    say(
      whole ? 'missing_log' : 'cut_tail',
      last + 1,
      whole ? `All ${wanted} rows are gone.` : `Rows ${last + 1} to ${wanted} are gone.`,
    );
  }
  if (kept === null && wanted + last > 0) say('wrong_head', null, 'What the store keeps beside the log is gone.');
  if (kept !== null) checkKept(kept, last, hashed, say);
  if (findings.length === 0) checkStanding(log, say);
  return { findings, unsealed: last > covered ? { from: covered + 1, to: last } : null };
}
