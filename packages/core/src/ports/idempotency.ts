import type { Json } from '../domain/canonical.js';

/** Who sent a request under which key. */
export interface IdempotencyKey {
  readonly tenant: string;
  readonly principal: string;
  readonly key: string;
}

/** What is known of a key. */
export type IdempotencyClaim =
  | { readonly kind: 'begun'; readonly token: number }
  /** The same request is being answered right now. */
  | { readonly kind: 'running'; readonly untilMs: number }
  | { readonly kind: 'done'; readonly answer: Json }
  /** The key was used for another request. */
  | { readonly kind: 'mismatch' };

/** Requests that were answered, so that a repeat gets the same answer. Kept for `IDEMPOTENCY.keptMs`. */
export interface IdempotencyStore {
  /** Begins to answer a request, unless the key is taken. One whose time ran out without an answer begins anew. */
  begin(
    key: IdempotencyKey,
    request: { readonly fingerprint: string; readonly leaseMs: number },
  ): Promise<IdempotencyClaim>;
  /** Keeps the answer; false when the time had run out and somebody else began. */
  finish(key: IdempotencyKey, token: number, answer: Json): Promise<boolean>;
  /** Forgets a request that got no answer worth keeping. */
  abandon(key: IdempotencyKey, token: number): Promise<void>;
}
