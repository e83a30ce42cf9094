import type { Analysis, SimilarTicket } from '@remit/core';
import { z } from 'zod';
import { json, planToWire, planWire } from './common.js';

/** What the analyst said. */
export const analysisWire = z
  .strictObject({
    analyst: z.string(),
    summary: z.string(),
    root_cause: z.string().nullable(),
    hypotheses: z.array(z.strictObject({ cause: z.string(), probability: z.number() })).readonly(),
    plan: planWire.nullable(),
    confidence: z.number(),
    evidence: z.array(z.string()).readonly(),
    what_would_change_my_mind: z.string().nullable(),
    observations: z
      .array(z.strictObject({ tool: z.string(), arguments: json, value: json, error: z.string().nullable() }))
      .readonly(),
  })
  .meta({ id: 'Analysis', description: 'What the analyst said: summary, hypotheses, proposed plan, confidence.' });

/** What the analyst said, for the wire. */
export function analysisToWire(analysis: Analysis): z.infer<typeof analysisWire> {
  return {
    analyst: analysis.analyst,
    summary: analysis.summary,
    root_cause: analysis.rootCause,
    hypotheses: analysis.hypotheses.map(({ cause, probability }) => ({ cause, probability })),
    plan: analysis.plan && planToWire(analysis.plan),
    confidence: analysis.confidence,
    evidence: analysis.evidence,
    what_would_change_my_mind: analysis.whatWouldChangeMyMind,
    observations: analysis.observations.map(({ tool, arguments: args, value, error }) => ({
      tool,
      arguments: args,
      value,
      error,
    })),
  };
}

/** An earlier ticket that is alike. */
export const similarTicketWire = z
  .strictObject({
    ticket_id: z.string(),
    similarity: z.number(),
    shared_terms: z.array(z.string()).readonly(),
  })
  .meta({ id: 'SimilarTicket', description: 'An earlier ticket that reads alike, with the reasons.' });

/** Similar tickets, most alike first. */
export const similarTicketsWire = z.strictObject({ items: z.array(similarTicketWire).readonly() });

/** A similar ticket as it is sent. */
export function similarToWire({ ticketId, similarity, sharedTerms }: SimilarTicket): z.infer<typeof similarTicketWire> {
  return { ticket_id: ticketId, similarity, shared_terms: sharedTerms };
}
