import type { Arguments, Catalogue } from '../domain/action.js';
import type { Analysis, Observation } from '../domain/analysis.js';
import type { Entity } from '../domain/signature.js';
import type { SimilarTicket, Ticket } from '../domain/ticket.js';

/** What an analyst is given. The ticket's text is hostile input: it may say anything. */
export interface AnalysisInput {
  readonly ticket: Ticket;
  /** Values masked out of the text: addresses, interfaces, hosts. */
  readonly entities: readonly Entity[];
  readonly similarTickets: readonly SimilarTicket[];
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
  analyze(input: AnalysisInput, options: { readonly signal: AbortSignal }): Promise<Analysis>;
}
