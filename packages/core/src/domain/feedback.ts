import { STARS, VERDICT, WORD_VALUE } from './policy.js';

/** What a vote says in one word. */
export type FeedbackType = 'positive' | 'neutral' | 'negative';

/** The part of a feedback that makes its value. */
export interface VoteFields {
  readonly feedbackType: FeedbackType;
  /** 1..5 stars, or null. Wins over `feedbackType`. */
  readonly rating: number | null;
  /** False says that the actions did not help; the vote is then 0 whatever the stars. */
  readonly actionsWorked: boolean | null;
  /** False says that the resolution was wrong; the vote is then 0 whatever the stars. */
  readonly resolutionAccurate: boolean | null;
}

/** One person's feedback on one ticket (table `ticket_feedbacks`). */
export interface Feedback extends VoteFields {
  readonly ticketId: string;
  /** The attempt it is about; null when nothing had been attempted. */
  readonly remediationId: string | null;
  /** The authenticated author. One vote per author and ticket: the last wins. */
  readonly author: string;
  readonly wasHelpful: boolean | null;
  readonly comment: string | null;
  readonly whatWorked: string | null;
  readonly whatDidntWork: string | null;
  readonly suggestions: string | null;
  /** What really fixed it: a candidate fix for the pattern. */
  readonly actualResolution: string | null;
  /** Minutes. */
  readonly timeToResolve: number | null;
}

/** The value of a vote 0..1 and its verdict. */
export interface Vote {
  readonly value: number;
  readonly verdict: FeedbackType;
}

/** The value of a vote: (rating - 1) / 4, else 1, 0.5 or 0 by its word; 0 when the fix is said not to have worked. */
export function feedbackValue(feedback: VoteFields): Vote {
  const { feedbackType, rating, actionsWorked, resolutionAccurate } = feedback;
  const said = rating === null ? WORD_VALUE[feedbackType] : (rating - STARS.least) / (STARS.most - STARS.least);
  const value = actionsWorked === false || resolutionAccurate === false ? 0 : said;
  if (value >= VERDICT.positiveFrom) return { value, verdict: 'positive' };
  if (value <= VERDICT.negativeTo) return { value, verdict: 'negative' };
  return { value, verdict: 'neutral' };
}

const AGREES: Readonly<Record<FeedbackType, (rating: number) => boolean>> = {
  positive: (rating) => rating >= STARS.positiveFrom,
  neutral: () => true,
  negative: (rating) => rating <= STARS.negativeTo,
};

/** What its author should know about a feedback that says two things at once, or comes before there is a result. */
export function notesOn(feedback: VoteFields & Pick<Feedback, 'wasHelpful'>, isResolved: boolean): readonly string[] {
  const { feedbackType, rating, actionsWorked, resolutionAccurate, wasHelpful } = feedback;
  const notes: string[] = [];
  if (rating !== null && !AGREES[feedbackType](rating)) {
    notes.push(`It is called ${feedbackType} and has ${rating} of ${STARS.most} stars: the stars count.`);
  }
  const praises = feedbackValue({ ...feedback, actionsWorked: null, resolutionAccurate: null }).verdict === 'positive';
  if (praises && actionsWorked === false) {
    notes.push('It praises a fix whose actions did not work: it counts as a complaint.');
  }
  if (praises && resolutionAccurate === false) {
    notes.push('It praises a resolution that was not accurate: it counts as a complaint.');
  }
  if (praises && wasHelpful === false) notes.push('It praises what was not helpful: both are kept, the praise counts.');
  if (!isResolved) notes.push('The ticket is not resolved yet: vote again when it is, the last vote counts.');
  return notes;
}
