import type { GuaranteeView, ReliabilityStats, RemediationStats } from '@remit/core';
import { z } from 'zod';
import { breakdownWire, factorsToWire, factorsWire, toOneDecimal } from './common.js';
import { guaranteeShape, guaranteeToWire } from './guarantee.js';

const count = z.number().int();
const score = z.number().nullable();
const minutes = z.number().nullable();
const ROUTES = { auto: count, approval: count, manual: count, suggest_only: count };

/** A share with its 95 % interval (Wilson's score interval); all null of nothing. */
const rateWire = z
  .strictObject({
    of: count,
    rate: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
  })
  .meta({ id: 'Rate', description: "A share with its 95 % interval (Wilson's score interval); all null of nothing." });
type RateWire = z.infer<typeof rateWire>;

const durationsWire = z
  .strictObject({ count, mean_minutes: minutes, median_minutes: minutes })
  .meta({ id: 'Durations', description: 'How long something took, in minutes; null of nothing.' });

function rateToWire({ of, rate, low, high }: RateWire): RateWire {
  return { of, rate, low, high };
}

function durationsToWire(took: RemediationStats['timeToResolution']['known']): z.infer<typeof durationsWire> {
  return { count: took.count, mean_minutes: took.meanMinutes, median_minutes: took.medianMinutes };
}

/** Reliability over the last days. */
export const reliabilityStatsWire = z
  .strictObject({
    days: count,
    category: z.string().nullable(),
    tickets: count,
    average_score: score,
    median_score: score,
    /** Mean of each factor, 0..100; null without tickets. */
    average_factors: factorsWire.nullable(),
    average_breakdown: breakdownWire.nullable(),
    levels: z.strictObject({ very_high: count, high: count, medium: count, low: count }),
    by_category: z
      .array(z.strictObject({ category: z.string(), tickets: count, average_score: z.number() }))
      .readonly(),
    /** One entry per UTC day with tickets, oldest first. */
    trend: z.array(z.strictObject({ day: z.string(), tickets: count, average_score: z.number() })).readonly(),
    ...guaranteeShape,
  })
  .meta({ id: 'ReliabilityStats', description: 'Scores, levels, trend, calibration and gates of a period.' });
/** Reliability over the last days. */
export type ReliabilityStatsWire = z.infer<typeof reliabilityStatsWire>;

/** Reliability over the last days, for the wire. */
export function reliabilityStatsToWire(
  query: { readonly days: number; readonly category: string | null },
  stats: ReliabilityStats,
  guarantee: GuaranteeView,
): ReliabilityStatsWire {
  const { very_high, high, medium, low } = stats.levels;
  const factors = stats.averageFactors && factorsToWire(stats.averageFactors);
  return {
    days: query.days,
    category: query.category,
    tickets: stats.tickets,
    average_score: stats.averageScore === null ? null : toOneDecimal(stats.averageScore),
    median_score: stats.medianScore === null ? null : toOneDecimal(stats.medianScore),
    average_factors: factors?.factors ?? null,
    average_breakdown: factors?.breakdown ?? null,
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
    ...guaranteeToWire(guarantee),
  };
}

const outcomesWire = z
  .strictObject({
    executed: count,
    right: count,
    wrong: count,
    failed: count,
    rolled_back: count,
    unknown: count,
    reopened: count,
    disputed: count,
    success_rate: rateWire,
    wrong_rate: rateWire,
  })
  .meta({ id: 'Outcomes', description: 'What became of remediations, with rates and their intervals.' });

function outcomesToWire(outcomes: RemediationStats['outcomes']['auto']): z.infer<typeof outcomesWire> {
  return {
    executed: outcomes.executed,
    right: outcomes.right,
    wrong: outcomes.wrong,
    failed: outcomes.failed,
    rolled_back: outcomes.rolledBack,
    unknown: outcomes.unknown,
    reopened: outcomes.reopened,
    disputed: outcomes.disputed,
    success_rate: rateToWire(outcomes.successRate),
    wrong_rate: rateToWire(outcomes.wrongRate),
  };
}

/** What became of the tickets of the last days. */
export const remediationStatsWire = z
  .strictObject({
    days: count,
    tickets: count,
    opted_in: count,
    /** Remediations by the route of their decision. */
    routes: z.strictObject(ROUTES),
    /** Remediations by state; states without any are left out. */
    states: z.record(z.string(), count),
    resolved: z.strictObject({ automatically: count, with_approval: count, by_person: count }),
    /** Tickets of patterns that had 5 resolved tickets or more. */
    repetitive: z.strictObject({ tickets: count, resolved_automatically: count, auto_share: rateWire }),
    outcomes: z.strictObject({ auto: outcomesWire, approval: outcomesWire }),
    time_to_resolution: z.strictObject({ known_patterns: durationsWire, unknown_patterns: durationsWire }),
    approvals: z.strictObject({
      asked: count,
      granted: count,
      rejected: count,
      expired: count,
      waiting: count,
      time_to_grant: durationsWire,
      consents: count,
      rubber_stamps: count,
      rubber_stamp_rate: rateWire,
    }),
    /** Runs that the guard refused, by the check that said no. */
    blocked: z.record(z.string(), count),
    /** Times that a run was put off, by the check that said not yet. */
    deferred: z.record(z.string(), count),
    minutes_saved: z.strictObject({
      total: z.number(),
      by_category: z
        .array(z.strictObject({ category: z.string(), right: count, wrong: count, person_minutes: minutes, minutes }))
        .readonly(),
    }),
    shadow: z.strictObject({
      tickets: count,
      would_be: z.strictObject(ROUTES),
      verdicts: z.record(z.string(), count),
      wrong_rate: z.strictObject({ low: z.number(), high: z.number(), tickets: count }).nullable(),
    }),
    /** What asking models took; the cost is that of the priced tickets. */
    models: z.strictObject({
      tickets: count,
      questions: count,
      input_tokens: count,
      output_tokens: count,
      priced: count,
      cost_usd: z.number(),
      cost_per_ticket_usd: z.number().nullable(),
    }),
    /** Automatic runs; one entry per UTC day with tickets, oldest first. */
    trend: z.array(z.strictObject({ day: z.string(), tickets: count, right: count, wrong: count })).readonly(),
  })
  .meta({ id: 'RemediationStats', description: 'Decisions, outcomes, approvals and times of a period.' });
/** What became of the tickets of the last days. */
export type RemediationStatsWire = z.infer<typeof remediationStatsWire>;

/** What became of the tickets of the last days, for the wire. */
export function remediationStatsToWire(days: number, stats: RemediationStats): RemediationStatsWire {
  const { approvals, repetitive, shadow, models } = stats;
  return {
    days,
    tickets: stats.tickets,
    opted_in: stats.optedIn,
    routes: { ...stats.routes },
    states: { ...stats.states },
    resolved: {
      automatically: stats.resolved.automatically,
      with_approval: stats.resolved.withApproval,
      by_person: stats.resolved.byPerson,
    },
    repetitive: {
      tickets: repetitive.tickets,
      resolved_automatically: repetitive.resolvedAutomatically,
      auto_share: rateToWire(repetitive.autoShare),
    },
    outcomes: { auto: outcomesToWire(stats.outcomes.auto), approval: outcomesToWire(stats.outcomes.approval) },
    time_to_resolution: {
      known_patterns: durationsToWire(stats.timeToResolution.known),
      unknown_patterns: durationsToWire(stats.timeToResolution.unknown),
    },
    approvals: {
      asked: approvals.asked,
      granted: approvals.granted,
      rejected: approvals.rejected,
      expired: approvals.expired,
      waiting: approvals.waiting,
      time_to_grant: durationsToWire(approvals.timeToGrant),
      consents: approvals.consents,
      rubber_stamps: approvals.rubberStamps,
      rubber_stamp_rate: rateToWire(approvals.rubberStampRate),
    },
    blocked: { ...stats.blocked },
    deferred: { ...stats.deferred },
    minutes_saved: {
      total: stats.minutesSaved.total,
      by_category: stats.minutesSaved.byCategory.map(({ category, right, wrong, personMinutes, minutes: saved }) => ({
        category,
        right,
        wrong,
        person_minutes: personMinutes,
        minutes: saved,
      })),
    },
    shadow: {
      tickets: shadow.tickets,
      would_be: { ...shadow.wouldBe },
      verdicts: { ...shadow.verdicts },
      wrong_rate: shadow.wrongRate && { ...shadow.wrongRate },
    },
    models: {
      tickets: models.tickets,
      questions: models.questions,
      input_tokens: models.inputTokens,
      output_tokens: models.outputTokens,
      priced: models.priced,
      cost_usd: models.costUsd,
      cost_per_ticket_usd: models.costPerTicketUsd,
    },
    trend: stats.trend.map(({ day, tickets, right, wrong }) => ({ day, tickets, right, wrong })),
  };
}
