import type { Decision, Route } from './decision.js';
import { lessonsByHand } from './learning.js';
import type { OutcomeFact } from './pattern.js';
import type { Adjudication, Assessment, HumanResolution, Reopening, TicketRecord } from './ticket.js';

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

/** What shadow mode keeps of a decision. */
export interface Shadowed {
  /** The route it would have taken. */
  readonly route: Route;
  readonly hasPlan: boolean;
}

/** What shadow mode keeps of an assessment; null outside shadow mode. */
export function shadowedOf({ decision, analysis }: Pick<Assessment, 'decision' | 'analysis'>): Shadowed | null {
  const route = shadowRoute(decision);
  return route === null ? null : { route, hasPlan: analysis.plan !== null && analysis.plan.actions.length > 0 };
}

/** What people did and said after a decision of shadow mode. */
export interface Afterwards {
  readonly adjudication: Adjudication | null;
  readonly resolution: HumanResolution | null;
  readonly reopenings: readonly Reopening[];
}

/** What is known about a proposal of shadow mode. */
export function verdictOn({ hasPlan }: Shadowed, { adjudication, resolution, reopenings }: Afterwards): ShadowVerdict {
  if (!hasPlan) return 'nothing_proposed';
  if (reopenings.some((one) => one.countsAsFailure && one.resolution?.agreement === 'same')) return 'failed';
  if (adjudication) return adjudication.wouldHaveWorked ? 'would_have_worked' : 'would_not_have_worked';
  if (!resolution) return 'open';
  return resolution.agreement === 'same' && resolution.confirmed ? 'agreed' : 'unknown';
}

/** What is known about the proposal of a ticket that was decided in shadow mode; null for others. */
export function shadowVerdict(ticket: TicketRecord): ShadowVerdict | null {
  const shadowed = ticket.assessment && shadowedOf(ticket.assessment);
  return shadowed && verdictOn(shadowed, ticket);
}

/**
 * What a person's word on a proposal of shadow mode teaches, one fact for each of its actions: agreement speaks for the
 * fix with half of a run's weight, disagreement against it with a quarter. Empty outside shadow mode.
 */
export function shadowLessons(
  ticket: Pick<TicketRecord, 'ticketId' | 'assessment'>,
  { agrees, by, atMs }: { readonly agrees: boolean; readonly by: string; readonly atMs: number },
): readonly OutcomeFact[] {
  const { assessment } = ticket;
  if (!assessment || shadowRoute(assessment.decision) === null) return [];
  const said = { principal: by, atMs, resolved: false, executed: false, succeeded: agrees, via: 'shadow' } as const;
  return lessonsByHand(ticket, assessment.analysis.plan?.actions ?? [], said);
}
