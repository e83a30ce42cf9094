import {
  type Adjudication,
  type Assessment,
  type AssessmentFigures,
  type DayScores,
  type DayWork,
  FACTOR_NAMES,
  type HumanResolution,
  type Json,
  type PatternEdit,
  PHASE_ADVANCES,
  PHASES,
  type Plan,
  type Policy,
  type RemediationEvent,
  type Reopening,
  type Runbook,
} from '@remit/core';
import { z } from 'zod';

/*
 * What JSON columns must look like. Objects are loose: what a shape does not name is kept, so that the hash over a row
 * still holds and a row of a newer release can be read. Lists of reasons and event types grow with releases and are
 * checked as text.
 */

const text = z.string();
const nullableText = text.nullable();
const percent = z.number();
const share = z.number();

const plan = z.looseObject({
  actions: z.array(z.looseObject({ action: text, arguments: z.record(text, z.unknown()) })),
});

const reliability = z.looseObject({
  score: percent,
  level: z.enum(['very_high', 'high', 'medium', 'low']),
  factors: z.looseObject({
    aiConfidence: percent,
    humanFeedback: percent,
    historicalSuccess: percent,
    patternRecognition: percent,
  }),
  flagged: z.array(z.enum(FACTOR_NAMES as [string, ...string[]])),
});

const decision = z.looseObject({
  route: z.enum(['auto', 'approval', 'manual', 'suggest_only']),
  reason: text,
  because: z.array(
    z.looseObject({
      rule: z.union([z.number(), z.literal('finding')]),
      reason: text,
      applies: z.boolean(),
      inputs: z.record(text, z.unknown()),
    }),
  ),
});

const analysis = z.looseObject({
  analyst: text,
  summary: text,
  rootCause: nullableText,
  hypotheses: z.array(z.looseObject({ cause: text, probability: share })),
  plan: plan.nullable(),
  confidence: share,
  evidence: z.array(text),
  whatWouldChangeMyMind: nullableText,
  observations: z.array(z.looseObject({ tool: text, error: nullableText })),
});

const assessment = z.looseObject({
  analysis,
  reliability,
  decision,
  patternId: text,
  similarity: share,
  similarTickets: z.array(z.looseObject({ ticketId: text, similarity: share, sharedTerms: z.array(text) })),
  symptomShown: z.boolean(),
  occurrences: z.number(),
  actionTypes: z.array(text),
});

const resolution = z.looseObject({
  resolver: text,
  atMs: z.number(),
  text,
  actions: plan.shape.actions,
  timeToResolve: z.number().nullable(),
  confirmed: z.boolean(),
  agreement: z.enum(['same', 'different', 'not_told', 'no_proposal']),
});

const reopening = z.looseObject({
  by: text,
  atMs: z.number(),
  reason: nullableText,
  resolvedAtMs: z.number(),
  resolution: resolution.nullable(),
  remediationId: nullableText,
  countsAsFailure: z.boolean(),
});

const adjudication = z.looseObject({
  by: text,
  atMs: z.number(),
  wouldHaveWorked: z.boolean(),
  comment: nullableText,
});

const runbook = z.looseObject({
  name: text,
  title: text,
  categories: z.array(text),
  symptomTexts: z.array(text),
  steps: plan.shape.actions,
});

const policy = z.looseObject({
  enabled: z.boolean(),
  requiresApproval: z.union([z.boolean(), z.literal('by_level')]),
  minReliabilityScore: percent,
  allowBelowSeedMinimum: z.boolean(),
  criticalAutoApprove: z.boolean(),
  maxActionsPerHour: z.number(),
  maintenanceWindows: z.array(z.looseObject({ zone: text, days: z.array(text), from: text, to: text })),
  freezePeriods: z.array(z.looseObject({ fromMs: z.number(), toMs: z.number(), reason: text })),
  approvers: z.number(),
  approverGroups: z.array(text),
  escalationTarget: nullableText,
  selfApproval: z.boolean(),
  mode: text,
  alpha: share,
  delta: share,
  shadow: z.boolean(),
  phase: z.enum(PHASES).nullable(),
  phaseAdvance: z.enum(PHASE_ADVANCES).exactOptional(),
});

/** The shape with the domain's type: the domain says more than a shape can check. */
function as<Value>(shape: z.ZodType): z.ZodType<Value> {
  return shape as z.ZodType<Value>;
}

/** The plan in `tickets.assessment`. */
export const planShape = as<Plan>(plan);
/** `tickets.assessment` */
export const assessmentShape = as<Assessment>(assessment);
/** `tickets.resolution` */
export const resolutionShape = as<HumanResolution>(resolution);
/** `tickets.figures` */
export const figuresShape = as<AssessmentFigures>(
  z.looseObject({
    score: percent,
    level: reliability.shape.level,
    factors: reliability.shape.factors,
    occurrences: z.number(),
    shadowed: z.looseObject({ route: decision.shape.route, hasPlan: z.boolean() }).nullable(),
    models: z.looseObject({ questions: z.number(), costUsd: z.number().nullable() }).nullable(),
  }),
);
/** `remediation_approvals.consents` */
export const consentsShape = z.array(z.looseObject({ atMs: z.number() }));
/** `tickets.reopenings` */
export const reopeningsShape = as<readonly Reopening[]>(z.array(reopening));
/** `tickets.adjudication` */
export const adjudicationShape = as<Adjudication>(adjudication);
/** `promoted_runbooks.runbook` */
export const runbookShape = as<Runbook>(runbook);
/** `promoted_runbooks.candidate` */
export const candidateShape = z.object({ ticketId: text, author: text });
/** `auto_remediation_policies.policy` */
export const policyShape = as<Policy>(policy);
/** `remediation_logs.event`: what it holds besides is vouched for by the hash chain. */
export const eventShape = as<RemediationEvent>(z.looseObject({ type: text.min(1) }));
/** Any JSON value. */
export const jsonShape = z.json();
/** A list of texts. */
export const textsShape = z.array(text);
/** Texts by name. */
export const textByNameShape = z.record(text, text);
/** JSON values by name; what a JSON column holds cannot be anything else. */
export const valueByNameShape = as<Readonly<Record<string, Json>>>(z.record(text, z.unknown()));

/** A {@link PatternEdit}. */
export const patternEditShape: z.ZodType<PatternEdit> = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('rename'), title: text }),
  z.looseObject({ kind: z.literal('merge'), into: text }),
  z.looseObject({
    kind: z.literal('split'),
    into: text,
    title: text,
    ticketIds: z.array(text),
    hashes: z.array(text),
  }),
  z.looseObject({ kind: z.literal('undo'), undoes: text }),
]);

/** A list of numbers, checked in one go: it may be long. */
const numbers = z.custom<readonly number[]>(
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'number'),
  'not a list of numbers',
);
const spread = z.object({ values: numbers, times: numbers, sum: z.number() });
const counts = z.record(text, z.number());
const judgements = z.record(text, z.object({ right: z.number(), wrong: z.number() }));
const factorSums = z.object({
  aiConfidence: z.number(),
  humanFeedback: z.number(),
  historicalSuccess: z.number(),
  patternRecognition: z.number(),
});
const ran = z.object({
  executed: z.number(),
  right: z.number(),
  failed: z.number(),
  rolledBack: z.number(),
  unknown: z.number(),
  reopened: z.number(),
  disputed: z.number(),
});

/** The scores of a day, summed up. */
export const dayScoresShape: z.ZodType<DayScores> = z.object({
  day: text,
  categories: z.record(
    text,
    z.object({
      tickets: z.number(),
      score: z.number(),
      factors: factorSums,
      levels: z.object({ very_high: z.number(), high: z.number(), medium: z.number(), low: z.number() }),
      values: spread,
    }),
  ),
});

/** What became of a day's tickets, summed up. */
export const dayWorkShape: z.ZodType<DayWork> = z.object({
  day: text,
  tickets: z.number(),
  optedIn: z.number(),
  routes: counts,
  states: counts,
  resolved: z.object({ automatically: z.number(), withApproval: z.number(), byPerson: z.number() }),
  repetitive: z.object({ tickets: z.number(), resolvedAutomatically: z.number() }),
  auto: ran,
  approval: ran,
  tookMs: z.object({ known: spread, unknown: spread }),
  approvals: z.object({
    asked: z.number(),
    rejected: z.number(),
    expired: z.number(),
    waiting: z.number(),
    consents: z.number(),
    rubberStamps: z.number(),
    grantedAfterMs: spread,
  }),
  blocked: counts,
  deferred: counts,
  automatic: judgements,
  personMinutes: z.record(text, spread),
  shadow: z.object({
    tickets: z.number(),
    wouldBe: counts,
    verdicts: counts,
    told: z.number(),
    wrong: z.number(),
    unknown: z.number(),
  }),
  models: z.object({
    tickets: z.number(),
    questions: z.number(),
    inputTokens: z.number(),
    outputTokens: z.number(),
    priced: z.number(),
    costUsd: z.number(),
  }),
  ran: judgements,
});
