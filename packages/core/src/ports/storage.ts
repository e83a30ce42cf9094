import type { Json } from '../domain/canonical.js';
import type { DayScores, DayWork } from '../domain/dayFigures.js';
import type { Feedback } from '../domain/feedback.js';
import type { RunFigure, TicketFigure } from '../domain/figures.js';
import type { Spent } from '../domain/guarantee/budget.js';
import type { Rates, Runs } from '../domain/guarantee/prior.js';
import type { ScoredLabel } from '../domain/guarantee/riskCoverage.js';
import type { StratumState } from '../domain/guarantee/stratum.js';
import type { TrackFold } from '../domain/guarantee/track.js';
import type { Trial } from '../domain/guarantee/trial.js';
import type { CountedFact, PatternFact, PatternTally } from '../domain/pattern.js';
import type { ChangeRefusal, PatternChange } from '../domain/patternChange.js';
import type { Policy } from '../domain/policy.js';
import type { Reliability } from '../domain/reliability.js';
import type { LogRow, Projection, RemediationEvent, StateName } from '../domain/remediation.js';
import type { ReopenRequest } from '../domain/reopening.js';
import type { CandidateFix, PromotedRunbook } from '../domain/runbook.js';
import type { Halt } from '../domain/safety.js';
import type { Exemplar, FirstTelling, SignatureWords } from '../domain/signature.js';
import type { Sought } from '../domain/similarity/candidates.js';
import type { TermStatistics } from '../domain/similarity/weights.js';
import type {
  Adjudication,
  Assessment,
  HumanResolution,
  Ticket,
  TicketOutcome,
  TicketPlan,
  TicketRecord,
  TicketStatus,
  TicketText,
} from '../domain/ticket.js';
import type { AuditStore } from './auditStore.js';
import type { IdempotencyStore } from './idempotency.js';
import type { OutboxStore } from './outbox.js';

/*
 * Storage speaks intent: each verb settles its own race inside and answers with what happened.
 * There is no generic update. Everything is keyed by tenant; another tenant's ids are simply not found.
 * Times are the store's own clock (`now`), ms since the epoch. A promise rejects only with RemitError
 * `storage_unavailable` (or a bug): an outcome that can be expected is a value.
 */

/** A page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Opaque; null on the last page. */
  readonly nextCursor: string | null;
}

/** Which page. */
export interface PageRequest {
  /** 1..200 */
  readonly limit: number;
  readonly cursor: string | null;
}

/** What came of submitting a ticket. */
export type Submission =
  | { readonly kind: 'created'; readonly record: TicketRecord }
  /** The same id with the same content is there already. */
  | { readonly kind: 'same'; readonly record: TicketRecord }
  /** The id is taken by other content. */
  | { readonly kind: 'conflict'; readonly record: TicketRecord };

/** What came of claiming something: one worker at a time holds it, under a token that grows with every claim. */
export type Claim =
  | { readonly kind: 'claimed'; readonly token: number; readonly untilMs: number }
  /** Another worker's lease is alive. */
  | { readonly kind: 'held'; readonly untilMs: number }
  /** Nothing is left to do, it moved on, or it does not exist. */
  | { readonly kind: 'stale' };

/** A claim of a ticket: which attempt it is since something was last decided about it, from 1. */
export type TicketClaim =
  | (Extract<Claim, { kind: 'claimed' }> & { readonly attempt: number })
  | Exclude<Claim, { kind: 'claimed' }>;

/** Who claims, and for how long. */
export interface ClaimRequest {
  readonly owner: string;
  readonly leaseMs: number;
}

/** Tickets. */
export interface TicketStore {
  /** Stores a ticket with status `received`, or tells what is there. Content is equal if `contentHash` is. */
  submit(ticket: Ticket, contentHash: string): Promise<Submission>;
  /** The ticket, or null. */
  find(tenant: string, ticketId: string): Promise<TicketRecord | null>;
  /**
   * What became of some tickets, in any order; one that is not there is left out. Asked for every decision: a store reads
   * no more of a ticket than this.
   */
  outcomesOf(tenant: string, ticketIds: readonly string[]): Promise<readonly TicketOutcome[]>;
  /** A page of tickets, newest first. */
  list(
    tenant: string,
    query: PageRequest & { readonly status?: TicketStatus; readonly category?: string },
  ): Promise<Page<TicketRecord>>;
  /** Claims a ticket that is `received` or `analyzing` for analysis and sets it to `analyzing`. Counts as an attempt. */
  claim(tenant: string, ticketId: string, request: ClaimRequest): Promise<TicketClaim>;
  /** Prolongs a claim that is alive and still ours; null when it is lost. */
  heartbeat(
    tenant: string,
    ticketId: string,
    request: { readonly token: number; readonly leaseMs: number },
  ): Promise<{ readonly untilMs: number } | null>;
  /** Gives a ticket's claim back without a result, so that it can be claimed again at once. */
  release(tenant: string, ticketId: string, token: number): Promise<void>;
  /**
   * The newest ticket of an incident, by what it is known by at its source (`incidentKey`); null: there is none.
   */
  latestOfIncident(tenant: string, incidentKey: string): Promise<TicketRecord | null>;
  /**
   * Keeps that a person fixed it: status `resolved`, with the facts it teaches and a record in the tenant's own log, in
   * one transaction.
   * `unfinished` while a remediation of it is executing, validating or rolling back. Leases on others of its
   * remediations end: a worker that was about to act is fenced.
   */
  resolve(
    tenant: string,
    ticketId: string,
    resolution: HumanResolution,
    facts: readonly PatternFact[],
  ): Promise<
    | { readonly kind: 'resolved'; readonly record: TicketRecord }
    | { readonly kind: 'unfinished' | 'already_resolved' | 'not_found' }
  >;
  /**
   * Reopens a resolved ticket: `needs_human`, its resolution moved into its reopenings. Soon enough (`reopeningOf`), the
   * facts of the fix that did not last are replaced by what `takenBack` makes of them, and the trial of the remediation
   * that had resolved it is called wrong (`recalledLabel`), in the same transaction. What
   * Remit had resolved has no latest remediation then: a row that comes late to the old one changes no status.
   */
  reopen(
    tenant: string,
    ticketId: string,
    request: Omit<ReopenRequest, 'atMs'>,
  ): Promise<
    { readonly kind: 'reopened'; readonly record: TicketRecord } | { readonly kind: 'not_resolved' | 'not_found' }
  >;
  /**
   * Records that nobody wants it worked on any more: status `closed`, and whatever comes to its remediations later
   * leaves it so. `unfinished` while a remediation of it is unfinished or still holds targets. `over` when it is
   * resolved; to cancel again changes nothing.
   */
  cancel(
    tenant: string,
    ticketId: string,
    by: string,
  ): Promise<
    | { readonly kind: 'cancelled'; readonly record: TicketRecord }
    | { readonly kind: 'unfinished' | 'over' | 'not_found' }
  >;
  /** Keeps what a person says about a proposal. The first one stays: `already` answers the record with it. */
  adjudicate(
    tenant: string,
    ticketId: string,
    adjudication: Omit<Adjudication, 'atMs'>,
    facts: readonly PatternFact[],
  ): Promise<
    { readonly kind: 'adjudicated' | 'already'; readonly record: TicketRecord } | { readonly kind: 'not_found' }
  >;
  /**
   * Opts a ticket that is not resolved in or out. In, with no remediation that is unfinished or holds locks, sets it to `received`, so that
   * it is decided anew (`again` is true). Recorded in the tenant's own log. Null when it is resolved or does not exist.
   */
  setOptIn(
    tenant: string,
    ticketId: string,
    change: { readonly optedIn: boolean; readonly by: string },
  ): Promise<{ readonly again: boolean } | null>;
  /** Replaces the reliability shown on the ticket's record, after feedback. The decision stays as it was made. */
  rescore(tenant: string, ticketId: string, reliability: Reliability): Promise<void>;
}

/** A new remediation with its first rows. */
export interface Opening {
  readonly tenant: string;
  readonly remediationId: string;
  readonly ticketId: string;
  /** The token of the ticket's claim; a stale one is refused. */
  readonly ticketToken: number;
  /** Whether the ticket was opted in when it was decided; another opt-in by now is refused. */
  readonly optedIn: boolean;
  readonly assessment: Assessment;
  readonly actor: string;
  readonly atMs: number;
  readonly events: readonly RemediationEvent[];
  readonly projection: Projection;
}

/** Rows to append to a remediation's log. */
export interface Append {
  readonly tenant: string;
  readonly remediationId: string;
  /** Number of rows the writer has seen; any other number is `stale`. */
  readonly expectedVersion: number;
  /** The claim's token; null only for rows that need no lease (approval, withdrawal, halt, late_reply). */
  readonly token: number | null;
  readonly actor: string;
  readonly atMs: number;
  /** The rows get the store's time at the append instead of `atMs`. Default false. */
  readonly atStoreTime?: boolean;
  readonly events: readonly RemediationEvent[];
  /** What to keep beside the log after these rows. */
  readonly projection: Projection;
  /** What the pattern learns from these rows; stored in the same transaction. */
  readonly facts: readonly PatternFact[];
}

/** What people ordered about effects that a stop left standing: the old rows, and a new remediation that takes them back. */
export interface TakeOver {
  /** Rows of the stopped remediation; its projection no longer holds locks. */
  readonly from: Omit<Append, 'token' | 'facts' | 'atStoreTime'>;
  readonly remediationId: string;
  readonly events: readonly RemediationEvent[];
  readonly projection: Projection;
}

/** What came of an append. */
export type Appended =
  | { readonly kind: 'appended'; readonly rows: readonly LogRow[] }
  | { readonly kind: 'stale'; readonly version: number }
  /** The token is not the one of the last claim, or its lease is over. */
  | { readonly kind: 'fenced' };

/** A remediation's log. */
export interface LoadedRemediation {
  readonly tenant: string;
  readonly remediationId: string;
  readonly ticketId: string;
  readonly rows: readonly LogRow[];
  /** Number of rows. */
  readonly version: number;
}

/** A remediation as lists show it. */
export interface RemediationSummary {
  readonly tenant: string;
  readonly remediationId: string;
  readonly ticketId: string;
  readonly state: StateName;
}

/** Remediations and their logs. */
export interface RemediationStore {
  /**
   * Stores a remediation with its first rows, the ticket's assessment and new status, and gives the ticket's claim
   * back and its attempts to none, in one transaction. At most one unfinished remediation belongs to a ticket; one that ended and still holds
   * locks counts as unfinished. `opt_in_changed` leaves the claim as it is.
   */
  open(
    opening: Opening,
  ): Promise<
    | { readonly kind: 'opened'; readonly rows: readonly LogRow[] }
    | { readonly kind: 'fenced' | 'opt_in_changed' }
    | { readonly kind: 'unfinished'; readonly remediationId: string }
  >;
  /**
   * Appends to the stopped remediation, opens the one that takes its effects back, hands its locks and its ticket
   * over, in one transaction. `unfinished` names another one than the one that is taken over from.
   */
  takeOver(
    takeOver: TakeOver,
  ): Promise<
    | { readonly kind: 'taken_over'; readonly rows: readonly LogRow[] }
    | { readonly kind: 'stale'; readonly version: number }
    | { readonly kind: 'unfinished'; readonly remediationId: string }
  >;
  /** The remediation with all its log rows, or null. */
  load(tenant: string, remediationId: string): Promise<LoadedRemediation | null>;
  /** The tenant of a remediation, for the executor's late replies, which know only its id. */
  tenantOf(remediationId: string): Promise<string | null>;
  /** All rows of all remediations of a ticket, in the order in which they were written. */
  logOf(tenant: string, ticketId: string): Promise<readonly LogRow[]>;
  /** Claims a remediation that is unfinished, or over and still holding locks, and has no living lease. */
  claim(
    tenant: string,
    remediationId: string,
    request: ClaimRequest & { readonly expectedVersion: number },
  ): Promise<Claim>;
  /** Prolongs a lease that is alive and still ours; null when it is lost. */
  heartbeat(
    tenant: string,
    remediationId: string,
    request: { readonly token: number; readonly leaseMs: number },
  ): Promise<{ readonly untilMs: number } | null>;
  /** Gives the lease back. */
  release(tenant: string, remediationId: string, token: number): Promise<void>;
  /**
   * Appends rows and, in the same transaction: the projection, the ticket's status (unless a person resolved it),
   * the facts, and the end of locks (`projection.holdsLocks` false) and of the lease (`projection.ended`).
   * Each row carries the hash of the row before (`chainHash`).
   */
  append(append: Append): Promise<Appended>;
  /** Remediations of a tenant that wait for people to say yes (`projection.awaitsApproval`), oldest first. */
  awaitingApproval(tenant: string, page: PageRequest): Promise<Page<RemediationSummary>>;
}

/** A target that is taken by another remediation. */
export interface LockHolder {
  readonly targetKey: string;
  readonly remediationId: string;
  readonly tenant: string;
}

/** Locks of targets, over all tenants: the keys carry the namespace. */
export interface LockStore {
  /** Takes all keys or none; keys this remediation holds already are fine. */
  take(
    tenant: string,
    remediationId: string,
    targetKeys: readonly string[],
  ): Promise<{ readonly kind: 'taken' } | { readonly kind: 'held'; readonly holder: LockHolder }>;
  /** Gives all locks of a remediation back. */
  release(tenant: string, remediationId: string): Promise<void>;
}

/** A count to be kept under a limit. */
export interface SlotClaim {
  readonly scope: 'tenant' | 'category' | 'target' | 'pattern' | 'loop' | 'storm' | 'blast';
  readonly key: string;
  /** How many this remediation takes. */
  readonly amount: number;
  /** How many may be taken within the window. */
  readonly limit: number;
  readonly windowMs: number;
}

/** Rolling counts. */
export interface SlotStore {
  /**
   * Takes all claims or none, counting what all processes took within each window (an entry leaves the window when
   * `takenAt + windowMs <= now`). The first claim in the given order that does not fit is named, with the time
   * at which enough earlier ones have left (null when it can never fit). Asking again for the same remediation
   * takes nothing twice.
   */
  reserve(
    tenant: string,
    remediationId: string,
    claims: readonly SlotClaim[],
  ): Promise<
    | { readonly kind: 'reserved' }
    | { readonly kind: 'refused'; readonly claim: SlotClaim; readonly taken: number; readonly untilMs: number | null }
  >;
}

/** Stops. */
export interface HaltStore {
  /** All halts that are in force for a tenant, global ones included. */
  inForce(tenant: string): Promise<readonly Halt[]>;
  /** Puts a halt in force at once, for every instance; repeated, nothing more happens. */
  raise(halt: Halt): Promise<void>;
  /** False when there was none with this id for this tenant (or global). */
  lift(tenant: string, haltId: string, by: string, atMs: number): Promise<boolean>;
}

/** A policy as an operator left it. */
export interface PolicyVersion {
  /** 0 for the default that nobody changed; then 1, 2, ... */
  readonly version: number;
  readonly policy: Policy;
  readonly by: string | null;
  readonly atMs: number | null;
  /** Why it was changed, where somebody said so. */
  readonly reason: string | null;
}

/** Policies; every version is kept. */
export interface PolicyStore {
  /** The newest version, or null when an operator never wrote one. */
  find(tenant: string, category: string): Promise<PolicyVersion | null>;
  /** Stores the next version, unless somebody else wrote one after `expectedVersion`. */
  save(
    tenant: string,
    category: string,
    change: {
      readonly expectedVersion: number;
      readonly policy: Policy;
      readonly by: string;
      readonly atMs: number;
      /** Default: none. */
      readonly reason?: string | null;
    },
  ): Promise<
    { readonly kind: 'saved'; readonly version: number } | { readonly kind: 'stale'; readonly version: number }
  >;
}

/** Tools that are accepted as they are defined. */
export interface AcceptedTools {
  /** Hash of the definition, by the name of the tool. */
  readonly pins: Readonly<Record<string, string>>;
  /** What the pins are hashes of, by name, as far as known. */
  readonly definitions: Readonly<Record<string, Json>>;
  readonly principal: string;
  readonly atMs: number;
  /** Names that have a pin there already keep it. */
  readonly onlyNew: boolean;
}

/** Tool definitions that an operator accepted. */
export interface PinStore {
  /** The pins in force for a tenant: those accepted for the whole installation (tenant ''), its own over them. */
  accepted(tenant: string, executor: string): Promise<Readonly<Record<string, string>>>;
  /** Adds a tenant's pins (or those of the installation), name by name, at once; the rest stays. True when any was new. */
  accept(tenant: string, executor: string, tools: AcceptedTools): Promise<boolean>;
  /** What was accepted under these hashes, by hash; unknown ones are left out. */
  definitions(hashes: readonly string[]): Promise<Readonly<Record<string, Json>>>;
}

/** A pattern as lists show it. */
export interface PatternRecord {
  readonly patternId: string;
  readonly category: string;
  /** The masked text of its first ticket. */
  readonly title: string;
  readonly createdAtMs: number;
  /** One tally per action type that it learned about, by name. */
  readonly tallies: Readonly<Record<string, PatternTally>>;
}

/** A signature to be filed under a pattern. */
export interface Adoption {
  readonly patternId: string;
  readonly category: string;
  readonly signature: SignatureWords;
  /** Version of the normaliser. */
  readonly version: number;
  /** The ticket that tells it. */
  readonly first: FirstTelling;
  /** The source of alerts that it is a line of. Default: none, a person wrote it. */
  readonly source?: string;
}

/** Earlier tellings to compare a text with. */
export interface Candidates {
  readonly exemplars: readonly Exemplar[];
  /** Of the category's exemplars, with the frequencies of all terms that were asked for or that the exemplars have. */
  readonly statistics: TermStatistics;
  /** How many exemplars each of their patterns has in all. */
  readonly tellings: ReadonlyMap<string, number>;
}

/** What became of a change of a pattern. */
export type PatternChanged =
  | { readonly kind: 'changed'; readonly change: PatternChange }
  | { readonly kind: 'refused'; readonly why: ChangeRefusal };

/** What a track is kept under. */
export interface TrackKey {
  readonly patternId: string;
  readonly actionType: string;
  /** Of the stratum that it is folded for. */
  readonly alpha: number;
  /** Names the numbers by which it is folded: a checkpoint made by others is none. */
  readonly folding: string;
}

/** How far the facts of a pattern and action type were folded: all of them up to that time. */
export interface TrackCheckpoint {
  readonly upToMs: number;
  readonly fold: TrackFold;
}

/** All that a track is folded of. Folding every fact from the beginning gives the same. */
export interface TrackReading {
  /** The furthest checkpoint; null: from the first fact on. */
  readonly from: TrackCheckpoint | null;
  /** The facts after it, oldest first. */
  readonly facts: readonly CountedFact[];
  /** Outcomes up to then of the tickets that counted complaints among these facts are about. */
  readonly earlier: readonly CountedFact[];
  /** Another one after every change of the facts; read before them. */
  readonly revision: number;
}

/** Patterns and what they learned. */
export interface PatternStore {
  /** What is filed under this signature in this category, or null. */
  findBySignature(
    tenant: string,
    category: string,
    signatureHash: string,
  ): Promise<(FirstTelling & { readonly patternId: string }) | null>;
  /**
   * Exemplars of the category that share most with a text for their length, by the weights and within the budget of
   * `askedTerms`, as `closest` orders them (ties: newest first).
   */
  candidates(tenant: string, category: string, sought: Sought): Promise<Candidates>;
  /**
   * Files a signature under a pattern, which is created if need be. When the signature is filed already, what is there
   * is answered. Of the exemplars of one pattern at most `SIMILARITY.exemplarsPerPattern` are candidates: the oldest
   * one goes; its signature stays.
   */
  adopt(tenant: string, adoption: Adoption): Promise<FirstTelling & { readonly patternId: string }>;
  /** Stores facts; each replaces the one with the same key. Whether it counts is settled inside, by `isCounted`. */
  learn(tenant: string, facts: readonly PatternFact[]): Promise<void>;
  /** All facts of a pattern and action type, oldest first, with whether they count. */
  facts(tenant: string, patternId: string, actionType: string): Promise<readonly CountedFact[]>;
  /** The counted facts added up, as `tallyOf` does. */
  tally(tenant: string, patternId: string, actionType: string): Promise<PatternTally>;
  /** The same of the facts that `heardOnce` leaves: one complaint of an author in 30 days. */
  heardTally(tenant: string, patternId: string, actionType: string): Promise<PatternTally>;
  /** What the track of a pattern and action type is folded of, from the furthest checkpoint on. */
  readTrack(tenant: string, key: TrackKey): Promise<TrackReading>;
  /**
   * Keeps a checkpoint, unless the facts have another `revision` by now. It is gone with the first change of a fact that
   * it holds.
   */
  keepTrack(tenant: string, key: TrackKey, checkpoint: TrackCheckpoint & { readonly revision: number }): Promise<void>;
  /** The category and the masked text of a pattern, or null. */
  find(tenant: string, patternId: string): Promise<Pick<PatternRecord, 'patternId' | 'category' | 'title'> | null>;
  /** What people said has fixed tickets of a pattern, newest first, at most `limit`. */
  candidateFixes(tenant: string, patternId: string, limit: number): Promise<readonly CandidateFix[]>;
  /**
   * Stores what a person says about a pattern, and files everything told to it where it counts now: signatures, and
   * facts, judged anew by `isCounted` in the order in which they happened. One transaction; facts that are stored at the
   * same moment are filed the same way. The time is the store's.
   */
  change(change: Omit<PatternChange, 'atMs'>): Promise<PatternChanged>;
  /** Changes of a pattern or into it, or of all patterns (null), oldest first. */
  changes(tenant: string, patternId: string | null): Promise<readonly PatternChange[]>;
  /** The newest tickets of a pattern, at most `limit`. */
  ticketsOf(tenant: string, patternId: string, query: { readonly limit: number }): Promise<readonly TicketRecord[]>;
  /** What these say, and no more of them: asked for every decision. */
  textsOf(tenant: string, patternId: string, query: { readonly limit: number }): Promise<readonly TicketText[]>;
  /**
   * What was proposed for the newest tickets of a pattern, at most `limit`; with `fixedByRemit` for those alone that Remit
   * resolved and nobody since. Asked for every decision: a store reads no more of a ticket than this.
   */
  plansOf(
    tenant: string,
    patternId: string,
    query: { readonly limit: number; readonly fixedByRemit?: boolean },
  ): Promise<readonly TicketPlan[]>;
  /** Living patterns with at least `minOccurrences` counted occurrences of some action type (0: all), newest first. */
  list(
    tenant: string,
    query: PageRequest & { readonly category?: string; readonly minOccurrences: number },
  ): Promise<Page<PatternRecord>>;
}

/** Runbooks that people made of what was learned. Every version is kept. */
export interface RunbookStore {
  /** Stores the next version of a runbook, or its retirement; of parallel ones each gets a version of its own. */
  promote(promoted: Omit<PromotedRunbook, 'version' | 'atMs'>): Promise<PromotedRunbook>;
  /** The newest versions that are not retired, by name. */
  inForce(tenant: string, category: string): Promise<readonly PromotedRunbook[]>;
  /** All versions of all runbooks of a pattern, oldest first. */
  ofPattern(tenant: string, patternId: string): Promise<readonly PromotedRunbook[]>;
}

/** A feedback as stored. */
export interface FeedbackRecord extends Feedback {
  readonly tenant: string;
  readonly value: number;
  readonly verdict: 'positive' | 'neutral' | 'negative';
  readonly atMs: number;
}

/** Feedback. */
export interface FeedbackStore {
  /**
   * Stores or replaces the author's feedback on the ticket together with its facts, in one transaction. `counted`
   * tells whether any of the facts counts.
   */
  record(
    feedback: FeedbackRecord,
    facts: readonly PatternFact[],
  ): Promise<{ readonly replaced: boolean; readonly counted: boolean }>;
  /** All feedback on a ticket, oldest first. */
  ofTicket(tenant: string, ticketId: string): Promise<readonly FeedbackRecord[]>;
}

/** What a stratum's checkpoint is kept under. */
export interface StratumKey {
  readonly stratum: string;
  /** Names the numbers by which it is folded: a checkpoint made by others is none. */
  readonly folding: string;
}

/** How far the labels of a stratum were folded. A shortcut: folding all trials gives the same. */
export interface TrialCheckpoint {
  /** Position of the last trial that is folded for good. */
  readonly upTo: number;
  readonly state: StratumState;
  /**
   * Folds of trials whose labels may still be revised, oldest first: true as far as none of what they hold was labelled
   * since (`relabelled`). Null: none is kept.
   */
  readonly recent: {
    /** When the trials were read, by the store's clock. */
    readonly readMs: number;
    readonly folds: readonly { readonly upTo: number; readonly state: StratumState }[];
  } | null;
}

/**
 * Trials: decisions whose outcomes the gate learns from. They are opened by `remediations.open` (from the row
 * `proposed`), labelled by `remediations.append` (from `projection.label`) and called wrong by `tickets.reopen` (by
 * `recalledLabel`), in the same transactions.
 */
export interface TrialStore {
  /** The trials of a stratum after a position, in the order of their decisions; at most `limit` (default: all). */
  ofStratum(tenant: string, stratum: string, after: number, limit?: number): Promise<readonly Trial[]>;
  /** The first of the trials up to a position whose label was set or changed at a time or later; null: none. */
  relabelled(
    tenant: string,
    stratum: string,
    query: { readonly upTo: number; readonly sinceMs: number },
  ): Promise<number | null>;
  /** Strata of which there is a trial, in the order of their names. */
  strata(tenant: string): Promise<readonly string[]>;
  /** Labelled trials of a stratum by pattern, those that say nothing left out. */
  runs(tenant: string, stratum: string): Promise<readonly Runs[]>;
  /** How the success rates of these patterns lie, of those with at least so many runs: as `ratesOf` says. */
  rates(tenant: string, stratum: string, runsAtLeast: number): Promise<Rates>;
  /** Automatic trials of a stratum decided since that are known to be wrong. */
  knownWrong(tenant: string, stratum: string, sinceMs: number): Promise<number>;
  /** Automatic trials of a stratum decided since, and how many of them are known to be wrong. */
  spent(tenant: string, stratum: string, sinceMs: number): Promise<Spent>;
  /** The newest trials with a label that says something, oldest of them first. */
  labels(tenant: string, limit: number): Promise<readonly ScoredLabel[]>;
  /** The last checkpoint of a stratum, or null when its trials have to be read from the first. */
  checkpoint(tenant: string, key: StratumKey): Promise<TrialCheckpoint | null>;
  /** Keeps a checkpoint in the place of one that is less far, was read no later, or was folded by other numbers. */
  keep(tenant: string, key: StratumKey, checkpoint: TrialCheckpoint): Promise<void>;
}

/** What figures are made of. All of it counts by the time at which its ticket was handed in. */
export interface StatsStore {
  /** Every ticket that was handed in since, oldest first. */
  tickets(
    tenant: string,
    query: { readonly sinceMs: number; readonly category?: string },
  ): Promise<readonly TicketFigure[]>;
  /** Every remediation of these tickets, oldest first. */
  runs(tenant: string, query: { readonly sinceMs: number }): Promise<readonly RunFigure[]>;
  /** The reason of every time that one of them was put off, oldest first. */
  deferrals(tenant: string, query: { readonly sinceMs: number }): Promise<readonly string[]>;
  /** The scores of all these tickets, summed up by day as `scoresByDay` does. A day may come in several parts. */
  scores(tenant: string, query: { readonly sinceMs: number }): Promise<readonly DayScores[]>;
  /** What became of them all, summed up by day as `workOfDay` does. A day may come in several parts. */
  work(tenant: string, query: { readonly sinceMs: number }): Promise<readonly DayWork[]>;
}

/** What people have ordered about a ticket, as of one moment. */
export interface StandingOrders {
  /** The store's clock then, ms. */
  readonly nowMs: number;
  /** As {@link HaltStore.inForce} tells. */
  readonly halts: readonly Halt[];
  /** Null when there is no such ticket. */
  readonly ticket: { readonly optedIn: boolean; readonly isResolvedByPerson: boolean } | null;
  /** As {@link PolicyStore.find} tells. */
  readonly policy: PolicyVersion | null;
}

/** Work that nobody holds. */
export interface DueWork {
  readonly tickets: readonly { readonly tenant: string; readonly ticketId: string }[];
  readonly remediations: readonly { readonly tenant: string; readonly remediationId: string }[];
  /** Where to go on looking; null when there is no more. */
  readonly next: DueCursor | null;
}

/** How far a look for work has come: behind which tickets and which remediations it goes on. */
export interface DueCursor {
  readonly tickets: number;
  readonly remediations: number;
}

/** Where Remit keeps everything. One contract suite (`@remit/conformance`) holds for every implementation. */
export interface Storage {
  /** What messages call it, for example `sqlite`. */
  readonly name: string;
  /** The store's clock, ms since the epoch: database time, or the host's for memory and SQLite. */
  now(): Promise<number>;
  /** Time, halts, opt-in and policy in one look: what is asked before every call, and once more right before it is sent. */
  standingOrders(
    tenant: string,
    about: { readonly ticketId: string; readonly category: string },
  ): Promise<StandingOrders>;
  readonly tickets: TicketStore;
  readonly remediations: RemediationStore;
  readonly locks: LockStore;
  readonly slots: SlotStore;
  readonly halts: HaltStore;
  readonly policies: PolicyStore;
  readonly pins: PinStore;
  readonly patterns: PatternStore;
  readonly runbooks: RunbookStore;
  readonly feedback: FeedbackStore;
  readonly stats: StatsStore;
  readonly audit: AuditStore;
  readonly trials: TrialStore;
  readonly outbox: OutboxStore;
  readonly idempotency: IdempotencyStore;
  /**
   * Work to go on with, oldest first: tickets that are `received` or `analyzing` without a living lease; unfinished
   * remediations without one that are `proposed`, `executing`, `validating` or `rolling_back`, or whose due time
   * has come (`deferred`, `awaiting_approval`, and those that ended with one). At most `limit` of each kind, behind
   * `after` (default: from the oldest on).
   */
  due(limit: number, after?: DueCursor | null): Promise<DueWork>;
  /**
   * Removes what no answer depends on any more, about `limit` of each kind: slots that left their window, locks
   * of remediations that hold none, events and answers that were kept long enough. Never a row of a log. Answers how many it removed.
   */
  tidy(limit: number): Promise<number>;
  /** Gives back what the storage opened itself; what was injected stays open. */
  close(): Promise<void>;
}
