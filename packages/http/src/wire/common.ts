import type { Action, Factors, Json, Plan, Reliability } from '@remit/core';
import { z } from 'zod';

/** Any JSON value. What a caller owns is passed on as it is: its keys are never renamed. */
export const json = z.unknown() as z.ZodType<Json>;

/** A JSON object that a caller owns. */
export const jsonObject = z.record(z.string(), json).readonly();

/** An instant, ISO 8601 in UTC. */
export const instant = z.iso.datetime();

/** ISO 8601 of an instant, ms since the epoch. */
export function toIso(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** ISO 8601 of an instant that may be missing. */
export function toIsoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : toIso(atMs);
}

/** A score or average as it is shown: one decimal. */
export function toOneDecimal(score: number): number {
  return Math.round(score * 10) / 10;
}

/** One call of one catalogued action. */
export const actionWire = z
  .strictObject({ action: z.string().min(1), arguments: jsonObject })
  .meta({ id: 'Action', description: 'One call of one catalogued action with its arguments.' });

/** An ordered list of actions. */
export const planWire = z
  .strictObject({ actions: z.array(actionWire).readonly() })
  .meta({ id: 'Plan', description: 'An ordered list of actions, known by its hash.' });

/** One action, for the wire. */
export function actionToWire({ action, arguments: args }: Action): z.infer<typeof actionWire> {
  return { action, arguments: args };
}

/** A plan, for the wire. */
export function planToWire(plan: Plan): z.infer<typeof planWire> {
  return { actions: plan.actions.map(actionToWire) };
}

/** The levels of reliability. */
export const levelWire = z.enum(['very_high', 'high', 'medium', 'low']).meta({
  id: 'ConfidenceLevel',
  description: 'Level of a score: very_high from 90, high from 75, medium from 60, else low.',
});

/** The four numbers behind a score, each 0..100. */
export const factorsWire = z
  .strictObject({
    ai_confidence: z.number(),
    human_validation: z.number(),
    success_history: z.number(),
    pattern_recognition: z.number(),
  })
  .meta({ id: 'Factors', description: 'The four factors of a score, 0..100.' });

/** The four numbers behind a score as whole percents, for people: `"92%"`. */
export const breakdownWire = z
  .strictObject({
    ai_confidence: z.string(),
    human_validation: z.string(),
    success_history: z.string(),
    pattern_recognition: z.string(),
  })
  .meta({ id: 'Breakdown', description: 'The four factors of a score as whole percents.' });

/** The fields by which a score is shown; all null when there is none. */
export const scoreWire = {
  reliability_score: z.number().nullable(),
  confidence_level: levelWire.nullable(),
  breakdown: breakdownWire.nullable(),
  factors: factorsWire.nullable(),
};

interface ScoreWire {
  reliability_score: number | null;
  confidence_level: z.infer<typeof levelWire> | null;
  breakdown: z.infer<typeof breakdownWire> | null;
  factors: z.infer<typeof factorsWire> | null;
}

const toPercent = (factor: number): string => `${Math.round(factor)}%`;

/** The fields by which a score is shown. */
export function scoreToWire(reliability: Reliability | null): ScoreWire {
  if (!reliability) return { reliability_score: null, confidence_level: null, breakdown: null, factors: null };
  return {
    reliability_score: toOneDecimal(reliability.score),
    confidence_level: reliability.level,
    ...factorsToWire(reliability.factors),
  };
}

/** Factors as numbers and for people. */
export function factorsToWire(factors: Factors): {
  breakdown: z.infer<typeof breakdownWire>;
  factors: z.infer<typeof factorsWire>;
} {
  const { aiConfidence, humanFeedback, historicalSuccess, patternRecognition } = factors;
  return {
    breakdown: {
      ai_confidence: toPercent(aiConfidence),
      human_validation: toPercent(humanFeedback),
      success_history: toPercent(historicalSuccess),
      pattern_recognition: toPercent(patternRecognition),
    },
    factors: {
      ai_confidence: aiConfidence,
      human_validation: humanFeedback,
      success_history: historicalSuccess,
      pattern_recognition: patternRecognition,
    },
  };
}

/** Something about an accepted input that its sender should know. */
export const warningWire = z
  .strictObject({ pointer: z.string(), detail: z.string() })
  .meta({ id: 'Warning', description: 'Something about an accepted input that its sender should know.' });

/** A warning about one field of an accepted input. */
export type WarningWire = z.infer<typeof warningWire>;

/** A list with its items of one page; `next_cursor` is null on the last. */
export function pageWire<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item).readonly(), next_cursor: z.string().nullable() });
}

/** One reference token of a JSON pointer (RFC 6901). */
export function toToken(key: PropertyKey): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1');
}
