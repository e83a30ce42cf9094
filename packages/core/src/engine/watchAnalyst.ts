import type { Analyst } from '../ports/analyst.js';

/** How an analyst has done lately. */
export interface AnalystRecord {
  /** Times that it failed or gave no answer in time since it last answered. */
  readonly failuresInARow: number;
  /** Whether it answered or failed at least once. */
  readonly wasAsked: boolean;
}

/** The same analyst, with a record of how it does. It is never asked for the record's sake: an answer may cost money. */
export function watchAnalyst(analyst: Analyst): { readonly analyst: Analyst; readonly record: () => AnalystRecord } {
  let failuresInARow = 0;
  let wasAsked = false;

  async function analyze(...[input, options]: Parameters<Analyst['analyze']>): ReturnType<Analyst['analyze']> {
    let isOver = false;
    /** Only the first end of an answer counts: one that comes after the deadline was no answer. */
    const note = (failed: boolean): void => {
      if (isOver) return;
      isOver = true;
      wasAsked = true;
      failuresInARow = failed ? failuresInARow + 1 : 0;
    };
    const onAbort = (): void => note(true);
    options.signal.addEventListener('abort', onAbort, { once: true });
    try {
      const analysis = await analyst.analyze(input, options);
      note(false);
      return analysis;
    } catch (error) {
      note(true);
      throw error;
    } finally {
      options.signal.removeEventListener('abort', onAbort);
    }
  }

  return {
    analyst: { name: analyst.name, analyze },
    record: () => ({ failuresInARow, wasAsked }),
  };
}
