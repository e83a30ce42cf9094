import { type Clock, type Logger, type Principal, type Remit, RemitError } from '@remit/core';
import { addressOf, isBridged } from './bridgedRequest.js';
import { type CorsOptions, checkCors, corsHeaders, preflight, refuseForeign } from './crossSite.js';
import { statusOf } from './describeApi.js';
import { answerRepeatable } from './idempotency.js';
import type { IngestSources } from './ingest/source.js';
import { Problem, problemToWire, toProblem } from './problem.js';
import { NO_RATE, type RateLimitOptions, rateLimiter } from './rateLimit.js';
import { readJson } from './readJson.js';
import type { Answer, Route } from './route.js';
import { createRouter } from './router.js';
import { ROUTES } from './routes.js';
import { bytesOf, responseOnDemand, type Sent, toResponse } from './sent.js';
import { traceIdOf } from './trace.js';
import type { Webhooks } from './webhooks/webhooks.js';

/** Who is calling, or null when that cannot be told. A body that the hook reads must be read from `request.clone()`. */
export interface Authenticate {
  (request: Request): Promise<Principal | null> | Principal | null;
  /** What it expects, told to whoever is not let in, such as `send Authorization: Bearer TOKEN`. Default: nothing. */
  readonly expects?: string;
}

/** Options of {@link createHandler}. */
export interface HandlerOptions {
  readonly remit: Remit;
  /** Without it every route but /health answers 401. */
  readonly authenticate?: Authenticate;
  /** The whole path under which the routes lie, the path of a mount included. Default `/api/v1`. */
  readonly basePath?: string;
  /** Larger bodies are refused before they are buffered. Default 1 MiB. */
  readonly bodyLimitBytes?: number;
  /** A body that is not there after this time is refused, ms. Default 30,000. */
  readonly bodyTimeoutMs?: number;
  /** Origins whose pages may use the API from a browser. Default: none, and no CORS header is ever sent. */
  readonly cors?: CorsOptions;
  /** Systems whose messages are taken in at `/ingest/{source}`. Default: none. */
  readonly ingest?: IngestSources;
  /** What `startWebhooks` made: its dead letters get routes. Default: none. */
  readonly webhooks?: Pick<Webhooks, 'deadLetters' | 'replay'>;
  /** By which clock a signed message is too old. Default: the system's. */
  readonly clock?: Clock;
  /** Default: no limit. */
  readonly rateLimit?: RateLimitOptions;
  /** Hears of every answer (`info`, where it has that) and of causes that no caller may see. Default: the console, causes alone. */
  readonly logger?: Logger;
}

const NO_HOOK =
  'Nobody can be authenticated: pass `authenticate: (request) => ({ id, tenant, scopes })` to createHandler.';

function cleanBasePath(basePath: string): string {
  const clean = basePath.replace(/\/+$/, '');
  if (clean !== '' && !clean.startsWith('/')) {
    throw new RemitError('invalid_configuration', `basePath must start with a slash, got "${basePath}".`);
  }
  return clean;
}

function checkWhole(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RemitError('invalid_configuration', `${name} must be a whole number from 1, got ${value}.`);
  }
  return value;
}

function isPrincipal(value: unknown): value is Principal {
  if (typeof value !== 'object' || value === null) return false;
  const { id, tenant, scopes } = value as Partial<Record<keyof Principal, unknown>>;
  const isName = (name: unknown): boolean => typeof name === 'string' && name !== '';
  return isName(id) && isName(tenant) && Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string');
}

async function authenticated(request: Request, authenticate: Authenticate | undefined): Promise<Principal> {
  const headers = { 'www-authenticate': 'Bearer' };
  if (!authenticate) throw new Problem('unauthenticated', NO_HOOK, { headers, nextStep: 'Tell the operator.' });
  const principal = await authenticate(request);
  if (principal === null) {
    const { expects } = authenticate;
    throw new Problem('unauthenticated', 'The request carries no credentials that are valid here.', {
      headers,
      ...(expects ? { nextStep: expects } : {}),
    });
  }
  if (!isPrincipal(principal)) {
    throw new RemitError('invalid_configuration', 'authenticate must answer { id, tenant, scopes } or null.');
  }
  return principal;
}

/** A query as an object; a name that is given twice has a list, which no schema takes. */
function queryOf(search: URLSearchParams | null): Readonly<Record<string, string | readonly string[]>> {
  if (search === null) return {};
  const names = [...new Set(search.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = search.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

interface Sending {
  readonly type: string;
  readonly traceId: string;
  readonly isHead: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer as it goes out. Its JSON ends with a line end, so that a terminal shows the next prompt on its own line. */
function toSent({ status, body, headers, stream }: Answer, { type, traceId, isHead, headers: more }: Sending): Sent {
  const text = body === null || stream ? null : `${JSON.stringify(body)}\n`;
  const all: Record<string, string> = { ...headers, ...more };
  if (text !== null) all['content-type'] = type;
  all['cache-control'] = 'no-store';
  all['x-content-type-options'] = 'nosniff';
  all['x-trace-id'] = traceId;
  if (!isHead) return { status, headers: all, body: text ?? stream ?? null };
  void stream?.cancel();
  return { status, headers: all, body: null, ...(text === null ? {} : { unsentBytes: bytesOf(text) }) };
}

const CONSOLE: Logger = { error: (facts, message) => console.error(message, facts) };

/**
 * The API as one function from Request to Response: every host that speaks fetch can mount it; `toNodeListener` makes
 * a listener for node:http of it. It never rejects. Each answer carries `x-trace-id` (the trace id of the caller's
 * `traceparent`, or a new one), which the log has too. No CORS header is sent unless `cors` says so.
 * @throws RemitError `invalid_configuration` when an option cannot be used.
 */
export function createHandler(options: HandlerOptions): (request: Request) => Promise<Response> {
  const { remit, authenticate, logger = CONSOLE } = options;
  const basePath = cleanBasePath(options.basePath ?? '/api/v1');
  const limits = {
    limit: checkWhole('bodyLimitBytes', options.bodyLimitBytes ?? 1_048_576),
    timeoutMs: checkWhole('bodyTimeoutMs', options.bodyTimeoutMs ?? 30_000),
  };
  const origins = checkCors(options.cors);
  const countRequest = rateLimiter(options.rateLimit);
  const { clock = { now: () => Date.now() }, webhooks = null } = options;
  const ingest = { sources: options.ingest ?? {}, limits, nowMs: () => clock.now() };
  const findRoute = createRouter(ROUTES, basePath);

  function tellLog(message: string, facts: Readonly<Record<string, unknown>>): void {
    try {
      logger.error(facts, message);
    } catch {
      // A logger that throws must not turn an answer into none.
    }
  }

  function noteAnswer(facts: Readonly<Record<string, unknown>>): void {
    try {
      logger.info?.(facts, 'A request was answered.');
    } catch {
      // As above.
    }
  }

  async function answer(request: Request, traceId: string, noteRoute: (route: Route) => void): Promise<Answer> {
    const { pathname, query: search } = addressOf(request);
    const { route, path } = findRoute(request.method, pathname);
    noteRoute(route);
    refuseForeign(request, origins);
    const actor = route.isPublic ? null : await authenticated(request, authenticate);
    const rate = actor ? countRequest(actor) : NO_RATE;
    const body = route.body ? await readJson(request, limits) : null;
    const report = (what: string, error: unknown): void =>
      tellLog(`Trouble while ${what}; the answer went out all the same.`, { trace_id: traceId, error });
    const query = queryOf(search);
    const call = { remit, actor, path, query, body, request, basePath, routes: ROUTES, ingest, webhooks, report };
    const done =
      actor && request.method === 'POST'
        ? await answerRepeatable({ remit, actor, request, body, answer: () => route.answer(call) })
        : await route.answer(call);
    return rate === NO_RATE ? done : { ...done, headers: { ...done.headers, ...rate } };
  }

  function refuse(error: unknown, request: Request, traceId: string, route: Route | undefined): Answer {
    const problem = withCategories(toProblem(error), remit);
    const { code, details } = problem;
    const status = statusOf(route, code);
    if (status >= 500) {
      const where = `${request.method} ${route?.pattern ?? ''}`.trim();
      tellLog(`${where} failed with ${code}.`, { trace_id: traceId, error: details.cause ?? problem });
    }
    return {
      status,
      body: problemToWire(problem, { status, traceId }),
      ...(details.headers ? { headers: details.headers } : {}),
    };
  }

  async function respond(request: Request): Promise<Sent> {
    const traceId = traceIdOf(request.headers);
    const isHead = request.method === 'HEAD';
    const asked = preflight(request, origins);
    if (asked) return asked;
    const sending = { traceId, isHead, headers: corsHeaders(request, origins) };
    let route: Route | undefined;
    const began = performance.now();
    const noted = (sent: Sent): Sent => {
      if (!logger.info) return sent;
      const { method } = request;
      const facts = { method, route: route?.pattern ?? null, status: sent.status, trace_id: traceId };
      noteAnswer({ ...facts, ms: Math.round(performance.now() - began) });
      return sent;
    };
    try {
      const done = await answer(request, traceId, (found) => {
        route = found;
      });
      return noted(toSent(done, { ...sending, type: 'application/json' }));
    } catch (error) {
      const refused = refuse(error, request, traceId, route);
      return noted(toSent(refused, { ...sending, type: 'application/problem+json' }));
    }
  }

  // Where the request comes from our own bridge, the answer goes back to it: a whole Response would be for nothing.
  return async (request) => {
    const sent = await respond(request);
    return isBridged(request) ? responseOnDemand(sent) : toResponse(sent);
  };
}

/** An unknown category is told together with the known ones. */
function withCategories(problem: Problem, remit: Remit): Problem {
  if (problem.code !== 'unknown_category') return problem;
  const known = remit.categories;
  return new Problem(problem.code, problem.message, {
    nextStep: `Use one of ${known.join(', ')}.`,
    ...problem.details,
    facts: { ...problem.details.facts, known_categories: known },
  });
}
