/** Every way in which Remit refuses. Codes are stable: hosts may switch on them. */
export type ErrorCode =
  | 'invalid_input'
  | 'invalid_configuration'
  | 'invalid_catalogue'
  | 'invalid_policy'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'unknown_category'
  | 'ticket_conflict'
  | 'ticket_closed'
  | 'ticket_not_resolved'
  | 'nothing_to_adjudicate'
  | 'already_adjudicated'
  | 'pattern_conflict'
  | 'nothing_to_approve'
  | 'approval_stale'
  | 'approval_expired'
  | 'approval_decided'
  | 'approver_barred'
  | 'opt_in_missing'
  | 'halt_in_force'
  | 'version_conflict'
  | 'idempotency_running'
  | 'idempotency_mismatch'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'method_not_allowed'
  | 'storage_unavailable'
  | 'internal';

/** One fault inside a rejected input. */
export interface Fault {
  /** JSON pointer (RFC 6901) to the value at fault; '' is the whole input. */
  readonly pointer: string;
  /** What is wrong there, in one sentence. */
  readonly detail: string;
}

/** Details of a {@link RemitError}. */
export interface RemitErrorDetails {
  /** What the reader can do next, in one sentence. */
  readonly nextStep?: string;
  /** All faults found, with their places. */
  readonly faults?: readonly Fault[];
  /** Machine-readable facts, for example the two hashes that differ. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The sentence of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const BRAND = Symbol.for('remit.error');

/**
 * The only error that Remit throws on purpose: a stable `code`, a sentence, and a next step.
 * It knows nothing of HTTP; `@remit/http` maps codes to statuses.
 */
export class RemitError extends Error {
  override readonly name = 'RemitError';
  readonly code: ErrorCode;
  readonly nextStep: string | undefined;
  readonly faults: readonly Fault[];
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: RemitErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.nextStep = details.nextStep;
    this.faults = details.faults ?? [];
    this.facts = details.facts ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** True for a RemitError of any installed copy of Remit (`instanceof` fails across two copies). */
  static is(value: unknown): value is RemitError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
