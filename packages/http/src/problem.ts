import { type ErrorCode, type Fault, RemitError } from '@remit/core';
import { z } from 'zod';
import { factsToWire, faultToWire } from './wire/pointers.js';

/** Every `code` that a problem can carry: core's, and what only HTTP knows. */
export type ProblemCode = ErrorCode | HttpCode;

type HttpCode = 'precondition_required' | 'request_timeout' | 'rate_limited' | 'cross_site' | 'raw_body_missing';

interface Kind {
  readonly status: number;
  readonly title: string;
  /** Said when the error itself brings no next step. */
  readonly nextStep: string;
}

/** Status, title and default next step of every code: a code without a status does not compile. */
export const PROBLEMS: Readonly<Record<ProblemCode, Kind>> = {
  invalid_input: {
    status: 400,
    title: 'The input is not valid',
    nextStep: 'Correct what `errors` names and send it again.',
  },
  invalid_configuration: {
    status: 500,
    title: 'The service is not configured correctly',
    nextStep: 'Tell the operator the trace_id: the cause is in the log under it.',
  },
  invalid_catalogue: {
    status: 500,
    title: 'The action catalogue is not valid',
    nextStep: 'Tell the operator the trace_id: the cause is in the log under it.',
  },
  invalid_policy: {
    status: 400,
    title: 'The policy is not valid',
    nextStep: 'Correct what `errors` names and send it again.',
  },
  unauthenticated: {
    status: 401,
    title: 'Authentication is needed',
    nextStep: 'Send the credentials that this service asks for.',
  },
  forbidden: {
    status: 403,
    title: 'This is not allowed',
    nextStep: 'Ask an operator for the scope that is missing.',
  },
  not_found: { status: 404, title: 'There is no such thing', nextStep: 'Check the address and the id in it.' },
  unknown_category: {
    status: 400,
    title: 'The category is not known',
    nextStep: 'Use one of the categories in `facts.known_categories`.',
  },
  ticket_conflict: {
    status: 409,
    title: 'The ticket is in the way',
    nextStep: 'Read the ticket and decide whether another id, or to wait, is right.',
  },
  ticket_closed: { status: 409, title: 'The ticket is resolved already', nextStep: 'Read the ticket.' },
  ticket_not_resolved: {
    status: 409,
    title: 'The ticket is not resolved',
    nextStep: 'Read the ticket: only what was resolved can be reopened.',
  },
  nothing_to_adjudicate: {
    status: 409,
    title: 'Nothing waits for a judgement',
    nextStep: 'Read the ticket: only a proposal of shadow mode whose outcome is unknown is judged.',
  },
  pattern_conflict: {
    status: 409,
    title: 'The pattern is not as the change takes it to be',
    nextStep: 'Read the changes of the pattern: it is part of another one, or the change was taken back.',
  },
  already_adjudicated: {
    status: 409,
    title: 'It was judged otherwise before',
    nextStep: 'Read the ticket to see what was said.',
  },
  nothing_to_approve: {
    status: 409,
    title: 'Nothing waits for approval',
    nextStep: 'Read the ticket: `remediation.approval` says what waits.',
  },
  approval_stale: {
    status: 409,
    title: 'This is not what waits for approval now',
    nextStep:
      'Read the ticket again, look at what changed, and answer with the approval_id and binding_hash shown now.',
  },
  approval_expired: {
    status: 409,
    title: 'The approval request has expired',
    nextStep: 'Read the ticket: it waits for a person now.',
  },
  approval_decided: {
    status: 409,
    title: 'The approval was decided otherwise before',
    nextStep: 'Read the ticket to see what was decided.',
  },
  opt_in_missing: {
    status: 409,
    title: 'The ticket is not opted in',
    nextStep: 'Opt the ticket in first; until then nothing is sent for it, undo calls included.',
  },
  halt_in_force: {
    status: 409,
    title: 'A halt is in force',
    nextStep: 'Lift the halt first; until then nothing is sent, undo calls included.',
  },
  approver_barred: {
    status: 403,
    title: 'You may not approve this ticket',
    nextStep: 'Ask somebody else who may approve in this category.',
  },
  version_conflict: {
    status: 412,
    title: 'Somebody else changed it meanwhile',
    nextStep: 'Read it again, redo the change and send it with the new ETag.',
  },
  precondition_required: {
    status: 428,
    title: 'If-Match is needed',
    nextStep: 'Read the resource and send its ETag as If-Match.',
  },
  idempotency_running: {
    status: 409,
    title: 'The same request is being answered',
    nextStep: 'Send it again in a moment.',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    nextStep: 'Use a new key for a new request.',
  },
  request_timeout: {
    status: 408,
    title: 'The body did not come in time',
    nextStep: 'Send the whole body at once, over a line that is fast enough.',
  },
  rate_limited: { status: 429, title: 'Too many requests', nextStep: 'Wait as long as Retry-After says.' },
  cross_site: {
    status: 403,
    title: 'Another site may not do this',
    nextStep: 'Use the API from its own pages, or with an Authorization header.',
  },
  payload_too_large: { status: 413, title: 'The body is too large', nextStep: 'Send less.' },
  unsupported_media_type: {
    status: 415,
    title: 'The body must be JSON',
    nextStep: 'Send the body as UTF-8 JSON with "Content-Type: application/json".',
  },
  raw_body_missing: {
    status: 500,
    title: 'The bytes of the body are gone: a body parser in front of Remit took them',
    nextStep:
      'Tell the operator: mount Remit before the body parsers, or let the parser keep the bytes, in Express ' +
      'express.json({ verify: (req, _res, bytes) => { req.rawBody = bytes; } }).',
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed here',
    nextStep: 'Use one of the methods in the Allow header.',
  },
  storage_unavailable: {
    status: 503,
    title: 'The storage cannot be reached',
    nextStep: 'Send it again in a moment; with the same ticket_id that is safe.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong here',
    nextStep: 'Tell the operator the trace_id: the cause is in the log under it.',
  },
};

/** What besides code and sentence a {@link Problem} carries. */
export interface ProblemDetails {
  readonly nextStep?: string;
  /** Faults with the wire's pointers. */
  readonly faults?: readonly Fault[];
  /** Facts with the wire's names. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Why a request is refused, in the wire's words. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, detail: string, details: ProblemDetails = {}) {
    super(detail, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

/** Anything that was thrown, in the wire's words. What is not a refusal on purpose becomes `internal`. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // A code of a newer core than this one is no refusal that we know how to tell.
  if (!RemitError.is(error) || !Object.hasOwn(PROBLEMS, error.code)) {
    return new Problem('internal', 'An unexpected error occurred.', { cause: error });
  }
  const { code, nextStep, cause } = error;
  const faults = error.faults.map(faultToWire);
  const details = { faults, facts: factsToWire(error.facts), cause: cause ?? error };
  if (faults.length > 0) return new Problem(code, sayFaults(faults), details);
  return new Problem(code, error.message, nextStep === undefined ? details : { ...details, nextStep });
}

/** Many faults in one text; all of them are in `errors`. */
export function sayFaults(faults: readonly Fault[]): string {
  const [first, second, third, ...more] = faults.map(({ detail }) => detail);
  const told = [first, second, third].filter((detail) => detail !== undefined).join(' ');
  return more.length === 0 ? told : `${told} And ${more.length} more.`;
}

const CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** The body of every refusal: RFC 9457 with a stable `code`. */
export const problemWire = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(CODES),
    detail: z.string(),
    next_step: z.string(),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).readonly(),
    facts: z.record(z.string(), z.unknown()).readonly(),
    trace_id: z.string(),
  })
  .readonly()
  .meta({ id: 'Problem', description: 'Why a request was refused (RFC 9457), with a stable code.' });
/** The body of every refusal: RFC 9457 with a stable `code`. */
export type ProblemWire = z.infer<typeof problemWire>;

/** The body of a refusal. From 500 up it says nothing of the cause: that is for the log, under the same trace id. */
export function problemToWire(problem: Problem, { status, traceId }: { status: number; traceId: string }): ProblemWire {
  const { title, nextStep } = PROBLEMS[problem.code];
  const { code, details } = problem;
  const type = `urn:remit:problem:${code}`;
  if (status >= 500) {
    const detail = `${title}. The cause was logged under trace_id ${traceId}.`;
    return { type, title, status, code, detail, next_step: nextStep, errors: [], facts: {}, trace_id: traceId };
  }
  return {
    type,
    title,
    status,
    code,
    detail: problem.message,
    next_step: details.nextStep ?? nextStep,
    errors: details.faults ?? [],
    facts: details.facts ?? {},
    trace_id: traceId,
  };
}
