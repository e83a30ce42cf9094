import { z } from 'zod';
import { json as anyJson } from 'zod/v4';
import { type Analysis, MODEL_RESULTS } from '../domain/analysis.js';
import type { Json } from '../domain/canonical.js';
import { jsonFault } from '../domain/jsonFault.js';
import {
  FIGURE_DAYS,
  GUARANTEE,
  INPUT_LIMITS,
  JSON_LIMITS,
  PHASE_ADVANCES,
  PHASES,
  type Policy,
  SEED_MINIMUM_SCORE,
  STARS,
} from '../domain/policy.js';
import { RECONCILE_ANSWERS } from '../domain/remediation.js';
import { type Fault, RemitError } from '../errors.js';
import { requireCategory } from './requireCategory.js';

/* What comes from outside is parsed here once; inside, types are trusted. */

// By zod's other name: where a host uses that one, a bundler that makes one file of all (esbuild) would not begin zod
// for it unless what is loaded later asks for it by that name, too.
const json: z.ZodType<Json> = anyJson() as z.ZodType<Json>;
const text = (max: number) => z.string().max(max, `must have at most ${max} characters`);
const filled = (max: number) => text(max).refine((value) => value.trim() !== '', 'must not be empty');
const name = filled(INPUT_LIMITS.ticketId);

const ticketInput = z.strictObject({
  ticketId: name,
  description: filled(INPUT_LIMITS.description),
  category: z.string(),
  optedIn: z.boolean().default(false),
  title: text(INPUT_LIMITS.title)
    .nullish()
    .transform((value) => value ?? null),
  priority: text(INPUT_LIMITS.ticketId)
    .nullish()
    .transform((value) => value ?? null),
  requester: name.nullish().transform((value) => value ?? null),
  targets: z
    .array(z.string().regex(/^[^:*?]+:[^*?]+$/, 'must be of the form kind:name, without wildcards'))
    .max(INPUT_LIMITS.targets)
    .default([]),
  metadata: z.record(z.string(), json).default({}),
  incidentKey: name.nullish(),
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, 'must be a W3C traceparent')
    .nullish(),
});

const comment = text(INPUT_LIMITS.comment)
  .nullish()
  .transform((value) => value ?? null);
const claim = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);
const minutes = z
  .number()
  .min(0)
  .nullish()
  .transform((value) => value ?? null);

const HOW_MANY_STARS = `must be ${STARS.least} to ${STARS.most} stars`;

const feedbackInput = z.strictObject({
  ticketId: name,
  feedbackType: z.enum(['positive', 'neutral', 'negative']),
  rating: z
    .int()
    .min(STARS.least, HOW_MANY_STARS)
    .max(STARS.most, HOW_MANY_STARS)
    .nullish()
    .transform((v) => v ?? null),
  wasHelpful: claim,
  resolutionAccurate: claim,
  actionsWorked: claim,
  comment,
  whatWorked: comment,
  whatDidntWork: comment,
  suggestions: comment,
  actualResolution: comment,
  timeToResolve: minutes,
  remediationId: name.nullish().transform((value) => value ?? null),
});

const reopenInput = z.strictObject({ reason: comment });

const adjudicationInput = z.strictObject({ wouldHaveWorked: z.boolean(), comment });

const phaseInput = z.strictObject({
  phase: z.enum(PHASES).nullable(),
  expectedVersion: z.int().min(0),
  reason: comment,
});

const promotionInput = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'must be of small letters, digits, - and _')
    .max(INPUT_LIMITS.ticketId, `must have at most ${INPUT_LIMITS.ticketId} characters`),
  title: filled(INPUT_LIMITS.title),
  symptomTexts: z.array(filled(INPUT_LIMITS.comment)).max(INPUT_LIMITS.targets).default([]),
  steps: z
    .array(z.strictObject({ action: z.string(), arguments: z.record(z.string(), json) }))
    .max(INPUT_LIMITS.targets),
  candidate: z
    .strictObject({ ticketId: name, author: name })
    .nullish()
    .transform((value) => value ?? null),
  retired: z.boolean().default(false),
});

const resolutionInput = z.strictObject({
  text: filled(INPUT_LIMITS.comment),
  actions: z.array(z.strictObject({ action: z.string(), arguments: z.record(z.string(), json) })).default([]),
  timeToResolve: minutes,
});

const recoveryInput = z.strictObject({
  ticketId: name,
  incidentKey: name.nullish().transform((value) => value ?? null),
  text: filled(INPUT_LIMITS.comment),
  closesUnread: z.boolean().default(false),
});

const answerInput = z.strictObject({
  approve: z.boolean(),
  approvalId: z.string().min(1, 'must name the approval that was shown'),
  bindingHash: z.string().min(1, 'must name the binding hash that was shown'),
  comment,
  reasonCode: z.enum(['wrong_action', 'wrong_target', 'not_now', 'duplicate', 'other']).default('other'),
});

const reconciliationInput = z.strictObject({
  answer: z.enum(RECONCILE_ANSWERS),
  bindingHash: z.string().min(1, 'must name the binding hash that was shown'),
  comment,
});

const orNone = <Part>(part: z.ZodType<Part>) => part.nullable();

const tokens = z.int().min(0);

const modelUse = z.object({
  model: z.string(),
  result: z.enum(MODEL_RESULTS),
  questions: tokens,
  inputTokens: tokens,
  outputTokens: tokens,
  cacheReadTokens: tokens,
  cacheWriteTokens: tokens,
  costUsd: orNone(z.number().min(0)),
  requestIds: z.array(z.string()),
  sentHash: z.string(),
  sent: json,
});

const analysisAnswer = z.object({
  analyst: z.string(),
  summary: z.string(),
  rootCause: orNone(z.string()),
  hypotheses: z.array(z.object({ cause: z.string(), probability: z.number() })),
  plan: orNone(z.object({ actions: z.array(z.object({ action: z.string(), arguments: z.record(z.string(), json) })) })),
  evidence: z.array(z.string()),
  whatWouldChangeMyMind: orNone(z.string()),
  observations: z.array(z.object({ tool: z.string(), arguments: json, value: json, error: orNone(z.string()) })),
  modelUses: z.array(modelUse).optional(),
});

const wallClock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a wall-clock time HH:MM');

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const policyInput = z
  .strictObject({
    enabled: z.boolean(),
    requiresApproval: z.union([z.boolean(), z.literal('by_level')]),
    minReliabilityScore: z.number().min(0).max(100),
    allowBelowSeedMinimum: z.boolean(),
    criticalAutoApprove: z.boolean(),
    maxActionsPerHour: z.int().min(0),
    maintenanceWindows: z.array(
      z.strictObject({
        zone: z.string().refine(isZone, 'must be an IANA time zone, for example Europe/Rome'),
        days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
        from: wallClock,
        to: wallClock,
      }),
    ),
    freezePeriods: z.array(
      z
        .strictObject({ fromMs: z.number(), toMs: z.number(), reason: filled(INPUT_LIMITS.title) })
        .refine(({ fromMs, toMs }) => fromMs < toMs, 'must end after it begins'),
    ),
    approvers: z.int().min(1),
    approverGroups: z.array(name),
    escalationTarget: name.nullable(),
    selfApproval: z.boolean(),
    mode: z.enum(['seed', 'guaranteed']),
    alpha: z.number().min(GUARANTEE.alphaBounds.min).max(GUARANTEE.alphaBounds.max),
    delta: z.number().min(GUARANTEE.deltaBounds.min).max(GUARANTEE.deltaBounds.max),
    shadow: z.boolean(),
    phase: z.enum(PHASES).nullable(),
    phaseAdvance: z.enum(PHASE_ADVANCES).exactOptional(),
  })
  .refine((policy) => policy.minReliabilityScore >= SEED_MINIMUM_SCORE || policy.allowBelowSeedMinimum, {
    path: ['minReliabilityScore'],
    message: `must be ${SEED_MINIMUM_SCORE} or more unless allowBelowSeedMinimum is set`,
  });

/** The faults of a rejected value, with JSON pointers. */
function faultsOf(error: z.ZodError): readonly Fault[] {
  return error.issues.flatMap((issue): Fault[] => {
    const at = (path: readonly PropertyKey[]): string =>
      path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ pointer: at([...issue.path, key]), detail: 'is not known here' }));
    }
    return [{ pointer: at(issue.path), detail: issue.message }];
  });
}

function parse<Value>(
  schema: z.ZodType<Value>,
  input: unknown,
  what: string,
  code: 'invalid_input' | 'invalid_policy',
): Value {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error);
  throw new RemitError(code, `The ${what} has ${faults.length} fault(s).`, {
    faults,
    nextStep: `Correct ${faults.map(({ pointer }) => pointer || 'the whole input').join(', ')} and send it again.`,
  });
}

/** Parses a ticket. @throws RemitError `invalid_input`, or `unknown_category` naming the known ones. */
export function parseTicket(input: unknown, categories: readonly string[]) {
  const ticket = parse(ticketInput, input, 'ticket', 'invalid_input');
  requireCategory(ticket.category, categories);
  const { incidentKey, traceparent, ...rest } = ticket;
  return { ...rest, ...(incidentKey ? { incidentKey } : {}), ...(traceparent ? { traceparent } : {}) };
}

/** Parses a feedback. @throws RemitError `invalid_input`. */
export const parseFeedback = (input: unknown) => parse(feedbackInput, input, 'feedback', 'invalid_input');
/** Parses a reopening. @throws RemitError `invalid_input`. */
export const parseReopening = (input: unknown) => parse(reopenInput, input, 'reopening', 'invalid_input');
/** Parses a judgement of a proposal. @throws RemitError `invalid_input`. */
export const parseAdjudication = (input: unknown) => parse(adjudicationInput, input, 'judgement', 'invalid_input');
/** Parses a change of the rollout phase. @throws RemitError `invalid_input`. */
export const parsePhase = (input: unknown) => parse(phaseInput, input, 'phase', 'invalid_input');
const why = text(INPUT_LIMITS.comment)
  .nullish()
  .transform((value) => value ?? null);
const patternEditInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rename'), title: filled(INPUT_LIMITS.title), reason: why }),
  z.strictObject({ kind: z.literal('merge'), into: name, reason: why }),
  z.strictObject({
    kind: z.literal('split'),
    title: filled(INPUT_LIMITS.title),
    ticketIds: z.array(name).min(1).max(INPUT_LIMITS.splitTickets),
    reason: why,
  }),
  z.strictObject({ kind: z.literal('undo'), undoes: name, reason: why }),
]);
/** Parses a change of a pattern. @throws RemitError `invalid_input`. */
export const parsePatternEdit = (input: unknown) => parse(patternEditInput, input, 'change', 'invalid_input');
/** Parses a promotion of a fix to a runbook. @throws RemitError `invalid_input`. */
export const parsePromotion = (input: unknown) => parse(promotionInput, input, 'runbook', 'invalid_input');
/** Parses a human resolution. @throws RemitError `invalid_input`. */
export const parseResolution = (input: unknown) => parse(resolutionInput, input, 'resolution', 'invalid_input');
/** Parses another system's word that an incident is over. @throws RemitError `invalid_input`. */
export const parseRecovery = (input: unknown) => parse(recoveryInput, input, 'report', 'invalid_input');
/** Parses an answer to an approval. @throws RemitError `invalid_input`. */
export const parseAnswer = (input: unknown) => parse(answerInput, input, 'answer', 'invalid_input');
/** Parses an answer to a parked remediation. @throws RemitError `invalid_input`. */
export const parseReconciliation = (input: unknown) => parse(reconciliationInput, input, 'answer', 'invalid_input');
const acceptanceInput = z.strictObject({
  pins: z
    .record(z.string(), z.string().regex(/^[0-9a-f]{64}$/, 'must be the hash that was shown: 64 hexadecimal digits'))
    .refine((pins) => Object.keys(pins).length > 0, 'must name at least one tool with the hash that was shown'),
  everywhere: z.boolean().default(false),
});
/** Parses what an operator accepts. @throws RemitError `invalid_input`. */
export const parseAcceptance = (input: unknown) => parse(acceptanceInput, input, 'acceptance', 'invalid_input');
/** Parses a whole policy. @throws RemitError `invalid_policy`. */
export const parsePolicy = (input: unknown): Policy => parse(policyInput, input, 'policy', 'invalid_policy') as Policy;

/** A number that no share can be: it counts as 0 and is flagged, and unlike NaN it can be stored. */
const NO_CONFIDENCE = -1;

/**
 * Parses what an analyst says; a model may say anything. Only looked at, never copied: what the catalogue does not
 * know must still be there when the catalogue refuses it. @throws RemitError `invalid_input`.
 */
export function parseAnalysis(answer: Analysis): Analysis {
  const fault = jsonFault(answer?.plan ?? null, JSON_LIMITS.arguments);
  if (fault !== null) throw new RemitError('invalid_input', `The plan of the analysis cannot be used: ${fault}.`);
  parse(analysisAnswer, answer, 'analysis', 'invalid_input');
  return Number.isFinite(answer.confidence) ? answer : { ...answer, confidence: NO_CONFIDENCE };
}

/** A number of days for statistics. @throws RemitError `invalid_input`. */
export function parseDays(days: unknown): number {
  return parse(
    z.strictObject({ days: z.number().min(FIGURE_DAYS.least).max(FIGURE_DAYS.most) }),
    { days },
    'query',
    'invalid_input',
  ).days;
}
