import type { Plan } from './action.js';
import type { Analysis } from './analysis.js';
import type { Json } from './canonical.js';
import type { Decision } from './decision.js';
import type { Reliability } from './reliability.js';

/** Where a ticket stands. */
export type TicketStatus =
  | 'received'
  | 'analyzing'
  | 'suggested'
  | 'awaiting_approval'
  | 'deferred'
  | 'remediating'
  | 'resolved'
  | 'needs_human'
  | 'closed';

/** An incident that somebody submitted. `ticketId` is the caller's own, kept verbatim, unique per tenant. */
export interface Ticket {
  readonly tenant: string;
  readonly ticketId: string;
  readonly title: string | null;
  readonly description: string;
  readonly category: string;
  /** Whether the submitter allows writes (`enable_auto_remediation`). */
  readonly optedIn: boolean;
  readonly priority: string | null;
  /** The person for whom the ticket was opened; barred from approving it. */
  readonly requester: string | null;
  /** The authenticated principal that sent it; barred from approving it. */
  readonly submitter: string;
  /** Ids `kind:name` that the submitter names. */
  readonly targets: readonly string[];
  readonly metadata: Readonly<Record<string, Json>>;
  /**
   * What the incident is known by at its source, over all the times that it comes back: an alert's fingerprint. Absent
   * where nobody said.
   */
  readonly incidentKey?: string;
  /** The W3C trace context (`traceparent`) of the request that handed it in. Absent where none was sent. */
  readonly traceparent?: string;
}

/** An earlier ticket that is like this one. */
export interface SimilarTicket {
  readonly ticketId: string;
  /** 0..1 */
  readonly similarity: number;
  /** Terms that both have. */
  readonly sharedTerms: readonly string[];
}

/** What was found out about a ticket, stored with its decision. */
export interface Assessment {
  readonly analysis: Analysis;
  readonly reliability: Reliability;
  readonly decision: Decision;
  readonly patternId: string;
  /** How alike the ticket is to its pattern, 0..1. */
  readonly similarity: number;
  readonly similarTickets: readonly SimilarTicket[];
  /** Whether every first write of the plan showed its symptom, on all its targets, at the decision. */
  readonly symptomShown: boolean;
  /** Resolved earlier tickets of the pattern with these actions at the decision; the fewest of them. */
  readonly occurrences: number;
  /** Write actions that the plan proposes, by catalogue name; what the ticket teaches is filed under them. */
  readonly actionTypes: readonly string[];
}

/** How a person's own fix compares with what was proposed: they may also not have told it as actions. */
export type Agreement = 'same' | 'different' | 'not_told' | 'no_proposal';

/** How a person fixed it. */
export interface HumanResolution {
  readonly resolver: string;
  readonly atMs: number;
  /** What was done, in words. */
  readonly text: string;
  /** What was done, as catalogue actions, if the person said so. */
  readonly actions: readonly { readonly action: string; readonly arguments: Readonly<Record<string, Json>> }[];
  /** Minutes. */
  readonly timeToResolve: number | null;
  /** Whether it was the proposed plan and the catalogue's validation reads passed afterwards. */
  readonly confirmed: boolean;
  /** Whether it was the proposed plan, whatever came of it. */
  readonly agreement: Agreement;
}

/** A person said that it is broken still, or again. */
export interface Reopening {
  readonly by: string;
  readonly atMs: number;
  readonly reason: string | null;
  /** When it had been resolved. */
  readonly resolvedAtMs: number;
  /** The person's fix that did not last; null when Remit had resolved it. */
  readonly resolution: HumanResolution | null;
  /** The remediation that it was resolved by, or the last one before a person's fix. */
  readonly remediationId: string | null;
  /** Whether it came so soon that the fix counts as a failure. */
  readonly countsAsFailure: boolean;
}

/** What a person says about a proposal that nobody carried out: whether it would have worked. */
export interface Adjudication {
  readonly by: string;
  readonly atMs: number;
  readonly wouldHaveWorked: boolean;
  readonly comment: string | null;
}

/** A ticket with all that happened to it. */
export interface TicketRecord extends Ticket {
  readonly status: TicketStatus;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly resolvedAtMs: number | null;
  /** Null until it was analysed. */
  readonly assessment: Assessment | null;
  /** The latest remediation of the ticket. */
  readonly remediationId: string | null;
  readonly resolution: HumanResolution | null;
  /** Oldest first. */
  readonly reopenings: readonly Reopening[];
  readonly adjudication: Adjudication | null;
}

/** What became of a ticket. What people wrote is hostile input. */
export interface TicketOutcome {
  readonly ticketId: string;
  readonly status: TicketStatus;
  /** What was proposed for it; null when nothing was. */
  readonly plan: Plan | null;
  /** Who fixed it; null while nobody has. */
  readonly fixedBy: 'remit' | 'person' | null;
  /** What the person did, in their words. */
  readonly resolution: string | null;
  /** Whether it was taken up again afterwards. */
  readonly reopened: boolean;
}

/** What a ticket says. */
export type TicketText = Pick<Ticket, 'ticketId' | 'title' | 'description'>;

/** What was proposed for a ticket, and nothing else of it. */
export interface TicketPlan {
  readonly ticketId: string;
  /** When it was handed in, ms since the epoch. */
  readonly createdAtMs: number;
  /** Null when nothing was proposed. */
  readonly plan: Plan | null;
  /** Whether it was taken up again after it had been resolved. */
  readonly reopened: boolean;
}
