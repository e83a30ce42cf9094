import type { Clock } from '../ports/clock.js';
import type { Queue, Work } from '../ports/queue.js';

/** Options of {@link inProcessQueue}. */
export interface InProcessQueueOptions {
  readonly clock: Clock;
  /** Pieces of work that run at the same time. Default 8. */
  readonly concurrency?: number;
}

// setTimeout overflows beyond this; a timer that fires early only asks again.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The default queue: lives in this process and forgets on exit, which is fine, since the engine finds unfinished work
 * again by itself. The same work never runs twice at once; woken while it runs, it runs once more.
 */
export function inProcessQueue({ clock, concurrency = 8 }: InProcessQueueOptions): Queue {
  const waiting = new Map<string, Work>();
  const running = new Set<string>();
  const again = new Map<string, Work>();
  const timers = new Set<NodeJS.Timeout>();
  let idleWaiters: (() => void)[] = [];
  let deliver: ((work: Work) => Promise<void>) | null = null;
  let report: (error: unknown, work: Work) => void = () => {};
  let draining = false;

  const keyOf = ({ kind, tenant, id }: Work): string => JSON.stringify([kind, tenant, id]);

  function settleIdle(): void {
    if (running.size > 0 || (waiting.size > 0 && !draining)) return;
    for (const resolve of idleWaiters) resolve();
    idleWaiters = [];
  }

  async function run(key: string, work: Work, handler: (work: Work) => Promise<void>): Promise<void> {
    running.add(key);
    try {
      await handler(work);
    } catch (error) {
      report(error, work);
    }
    running.delete(key);
    const repeat = again.get(key);
    again.delete(key);
    if (repeat && !draining) waiting.set(key, repeat);
    pump();
    settleIdle();
  }

  function pump(): void {
    if (!deliver || draining) return;
    for (const [key, work] of waiting) {
      if (running.size >= concurrency) return;
      waiting.delete(key);
      void run(key, work, deliver);
    }
  }

  function wakeNow(work: Work): void {
    const key = keyOf(work);
    if (running.has(key)) again.set(key, work);
    else waiting.set(key, work);
    pump();
  }

  function wakeAt(work: Work, atMs: number): void {
    const delay = Math.min(Math.max(atMs - clock.now(), 0), LONGEST_TIMER_MS);
    const timer = setTimeout(() => {
      timers.delete(timer);
      wakeNow(work);
    }, delay);
    timer.unref();
    timers.add(timer);
  }

  return {
    async wake(work, atMs) {
      if (draining) return;
      if (atMs === undefined || atMs <= clock.now()) wakeNow(work);
      else wakeAt(work, atMs);
    },
    async start(handler, onError) {
      deliver = handler;
      report = onError;
      pump();
    },
    idle: () =>
      new Promise((resolve) => {
        idleWaiters.push(resolve);
        settleIdle();
      }),
    async drain() {
      draining = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      waiting.clear();
      await new Promise<void>((resolve) => {
        idleWaiters.push(resolve);
        settleIdle();
      });
    },
  };
}
