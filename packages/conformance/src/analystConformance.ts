import { describe, expect, it } from 'vitest';
import { ANALYST_CASES, type OpenedAnalyst } from './analyst/cases.js';

/** An analyst to be held to the contract. */
export interface AnalystUnderTest {
  /** What the results call it. */
  readonly name: string;
  /** Opens one; called once per case. The suite closes what it opened. */
  readonly open: () => Promise<OpenedAnalyst>;
  /** Cases that it does not meet, each with the reason; they are skipped and the reason is printed. Default: none. */
  readonly gaps?: Readonly<Record<string, string>>;
}

/**
 * The contract of the Analyst port as vitest tests: call it at the top of a test file. Whole answers, hostile tickets,
 * failing reads, abort, and what is never touched.
 */
export function analystConformance({ name, open, gaps = {} }: AnalystUnderTest): void {
  describe(`analyst contract: ${name}`, () => {
    it('every declared gap is a case of the contract', () => {
      expect(Object.keys(gaps).filter((gap) => !Object.hasOwn(ANALYST_CASES, gap))).toEqual([]);
    });
    for (const [title, run] of Object.entries(ANALYST_CASES)) {
      it(title, async (context) => {
        const gap = gaps[title];
        if (gap !== undefined) context.skip(gap);
        const world = await open();
        try {
          await run(world);
        } finally {
          await world.close?.();
        }
      });
    }
  });
}
