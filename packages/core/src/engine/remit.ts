import type { ResolvedAction } from '../domain/action.js';
import type { Approval, ApprovalBinding, Consent, OrderShown, Principal, RejectReason } from '../domain/approval.js';
import type { Json } from '../domain/canonical.js';
import type { Feedback, FeedbackType } from '../domain/feedback.js';
import type { ReliabilityStats, RemediationStats } from '../domain/figures.js';
import type { JsonDifference } from '../domain/jsonDifferences.js';
import type { PatternStatistics, PatternTally, Standing } from '../domain/pattern.js';
import type { PatternChange } from '../domain/patternChange.js';
import type { PhaseName, Policy } from '../domain/policy.js';
import type { Reliability } from '../domain/reliability.js';
import type { LogRow, Order, ReconcileAnswer, StateName } from '../domain/remediation.js';
import type { CandidateFix, PromotedRunbook } from '../domain/runbook.js';
import type { Halt } from '../domain/safety.js';
import type { SimilarTicket, TicketRecord, TicketStatus } from '../domain/ticket.js';
import type { OutboxPart } from '../ports/outbox.js';
import type { FeedbackRecord, Page, PageRequest, PolicyVersion } from '../ports/storage.js';
import type { Health } from './health.js';
import type { RemitEvents } from './observe.js';
import type { GuaranteeView } from './readGuarantee.js';

/** A ticket as it is handed in. */
export interface TicketInput {
  /** The caller's own id, kept verbatim; 1..200 characters. */
  readonly ticketId: string;
  /** 1..100,000 characters. */
  readonly description: string;
  /** One of the configured categories. */
  readonly category: string;
  /** Whether writes are allowed for this ticket. Default false. */
  readonly optedIn?: boolean;
  readonly title?: string | null;
  readonly priority?: string | null;
  readonly requester?: string | null;
  /** Ids `kind:name` of what is broken. */
  readonly targets?: readonly string[];
  readonly metadata?: Readonly<Record<string, Json>>;
  /** What the incident is known by at its source, over all the times that it comes back. Default: nothing. */
  readonly incidentKey?: string | null;
  /** The W3C trace context of the request. Default: none. */
  readonly traceparent?: string | null;
}

/** Another system's word that an incident is over. */
export interface RecoveryInput {
  readonly ticketId: string;
  /** Where no ticket has that id: the newest one of this incident is meant. Default: none. */
  readonly incidentKey?: string | null;
  /** Who says so, in words. */
  readonly text: string;
  /** Whether the word alone ends a ticket where no read can tell. Default false. */
  readonly closesUnread?: boolean;
}

/** Why a report led to what it led to. */
export type ReportReason =
  | 'new'
  /** The ticket is open, or closed, already. */
  | 'open'
  | 'closed'
  /** What the catalogue's reads say of the fault. */
  | 'fault_shown'
  | 'fault_gone'
  | 'cannot_tell'
  | 'being_decided'
  | 'remediation_running'
  /** Effects stand that a person has to look at. */
  | 'parked';

/** What another system's report led to. */
export interface IncidentReport {
  readonly result: 'created' | 'known' | 'reopened' | 'resolved' | 'left_open';
  readonly reason: ReportReason;
  /** The ticket that it was about; not always the one that was named. */
  readonly ticket: TicketRecord;
}

/** The latest remediation of a ticket, as readers see it. */
export interface RemediationView {
  readonly remediationId: string;
  readonly state: StateName;
  /** Why it ended or waits; null while it is simply going on. */
  readonly reason: string | null;
  readonly steps: readonly ResolvedAction[];
  readonly planHash: string | null;
  /** The request as shown to approvers; null when none was made. */
  readonly approval: Approval | null;
  /** The order about what is parked that somebody gave and that waits for more people; null for none. */
  readonly order: Order | null;
  /** It ran by itself and is one of the 5 % that a person is to look at all the same; reopen its ticket if it is wrong. */
  readonly audited: boolean;
  /** Ways out while it is parked; empty otherwise. The old call may still land. */
  readonly options: readonly ReconciliationOption[];
}

/** A ticket with the state of its latest remediation. */
export interface TicketView {
  readonly ticket: TicketRecord;
  readonly remediation: RemediationView | null;
}

/** The answer to a submission. */
export interface Submitted extends TicketView {
  /** False when the same ticket was there already. */
  readonly created: boolean;
}

/** A person's answer to an approval request; it must name exactly what was shown. */
export interface ApprovalAnswer {
  readonly approve: boolean;
  readonly approvalId: string;
  readonly bindingHash: string;
  readonly comment?: string | null;
  /** Needed with `approve: false`; default `other`. */
  readonly reasonCode?: RejectReason;
}

/** A person's answer to what is parked. */
export interface ReconciliationAnswer {
  readonly answer: ReconcileAnswer;
  /** The binding hash of the option as shown. */
  readonly bindingHash: string;
  readonly comment?: string | null;
}

/** One way out of a parked remediation, as shown. */
export interface ReconciliationOption {
  readonly answer: ReconcileAnswer;
  /** Hash of `binding`; an answer names it. */
  readonly bindingHash: string;
  /** All that an answer is bound to: the log so far, the calls it would send, tools, policy, targets, expiry. */
  readonly binding: ApprovalBinding & { readonly order: OrderShown };
  /** Steps the answer would send again or take back. */
  readonly steps: readonly number[];
  /** From then on another hash is shown, ms since the epoch. */
  readonly expiresAtMs: number;
  /** Distinct people who must give this answer; more than one only where something would be sent. */
  readonly needed: number;
  /** Principals who may not order it, with why. */
  readonly barred: Readonly<Record<string, string>>;
  /** Who gave it already. */
  readonly consents: readonly Consent[];
}

/** A feedback as it is handed in; see {@link Feedback}. */
export interface FeedbackInput {
  readonly ticketId: string;
  readonly feedbackType: FeedbackType;
  /** 1..5, whole stars. */
  readonly rating?: number | null;
  readonly wasHelpful?: boolean | null;
  readonly resolutionAccurate?: boolean | null;
  readonly actionsWorked?: boolean | null;
  readonly comment?: string | null;
  readonly whatWorked?: string | null;
  readonly whatDidntWork?: string | null;
  readonly suggestions?: string | null;
  readonly actualResolution?: string | null;
  /** Minutes, 0 or more. */
  readonly timeToResolve?: number | null;
  /** The attempt it is about. Default: the ticket's latest. */
  readonly remediationId?: string | null;
}

/** What a feedback changed. */
export interface FeedbackReceipt {
  readonly feedback: FeedbackRecord;
  /** Whether it replaced an earlier vote of the same author on the same ticket. */
  readonly replaced: boolean;
  /** Whether it counts for the pattern; a sentence says why not. */
  readonly counted: boolean;
  readonly notCountedBecause: string | null;
  /** What its author should know: it says two things at once, or comes before there is a result. */
  readonly notes: readonly string[];
  /** The ticket's new reliability; null when it was never scored. */
  readonly reliability: Reliability | null;
}

/** Why a resolved ticket is taken up again. */
export interface ReopenInput {
  readonly reason?: string | null;
}

/** What a person says about a proposal that nobody carried out. */
export interface AdjudicationInput {
  readonly wouldHaveWorked: boolean;
  readonly comment?: string | null;
}

/** What a person says about a pattern; the reason is kept with it. */
export type PatternEditInput = { readonly reason?: string | null } & (
  | { readonly kind: 'rename'; readonly title: string }
  | { readonly kind: 'merge'; readonly into: string }
  /** Tickets of the pattern, by id; every other one that says just the same goes with them. */
  | { readonly kind: 'split'; readonly title: string; readonly ticketIds: readonly string[] }
  /** The id of a change of this pattern; a merge is one of the pattern that went. */
  | { readonly kind: 'undo'; readonly undoes: string }
);

/** A runbook to be made of what was learned about a pattern. */
export interface PromotionInput {
  /** Small letters, digits, - and _; the same name again is the next version. */
  readonly name: string;
  readonly title: string;
  /** How people describe the problem. Default: the words of the pattern's newest ticket. */
  readonly symptomTexts?: readonly string[];
  /** Actions of the catalogue; arguments may use `$target` and `$observed.FIELD`, as a runbook's. */
  readonly steps: readonly { readonly action: string; readonly arguments: Readonly<Record<string, Json>> }[];
  /** The candidate fix it is made of. */
  readonly candidate?: { readonly ticketId: string; readonly author: string } | null;
  /** Takes the runbook out of use. Default false. */
  readonly retired?: boolean;
}

/** What a person did to fix a ticket. */
export interface ResolutionInput {
  /** What was done, in words; 1..20,000 characters. */
  readonly text: string;
  /** What was done, as catalogue actions. The same as the proposal counts as an execution if the validation reads pass. */
  readonly actions?: readonly { readonly action: string; readonly arguments: Readonly<Record<string, Json>> }[];
  /** Minutes. */
  readonly timeToResolve?: number | null;
}

/** The tools as an operator looks at them before accepting. */
export interface ToolReview {
  /** Hash of each definition as it is now, by name; `server/*` is a server's set of names. */
  readonly pins: Readonly<Record<string, string>>;
  /** What is not as accepted for the tenant; such a tool is not used. */
  readonly changed: readonly ToolChange[];
  /** Servers that could not be asked, and why. */
  readonly unreachable: Readonly<Record<string, string>>;
}

/** One tool that is not what was accepted. */
export interface ToolChange {
  readonly name: string;
  /** The accepted hash; null when it is new. */
  readonly accepted: string | null;
  /** Its hash now; null when it is gone. */
  readonly now: string | null;
  /** Where the definitions differ, as far as both are known. */
  readonly differences: readonly JsonDifference[];
}

/** What an operator accepts. */
export interface ToolAcceptance {
  /** Hash of each definition as seen, by name; at least one. */
  readonly pins: Readonly<Record<string, string>>;
  /** For every tenant. Default false. */
  readonly everywhere?: boolean;
}

/** One action type of a pattern, with how far it has come. */
export interface PatternActionView {
  readonly actionType: string;
  readonly tally: PatternTally;
  readonly statistics: PatternStatistics;
  readonly standing: Standing;
  /** Sentences; empty when it is eligible. */
  readonly lacking: readonly string[];
}

/** A pattern with the standing of each action type it learned about. */
export interface PatternView {
  readonly patternId: string;
  readonly category: string;
  readonly title: string;
  readonly createdAtMs: number;
  readonly actions: readonly PatternActionView[];
}

/**
 * The public verbs. The first argument is always the authenticated principal: its tenant is the only one it can see,
 * and its scopes decide what it may do. A verb rejects with a RemitError: `forbidden` (a scope is missing),
 * `invalid_input` (with every fault and its place), `not_found` (also for other tenants' ids), or what its own text says.
 */
export interface Remit {
  /** Observers: told after storing, drive nothing. */
  readonly events: RemitEvents;
  /** The configured category names. */
  readonly categories: readonly string[];

  /**
   * Takes a ticket in. It is acknowledged once stored; analysis goes on in the background. Scope `tickets:write`,
   * and `tickets:opt_in` to opt in. @throws `unknown_category`, `ticket_conflict` (the id is taken by other content).
   */
  submitTicket(actor: Principal, input: TicketInput): Promise<Submitted>;
  /**
   * Takes in what another system reports as broken. What is known already is not opened anew: an open ticket stays as it
   * is, a resolved one is reopened where the catalogue's reads show the fault (the same id at any time, a new occurrence
   * of the incident within the soak). Anything else is submitted. Scopes and errors as for submitting, but the same id
   * with other content is no conflict.
   */
  reportIncident(actor: Principal, input: TicketInput): Promise<IncidentReport>;
  /**
   * Takes in another system's word that an incident is over. It is a hint: the ticket is resolved where the catalogue's
   * reads show that the fault is gone; a remediation that runs is left alone. Scope `tickets:write`.
   */
  reportRecovery(actor: Principal, input: RecoveryInput): Promise<IncidentReport>;
  /** Scope `tickets:read`. */
  ticket(actor: Principal, ticketId: string): Promise<TicketView>;
  /** Newest first. Scope `tickets:read`. */
  tickets(
    actor: Principal,
    query: PageRequest & { readonly status?: TicketStatus; readonly category?: string },
  ): Promise<Page<TicketRecord>>;
  /** The ticket as soon as it is neither `received` nor `analyzing`, or as it is after `timeoutMs`. Scope `tickets:read`. */
  whenDecided(actor: Principal, ticketId: string, timeoutMs: number): Promise<TicketView>;
  /** The ticket as soon as it is at rest: nothing runs and nothing will without a person or a due time. Scope `tickets:read`. */
  whenAtRest(actor: Principal, ticketId: string, timeoutMs: number): Promise<TicketView>;

  /**
   * A person's yes or no. Scope `remediation:approve` or `remediation:approve:CATEGORY`.
   * @throws `nothing_to_approve`, `approval_stale` (not what was shown, with the differences), `approval_expired`,
   * `approval_decided` (the opposite was said before), `approver_barred` (their own ticket).
   */
  answerApproval(actor: Principal, ticketId: string, answer: ApprovalAnswer): Promise<TicketView>;
  /**
   * A person ends what is parked: an unknown outcome, or effects that a stop left standing. Scope as for an approval.
   * Every answer names the binding hash of exactly what the view shows. `send_again` and `roll_back` are approvals: as
   * many people as the policy asks for give them, none of them barred (their own ticket), and the first call uses
   * them up. They need the ticket to be opted in, and no halt in force.
   * @throws `nothing_to_approve`, `approval_stale` (with what differs), `approver_barred`, `opt_in_missing`,
   * `halt_in_force`, `version_conflict`.
   */
  reconcile(actor: Principal, ticketId: string, answer: ReconciliationAnswer): Promise<TicketView>;
  /**
   * Opts a ticket in or out. Out ends pending work before its next write and needs `tickets:write` alone; in decides
   * anew and needs `tickets:opt_in` too. @throws `ticket_closed` when it is resolved.
   */
  setOptIn(actor: Principal, ticketId: string, optedIn: boolean): Promise<TicketView>;
  /**
   * Tickets that wait for people to say yes, to a proposal or to an order that needs more of them, oldest first. A page
   * may be shorter than its limit. Scope `tickets:read`.
   */
  pendingApprovals(actor: Principal, page: PageRequest): Promise<Page<TicketView>>;
  /** All log rows of a ticket. Scope `tickets:read`. */
  logOf(actor: Principal, ticketId: string): Promise<readonly LogRow[]>;

  /** Scope `feedback:write`. One vote per author and ticket: the last wins. */
  recordFeedback(actor: Principal, input: FeedbackInput): Promise<FeedbackReceipt>;
  /** Oldest first. Scope `tickets:read`. */
  feedbackOf(actor: Principal, ticketId: string): Promise<readonly FeedbackRecord[]>;
  /**
   * Earlier tickets that are alike, most alike first, with the terms they share; at most `limit`, 1..50. Scope
   * `tickets:read`.
   * @throws `not_found` for a ticket that is not there; `invalid_input` for another limit.
   */
  similarTickets(
    actor: Principal,
    ticketId: string,
    options?: { readonly limit?: number },
  ): Promise<readonly SimilarTicket[]>;
  /**
   * A person fixed it. Pending work of the ticket ends before its next write. Scope `tickets:write`.
   * @throws `ticket_conflict` while a remediation of it is running, `ticket_closed` when it is resolved already.
   */
  resolveTicket(actor: Principal, ticketId: string, input: ResolutionInput): Promise<TicketView>;

  /**
   * Takes a resolved ticket up again: a person has to look. Within 7 days of the fix, the fix counts as a failure.
   * Opting out and in again has it decided anew. Scope `tickets:write`. @throws `ticket_not_resolved`.
   */
  reopenTicket(actor: Principal, ticketId: string, input?: ReopenInput): Promise<TicketView>;
  /**
   * Closes a ticket that nobody wants worked on any more: what waits ends, and it is neither analysed nor opted in
   * again. To cancel it once more changes nothing. Scope `tickets:write`. @throws `ticket_closed` (it is resolved),
   * `ticket_conflict` (a remediation acts, or what it did is not judged yet).
   */
  cancelTicket(actor: Principal, ticketId: string): Promise<TicketView>;
  /**
   * Says whether a proposal of shadow mode would have worked, where the person's own fix was another. The first word
   * stays. Scope `remediation:approve` or `remediation:approve:CATEGORY`; not on one's own ticket.
   * @throws `nothing_to_adjudicate`, `already_adjudicated`, `approver_barred`.
   */
  adjudicate(actor: Principal, ticketId: string, input: AdjudicationInput): Promise<TicketView>;

  /** The policy in force. Scope `tickets:read`. @throws `unknown_category`. */
  policyOf(actor: Principal, category: string): Promise<PolicyVersion>;
  /**
   * Changes parts of a policy; the rest stays. Scope `policy:write`.
   * @throws `invalid_policy` with every fault, `version_conflict` (somebody else changed it meanwhile).
   */
  setPolicy(
    actor: Principal,
    category: string,
    change: { readonly policy: Partial<Policy>; readonly expectedVersion: number },
  ): Promise<PolicyVersion>;
  /**
   * Sets the rollout phase of a category, or ends the rollout with null; the rest of the policy stays. Scope
   * `policy:write`. @throws `version_conflict`.
   */
  setPhase(
    actor: Principal,
    category: string,
    change: { readonly phase: PhaseName | null; readonly expectedVersion: number; readonly reason?: string | null },
  ): Promise<PolicyVersion>;
  /**
   * The tools as they are defined now, and where that is not what is accepted for the tenant. Scope `policy:write`.
   * @throws `invalid_configuration` when no tool server can be asked.
   */
  tools(actor: Principal): Promise<ToolReview>;
  /**
   * Accepts exactly the definitions that the operator saw, by their hashes; other tools stay as they were. For the
   * tenant alone, or with `everywhere` for every tenant that has not accepted its own. Answers the pins then in force.
   * Scope `policy:write`, and `policy:everywhere` besides for everywhere.
   * @throws `version_conflict` with the differences when a tool is no longer what was seen.
   */
  acceptTools(actor: Principal, seen: ToolAcceptance): Promise<Readonly<Record<string, string>>>;

  /** Newest first. Scope `tickets:read`. */
  patterns(
    actor: Principal,
    query: PageRequest & { readonly category?: string; readonly minOccurrences?: number },
  ): Promise<Page<PatternView>>;
  /**
   * The newest tickets that count under a pattern today, at most `limit`, 1..200 (default 200). Scope `tickets:read`.
   * @throws `not_found` for a pattern that is not there; `invalid_input` for another limit.
   */
  patternTickets(
    actor: Principal,
    patternId: string,
    options?: { readonly limit?: number },
  ): Promise<readonly TicketRecord[]>;
  /** What people said has fixed tickets of a pattern, newest first, at most 100. Scope `tickets:read`. */
  candidateFixes(actor: Principal, patternId: string): Promise<readonly CandidateFix[]>;
  /** The runbooks that people made of a pattern, every version, oldest first. Scope `tickets:read`. */
  runbooksOf(actor: Principal, patternId: string): Promise<readonly PromotedRunbook[]>;
  /**
   * What only a person may say about a pattern: its name; that it is the same problem as another one of its category;
   * that some of its tickets are another problem; that an earlier change was wrong. All that was learned counts from
   * then on where it belongs, failures too, judged anew; nothing is lost, and each change can be undone. Scope
   * `policy:write`. @throws `not_found`, `invalid_input`, `pattern_conflict`.
   */
  changePattern(actor: Principal, patternId: string, input: PatternEditInput): Promise<PatternChange>;
  /**
   * Changes of a pattern or into it, oldest first: undone ones too, each with its undo. Scope `tickets:read`.
   * @throws `not_found`.
   */
  patternChanges(actor: Principal, patternId: string): Promise<readonly PatternChange[]>;
  /**
   * Makes a runbook of what was learned about a pattern; the runbook analyst proposes it from then on, and what it
   * proposes is decided like every other plan. Scope `policy:write`. @throws `not_found`, `invalid_input`.
   */
  promote(actor: Principal, patternId: string, input: PromotionInput): Promise<PromotedRunbook>;
  /** Scope `stats:read`. `days` 1..3650. */
  reliabilityStats(
    actor: Principal,
    query: { readonly days: number; readonly category?: string },
  ): Promise<ReliabilityStats>;
  /**
   * What mode `guaranteed` knows: every stratum (of one category, or all) with the state of its gate, detector and error
   * budget, and why; how far stated confidence can be trusted; the risk at each coverage. Scope `stats:read`.
   */
  guarantee(actor: Principal, query?: { readonly category?: string }): Promise<GuaranteeView>;
  /** Scope `stats:read`. `days` 1..3650. */
  remediationStats(actor: Principal, query: { readonly days: number }): Promise<RemediationStats>;

  /**
   * Stops all writes of the tenant, of one category, or with `everywhere` of every tenant, before the next call.
   * Scope `halt` or `halt:raise`; `halt:everywhere` besides for everywhere.
   */
  halt(
    actor: Principal,
    order: { readonly category?: string; readonly everywhere?: boolean; readonly reason: string },
  ): Promise<Halt>;
  /** Scope `halt`, for a halt everywhere `halt:everywhere` besides. */
  liftHalt(actor: Principal, haltId: string): Promise<void>;
  /** Halts in force. Scope `tickets:read`. */
  halts(actor: Principal): Promise<readonly Halt[]>;

  /**
   * What happened after an event, oldest first: the outbox, in which everything stored is told. With `after: null` the
   * answer is empty and says where the outbox ends. With `withinMs` it waits that long for something new. Events are
   * kept for 7 days; `first` and `last` show whether some were missed. Scope `tickets:read`.
   */
  changes(
    actor: Principal,
    query: {
      /** The number of the last event that was seen; 0 for all that are kept. */
      readonly after: number | null;
      /** Only what is about this ticket. */
      readonly ticketId?: string;
      /** 1..1000. Default 100. */
      readonly limit?: number;
      /** Default 0: does not wait. */
      readonly withinMs?: number;
      /** Ends the waiting. */
      readonly signal?: AbortSignal;
    },
  ): Promise<OutboxPart>;

  /**
   * Does something once for each key of a principal: a repeat within a day gets the first answer, if that was kept
   * (`keep`). A fingerprint tells requests under one key apart. Work that dies without an answer may begin anew after
   * 2 minutes, so it must bear that. Needs no scope.
   * @throws `idempotency_mismatch` (the key was used for another request), `idempotency_running` (its answer is not
   * there yet).
   */
  answerOnce(
    actor: Principal,
    request: { readonly key: string; readonly fingerprint: string },
    work: () => Promise<{ readonly answer: Json; readonly keep: boolean }>,
  ): Promise<{ readonly answer: Json; readonly replayed: boolean }>;

  /**
   * How the service is: whether the store answers, work is taken, and the analyst answers. Comes within a bounded time
   * and never rejects. Needs no scope and names no tenant.
   */
  health(): Promise<Health>;

  /** Looks for unfinished work and starts taking turns. Call once. */
  start(): Promise<void>;
  /** Resolves when nothing runs and nothing is due. */
  idle(): Promise<void>;
  /** Takes no more work, lets what is running settle, and closes executor and storage. */
  close(): Promise<void>;
}
