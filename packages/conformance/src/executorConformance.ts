import { describe, expect, it } from 'vitest';
import { EXECUTOR_CASES, type OpenedExecutor } from './executor/cases.js';

/** An executor to be held to the contract. */
export interface ExecutorUnderTest {
  /** What the results call it. */
  readonly name: string;
  /** Opens one over a fresh world; called once per case. The suite closes what it opened. */
  readonly open: () => Promise<OpenedExecutor>;
  /** Cases that it does not meet, each with the reason; they are skipped and the reason is printed. Default: none. */
  readonly gaps?: Readonly<Record<string, string>>;
}

/**
 * The contract of the Executor port as vitest tests: call it at the top of a test file. Clearances, pins, the last
 * question, outcomes that only proof makes `failed`, and one request for each call.
 */
export function executorConformance({ name, open, gaps = {} }: ExecutorUnderTest): void {
  describe(`executor contract: ${name}`, () => {
    it('every declared gap is a case of the contract', () => {
      expect(Object.keys(gaps).filter((gap) => !Object.hasOwn(EXECUTOR_CASES, gap))).toEqual([]);
    });
    for (const [title, run] of Object.entries(EXECUTOR_CASES)) {
      it(title, async (context) => {
        const gap = gaps[title];
        if (gap !== undefined) context.skip(gap);
        const world = await open();
        try {
          await run(world);
        } finally {
          await world.executor.close();
        }
      });
    }
  });
}
