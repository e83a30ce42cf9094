import { type CountedFact, type PatternTally, speaksForAutonomy } from './pattern.js';

/** What a tally is made of, as far as it adds up ticket by ticket: a store keeps it instead of reading every fact. */
export interface TallySums {
  readonly occurrences: number;
  readonly executed: number;
  readonly succeeded: number;
  readonly approvedSuccesses: number;
  readonly positive: number;
  readonly rated: number;
  /** Counted outcomes, and their confidence and similarity added up. */
  readonly outcomes: number;
  readonly confidence: number;
  readonly similarity: number;
}

/** The sums of nothing. */
export const NO_SUMS: TallySums = {
  occurrences: 0,
  executed: 0,
  succeeded: 0,
  approvedSuccesses: 0,
  positive: 0,
  rated: 0,
  outcomes: 0,
  confidence: 0,
  similarity: 0,
};

const NAMES = Object.keys(NO_SUMS) as readonly (keyof TallySums)[];

/** The sums of facts of one pattern and action type: of one ticket all of them, or of none. */
export function sumsOf(facts: readonly CountedFact[]): TallySums {
  const sums = { ...NO_SUMS } as { -readonly [Name in keyof TallySums]: number };
  const counted = facts.filter((fact) => fact.counted);
  const disputed = new Set(
    counted.flatMap((fact) => (fact.kind === 'vote' && fact.verdict === 'negative' ? [fact.ticketId] : [])),
  );
  const resolved = new Set<string>();
  for (const fact of counted) {
    if (fact.kind === 'vote') {
      if (fact.verdict === 'positive') sums.positive += 1;
      if (fact.verdict !== 'neutral') sums.rated += 1;
      continue;
    }
    if (fact.via === 'shadow') continue;
    sums.outcomes += 1;
    sums.confidence += fact.confidence;
    sums.similarity += fact.similarity;
    if (fact.resolved) resolved.add(fact.ticketId);
    if (!fact.executed) continue;
    sums.executed += 1;
    if (!fact.succeeded || disputed.has(fact.ticketId)) continue;
    sums.succeeded += 1;
    if (fact.via === 'approval') sums.approvedSuccesses += 1;
  }
  return { ...sums, occurrences: resolved.size };
}

/** One sum more, or less (`sign` -1), than another. */
export function addSums(sums: TallySums, other: TallySums, sign: 1 | -1 = 1): TallySums {
  return Object.fromEntries(NAMES.map((name) => [name, sums[name] + sign * other[name]])) as unknown as TallySums;
}

/** The tally that these sums make, with the people behind it: the same as `tallyOf` of the facts. */
export function tallyOfSums(sums: TallySums, principals: number): PatternTally {
  const { occurrences, executed, succeeded, approvedSuccesses, positive, rated, outcomes } = sums;
  const mean = (total: number): number => (outcomes === 0 ? 0 : total / outcomes);
  return {
    ...{ occurrences, executed, succeeded, approvedSuccesses, failures: executed - succeeded, positive, rated },
    meanConfidence: mean(sums.confidence),
    meanSimilarity: mean(sums.similarity),
    principals,
  };
}

/** Who stands behind facts of a pattern and action type: whoever said something that counts and speaks for autonomy. */
export function principalsOf(facts: readonly CountedFact[]): ReadonlySet<string> {
  return new Set(facts.filter((fact) => fact.counted && speaksForAutonomy(fact)).map(({ principal }) => principal));
}
