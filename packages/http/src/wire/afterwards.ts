import type { AdjudicationInput, CandidateFix, PromotedRunbook, PromotionInput } from '@remit/core';
import { z } from 'zod';
import { actionWire, instant, toIso } from './common.js';
import { ticketId } from './ticketInput.js';

/** The body of `POST /tickets/{ticket_id}/reopen`. */
export const reopenBody = z
  .strictObject({ reason: z.string().nullish() })
  .meta({ id: 'ReopenInput', description: 'The body of POST /tickets/{ticket_id}/reopen.' });

/** The body of `POST /tickets/{ticket_id}/adjudicate`. */
export const adjudicationBody = z.strictObject({ would_have_worked: z.boolean(), comment: z.string().nullish() }).meta({
  id: 'Adjudication',
  description:
    'The body of POST /tickets/{ticket_id}/adjudicate: whether a proposal that nobody carried out would have worked.',
});

/** A person's word on a proposal, as core takes it in. */
export function adjudicationFromWire(body: z.infer<typeof adjudicationBody>): AdjudicationInput {
  return { wouldHaveWorked: body.would_have_worked, comment: body.comment ?? null };
}

/** The body of `POST /policies/{category}/phase`; null ends the rollout. */
export const phaseBody = z
  .strictObject({
    phase: z.enum(['pilot', 'expansion', 'scale', 'full']).nullable(),
    reason: z.string().nullish(),
  })
  .meta({ id: 'PhaseChange', description: 'The body of POST /policies/{category}/phase; null ends the rollout.' });

/** What somebody says has fixed a problem of a pattern. */
export const candidateFixWire = z
  .strictObject({
    ticket_id: z.string(),
    author: z.string(),
    at: instant,
    source: z.enum(['feedback', 'resolution']),
    text: z.string(),
    actions: z.array(actionWire).readonly(),
  })
  .meta({
    id: 'CandidateFix',
    description: 'What a person said really fixed a ticket; somebody may promote it to a runbook.',
  });

/** What somebody says has fixed a problem, for the wire. */
export function candidateFixToWire(fix: CandidateFix): z.infer<typeof candidateFixWire> {
  return {
    ticket_id: fix.ticketId,
    author: fix.author,
    at: toIso(fix.atMs),
    source: fix.source,
    text: fix.text,
    actions: fix.actions.map(({ action, arguments: args }) => ({ action, arguments: args })),
  };
}

const candidate = z.strictObject({ ticket_id: ticketId, author: z.string().min(1) });

/** The body of `POST /patterns/{pattern_id}/promote`. */
export const promotionBody = z
  .strictObject({
    name: z.string().min(1),
    title: z.string().min(1),
    symptom_texts: z.array(z.string()).nullish(),
    steps: z.array(actionWire),
    candidate: candidate.nullish(),
    retired: z.boolean().nullish(),
  })
  .meta({ id: 'PromotionInput', description: 'The body of POST /patterns/{pattern_id}/promote.' });

/** A runbook to be made, as core takes it in. */
export function promotionFromWire(body: z.infer<typeof promotionBody>): PromotionInput {
  const { name, title, steps } = body;
  const made = body.candidate && { ticketId: body.candidate.ticket_id, author: body.candidate.author };
  const symptomTexts = body.symptom_texts ?? [];
  return { name, title, steps, symptomTexts, candidate: made ?? null, retired: body.retired ?? false };
}

/** A runbook that a person made of what was learned. */
export const runbookWire = z
  .strictObject({
    name: z.string(),
    version: z.number().int(),
    title: z.string(),
    pattern_id: z.string(),
    category: z.string(),
    symptom_texts: z.array(z.string()).readonly(),
    steps: z.array(actionWire).readonly(),
    candidate: candidate.nullable(),
    retired: z.boolean(),
    promoted_by: z.string(),
    promoted_at: instant,
  })
  .meta({ id: 'Runbook', description: 'A plan for a kind of problem, written by an operator or promoted from a fix.' });

/** A runbook that a person made of what was learned, for the wire. */
export function runbookToWire(promoted: PromotedRunbook): z.infer<typeof runbookWire> {
  const { runbook, candidate: made } = promoted;
  return {
    name: runbook.name,
    version: promoted.version,
    title: runbook.title,
    pattern_id: promoted.patternId,
    category: promoted.category,
    symptom_texts: runbook.symptomTexts,
    steps: runbook.steps.map(({ action, arguments: args }) => ({ action, arguments: args })),
    candidate: made && { ticket_id: made.ticketId, author: made.author },
    retired: promoted.retired,
    promoted_by: promoted.by,
    promoted_at: toIso(promoted.atMs),
  };
}
