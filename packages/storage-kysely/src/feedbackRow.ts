import type { FeedbackRecord } from '@remit/core';
import { z } from 'zod';
import { flag, real, whole } from './rows.js';

const word = z.enum(['positive', 'neutral', 'negative']);
const text = z.string().nullable();

/** A row of `ticket_feedbacks`. */
export const FeedbackRow = z.object({
  tenant: z.string(),
  ticket_id: z.string(),
  author: z.string(),
  remediation_id: text,
  feedback_type: word,
  rating: whole.nullable(),
  was_helpful: flag.nullable(),
  resolution_accurate: flag.nullable(),
  actions_worked: flag.nullable(),
  comment: text,
  what_worked: text,
  what_didnt_work: text,
  suggestions: text,
  actual_resolution: text,
  time_to_resolve: real.nullable(),
  value: real,
  verdict: word,
  at_ms: whole,
});

/** The feedback that a row holds. */
export function feedbackOf(row: z.infer<typeof FeedbackRow>): FeedbackRecord {
  return {
    tenant: row.tenant,
    ticketId: row.ticket_id,
    author: row.author,
    remediationId: row.remediation_id,
    feedbackType: row.feedback_type,
    rating: row.rating,
    wasHelpful: row.was_helpful,
    resolutionAccurate: row.resolution_accurate,
    actionsWorked: row.actions_worked,
    comment: row.comment,
    whatWorked: row.what_worked,
    whatDidntWork: row.what_didnt_work,
    suggestions: row.suggestions,
    actualResolution: row.actual_resolution,
    timeToResolve: row.time_to_resolve,
    value: row.value,
    verdict: row.verdict,
    atMs: row.at_ms,
  };
}
