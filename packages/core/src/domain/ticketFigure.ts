import type { TicketFigure } from './figures.js';
import type { Factors, Reliability } from './reliability.js';
import { type Afterwards, type Shadowed, shadowedOf, verdictOn } from './shadow.js';
import type { Assessment, TicketRecord } from './ticket.js';

/** What figures need of an assessment; a store may keep it apart, so that it need not read the whole. */
export interface AssessmentFigures extends Pick<Reliability, 'score' | 'level'> {
  readonly factors: Factors;
  readonly occurrences: number;
  readonly shadowed: Shadowed | null;
}

/** What figures need of an assessment. */
export function assessmentFigures(assessment: Assessment): AssessmentFigures {
  const { score, level, factors } = assessment.reliability;
  return { score, level, factors, occurrences: assessment.occurrences, shadowed: shadowedOf(assessment) };
}

/** What a store knows of a ticket besides its assessment. */
export type Filed = Afterwards &
  Pick<TicketRecord, 'ticketId' | 'category' | 'createdAtMs' | 'resolvedAtMs' | 'optedIn' | 'remediationId'> & {
    /** Somebody's counted complaint calls its fix wrong. */
    readonly disputed: boolean;
  };

/** A ticket as figures need it. */
export function ticketFigureOf(filed: Filed, assessed: AssessmentFigures | null): TicketFigure {
  const { ticketId, category, createdAtMs, resolvedAtMs, optedIn, remediationId, disputed, resolution } = filed;
  const reopened = filed.reopenings.flatMap(({ resolution: byPerson, remediationId: by, countsAsFailure }) =>
    byPerson === null && countsAsFailure && by !== null ? [by] : [],
  );
  const shadow = assessed?.shadowed ?? null;
  return {
    ...{ ticketId, category, createdAtMs, resolvedAtMs, optedIn, remediationId, disputed, reopened },
    scored: assessed && {
      score: assessed.score,
      level: assessed.level,
      factors: assessed.factors,
      occurrences: assessed.occurrences,
    },
    byPerson: { fixed: resolution !== null, minutes: resolution?.timeToResolve ?? null },
    shadow: shadow && { route: shadow.route, verdict: verdictOn(shadow, filed) },
  };
}
