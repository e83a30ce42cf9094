import type { TicketRecord } from '@remit/core';
import { shadowRoute, shadowVerdict } from '@remit/core/statistics';
import { z } from 'zod';
import { actionToWire, actionWire, instant, toIso } from './common.js';

/** What a person did. */
export const resolutionWire = z
  .strictObject({
    resolver: z.string(),
    at: instant,
    text: z.string(),
    actions: z.array(actionWire).readonly(),
    time_to_resolve: z.number().nullable(),
    confirmed: z.boolean(),
    /** How it compares with what was proposed. */
    agreement: z.enum(['same', 'different', 'not_told', 'no_proposal']),
  })
  .meta({ id: 'Resolution', description: 'How a person fixed a ticket.' });

/** What a person did, for the wire. */
export function resolutionToWire(resolution: NonNullable<TicketRecord['resolution']>): z.infer<typeof resolutionWire> {
  return {
    resolver: resolution.resolver,
    at: toIso(resolution.atMs),
    text: resolution.text,
    actions: resolution.actions.map(actionToWire),
    time_to_resolve: resolution.timeToResolve,
    confirmed: resolution.confirmed,
    agreement: resolution.agreement,
  };
}

/** Somebody said that it is broken still, or again. */
export const reopeningWire = z
  .strictObject({
    by: z.string(),
    at: instant,
    reason: z.string().nullable(),
    resolved_at: instant,
    resolution: resolutionWire.nullable(),
    remediation_id: z.string().nullable(),
    counts_as_failure: z.boolean(),
  })
  .meta({ id: 'Reopening', description: 'When and why a ticket was opened again.' });

/** A reopening, for the wire. */
export function reopeningToWire(reopening: TicketRecord['reopenings'][number]): z.infer<typeof reopeningWire> {
  return {
    by: reopening.by,
    at: toIso(reopening.atMs),
    reason: reopening.reason,
    resolved_at: toIso(reopening.resolvedAtMs),
    resolution: reopening.resolution && resolutionToWire(reopening.resolution),
    remediation_id: reopening.remediationId,
    counts_as_failure: reopening.countsAsFailure,
  };
}

/** What shadow mode knows of a proposal that nobody carried out. */
export const shadowWire = z
  .strictObject({
    would_be_route: z.enum(['auto', 'approval', 'manual', 'suggest_only']),
    verdict: z.enum([
      'agreed',
      'failed',
      'would_have_worked',
      'would_not_have_worked',
      'unknown',
      'open',
      'nothing_proposed',
    ]),
    adjudication: z
      .strictObject({ by: z.string(), at: instant, would_have_worked: z.boolean(), comment: z.string().nullable() })
      .nullable(),
  })
  .meta({
    id: 'Shadow',
    description: 'What a proposal that was not carried out was worth, by what a person really did.',
  });

/** What shadow mode knows, for the wire; null outside of it. */
export function shadowToWire(ticket: TicketRecord): z.infer<typeof shadowWire> | null {
  const route = ticket.assessment && shadowRoute(ticket.assessment.decision);
  const verdict = shadowVerdict(ticket);
  if (route === null || verdict === null) return null;
  const { adjudication: said } = ticket;
  return {
    would_be_route: route,
    verdict,
    adjudication: said && {
      by: said.by,
      at: toIso(said.atMs),
      would_have_worked: said.wouldHaveWorked,
      comment: said.comment,
    },
  };
}
