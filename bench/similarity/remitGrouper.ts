import { PatternLearner } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import type { Grouper } from './clustering.js';
import type { Row } from './corpus.js';

/** Remit's own grouping: what the product's `PatternLearner` makes of the texts; each system is an alert source. */
export function remitGrouper(rows: readonly Row[]): Grouper {
  let [patterns, tickets] = [0, 0];
  const ids = {
    next: (): string => {
      patterns += 1;
      return `p-${patterns}`;
    },
  };
  const alertSources = [...new Set(rows.flatMap(({ source }) => (source === null ? [] : [source])))];
  const learner = new PatternLearner({ storage: memoryStorage(), ids, alertSources });
  return {
    async group(text, source) {
      tickets += 1;
      const { patternId } = await learner.recognise({
        tenant: 'bench',
        ticketId: `T-${tickets}`,
        // Masked lines of two programs can read the same; where they come from is known, as in any installation.
        category: source ?? 'people',
        title: null,
        description: text,
        ...(source !== null && { submitter: source }),
      });
      return patternId;
    },
    close() {},
  };
}
