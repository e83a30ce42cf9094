import type { BodyLimits } from './readJson.js';

/** What a body parser in front of Remit left of a body. */
export type Leftover =
  /** A value that it made of the bytes: a signature does not cover what is made of that again. */
  | 'value'
  /** Nothing: it took the bytes and kept none. */
  | 'nothing';

/** Under which a request says what was left of its body. */
export const LEFTOVER: unique symbol = Symbol('what a parser left of the body');

/** Under which a request has a way to read its body whole; the way answers null where it has to be read as a stream. */
export const READ_WHOLE: unique symbol = Symbol('read the body whole');

/** Under which a request has its path, where it is so plain that a URL would have the same, and no query. */
export const PLAIN_PATH: unique symbol = Symbol('the path, where it is plain');

/** What the bridge from node:http adds to a request, so that it is answered with less work. */
export interface BridgedRequest {
  readonly [LEFTOVER]?: Leftover | null;
  readonly [PLAIN_PATH]?: string | null;
  readonly [READ_WHOLE]?: (limits: BodyLimits) => Promise<Uint8Array> | null;
}

/** Whether a request comes over the bridge, which takes answers as they are. */
export function isBridged(request: Request): boolean {
  return READ_WHOLE in request;
}

/** What was left of a body that somebody read before; null when its bytes are as they came. */
export function leftoverOf(request: Request): Leftover | null {
  return (request as BridgedRequest)[LEFTOVER] ?? null;
}

/** Path and query of a request; the query is null for none. */
export function addressOf(request: Request): { readonly pathname: string; readonly query: URLSearchParams | null } {
  const plain = (request as BridgedRequest)[PLAIN_PATH] ?? null;
  if (plain !== null) return { pathname: plain, query: null };
  const { pathname, search, searchParams } = new URL(request.url);
  return { pathname, query: search === '' ? null : searchParams };
}
