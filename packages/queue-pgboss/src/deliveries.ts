import type { Work } from '@remit/core';
import type PgBoss from 'pg-boss';

/** What a delivery loop works with. */
export interface DeliveryOptions {
  readonly boss: PgBoss;
  /** The queues to deliver from; those named first are looked into first. */
  readonly queues: readonly string[];
  /** Pieces of work that run at the same time. */
  readonly concurrency: number;
  /** How often to look when nothing was found, ms. */
  readonly pollEveryMs: number;
  readonly handler: (work: Work) => Promise<void>;
  readonly onError: (error: unknown, work: Work) => void;
  readonly onTrouble: (error: unknown) => void;
}

/** A running delivery loop. */
export interface Deliveries {
  /** Looks at once: something was woken here. */
  hurry(): void;
  /** Pieces of work that were taken and are not done. */
  taken(): number;
  /** Takes no more work; resolves when what was taken is done. */
  stop(): Promise<void>;
}

/** What identifies a piece of work. */
export function keyOf({ kind, tenant, id }: Work): string {
  return JSON.stringify([kind, tenant, id]);
}

/** Removes jobs, one message at a time: those that end meanwhile go together with the next one. */
function removal(boss: PgBoss): (queue: string, id: string) => Promise<void> {
  const ended = new Map<string, string[]>();
  let turn: Promise<void> = Promise.resolve();
  const removeAll = async (queue: string): Promise<void> => {
    const ids = ended.get(queue) ?? [];
    ended.delete(queue);
    if (ids.length > 0) await boss.deleteJob(queue, ids);
  };
  return (queue, id) => {
    ended.set(queue, [...(ended.get(queue) ?? []), id]);
    turn = turn.catch(() => {}).then(() => removeAll(queue));
    return turn;
  };
}

/** A look takes work for this share of all places at least, while others are busy. */
const WORTH_A_LOOK = 0.25;
/** How long a look waits for that many, ms. */
const WAITS_FOR_ROOM_MS = 10;

/**
 * Takes as much work as there is room for and runs it. Not pg-boss' own workers: those wait for a whole batch, so that
 * one slow remediation holds up all others, and look again only when their interval is over.
 */
export function deliver(options: DeliveryOptions): Deliveries {
  const { boss, queues, concurrency, pollEveryMs, handler, onError, onTrouble } = options;
  const running = new Map<string, Promise<void>>();
  const remove = removal(boss);
  let taken = 0;
  let stopping = false;
  let hurried = false;
  let wakeUp = (): void => {};

  function hurry(): void {
    hurried = true;
    wakeUp();
  }

  async function run(queue: string, job: PgBoss.Job<Work>): Promise<void> {
    try {
      await handler(job.data);
    } catch (error) {
      onError(error, job.data);
    }
    // Failed or not, it is not repeated: the journal knows what is unfinished.
    await remove(queue, job.id).catch(onTrouble);
  }

  /** Runs a job, after the one of the same work that runs already. */
  function take(queue: string, job: PgBoss.Job<Work>): void {
    const key = keyOf(job.data);
    taken += 1;
    const before = running.get(key) ?? Promise.resolve();
    const done = before
      .then(() => run(queue, job))
      .finally(() => {
        taken -= 1;
        if (running.get(key) === done) running.delete(key);
        hurry();
      });
    running.set(key, done);
  }

  async function look(): Promise<number> {
    let found = 0;
    for (const queue of queues) {
      const room = concurrency - taken;
      if (room <= 0 || stopping) break;
      const jobs = await boss.fetch<Work>(queue, { batchSize: room });
      for (const job of jobs) take(queue, job);
      found += jobs.length;
    }
    return found;
  }

  /** A look costs the database as much for one piece of work as for many: it waits a moment for more places. */
  async function roomForMore(): Promise<void> {
    const room = concurrency - taken;
    if (taken === 0 || room <= 0 || room >= concurrency * WORTH_A_LOOK) return;
    await new Promise((resolve) => setTimeout(resolve, WAITS_FOR_ROOM_MS));
  }

  async function rest(): Promise<void> {
    if (stopping || hurried) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollEveryMs);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      await roomForMore();
      hurried = false;
      const found = await look().catch((error: unknown) => {
        onTrouble(error);
        return 0;
      });
      if (found === 0) await rest();
    }
  }

  const looping = loop();
  return {
    hurry,
    taken: () => taken,
    async stop() {
      stopping = true;
      wakeUp();
      await looping;
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}
