import type { Executor } from '@remit/core';

/** An executor that also tells for how long it was busy, whatever ran at the same time. */
export interface TimedExecutor extends Executor {
  /** Real time since `restart` in which at least one call or read was under way, ms. */
  busyMs(): number;
  restart(): void;
}

/** Wraps an executor with a stopwatch: what is left of a ticket's time is Remit's own share. */
export function timedExecutor(executor: Executor): TimedExecutor {
  let underWay = 0;
  let since = 0;
  let total = 0;
  async function timed<Value>(work: () => Promise<Value>): Promise<Value> {
    if (underWay === 0) since = performance.now();
    underWay += 1;
    try {
      return await work();
    } finally {
      underWay -= 1;
      if (underWay === 0) total += performance.now() - since;
    }
  }
  return {
    name: executor.name,
    catalogue: (options) => timed(() => executor.catalogue(options)),
    read: (tool, args, options) => timed(() => executor.read(tool, args, options)),
    call: (request, options) => timed(() => executor.call(request, options)),
    close: () => executor.close(),
    busyMs: () => total,
    restart() {
      total = 0;
    },
  };
}
