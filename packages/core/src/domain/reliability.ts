import { LEVEL_FLOOR, WEIGHTS, type Weights } from './policy.js';

/** The four numbers behind a score, each 0..100. */
export interface Factors {
  readonly aiConfidence: number;
  readonly humanFeedback: number;
  readonly historicalSuccess: number;
  readonly patternRecognition: number;
}

/** The name of one factor. */
export type FactorName = keyof Factors;

/** The factors in the order in which they are shown. */
export const FACTOR_NAMES: readonly FactorName[] = [
  'aiConfidence',
  'humanFeedback',
  'historicalSuccess',
  'patternRecognition',
];

/** Factors as they may arrive: anything that is not a number in 0..100 counts as 0. */
export type RawFactors = { readonly [name in FactorName]?: unknown };

/** How far a score can be relied on: very_high from 90, high from 75, medium from 60, else low. */
export type Level = keyof typeof LEVEL_FLOOR;

/** A score with its level and the cleaned factors it was computed from. */
export interface Reliability {
  /** 0..100, settled to 9 decimals; shown with one. */
  readonly score: number;
  readonly level: Level;
  readonly factors: Factors;
  /** Factors that were missing, not numbers or out of range, and so counted as 0. */
  readonly flagged: readonly FactorName[];
}

const DECIMALS = 1e9;

/** Settles a number to 9 decimals, so that binary noise never decides which side of a bound it is on. */
export function settle(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}

/** The level of a score 0..100; bands are half-open, and what is not a number is `low`. */
export function levelOf(score: number): Level {
  const settled = settle(score);
  if (settled >= LEVEL_FLOOR.very_high) return 'very_high';
  if (settled >= LEVEL_FLOOR.high) return 'high';
  if (settled >= LEVEL_FLOOR.medium) return 'medium';
  return 'low';
}

function inPercent(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 100;
}

/** What a factor counts as that is none; it is named. */
function zero(name: FactorName, flagged: FactorName[]): number {
  flagged.push(name);
  return 0;
}

/**
 * The weighted sum of four factors:
 * `0.25*aiConfidence + 0.30*humanFeedback + 0.25*historicalSuccess + 0.20*patternRecognition`.
 * A factor that is missing, not a number or outside 0..100 counts as 0 and is named in `flagged`.
 */
export function scoreReliability(raw: RawFactors, weights: Weights = WEIGHTS): Reliability {
  const { aiConfidence, humanFeedback, historicalSuccess, patternRecognition } = raw;
  const flagged: FactorName[] = [];
  const factors: Factors = {
    aiConfidence: inPercent(aiConfidence) ? aiConfidence : zero('aiConfidence', flagged),
    humanFeedback: inPercent(humanFeedback) ? humanFeedback : zero('humanFeedback', flagged),
    historicalSuccess: inPercent(historicalSuccess) ? historicalSuccess : zero('historicalSuccess', flagged),
    patternRecognition: inPercent(patternRecognition) ? patternRecognition : zero('patternRecognition', flagged),
  };
  const score = settle(
    weights.aiConfidence * factors.aiConfidence +
      weights.humanFeedback * factors.humanFeedback +
      weights.historicalSuccess * factors.historicalSuccess +
      weights.patternRecognition * factors.patternRecognition,
  );
  return { score, level: levelOf(score), factors, flagged };
}
