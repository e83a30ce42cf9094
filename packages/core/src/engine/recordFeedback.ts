import { type Feedback, feedbackValue, notesOn } from '../domain/feedback.js';
import { maySamePerson } from '../domain/identity.js';
import type { VoteFact } from '../domain/pattern.js';
import type { TicketRecord } from '../domain/ticket.js';
import type { FeedbackRecord, Storage } from '../ports/storage.js';

/** What became of a feedback. */
export interface ProcessedFeedback {
  readonly feedback: FeedbackRecord;
  readonly replaced: boolean;
  readonly counted: boolean;
  readonly notCountedBecause: string | null;
  /** What the author should know: it says two things at once, or comes before there is a result. */
  readonly notes: readonly string[];
}

/** What a feedback is about. */
export interface FeedbackSubject {
  readonly ticket: TicketRecord;
  /** People who approved the run of this ticket: their own feedback on it is stored and never counted. */
  readonly approvers: readonly string[];
  /** The fault was gone before anything was done: the ticket shares the outcome, and the votes, of the one that fixed it. */
  readonly collapsed: boolean;
}

function votesOf(feedback: FeedbackRecord, { ticket, approvers, collapsed }: FeedbackSubject): readonly VoteFact[] {
  const { assessment } = ticket;
  if (!assessment) return [];
  return assessment.actionTypes.map((actionType) => ({
    kind: 'vote',
    patternId: assessment.patternId,
    actionType,
    ticketId: ticket.ticketId,
    principal: feedback.author,
    atMs: feedback.atMs,
    verdict: feedback.verdict,
    admissible: !collapsed && !approvers.some((approver) => maySamePerson(approver, feedback.author)),
  }));
}

/** The votes that a person cast on a ticket before approving its run, as they stand from then on: not counted. */
export async function silencedVotes(
  { storage }: { readonly storage: Pick<Storage, 'feedback'> },
  ticket: TicketRecord,
  approver: string,
): Promise<readonly VoteFact[]> {
  const all = await storage.feedback.ofTicket(ticket.tenant, ticket.ticketId);
  const own = all.filter(({ author }) => maySamePerson(author, approver));
  return own.flatMap((feedback) => votesOf(feedback, { ticket, approvers: [approver], collapsed: false }));
}

/** The same once more after the approval is stored: a vote may have come in while it was. */
export async function silenceVotes(
  { storage }: { readonly storage: Pick<Storage, 'feedback' | 'patterns'> },
  ticket: TicketRecord,
  approver: string,
): Promise<void> {
  const votes = await silencedVotes({ storage }, ticket, approver);
  if (votes.length > 0) await storage.patterns.learn(ticket.tenant, votes);
}

function whyNotCounted(votes: readonly VoteFact[], { collapsed }: FeedbackSubject, counted: boolean): string | null {
  if (counted) return null;
  if (collapsed) return 'Nothing was done for this ticket: the fault was gone.';
  if (votes.length === 0) return 'The ticket proposes no action that a pattern could learn about.';
  if (votes.some(({ admissible }) => !admissible)) return 'The author approved this very run.';
  return 'The author has spoken on this pattern as often as counts: once in 24 h, three times in 30 days.';
}

/** Takes people's votes: one per author and ticket, the last wins. Usable alone. */
export class FeedbackProcessor {
  readonly #storage: Pick<Storage, 'feedback' | 'now'>;

  constructor(options: { readonly storage: Pick<Storage, 'feedback' | 'now'> }) {
    this.#storage = options.storage;
  }

  /** Stores a feedback and the votes it casts on the ticket's pattern, in one transaction. */
  async record(feedback: Feedback, subject: FeedbackSubject): Promise<ProcessedFeedback> {
    const { value, verdict } = feedbackValue(feedback);
    const atMs = await this.#storage.now();
    const record: FeedbackRecord = { ...feedback, tenant: subject.ticket.tenant, value, verdict, atMs };
    const votes = votesOf(record, subject);
    const { replaced, counted } = await this.#storage.feedback.record(record, votes);
    const notes = notesOn(feedback, subject.ticket.status === 'resolved');
    return { feedback: record, replaced, counted, notCountedBecause: whyNotCounted(votes, subject, counted), notes };
  }
}
