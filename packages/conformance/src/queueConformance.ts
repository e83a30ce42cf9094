import { describe, it } from 'vitest';
import { type OpenedQueue, QUEUE_CASES } from './queue/cases.js';

/** A queue to be held to the contract. */
export interface QueueUnderTest {
  /** What the results call it. */
  readonly name: string;
  /** Opens an empty queue; called once per case. The suite drains what it opened. */
  readonly open: () => Promise<OpenedQueue>;
}

/**
 * The contract of the Queue port as vitest tests: call it at the top of a test file. Delivery at least once, times,
 * limits, faults of handlers, and how it stops.
 */
export function queueConformance({ name, open }: QueueUnderTest): void {
  describe(`queue contract: ${name}`, () => {
    for (const [title, run] of Object.entries(QUEUE_CASES)) {
      it(title, async () => {
        const world = await open();
        try {
          await run(world);
        } finally {
          await world.queue.drain();
        }
      });
    }
  });
}
