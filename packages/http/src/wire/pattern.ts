import type { PatternActionView, PatternView, ReliabilityStats, RemediationStats } from '@remit/core';
import { z } from 'zod';
import { instant, toIso, toOneDecimal } from './common.js';
import { tallyToWire } from './log.js';

const count = z.number().int();

const patternActionWire = z.strictObject({
  action_type: z.string(),
  standing: z.enum(['learning', 'eligible', 'proven', 'probation']),
  eligible_for_auto_remediation: z.boolean(),
  occurrence_count: count,
  positive_feedback_rate: z.number().nullable(),
  avg_reliability_score: z.number(),
  auto_remediation_success_rate: z.number().nullable(),
  tally: z.record(z.string(), z.number()),
  /** What it still lacks, in sentences; empty when it lacks nothing. */
  lacking: z.array(z.string()).readonly(),
});

/** A learned pattern with how far each of its action types has come. */
export const patternWire = z.strictObject({
  pattern_id: z.string(),
  category: z.string(),
  title: z.string(),
  created_at: instant,
  actions: z.array(patternActionWire).readonly(),
});
/** A learned pattern. */
export type PatternWire = z.infer<typeof patternWire>;

function patternActionToWire(action: PatternActionView): z.infer<typeof patternActionWire> {
  const { standing, statistics } = action;
  return {
    action_type: action.actionType,
    standing,
    eligible_for_auto_remediation: standing === 'eligible' || standing === 'proven',
    occurrence_count: statistics.occurrenceCount,
    positive_feedback_rate: statistics.positiveFeedbackRate,
    avg_reliability_score: statistics.avgReliabilityScore,
    auto_remediation_success_rate: statistics.autoRemediationSuccessRate,
    tally: tallyToWire(action.tally),
    lacking: action.lacking,
  };
}

/** A learned pattern, for the wire. */
export function patternToWire(pattern: PatternView): PatternWire {
  return {
    pattern_id: pattern.patternId,
    category: pattern.category,
    title: pattern.title,
    created_at: toIso(pattern.createdAtMs),
    actions: pattern.actions.map(patternActionToWire),
  };
}

/** Reliability over the last days. */
export const reliabilityStatsWire = z.strictObject({
  days: count,
  category: z.string().nullable(),
  tickets: count,
  average_score: z.number().nullable(),
  levels: z.strictObject({ very_high: count, high: count, medium: count, low: count }),
  by_category: z.array(z.strictObject({ category: z.string(), tickets: count, average_score: z.number() })).readonly(),
  /** One entry per UTC day with tickets, oldest first. */
  trend: z.array(z.strictObject({ day: z.string(), tickets: count, average_score: z.number() })).readonly(),
});
/** Reliability over the last days. */
export type ReliabilityStatsWire = z.infer<typeof reliabilityStatsWire>;

/** Reliability over the last days, for the wire. */
export function reliabilityStatsToWire(
  query: { readonly days: number; readonly category: string | null },
  stats: ReliabilityStats,
): ReliabilityStatsWire {
  const { very_high, high, medium, low } = stats.levels;
  return {
    days: query.days,
    category: query.category,
    tickets: stats.tickets,
    average_score: stats.averageScore === null ? null : toOneDecimal(stats.averageScore),
    levels: { very_high, high, medium, low },
    by_category: stats.byCategory.map(({ category, tickets, averageScore }) => ({
      category,
      tickets,
      average_score: toOneDecimal(averageScore),
    })),
    trend: stats.trend.map(({ day, tickets, averageScore }) => ({
      day,
      tickets,
      average_score: toOneDecimal(averageScore),
    })),
  };
}

/** What became of the tickets of the last days. */
export const remediationStatsWire = z.strictObject({
  days: count,
  tickets: count,
  opted_in: count,
  /** Remediations by the route of their decision. */
  routes: z.strictObject({ auto: count, approval: count, manual: count, suggest_only: count }),
  /** Remediations by state; states without any are left out. */
  states: z.record(z.string(), count),
});
/** What became of the tickets of the last days. */
export type RemediationStatsWire = z.infer<typeof remediationStatsWire>;

/** What became of the tickets of the last days, for the wire. */
export function remediationStatsToWire(days: number, stats: RemediationStats): RemediationStatsWire {
  const { auto, approval, manual, suggest_only } = stats.routes;
  return {
    days,
    tickets: stats.tickets,
    opted_in: stats.optedIn,
    routes: { auto, approval, manual, suggest_only },
    states: { ...stats.states },
  };
}
