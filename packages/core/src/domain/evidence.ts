import { RemitError } from '../errors.js';
import type { Weights } from './policy.js';
import { PATTERN_FULL_AT, PRIOR, WEIGHTS } from './policy.js';
import { type Factors, type Reliability, scoreReliability } from './reliability.js';

/** The facts behind a score, about one pattern and one action type. */
export interface Evidence {
  /** The analyst's probability that the plan works, 0..1. */
  readonly confidence: number;
  /** Counted positive votes of the pattern. */
  readonly positive: number;
  /** Counted votes that were positive or negative. */
  readonly rated: number;
  /** Executions whose validation passed and that were not taken back since. */
  readonly succeeded: number;
  /** Executions, approved and automatic alike. */
  readonly executed: number;
  /** How alike the ticket is to its pattern, 0..1. */
  readonly similarity: number;
  /** Resolved earlier tickets of the pattern. */
  readonly resolved: number;
}

function isShare(value: number): boolean {
  return Number.isFinite(value) && value >= 0 && value <= 1;
}

/** A share as it may be learned from: what is no number in 0..1 counts as 0. */
export function cleanShare(value: number): number {
  return isShare(value) ? value : 0;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

/** Laplace's rule of succession (good + 1) / (all + 2), in percent; counts that cannot be are NaN. */
function smoothedPercent(good: number, all: number): number {
  if (!isCount(good) || !isCount(all) || good > all) return Number.NaN;
  return (100 * (good + PRIOR.good)) / (all + PRIOR.all);
}

/**
 * The four factors from the evidence. Nothing known gives 0, 50, 50, 0. A value that cannot be (a confidence of
 * 1.7, more positive votes than votes) becomes NaN here, which {@link scoreReliability} counts as 0 and flags.
 */
export function estimateFactors(evidence: Evidence): Factors {
  const { confidence, similarity, resolved } = evidence;
  const grown = isCount(resolved) ? Math.min(1, resolved / PATTERN_FULL_AT) : Number.NaN;
  return {
    aiConfidence: isShare(confidence) ? 100 * confidence : Number.NaN,
    humanFeedback: smoothedPercent(evidence.positive, evidence.rated),
    historicalSuccess: smoothedPercent(evidence.succeeded, evidence.executed),
    patternRecognition: isShare(similarity) ? 100 * similarity * grown : Number.NaN,
  };
}

/** Options of a {@link ReliabilityScorer}. */
export interface ReliabilityScorerOptions {
  /** Share of each factor; the four must sum to 1. Default: 0.25, 0.30, 0.25, 0.20. */
  readonly weights?: Weights;
}

/** Turns evidence into a score. Usable alone: `new ReliabilityScorer().score(evidence)`. */
export class ReliabilityScorer {
  /** Share of each factor. */
  readonly weights: Weights;

  /** @throws RemitError `invalid_configuration` when the weights are negative or do not sum to 1. */
  constructor(options: ReliabilityScorerOptions = {}) {
    const { weights } = options;
    if (weights) {
      const shares = [
        weights.aiConfidence,
        weights.humanFeedback,
        weights.historicalSuccess,
        weights.patternRecognition,
      ];
      const sum = shares.reduce((total, share) => total + share, 0);
      if (shares.some((share) => !isShare(share)) || Math.abs(sum - 1) > 1e-9) {
        throw new RemitError(
          'invalid_configuration',
          `The weights of the score must be 0..1 and sum to 1, got ${sum}.`,
          {
            nextStep: 'Change the weights so that the four of them sum to 1.',
          },
        );
      }
    }
    this.weights = weights ?? WEIGHTS;
  }

  /** The reliability that this evidence supports. Never throws: doubtful evidence lowers the score. */
  score(evidence: Evidence): Reliability {
    return scoreReliability(estimateFactors(evidence), this.weights);
  }
}
