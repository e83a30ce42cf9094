/** A verdict on a fix. */
export type Verdict = 'positive' | 'negative' | 'neutral';

/** What a person has put into the feedback form so far; texts as typed. */
export interface FeedbackDraft {
  readonly rating: number | null;
  readonly feedback_type: Verdict | null;
  readonly was_helpful: boolean | null;
  readonly resolution_accurate: boolean | null;
  readonly actions_worked: boolean | null;
  readonly comment: string;
  readonly what_worked: string;
  readonly what_didnt_work: string;
  readonly suggestions: string;
  readonly actual_resolution: string;
  /** Minutes. */
  readonly time_to_resolve: string;
}

/** Whether something was said that counts: stars or a verdict. */
export function isComplete({ rating, feedback_type }: FeedbackDraft): boolean {
  return rating !== null || feedback_type !== null;
}

/** The verdict that stars stand for: four and five praise, one and two do not. */
export function verdictOf(rating: number): Verdict {
  if (rating >= 4) return 'positive';
  return rating <= 2 ? 'negative' : 'neutral';
}

/** Whether it says that the fix was none: then what really fixed it is asked for. */
export function saysFailed({ rating, feedback_type, actions_worked, resolution_accurate }: FeedbackDraft): boolean {
  const verdict = feedback_type ?? (rating === null ? null : verdictOf(rating));
  return actions_worked === false || resolution_accurate === false || verdict === 'negative';
}

const written = (text: string): string | null => (text.trim() === '' ? null : text);

function minutesOf(text: string): number | null {
  const minutes = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(minutes) && minutes >= 0 ? minutes : null;
}

/** The body of `POST /feedback`; what was not said is null. */
export function toFeedback(
  draft: FeedbackDraft,
  about: { readonly ticketId: string; readonly remediationId: string | null },
) {
  const { rating } = draft;
  return {
    ticket_id: about.ticketId,
    ...(about.remediationId === null ? {} : { remediation_id: about.remediationId }),
    feedback_type: draft.feedback_type ?? (rating === null ? 'neutral' : verdictOf(rating)),
    rating,
    was_helpful: draft.was_helpful,
    resolution_accurate: draft.resolution_accurate,
    actions_worked: draft.actions_worked,
    comment: written(draft.comment),
    what_worked: written(draft.what_worked),
    what_didnt_work: written(draft.what_didnt_work),
    suggestions: written(draft.suggestions),
    actual_resolution: saysFailed(draft) ? written(draft.actual_resolution) : null,
    time_to_resolve: minutesOf(draft.time_to_resolve),
  };
}
