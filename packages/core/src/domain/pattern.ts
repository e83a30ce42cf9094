import { estimateFactors } from './evidence.js';
import type { FeedbackType } from './feedback.js';
import { ELIGIBLE, FARMING, PROVEN } from './policy.js';
import { scoreReliability, settle } from './reliability.js';

/** How far a pattern and action type have come. `probation` is set by the detectors, never by {@link standingOf}. */
export type Standing = 'learning' | 'eligible' | 'proven' | 'probation';

const RANK: Readonly<Record<Standing, number>> = { probation: 0, learning: 1, eligible: 2, proven: 3 };

/** The worst of some standings; none at all is `learning`. */
export function worstStanding(standings: readonly Standing[]): Standing {
  const [first = 'learning', ...rest] = standings;
  return rest.reduce((worst, next) => (RANK[next] < RANK[worst] ? next : worst), first);
}

/** What standing is judged by. Rates are raw shares 0..1, null when there is nothing to divide by. */
export interface PatternStatistics {
  /** Resolved earlier tickets of the pattern with the same action type. */
  readonly occurrenceCount: number;
  readonly positiveFeedbackRate: number | null;
  /** 0..100 */
  readonly avgReliabilityScore: number;
  readonly autoRemediationSuccessRate: number | null;
}

function reaches(value: number | null, bound: number): boolean {
  return value !== null && settle(value) >= bound;
}

/** The standing that the statistics support. A missing rate is never eligible. */
export function standingOf(pattern: PatternStatistics): 'learning' | 'eligible' | 'proven' {
  const eligible =
    reaches(pattern.occurrenceCount, ELIGIBLE.occurrences) &&
    reaches(pattern.positiveFeedbackRate, ELIGIBLE.positiveFeedbackRate) &&
    reaches(pattern.avgReliabilityScore, ELIGIBLE.avgReliabilityScore) &&
    reaches(pattern.autoRemediationSuccessRate, ELIGIBLE.successRate);
  if (!eligible) return 'learning';
  const proven =
    reaches(pattern.occurrenceCount, PROVEN.occurrences) &&
    reaches(pattern.autoRemediationSuccessRate, PROVEN.successRate) &&
    reaches(pattern.avgReliabilityScore, PROVEN.avgReliabilityScore);
  return proven ? 'proven' : 'eligible';
}

/** One sentence for each thing a pattern still lacks to be eligible; none when it lacks nothing. */
export function lacking(pattern: PatternStatistics, distinctPrincipals: number): readonly string[] {
  const lacks: string[] = [];
  const more = ELIGIBLE.occurrences - pattern.occurrenceCount;
  if (more > 0) lacks.push(`${more} more ${more === 1 ? 'occurrence' : 'occurrences'}`);
  const rate = (name: string, value: number | null, bound: number): void => {
    if (value === null) lacks.push(`no ${name} yet (${bound.toFixed(2)} needed)`);
    else if (!reaches(value, bound)) lacks.push(`${name} ${value.toFixed(2)} of ${bound.toFixed(2)}`);
  };
  rate('feedback', pattern.positiveFeedbackRate, ELIGIBLE.positiveFeedbackRate);
  rate('success', pattern.autoRemediationSuccessRate, ELIGIBLE.successRate);
  if (!reaches(pattern.avgReliabilityScore, ELIGIBLE.avgReliabilityScore)) {
    lacks.push(`average reliability ${pattern.avgReliabilityScore.toFixed(1)} of ${ELIGIBLE.avgReliabilityScore}`);
  }
  const people = FARMING.distinctPrincipals - distinctPrincipals;
  if (people > 0) lacks.push(`votes or runs from ${people} more ${people === 1 ? 'person' : 'people'}`);
  return lacks;
}

/** What one attempt at a ticket taught about one action type of one pattern. One per ticket, attempt and action type. */
export interface OutcomeFact {
  readonly kind: 'outcome';
  readonly patternId: string;
  readonly actionType: string;
  readonly ticketId: string;
  /** The remediation that carried it out; null for a person's own resolution. */
  readonly remediationId: string | null;
  /** A human resolution's resolver, a run's approver, the submitter of an automatic run; of shadow mode who told. */
  readonly principal: string;
  readonly atMs: number;
  /** The ticket was resolved (by Remit or by a person with this action). */
  readonly resolved: boolean;
  /** It was carried out: by Remit, or by a person exactly as proposed and confirmed by the validation reads. */
  readonly executed: boolean;
  /** It was carried out and its validation passed. */
  readonly succeeded: boolean;
  /**
   * Who decided that it is carried out. `shadow`: nobody, it was only shown; `succeeded` says whether a person thinks that
   * it would have worked. That ranks fixes in mode `guaranteed`, and counts nowhere else.
   */
  readonly via: 'auto' | 'approval' | 'human' | 'shadow';
  /** The analyst's confidence for this ticket, 0..1. */
  readonly confidence: number;
  /** How alike the ticket was to its pattern, 0..1. */
  readonly similarity: number;
}

/** What one person's vote on one ticket says about one action type of one pattern. One per author, ticket and action type. */
export interface VoteFact {
  readonly kind: 'vote';
  readonly patternId: string;
  readonly actionType: string;
  readonly ticketId: string;
  /** The vote's author. */
  readonly principal: string;
  readonly atMs: number;
  readonly verdict: FeedbackType;
  /** False for votes that are stored but never counted: an approver's on the run they approved. */
  readonly admissible: boolean;
}

/** A fact that a pattern learns from. */
export type PatternFact = OutcomeFact | VoteFact;

/** A fact as stored: with whether it counts. */
export type CountedFact = PatternFact & { readonly counted: boolean };

const BY_PERSON = 'human';
const IN_SHADOW = 'shadow';

/** What tells facts of one kind, ticket, pattern and action type apart: a vote's author, else the attempt that it is about. */
export function factSource(fact: PatternFact): string {
  if (fact.kind === 'vote') return fact.principal;
  return fact.remediationId ?? (fact.via === 'shadow' ? IN_SHADOW : BY_PERSON);
}

/** The remediation that an outcome with this {@link factSource} was carried out by; null where none was. */
export function remediationOfSource(source: string): string | null {
  return source === BY_PERSON || source === IN_SHADOW ? null : source;
}

/** Whether one fact is told again by another, and so replaced by it. */
function isSameFact(fact: PatternFact, other: PatternFact): boolean {
  return fact.kind === other.kind && fact.ticketId === other.ticketId && factSource(fact) === factSource(other);
}

/** Whether a fact speaks for autonomy; caps limit only such facts. */
export function speaksForAutonomy(fact: PatternFact): boolean {
  if (fact.kind === 'vote') return fact.verdict !== 'negative';
  return fact.executed ? fact.succeeded : fact.resolved;
}

function countedOutcome(fact: OutcomeFact, earlier: readonly CountedFact[]): boolean {
  if (!speaksForAutonomy(fact)) return true;
  return !earlier.some(
    (other) =>
      other.kind === 'outcome' &&
      other.counted &&
      !isSameFact(fact, other) &&
      speaksForAutonomy(other) &&
      Math.abs(fact.atMs - other.atMs) < FARMING.principalOncePerMs,
  );
}

function countedVote(fact: VoteFact, earlier: readonly CountedFact[]): boolean {
  if (!fact.admissible) return false;
  const others = earlier.filter(
    (other) => other.kind === 'vote' && other.counted && !isSameFact(fact, other),
  ) as (VoteFact & { counted: boolean })[];
  const sameSide = others.filter(
    (other) =>
      speaksForAutonomy(other) === speaksForAutonomy(fact) && Math.abs(fact.atMs - other.atMs) < FARMING.voteWindowMs,
  );
  if (sameSide.length >= FARMING.votesPerAuthor) return false;
  if (!speaksForAutonomy(fact)) return true;
  return !sameSide.some((other) => Math.abs(fact.atMs - other.atMs) < FARMING.principalOncePerMs);
}

/** How far apart in time facts are at the most of which one may keep another from counting, ms. */
export const COUNTS_BESIDE_MS = { outcome: FARMING.principalOncePerMs, vote: FARMING.voteWindowMs };

/**
 * Whether a new fact counts, given the facts of the same principal on the same pattern and action type
 * (`earlier`; the one that the new fact replaces is ignored). Those further away than {@link COUNTS_BESIDE_MS}, those
 * that do not count, and outcomes that speak against autonomy change nothing and need not be read.
 *
 * What speaks for autonomy counts once per principal in 24 h, votes also at most 3 times in 30 days.
 * Failures always count. Complaints are capped at 3 in 30 days apart from praise, so that an author's praise
 * never uses up the room for complaints and one author cannot switch a good pattern off alone.
 *
 * Storage calls this inside the transaction that stores the fact.
 */
export function isCounted(fact: PatternFact, earlier: readonly CountedFact[]): boolean {
  return fact.kind === 'outcome' ? countedOutcome(fact, earlier) : countedVote(fact, earlier);
}

/** The counted facts of one pattern and action type, added up by storage. */
export interface PatternTally {
  /** Tickets with a counted outcome that resolved them. */
  readonly occurrences: number;
  readonly executed: number;
  /** Executed, succeeded, and no counted negative vote on that ticket. */
  readonly succeeded: number;
  /** `succeeded` that a person had approved. */
  readonly approvedSuccesses: number;
  /** `executed` that are not `succeeded`. */
  readonly failures: number;
  /** Counted positive votes. */
  readonly positive: number;
  /** Counted votes that are positive or negative. */
  readonly rated: number;
  /** Mean confidence over counted outcomes, 0..1; 0 with none. */
  readonly meanConfidence: number;
  /** Mean similarity over counted outcomes, 0..1; 0 with none. */
  readonly meanSimilarity: number;
  /** Distinct principals behind counted votes that are not negative and counted outcomes that speak for autonomy. */
  readonly principals: number;
}

/** The tally of a pattern of which nothing is known. */
export const EMPTY_TALLY: PatternTally = {
  occurrences: 0,
  executed: 0,
  succeeded: 0,
  approvedSuccesses: 0,
  failures: 0,
  positive: 0,
  rated: 0,
  meanConfidence: 0,
  meanSimilarity: 0,
  principals: 0,
};

/** Adds counted facts up: the reference for what every store must answer. */
export function tallyOf(facts: readonly CountedFact[]): PatternTally {
  const counted = facts.filter((fact) => fact.counted);
  const votes = counted.filter((fact) => fact.kind === 'vote');
  const outcomes = counted.filter((fact) => fact.kind === 'outcome' && fact.via !== 'shadow') as readonly OutcomeFact[];
  const disputed = new Set(votes.filter(({ verdict }) => verdict === 'negative').map(({ ticketId }) => ticketId));
  const executed = outcomes.filter((fact) => fact.executed);
  const succeeded = executed.filter((fact) => fact.succeeded && !disputed.has(fact.ticketId));
  const mean = (values: readonly number[]): number =>
    values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
  return {
    occurrences: new Set(outcomes.filter((fact) => fact.resolved).map(({ ticketId }) => ticketId)).size,
    executed: executed.length,
    succeeded: succeeded.length,
    approvedSuccesses: succeeded.filter(({ via }) => via === 'approval').length,
    failures: executed.length - succeeded.length,
    positive: votes.filter(({ verdict }) => verdict === 'positive').length,
    rated: votes.filter(({ verdict }) => verdict !== 'neutral').length,
    meanConfidence: mean(outcomes.map(({ confidence }) => confidence)),
    meanSimilarity: mean(outcomes.map(({ similarity }) => similarity)),
    principals: new Set(counted.filter(speaksForAutonomy).map(({ principal }) => principal)).size,
  };
}

/**
 * The statistics that standing is judged by. The average reliability is `rescored`: the pattern's mean confidence and
 * similarity with feedback and success as of today.
 */
export function statisticsOf(tally: PatternTally): PatternStatistics {
  const factors = estimateFactors({
    confidence: tally.meanConfidence,
    positive: tally.positive,
    rated: tally.rated,
    succeeded: tally.succeeded,
    executed: tally.executed,
    similarity: tally.meanSimilarity,
    resolved: tally.occurrences,
  });
  return {
    occurrenceCount: tally.occurrences,
    positiveFeedbackRate: tally.rated === 0 ? null : tally.positive / tally.rated,
    avgReliabilityScore: scoreReliability(factors).score,
    autoRemediationSuccessRate: tally.executed === 0 ? null : tally.succeeded / tally.executed,
  };
}

/** How far a pattern and action type have come, and what is missing. */
export interface PatternStanding {
  readonly tally: PatternTally;
  readonly statistics: PatternStatistics;
  readonly standing: Standing;
  /** Sentences; empty when it is eligible. */
  readonly lacking: readonly string[];
}

/** The standing of a tally: the statistics must be eligible, and enough different people must stand behind them. */
export function judgeTally(tally: PatternTally): PatternStanding {
  const statistics = statisticsOf(tally);
  const enoughPeople = tally.principals >= FARMING.distinctPrincipals;
  return {
    tally,
    statistics,
    standing: enoughPeople ? standingOf(statistics) : 'learning',
    lacking: lacking(statistics, tally.principals),
  };
}
