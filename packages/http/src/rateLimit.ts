import { type Principal, RemitError } from '@remit/core';
import { Problem } from './problem.js';

/** How many requests one principal may send. Counted in this process, so that several instances let more through. */
export interface RateLimitOptions {
  readonly requests: number;
  readonly windowMs: number;
}

/** What an answer says about the limit. */
export type RateHeaders = Readonly<Record<string, string>>;

/** What is said where there is no limit: nothing. */
export const NO_RATE: RateHeaders = {};

interface Window {
  startsAt: number;
  taken: number;
}

/** Names of principals kept at most; the oldest go first. */
const KEPT = 10_000;

/**
 * Counts requests of each principal over fixed windows. The answer's headers follow the draft of the IETF
 * (`RateLimit-Policy`, `RateLimit`).
 * @throws RemitError `invalid_configuration`.
 */
export function rateLimiter(
  options: RateLimitOptions | undefined,
  now: () => number = () => performance.now(),
): (actor: Principal) => RateHeaders {
  if (!options) return () => NO_RATE;
  const { requests, windowMs } = options;
  if (!Number.isSafeInteger(requests) || requests < 1 || !(windowMs >= 1_000)) {
    throw new RemitError('invalid_configuration', 'rateLimit needs requests from 1 and a windowMs from 1000.');
  }
  const windows = new Map<string, Window>();
  const policy = `"default";q=${requests};w=${Math.ceil(windowMs / 1000)}`;

  return (actor) => {
    const key = JSON.stringify([actor.tenant, actor.id]);
    const at = now();
    const before = windows.get(key);
    const window = before && at - before.startsAt < windowMs ? before : { startsAt: at, taken: 0 };
    window.taken += 1;
    windows.delete(key);
    windows.set(key, window);
    const [oldest] = windows.keys();
    if (windows.size > KEPT && oldest !== undefined) windows.delete(oldest);
    const seconds = Math.max(1, Math.ceil((window.startsAt - at + windowMs) / 1000));
    const left = Math.max(0, requests - window.taken);
    const headers = { 'ratelimit-policy': policy, ratelimit: `"default";r=${left};t=${seconds}` };
    if (window.taken <= requests) return headers;
    throw new Problem('rate_limited', `More than ${requests} requests came within ${Math.ceil(windowMs / 1000)} s.`, {
      headers: { ...headers, 'retry-after': String(seconds) },
      nextStep: `Send it again in ${seconds} s.`,
    });
  };
}
