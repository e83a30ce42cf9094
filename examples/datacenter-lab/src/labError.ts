/** Why the lab did not do what it was asked. */
export type LabErrorCode =
  /** No system, tool or fault has that name. */
  | 'unknown_name'
  /** The request makes no sense for this system; nothing was changed. */
  | 'refused'
  /** A system or the supervisor does not answer as it should; whether something was changed is unknown. */
  | 'unreachable';

/** An error of the lab: a stable code and a sentence that says what to do. */
export class LabError extends Error {
  override readonly name = 'LabError';

  constructor(
    readonly code: LabErrorCode,
    message: string,
  ) {
    super(message);
  }
}
