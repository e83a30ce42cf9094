import {
  type ApprovalAnswer,
  type FeedbackInput,
  type FeedbackReceipt,
  type FeedbackRecord,
  RECONCILE_ANSWERS,
  type ReconciliationAnswer,
  type ResolutionInput,
} from '@remit/core';
import { z } from 'zod';
import {
  actionWire,
  instant,
  scoreToWire,
  scoreWire,
  toIso,
  toToken,
  type WarningWire,
  warningWire,
} from './common.js';
import { ticketId } from './ticketInput.js';

const verdict = z.enum(['positive', 'negative', 'neutral']);
const minutes = z.number().min(0);

const FEEDBACK_FIELDS = {
  ticket_id: ticketId,
  feedback_type: verdict,
  /** Whole stars. */
  rating: z.int().min(1).max(5).nullish(),
  was_helpful: z.boolean().nullish(),
  resolution_accurate: z.boolean().nullish(),
  actions_worked: z.boolean().nullish(),
  comment: z.string().nullish(),
  what_worked: z.string().nullish(),
  what_didnt_work: z.string().nullish(),
  suggestions: z.string().nullish(),
  actual_resolution: z.string().nullish(),
  /** Minutes. */
  time_to_resolve: minutes.nullish(),
  /** The attempt it is about; the ticket's latest when left out. */
  remediation_id: z.string().min(1).nullish(),
};

/** The body of `POST /feedback`. Fields it does not know are named in `warnings` and dropped. */
export const feedbackBody = z
  .looseObject(FEEDBACK_FIELDS)
  .meta({ id: 'FeedbackInput', description: 'The body of POST /feedback.' });

/** A feedback as core takes it in, and the fields that were dropped. */
export function feedbackFromWire(body: z.infer<typeof feedbackBody>): {
  readonly input: FeedbackInput;
  readonly warnings: readonly WarningWire[];
} {
  const input: FeedbackInput = {
    ticketId: body.ticket_id,
    feedbackType: body.feedback_type,
    rating: body.rating ?? null,
    wasHelpful: body.was_helpful ?? null,
    resolutionAccurate: body.resolution_accurate ?? null,
    actionsWorked: body.actions_worked ?? null,
    comment: body.comment ?? null,
    whatWorked: body.what_worked ?? null,
    whatDidntWork: body.what_didnt_work ?? null,
    suggestions: body.suggestions ?? null,
    actualResolution: body.actual_resolution ?? null,
    timeToResolve: body.time_to_resolve ?? null,
    remediationId: body.remediation_id ?? null,
  };
  const unknown = Object.keys(body).filter((name) => !Object.hasOwn(FEEDBACK_FIELDS, name));
  const warnings = unknown.map((name) => ({
    pointer: `/${toToken(name)}`,
    detail: `Unknown field "${name}": it was dropped. The fields are ${Object.keys(FEEDBACK_FIELDS).join(', ')}.`,
  }));
  return { input, warnings };
}

/** One person's feedback on one ticket. */
export const feedbackWire = z
  .strictObject({
    ticket_id: z.string(),
    /** The attempt it is about; null when nothing had been attempted. */
    remediation_id: z.string().nullable(),
    author: z.string(),
    feedback_type: verdict,
    rating: z.number().int().nullable(),
    was_helpful: z.boolean().nullable(),
    resolution_accurate: z.boolean().nullable(),
    actions_worked: z.boolean().nullable(),
    comment: z.string().nullable(),
    what_worked: z.string().nullable(),
    what_didnt_work: z.string().nullable(),
    suggestions: z.string().nullable(),
    actual_resolution: z.string().nullable(),
    time_to_resolve: z.number().nullable(),
    /** 0..1: what the vote is worth. */
    value: z.number(),
    verdict,
    at: instant,
  })
  .meta({ id: 'Feedback', description: 'Feedback as it is stored; one a ticket and author, the last counts.' });
/** One person's feedback on one ticket. */
export type FeedbackWire = z.infer<typeof feedbackWire>;

/** One person's feedback, for the wire. */
export function feedbackToWire(feedback: FeedbackRecord): FeedbackWire {
  return {
    ticket_id: feedback.ticketId,
    remediation_id: feedback.remediationId,
    author: feedback.author,
    feedback_type: feedback.feedbackType,
    rating: feedback.rating,
    was_helpful: feedback.wasHelpful,
    resolution_accurate: feedback.resolutionAccurate,
    actions_worked: feedback.actionsWorked,
    comment: feedback.comment,
    what_worked: feedback.whatWorked,
    what_didnt_work: feedback.whatDidntWork,
    suggestions: feedback.suggestions,
    actual_resolution: feedback.actualResolution,
    time_to_resolve: feedback.timeToResolve,
    value: feedback.value,
    verdict: feedback.verdict,
    at: toIso(feedback.atMs),
  };
}

/** What a feedback changed; the score is the ticket's new one. */
export const receiptWire = z
  .strictObject({
    feedback: feedbackWire,
    replaced: z.boolean(),
    counted: z.boolean(),
    not_counted_because: z.string().nullable(),
    /** What the author should know, in sentences. */
    notes: z.array(z.string()).readonly(),
    ...scoreWire,
    warnings: z.array(warningWire).readonly(),
  })
  .meta({
    id: 'FeedbackReceipt',
    description: 'What became of feedback: whether it counts, and the new score of its ticket.',
  });
/** What a feedback changed. */
export type ReceiptWire = z.infer<typeof receiptWire>;

/** What a feedback changed, for the wire; the ticket's score only for who may read tickets. */
export function receiptToWire(
  receipt: FeedbackReceipt,
  { warnings, maySee }: { readonly warnings: readonly WarningWire[]; readonly maySee: boolean },
): ReceiptWire {
  return {
    feedback: feedbackToWire(receipt.feedback),
    replaced: receipt.replaced,
    counted: receipt.counted,
    not_counted_because: receipt.notCountedBecause,
    notes: receipt.notes,
    ...scoreToWire(maySee ? receipt.reliability : null),
    warnings,
  };
}

/** The body of `POST /tickets/{ticket_id}/approve-remediation`: it names exactly what was shown. */
export const approvalBody = z
  .strictObject({
    approve: z.boolean(),
    approval_id: z.string().min(1),
    binding_hash: z.string().min(1),
    comment: z.string().nullish(),
    reason_code: z.enum(['wrong_action', 'wrong_target', 'not_now', 'duplicate', 'other']).nullish(),
  })
  .meta({
    id: 'ApprovalAnswer',
    description:
      'The body of POST /tickets/{ticket_id}/approve-remediation; both ids come from the request that was shown.',
  });

/** A person's answer, as core takes it in. */
export function approvalFromWire(body: z.infer<typeof approvalBody>): ApprovalAnswer {
  const answer = {
    approve: body.approve,
    approvalId: body.approval_id,
    bindingHash: body.binding_hash,
    comment: body.comment ?? null,
  };
  return body.reason_code ? { ...answer, reasonCode: body.reason_code } : answer;
}

/** The body of `POST /tickets/{ticket_id}/reconcile`: what to do about an outcome that is not known. */
export const reconciliationBody = z
  .strictObject({
    answer: z.enum(RECONCILE_ANSWERS),
    /** The hash of the option as shown. */
    binding_hash: z.string().min(1),
    comment: z.string().nullish(),
  })
  .meta({ id: 'ReconciliationAnswer', description: 'The body of POST /tickets/{ticket_id}/reconcile.' });

/** A person's answer to what is parked, as core takes it in. */
export function reconciliationFromWire(body: z.infer<typeof reconciliationBody>): ReconciliationAnswer {
  return { answer: body.answer, bindingHash: body.binding_hash, comment: body.comment ?? null };
}

/** The body of `POST /tickets/{ticket_id}/resolve`: what a person did to fix it. */
export const resolutionBody = z
  .strictObject({
    text: z.string().min(1),
    actions: z.array(actionWire).nullish(),
    /** Minutes. */
    time_to_resolve: minutes.nullish(),
  })
  .meta({ id: 'ResolutionInput', description: 'The body of POST /tickets/{ticket_id}/resolve.' });

/** What a person did, as core takes it in. */
export function resolutionFromWire(body: z.infer<typeof resolutionBody>): ResolutionInput {
  return { text: body.text, actions: body.actions ?? [], timeToResolve: body.time_to_resolve ?? null };
}
