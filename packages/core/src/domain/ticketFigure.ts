import type { Analysis } from './analysis.js';
import type { ModelBill, TicketFigure } from './figures.js';
import type { Factors, Reliability } from './reliability.js';
import { type Afterwards, type Shadowed, shadowedOf, verdictOn } from './shadow.js';
import type { Assessment, TicketRecord } from './ticket.js';

/** What figures need of an assessment; a store may keep it apart, so that it need not read the whole. */
export interface AssessmentFigures extends Pick<Reliability, 'score' | 'level'> {
  readonly factors: Factors;
  readonly occurrences: number;
  readonly shadowed: Shadowed | null;
  readonly models: ModelBill | null;
}

/** What asking models took; a ticket decided anew is billed for the last time alone. */
function billOf({ modelUses = [] }: Analysis): ModelBill | null {
  if (modelUses.length === 0) return null;
  const total = (of: (use: (typeof modelUses)[number]) => number): number =>
    modelUses.reduce((sum, use) => sum + of(use), 0);
  return {
    questions: total(({ questions }) => questions),
    inputTokens: total((use) => use.inputTokens + use.cacheReadTokens + use.cacheWriteTokens),
    outputTokens: total(({ outputTokens }) => outputTokens),
    costUsd: modelUses.some(({ costUsd }) => costUsd === null) ? null : total(({ costUsd }) => costUsd ?? 0),
  };
}

/** What figures need of an assessment. */
export function assessmentFigures(assessment: Assessment): AssessmentFigures {
  const { score, level, factors } = assessment.reliability;
  return {
    ...{ score, level, factors },
    occurrences: assessment.occurrences,
    shadowed: shadowedOf(assessment),
    models: billOf(assessment.analysis),
  };
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
    models: assessed?.models ?? null,
  };
}
