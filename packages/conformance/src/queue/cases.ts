import type { Queue, Work } from '@remit/core';
import { expect } from 'vitest';

/** A queue that was opened for one case. */
export interface OpenedQueue {
  /** Empty, not started; reads the host's clock. */
  readonly queue: Queue;
  /** Pieces of work that it runs at the same time: at least 2. */
  readonly concurrency: number;
}

/** One thing that every queue must do. Rejects when the queue does not. */
export type QueueCase = (world: OpenedQueue) => Promise<void>;

/** Cases by what they say. */
export type QueueCases = Readonly<Record<string, QueueCase>>;

const WITHIN = { timeout: 10_000, interval: 10 };

function workOf(id: string, parts: Partial<Work> = {}): Work {
  return { kind: 'ticket', tenant: 'acme', id, ...parts };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function noErrors(error: unknown): void {
  throw error;
}

/** A handler that tells what it was given, and waits at a gate. */
function gated() {
  const begun: Work[] = [];
  const ended: Work[] = [];
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const handler = async (work: Work): Promise<void> => {
    begun.push(work);
    await gate;
    ended.push(work);
  };
  return { begun, ended, handler, open: () => open() };
}

/** Starts a queue with a handler that writes down what it was given. */
async function recorded(queue: Queue): Promise<Work[]> {
  const delivered: Work[] = [];
  await queue.start(async (work) => {
    delivered.push(work);
  }, noErrors);
  return delivered;
}

/** What a queue must do. */
export const QUEUE_CASES: QueueCases = {
  'wake: delivers what was woken before the start, and after it': async ({ queue }) => {
    await queue.wake(workOf('before'));
    const delivered = await recorded(queue);
    await queue.wake(workOf('after', { kind: 'remediation' }));
    await expect.poll(() => delivered.length, WITHIN).toBe(2);
    expect(delivered).toEqual(expect.arrayContaining([workOf('before'), workOf('after', { kind: 'remediation' })]));
  },
  'wake: kinds and tenants are told apart, and ids may be odd': async ({ queue }) => {
    const works = [
      workOf('same'),
      workOf('same', { kind: 'remediation' }),
      workOf('same', { tenant: 'globex' }),
      workOf(`o'neil "%" \\ 😀 ${'x'.repeat(3_000)}`),
    ];
    const delivered = await recorded(queue);
    for (const work of works) await queue.wake(work);
    await expect.poll(() => delivered.length, WITHIN).toBe(works.length);
    expect(delivered).toEqual(expect.arrayContaining(works));
  },
  'wake: the same work, woken while it waits, is delivered at least once and no more often than woken': async ({
    queue,
  }) => {
    for (let n = 0; n < 5; n += 1) await queue.wake(workOf('same'));
    const delivered = await recorded(queue);
    await expect.poll(() => delivered.length, WITHIN).toBeGreaterThan(0);
    await queue.idle();
    expect(delivered.length).toBeLessThanOrEqual(5);
  },
  'wake: work that is woken while it runs runs once more, after that': async ({ queue }) => {
    const { begun, ended, handler, open } = gated();
    await queue.start(handler, noErrors);
    await queue.wake(workOf('same'));
    await expect.poll(() => begun.length, WITHIN).toBe(1);
    await queue.wake(workOf('same'));
    await pause(100);
    expect(begun).toHaveLength(1);
    open();
    await expect.poll(() => ended.length, WITHIN).toBe(2);
  },
  'wake: for later, not before its time, and a wake now does not wait for it': async ({ queue }) => {
    const started = Date.now();
    const at: number[] = [];
    await queue.start(async () => {
      at.push(Date.now());
    }, noErrors);
    await queue.wake(workOf('same'), started + 700);
    await queue.wake(workOf('same'));
    await expect.poll(() => at.length, WITHIN).toBe(1);
    expect(at[0]).toBeLessThan(started + 700);
    await expect.poll(() => at.length, WITHIN).toBe(2);
    // A timer may be early by the rounding of its clock.
    expect(at[1]).toBeGreaterThanOrEqual(started + 695);
  },
  'wake: for a time that has passed, as soon as possible': async ({ queue }) => {
    const delivered = await recorded(queue);
    await queue.wake(workOf('late'), Date.now() - 60_000);
    await expect.poll(() => delivered.length, WITHIN).toBe(1);
  },
  'start: a handler that rejects is reported with its work, and not repeated': async ({ queue }) => {
    const reported: unknown[] = [];
    let calls = 0;
    await queue.start(
      async ({ id }) => {
        if (id !== 'bad') return;
        calls += 1;
        throw new Error('on purpose');
      },
      (error, work) => reported.push([error instanceof Error ? error.message : error, work]),
    );
    await queue.wake(workOf('bad'));
    await queue.wake(workOf('good'));
    await expect.poll(() => reported.length, WITHIN).toBe(1);
    await queue.idle();
    await pause(300);
    expect(reported).toEqual([['on purpose', workOf('bad')]]);
    expect(calls).toBe(1);
  },
  'start: runs as much at the same time as it may, and no more': async ({ queue, concurrency }) => {
    const { begun, ended, handler, open } = gated();
    const count = concurrency + 3;
    for (let n = 0; n < count; n += 1) await queue.wake(workOf(`w${n}`));
    await queue.start(handler, noErrors);
    await expect.poll(() => begun.length, WITHIN).toBe(concurrency);
    await pause(200);
    expect(begun).toHaveLength(concurrency);
    open();
    await expect.poll(() => ended.length, WITHIN).toBe(count);
  },
  'idle: waits for what is queued and running, not for later': async ({ queue }) => {
    const { begun, ended, handler, open } = gated();
    await queue.start(handler, noErrors);
    await queue.idle();
    await queue.wake(workOf('later'), Date.now() + 3_600_000);
    await queue.wake(workOf('now'));
    let isIdle = false;
    const idle = queue.idle().then(() => {
      isIdle = true;
    });
    await expect.poll(() => begun.length, WITHIN).toBe(1);
    await pause(100);
    expect(isIdle).toBe(false);
    open();
    await idle;
    expect(ended).toEqual([workOf('now')]);
  },
  'drain: waits for what is running, and delivers nothing after': async ({ queue }) => {
    const { begun, ended, handler, open } = gated();
    await queue.start(handler, noErrors);
    await queue.wake(workOf('running'));
    await expect.poll(() => begun.length, WITHIN).toBe(1);
    let isDrained = false;
    const drained = queue.drain().then(() => {
      isDrained = true;
    });
    await queue.wake(workOf('too late'));
    await pause(100);
    expect(isDrained).toBe(false);
    open();
    await drained;
    await pause(200);
    expect(ended).toEqual([workOf('running')]);
    expect(begun).toHaveLength(1);
  },
  'drain: of a queue that never started, and twice': async ({ queue }) => {
    await queue.wake(workOf('waiting'));
    await queue.drain();
    await queue.drain();
  },
};
