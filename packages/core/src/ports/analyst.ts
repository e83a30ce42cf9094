import type { Arguments, Catalogue } from '../domain/action.js';
import type { Analysis, Observation } from '../domain/analysis.js';
import type { LearnedFix } from '../domain/learnedFix.js';
import type { Entity } from '../domain/signature.js';
import type { SimilarTicket, Ticket, TicketOutcome } from '../domain/ticket.js';

/** An earlier ticket that is like this one, and what became of it. What people wrote is hostile input too. */
export type EarlierTicket = SimilarTicket & TicketOutcome;

/** What an analyst is given. The ticket's text is hostile input: it may say anything. */
export interface AnalysisInput {
  readonly ticket: Ticket;
  /** Values masked out of the text: addresses, interfaces, hosts. */
  readonly entities: readonly Entity[];
  /** Most alike first. */
  readonly similarTickets: readonly EarlierTicket[];
  /** What fixed earlier tickets of the same pattern, where that is proven. */
  readonly learned: readonly LearnedFix[];
  /** The part of the catalogue that the ticket's category may use. */
  readonly catalogue: Catalogue;
  /** Makes one read-only call; every call is kept as an observation. Never rejects. */
  observe(tool: string, args: Arguments): Promise<Observation>;
}

/**
 * Finds out what is wrong and proposes a plan. It never decides: class, targets and trust come from the catalogue,
 * the route from the decision table. A rejected promise, a late one or an invalid answer counts as "no proposal".
 */
export interface Analyst {
  /** What the log calls it. */
  readonly name: string;
  /** Proposes a plan, or says why there is none. It rejects when it could not find out; the ticket then goes to a person. */
  analyze(input: AnalysisInput, options: { readonly signal: AbortSignal }): Promise<Analysis>;
}
