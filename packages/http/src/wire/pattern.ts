import type { PatternActionView, PatternView } from '@remit/core';
import { z } from 'zod';
import { instant, toIso } from './common.js';
import { tallyToWire } from './log.js';

const count = z.number().int();

const patternActionWire = z
  .strictObject({
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
  })
  .meta({
    id: 'PatternAction',
    description: 'What a pattern has earned for one action type: standing, figures, and what it still lacks.',
  });

/** A learned pattern with how far each of its action types has come. */
export const patternWire = z
  .strictObject({
    pattern_id: z.string(),
    category: z.string(),
    title: z.string(),
    created_at: instant,
    actions: z.array(patternActionWire).readonly(),
  })
  .meta({
    id: 'Pattern',
    description: 'A kind of problem that was seen before, and what it has earned per action type.',
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
