import type {
  ActionStanding,
  CheckResult,
  Evidence,
  Intent,
  LogRow,
  PatternTally,
  RemediationEvent,
  Verdict,
  Weights,
} from '@remit/core';
import { z } from 'zod';
import { sayEvent } from '../sayEvent.js';
import { instant, json, planToWire, scoreToWire, toIso } from './common.js';
import { decisionInputToWire, decisionToWire } from './decision.js';
import { stepToWire } from './remediation.js';

/** An event of a remediation: its type and the fields of that type. */
export const eventWire = z
  .object({ type: z.string() })
  .catchall(json)
  .meta({ id: 'RemediationEvent', description: 'What a row of a remediation log says.' });
/** An event of a remediation. */
export type EventWire = { readonly type: RemediationEvent['type']; readonly [field: string]: unknown };

/** One row of the remediation log. */
export const logRowWire = z
  .strictObject({
    remediation_id: z.string(),
    /** From 1, without gaps, within the remediation. */
    seq: z.number().int(),
    at: instant,
    actor: z.string(),
    event: eventWire,
    /** The event for people, in one sentence. */
    sentence: z.string(),
    previous_hash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'LogRow', description: 'A row of a remediation log with its place in the hash chain.' });
/** One row of the remediation log. */
export type LogRowWire = Omit<z.infer<typeof logRowWire>, 'event'> & { event: EventWire };

function verdictToWire({ check, answer, because, evidence, untilMs }: Verdict) {
  return { check, answer, because, evidence, ...(untilMs === undefined ? {} : { until: toIso(untilMs) }) };
}

function intentToWire(intent: Intent) {
  return {
    step: intent.step,
    direction: intent.direction,
    action: intent.action,
    tool: intent.tool,
    arguments: intent.arguments,
    targets: intent.targets,
    idempotency_key: intent.idempotencyKey,
    timeout_ms: intent.timeoutMs,
    dedupes: intent.dedupes,
    undoable: intent.undoable,
    readable: intent.readable,
  };
}

function checkToWire({ tool, passed, assertions, error }: CheckResult) {
  return {
    tool,
    passed,
    assertions: assertions.map(({ path, wanted, found, holds }) => ({ path, wanted, found, holds })),
    error,
  };
}

function evidenceToWire(evidence: Evidence) {
  return {
    confidence: evidence.confidence,
    positive: evidence.positive,
    rated: evidence.rated,
    succeeded: evidence.succeeded,
    executed: evidence.executed,
    similarity: evidence.similarity,
    resolved: evidence.resolved,
  };
}

/** The counts behind a pattern's statistics, for the wire. */
export function tallyToWire(tally: PatternTally) {
  return {
    occurrences: tally.occurrences,
    executed: tally.executed,
    succeeded: tally.succeeded,
    approved_successes: tally.approvedSuccesses,
    failures: tally.failures,
    positive: tally.positive,
    rated: tally.rated,
    mean_confidence: tally.meanConfidence,
    mean_similarity: tally.meanSimilarity,
    principals: tally.principals,
  };
}

function standingToWire(standing: ActionStanding) {
  const { statistics } = standing;
  return {
    action_type: standing.actionType,
    evidence: evidenceToWire(standing.evidence),
    tally: tallyToWire(standing.tally),
    statistics: {
      occurrence_count: statistics.occurrenceCount,
      positive_feedback_rate: statistics.positiveFeedbackRate,
      avg_reliability_score: statistics.avgReliabilityScore,
      auto_remediation_success_rate: statistics.autoRemediationSuccessRate,
    },
    standing: standing.standing,
    ...scoreToWire(standing.reliability),
    lacking: standing.lacking,
  };
}

function weightsToWire(weights: Weights) {
  return {
    ai_confidence: weights.aiConfidence,
    human_validation: weights.humanFeedback,
    success_history: weights.historicalSuccess,
    pattern_recognition: weights.patternRecognition,
  };
}

function proposedToWire(event: Extract<RemediationEvent, { type: 'proposed' }>): EventWire {
  return {
    type: event.type,
    category: event.category,
    enable_auto_remediation: event.optedIn,
    submitter: event.submitter,
    requester: event.requester,
    pattern_id: event.patternId,
    similarity: event.similarity,
    analysis: {
      analyst: event.analysis.analyst,
      summary: event.analysis.summary,
      confidence: event.analysis.confidence,
      root_cause: event.analysis.rootCause,
    },
    plan: event.plan && planToWire(event.plan),
    plan_hash: event.planHash,
    steps: event.steps.map(stepToWire),
    standings: event.standings.map(standingToWire),
    ...scoreToWire(event.reliability),
    weights: weightsToWire(event.weights),
    phase: event.phase,
    decision_input: decisionInputToWire(event.decisionInput),
    decision: decisionToWire(event.decision),
    policy_version: event.policyVersion,
    symptom_shown: event.symptomShown,
    pins: event.pins,
    snapshot: event.snapshot,
  };
}

/** An event, for the wire. Field by field: what tools and callers wrote keeps its keys. */
export function eventToWire(event: RemediationEvent): EventWire {
  const { type } = event;
  switch (event.type) {
    case 'proposed':
      return proposedToWire(event);
    case 'approval_requested':
      return {
        type,
        approval_id: event.approvalId,
        binding_hash: event.bindingHash,
        binding: {
          tenant: event.binding.tenant,
          remediation_id: event.binding.remediationId,
          plan: planToWire(event.binding.plan),
          pins: event.binding.pins,
          policy_version: event.binding.policyVersion,
          snapshot: event.binding.snapshot,
          expires_at: toIso(event.binding.expiresAtMs),
          ...(event.binding.order ? { order: event.binding.order } : {}),
        },
        expires_at: toIso(event.expiresAtMs),
        needed: event.needed,
        barred: event.barred,
      };
    case 'approval_given':
      return {
        type,
        approval_id: event.approvalId,
        by: event.by,
        comment: event.comment,
        good_until: toIso(event.goodUntilMs),
      };
    case 'approval_refused':
      return {
        type,
        approval_id: event.approvalId,
        by: event.by,
        reason_code: event.reasonCode,
        comment: event.comment,
      };
    case 'approval_attempt_refused':
      return { type, by: event.by, named: event.named, refusal: event.refusal };
    case 'approval_escalated':
      return { type, approval_id: event.approvalId, target: event.target };
    case 'claimed':
      return { type, owner: event.owner };
    case 'cleared':
      return { type, step: event.step, clearance_id: event.clearanceId, verdicts: event.verdicts.map(verdictToWire) };
    case 'deferred':
      return { type, until: toIso(event.untilMs), reason: event.reason, verdicts: event.verdicts.map(verdictToWire) };
    case 'approval_consumed':
      return { type, approval_id: event.approvalId };
    case 'action_intended':
      return { type, ...intentToWire(event) };
    case 'action_settled':
      return {
        type,
        step: event.step,
        direction: event.direction,
        outcome: event.outcome,
        detail: event.detail,
        result: event.result,
        snapshot_after: event.snapshotAfter,
        took_ms: event.tookMs,
        ...(event.neverSent ? { never_sent: true } : {}),
      };
    case 'reconciled':
      return {
        type,
        step: event.step,
        direction: event.direction,
        answer: event.answer,
        detail: event.detail,
        may_resend: event.mayResend,
      };
    case 'reconciliation_answered':
      return {
        type,
        answer: event.answer,
        binding_hash: event.bindingHash,
        by: event.by,
        comment: event.comment,
        steps: event.steps,
      };
    case 'taken_over':
      return {
        type,
        from: event.from,
        by: event.by,
        calls: event.calls.map(intentToWire),
        steps: event.steps,
        approval_id: event.approval.approvalId,
      };
    case 'validated':
      return { type, passed: event.passed, checks: event.checks.map(checkToWire) };
    case 'stopped':
      return { type, reason: event.reason, verdicts: event.verdicts.map(verdictToWire) };
    case 'rollback_started':
      return { type, reason: event.reason, steps: event.steps };
    case 'undo_validated':
      return { type, step: event.step, passed: event.passed, checks: event.checks.map(checkToWire) };
    case 'late_reply':
      return { type, step: event.step, direction: event.direction, outcome: event.outcome, detail: event.detail };
    case 'succeeded':
    case 'rolled_back':
    case 'failed':
    case 'needs_reconciliation':
    case 'rejected':
    case 'expired':
    case 'halted':
    case 'withdrawn':
    case 'recovered':
    case 'manual':
    case 'suggested':
    case 'superseded':
      return {
        type,
        reason: event.reason,
        committed: event.committed,
        undone: event.undone,
        ...(event.verdicts ? { verdicts: event.verdicts.map(verdictToWire) } : {}),
      };
    default:
      // A row that a newer version wrote: its fields have no names here, and guessing them would be worse.
      event satisfies never;
      return { type };
  }
}

/** One row of the remediation log, for the wire. */
export function logRowToWire(row: LogRow): LogRowWire {
  return {
    remediation_id: row.remediationId,
    seq: row.seq,
    at: toIso(row.atMs),
    actor: row.actor,
    event: eventToWire(row.event),
    sentence: sayEvent(row.event),
    previous_hash: row.previousHash,
    hash: row.hash,
  };
}
