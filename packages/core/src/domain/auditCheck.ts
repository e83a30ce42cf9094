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

/** How far a log was looked at, part by part; see {@link walkLog}. */
export interface LogWalk {
  readonly findings: readonly AuditFinding[];
  /** The number that the next row should have. */
  readonly expected: number;
  /** Where the row before stands in the order of writing. */
  readonly position: number;
  /** What the next row may name as the hash of the row before. Null: a row is missing, so nobody knows. */
  readonly before: readonly (string | null)[] | null;
  /** The row with the highest number. */
  readonly last: HashedRow | null;
  /** How far seals reach that were looked at. */
  readonly covered: number;
  /** Rows behind those that seals cover which were looked at. */
  readonly waiting: readonly HashedRow[];
}

/** Where every log begins. */
export const LOG_START: LogWalk = {
  findings: [],
  expected: 1,
  position: Number.NEGATIVE_INFINITY,
  before: [''],
  last: null,
  covered: 0,
  waiting: [],
};

/** Looks at the rows by themselves. */
function walkRows(walk: LogWalk, rows: readonly HashedRow[], say: Say): LogWalk {
  let { expected, position, before, last } = walk;
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
    if (seq >= expected) last = row;
    expected = Math.max(expected, seq + 1);
  }
  return { ...walk, expected, position, before, last, waiting: [...walk.waiting, ...rows] };
}

/** Looks at what one seal says of the rows. */
function walkSealed(walk: LogWalk, entry: StoredLog['sealed'][number], found: readonly AuditFinding[], say: Say) {
  const { from, to, head, seal } = entry;
  if (from !== walk.covered || to < from) {
    say(
      'edited_seal',
      to,
      `Seal ${seal} says that it covers rows ${from + 1} to ${to}; the seal before ends at ${walk.covered}.`,
    );
  }
  const within = walk.waiting.filter(({ seq }) => seq > from && seq <= to);
  const told = found.some(({ version }) => version !== null && version > from && version <= to);
  // What is missing or edited is told with its own number already.
  if (!told && within.length === to - from && (within.at(-1)?.hash !== head || rowsDigest(within) !== entry.rows)) {
    say('differs_from_seal', to, `Rows ${from + 1} to ${to} are not those that seal ${seal} saw.`);
  }
  const covered = Math.max(walk.covered, to);
  return { ...walk, covered, waiting: walk.waiting.filter(({ seq }) => seq > covered) };
}

/**
 * Goes on with the next part of a log: its rows, and what seals say that end within them. Pure.
 * @param part `atEnd`: no row follows, so that seals which reach further speak of rows that are gone.
 */
export function walkLog(
  walk: LogWalk,
  { tenant, remediationId, sealed }: StoredLog,
  part: { readonly rows: readonly HashedRow[]; readonly atEnd: boolean },
): LogWalk {
  const findings = [...walk.findings];
  const say: Say = (fault, version, detail) =>
    void findings.push({ fault, tenant, remediationId, version, seal: null, detail });
  let on = walkRows(walk, part.rows, say);
  for (const entry of sealed) {
    if (part.atEnd || entry.to < on.expected) on = walkSealed(on, entry, findings, say);
  }
  return { ...on, findings };
}

function checkKept(kept: KeptHead, { expected, last }: LogWalk, say: Say): void {
  if (expected - 1 > kept.version) {
    say('uncounted_row', kept.version + 1, `The log has ${expected - 1} rows; the store counted ${kept.version}.`);
    return;
  }
  if (last?.seq === kept.version && last.hash !== kept.hash) {
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

/** What a log that was gone through to its end lacks against what the store keeps beside it. Pure. */
export function endOfLog(walk: LogWalk, log: StoredLog): LogCheck {
  const { tenant, remediationId, kept } = log;
  const { covered } = walk;
  const findings = [...walk.findings];
  const say: Say = (fault, version, detail) =>
    void findings.push({ fault, tenant, remediationId, version, seal: null, detail });
  const count = walk.expected - 1;
  const wanted = Math.max(kept?.version ?? 0, covered);
  if (count < wanted) {
    const whole = walk.last === null;
    say(
      whole ? 'missing_log' : 'cut_tail',
      count + 1,
      whole ? `All ${wanted} rows are gone.` : `Rows ${count + 1} to ${wanted} are gone.`,
    );
  }
  if (kept === null && wanted + count > 0) say('wrong_head', null, 'What the store keeps beside the log is gone.');
  if (kept !== null) checkKept(kept, walk, say);
  if (findings.length === 0) checkStanding(log, say);
  return { findings, unsealed: count > covered ? { from: covered + 1, to: count } : null };
}

/** Checks one whole log against itself, against what the store keeps beside it, and against the seals. Pure. */
export function checkLog(log: StoredLog): LogCheck {
  return endOfLog(walkLog(LOG_START, log, { rows: log.rows.map(hashedRow), atEnd: true }), log);
}
