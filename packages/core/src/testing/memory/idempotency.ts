import type { Json } from '../../domain/canonical.js';
import type { IdempotencyKey, IdempotencyStore } from '../../ports/idempotency.js';
import { keyOf, type MemoryState, sealed } from './state.js';

/** A request under a key. */
export interface IdempotencyEntry {
  readonly fingerprint: string;
  readonly token: number;
  /** Null once it is answered. */
  readonly untilMs: number | null;
  readonly answer: Json;
  readonly atMs: number;
}

/** Requests that were answered, in memory. */
export function memoryIdempotency({ clock, idempotency }: MemoryState): IdempotencyStore {
  const nameOf = ({ tenant, principal, key }: IdempotencyKey): string => keyOf(tenant, principal, key);
  const running = (id: IdempotencyKey, token: number): IdempotencyEntry | null => {
    const entry = idempotency.get(nameOf(id));
    return entry && entry.token === token && entry.untilMs !== null ? entry : null;
  };
  return {
    async begin(id, { fingerprint, leaseMs }) {
      const there = idempotency.get(nameOf(id));
      const nowMs = clock.now();
      if (there && there.fingerprint !== fingerprint) return { kind: 'mismatch' };
      if (there?.untilMs === null) return { kind: 'done', answer: there.answer };
      if (there && there.untilMs > nowMs) return { kind: 'running', untilMs: there.untilMs };
      const token = (there?.token ?? 0) + 1;
      const atMs = there?.atMs ?? nowMs;
      idempotency.set(nameOf(id), { fingerprint, token, untilMs: nowMs + leaseMs, answer: null, atMs });
      return { kind: 'begun', token };
    },
    async finish(id, token, answer) {
      const entry = running(id, token);
      if (entry) idempotency.set(nameOf(id), { ...entry, untilMs: null, answer: sealed(answer) });
      return entry !== null;
    },
    async abandon(id, token) {
      if (running(id, token)) idempotency.delete(nameOf(id));
    },
  };
}

/** Removes what was kept long enough; answers how many. */
export function forgetKeys({ idempotency }: MemoryState, beforeMs: number, limit: number): number {
  const old = [...idempotency].filter(([, { atMs }]) => atMs <= beforeMs).slice(0, limit);
  for (const [key] of old) idempotency.delete(key);
  return old.length;
}
