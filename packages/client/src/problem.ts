import type { Problem } from './schema.js';

/** A refusal of the API: what RFC 9457 says of it, with a `code` that does not change. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** HTTP status. */
  readonly status: number;
  /** Stable code, such as `approval_stale`; `unreadable` when the answer was no problem+json (a proxy's page, say). */
  readonly code: Problem['code'] | 'unreadable';
  /** The whole problem; null when the answer was none. */
  readonly problem: Problem | null;
  /** Seconds after which to ask again, where the server said so. */
  readonly retryAfter: number | null;

  constructor(status: number, { problem, retryAfter }: { problem: Problem | null; retryAfter: number | null }) {
    super(problem === null ? `The server answered ${status}.` : `${problem.detail} ${problem.next_step}`);
    this.status = status;
    this.code = problem?.code ?? 'unreadable';
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value && 'next_step' in value;
}

/** The refusal that a response is. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const said: unknown = await response.json().catch(() => null);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : null;
  return new ApiProblem(response.status, { problem: isProblem(said) ? said : null, retryAfter });
}
