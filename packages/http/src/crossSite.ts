import { RemitError } from '@remit/core';
import { Problem } from './problem.js';
import type { Sent } from './sent.js';

/** Which pages of other origins may use the API from a browser. */
export interface CorsOptions {
  /** Whole origins, such as `https://console.example`; never `*`. */
  readonly origins: readonly string[];
}

const SAFE: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

const EXPOSED = 'etag, link, location, retry-after, x-trace-id, idempotency-replayed, ratelimit, ratelimit-policy';
const ALLOWED = 'authorization, content-type, if-match, idempotency-key, last-event-id, prefer, traceparent';

function isOrigin(text: string): boolean {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}

/** @throws RemitError `invalid_configuration` for what is no origin. */
export function checkCors(cors: CorsOptions | undefined): ReadonlySet<string> {
  for (const origin of cors?.origins ?? []) {
    if (!isOrigin(origin)) {
      throw new RemitError('invalid_configuration', `cors.origins has "${origin}", which is no origin.`, {
        nextStep: 'Name whole origins, such as https://console.example; there is no wildcard.',
      });
    }
  }
  return new Set(cors?.origins);
}

/** Whether a browser says that a page of another site made this request. */
function isForeign({ url, headers }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  const origin = headers.get('origin');
  if (origin === null) return false;
  const host = headers.get('host') ?? new URL(url).host;
  return !isOrigin(origin) || new URL(origin).host !== host;
}

/**
 * Refuses what a page of another site makes a browser send with credentials that the browser adds by itself (cookies,
 * a client certificate, or none at all): the person did not ask for it. A request with an Authorization header was
 * made by code that knows a secret, and passes.
 * @throws Problem `cross_site`.
 */
export function refuseForeign(request: Request, allowed: ReadonlySet<string>): void {
  if (SAFE.includes(request.method) || request.headers.has('authorization')) return;
  const origin = request.headers.get('origin');
  if (origin !== null && allowed.has(origin)) return;
  if (!isForeign(request)) return;
  throw new Problem('cross_site', 'The request was made by a page of another site.');
}

/** The CORS headers of an answer; none for origins that are not allowed. */
export function corsHeaders(request: Request, allowed: ReadonlySet<string>): Readonly<Record<string, string>> {
  if (allowed.size === 0) return {};
  const origin = request.headers.get('origin');
  if (origin === null || !allowed.has(origin)) return { vary: 'Origin' };
  return { vary: 'Origin', 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED };
}

/** The answer to a browser that asks before it sends; null for anything else. */
export function preflight(request: Request, allowed: ReadonlySet<string>): Sent | null {
  const origin = request.headers.get('origin');
  const isAsking = request.method === 'OPTIONS' && request.headers.has('access-control-request-method');
  if (!isAsking || origin === null || !allowed.has(origin)) return null;
  const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
  return {
    status: 204,
    headers: {
      ...corsHeaders(request, allowed),
      'access-control-allow-methods': methods,
      'access-control-allow-headers': ALLOWED,
      'access-control-max-age': '600',
    },
    body: null,
  };
}
