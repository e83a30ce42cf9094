import { ApiProblem, createClient } from '@remit/client';

/** One request to the API. */
export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base of the API and ready to be sent, for example `/tickets/INC-001`. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the API answered. */
export interface Reply {
  /** Parsed JSON; null without a body. */
  readonly body: unknown;
  /** The ETag, for a later If-Match. */
  readonly etag: string | null;
}

/** How a store reaches the API. Both reject with a {@link Trouble}. */
export interface Api {
  /** Sends one request and waits for its reply. */
  ask(request: Ask): Promise<Reply>;
  /** Calls back for every event until the signal aborts, over as many connections as it takes; rejects when it is refused. */
  follow(onEvent: () => void, signal: AbortSignal): Promise<void>;
}

/** Options of {@link connect}. */
export interface ConnectOptions {
  /** Where the API lies. Default `/api/v1`. */
  readonly base?: string;
  /** The bearer token, asked for at every request; null sends none (a host with cookies). */
  readonly token?: () => string | null;
  /** How long an answer may take, ms. Default 15 000. */
  readonly timeoutMs?: number;
}

/** Why the API did not do it: one message for people, and the stable code. */
export class Trouble extends Error {
  override readonly name = 'Trouble';
  constructor(
    message: string,
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** The API's stable code; `no_answer`, `half_answer` and `unknown` are the page's own. */
    readonly code: string,
    /** Facts that the API's answer brought along. */
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** A call of the client with a path that is whole already: its own types are for paths with names in them. */
type Send = (path: string, ask: object) => Promise<Reply>;

function troubleOf(error: unknown): Trouble {
  if (error instanceof ApiProblem) {
    const faults = (error.problem?.errors ?? [])
      .filter(({ detail }) => !error.message.includes(detail))
      .map(({ pointer, detail }) => `${pointer}: ${detail}`);
    const differs: unknown = error.problem?.facts?.['differs'];
    const changed = Array.isArray(differs) ? [`Changed: ${differs.join(', ')}.`] : [];
    const message = [error.message, ...faults, ...changed].join(' ');
    return new Trouble(message, error.status, error.code, { ...error.problem?.facts });
  }
  if (error instanceof SyntaxError) {
    return new Trouble('The answer of the service broke off. Try again.', 0, 'half_answer');
  }
  return new Trouble('The service does not answer. Check the connection and try again.', 0, 'no_answer');
}

/** Reaches the API by fetch. Nothing is kept, nothing is repeated by itself. */
export function connect({ base = '/api/v1', token = () => null, timeoutMs = 15_000 }: ConnectOptions = {}): Api {
  const client = createClient({ baseUrl: base, token: () => token() ?? undefined });
  return {
    async ask({ method, path, body, headers }) {
      const verb = method.toLowerCase() as Lowercase<Ask['method']>;
      const ask = { header: headers, signal: AbortSignal.timeout(timeoutMs), ...(body === undefined ? {} : { body }) };
      try {
        return await (client[verb] as unknown as Send)(path, ask);
      } catch (error) {
        throw troubleOf(error);
      }
    },
    async follow(onEvent, signal) {
      for await (const _ of client.events({ signal })) onEvent();
    },
  };
}
