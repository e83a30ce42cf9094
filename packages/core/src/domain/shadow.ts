import type { Decision, Route } from './decision.js';
import type { TicketRecord } from './ticket.js';

/** The route that a decision would have taken outside shadow mode; null when it was not made in shadow mode. */
export function shadowRoute({ because }: Decision): Route | null {
  const found = because.find(({ rule, reason }) => rule === 'finding' && reason === 'shadow_mode');
  return (found?.inputs['wouldBe'] as Route | undefined) ?? null;
}

/**
 * What is known about a proposal that was only recorded. `agreed`: a person did the same and the reads confirmed it.
 * `failed`: they did the same and it did not last. `would_have_worked`, `would_not_have_worked`: a person said so.
 * `unknown`: another fix, or one that was not told as actions; it is never counted as either. `open`: nobody has fixed
 * it yet. `nothing_proposed`: there is no plan to compare.
 */
export type ShadowVerdict =
  | 'agreed'
  | 'failed'
  | 'would_have_worked'
  | 'would_not_have_worked'
  | 'unknown'
  | 'open'
  | 'nothing_proposed';

/** What is known about the proposal of a ticket that was decided in shadow mode; null for others. */
export function shadowVerdict(ticket: TicketRecord): ShadowVerdict | null {
  const { assessment, adjudication, resolution, reopenings } = ticket;
  if (!assessment || shadowRoute(assessment.decision) === null) return null;
  if (!assessment.analysis.plan) return 'nothing_proposed';
  if (reopenings.some((one) => one.countsAsFailure && one.resolution?.agreement === 'same')) return 'failed';
  if (adjudication) return adjudication.wouldHaveWorked ? 'would_have_worked' : 'would_not_have_worked';
  if (!resolution) return 'open';
  return resolution.agreement === 'same' && resolution.confirmed ? 'agreed' : 'unknown';
}
