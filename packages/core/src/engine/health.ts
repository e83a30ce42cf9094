import { HEALTH } from '../domain/policy.js';
import type { Storage } from '../ports/storage.js';
import type { AnalystRecord } from './watchAnalyst.js';

/** How the service is, in words that tell nothing about any tenant. */
export interface Health {
  /** `down` while the store cannot be reached: nothing is taken in and nothing is done. `degraded`: something else. */
  readonly status: 'ok' | 'degraded' | 'down';
  readonly store: { readonly state: 'ok' | 'unreachable'; readonly error: unknown };
  /** `behind` when work was there for a minute and nobody took it; `unknown` while the store cannot be asked. */
  readonly queue: { readonly state: 'working' | 'behind' | 'stopped' | 'unknown' };
  /** `failing` after three failures in a row; `not_asked` when no ticket needed it since the start. */
  readonly analyst: { readonly state: 'ok' | 'failing' | 'not_asked' };
}

/** What the health of a Remit is seen from. */
export interface Signs {
  readonly storage: Pick<Storage, 'due'>;
  /** Whether work is being taken. */
  readonly isRunning: () => boolean;
  readonly analyst: () => AnalystRecord;
}

/** The oldest piece of work that nobody holds; null for none. */
async function oldestDue(storage: Signs['storage']): Promise<string | null> {
  const { tickets, remediations } = await storage.due(1);
  const [ticket] = tickets;
  const [remediation] = remediations;
  return ticket || remediation ? JSON.stringify([ticket, remediation]) : null;
}

/** Rejects when a promise takes too long; what it was waiting for goes on. */
function inTime<Value>(promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`The store gave no answer within ${HEALTH.answersWithinMs} ms.`));
    const timer = setTimeout(late, HEALTH.answersWithinMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Makes a look at how the service is. Whoever asks gets an answer within a bounded time; the store is asked once a
 * second at most, and never again before it has answered, so that nobody can wear it down by asking.
 */
export function lookAfter({ storage, isRunning, analyst }: Signs): () => Promise<Health> {
  let asking: Promise<string | null> | undefined;
  let last: { readonly atMs: number; readonly looked: Promise<string | null> } | undefined;
  let waiting: { readonly work: string; readonly sinceMs: number } | undefined;

  function look(): Promise<string | null> {
    const nowMs = performance.now();
    if (last && nowMs - last.atMs < HEALTH.looksEveryMs) return last.looked;
    asking ??= oldestDue(storage).finally(() => {
      asking = undefined;
    });
    last = { atMs: nowMs, looked: inTime(asking) };
    return last.looked;
  }

  /** Work that is there, look after look, and that nobody takes. */
  function isBehind(work: string | null): boolean {
    if (work === null) waiting = undefined;
    else if (waiting?.work !== work) waiting = { work, sinceMs: performance.now() };
    return waiting !== undefined && performance.now() - waiting.sinceMs >= HEALTH.behindAfterMs;
  }

  function analystState(): Health['analyst']['state'] {
    const { failuresInARow, wasAsked } = analyst();
    if (failuresInARow >= HEALTH.failuresInARow) return 'failing';
    return wasAsked ? 'ok' : 'not_asked';
  }

  return async () => {
    const state = analystState();
    try {
      const work = await look();
      const queue = !isRunning() ? 'stopped' : isBehind(work) ? 'behind' : 'working';
      const status = queue === 'working' && state !== 'failing' ? 'ok' : 'degraded';
      return { status, store: { state: 'ok', error: null }, queue: { state: queue }, analyst: { state } };
    } catch (error) {
      const queue = isRunning() ? 'unknown' : 'stopped';
      return { status: 'down', store: { state: 'unreachable', error }, queue: { state: queue }, analyst: { state } };
    }
  };
}
