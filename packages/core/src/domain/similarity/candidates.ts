import { SIMILARITY } from '../policy.js';
import { rarity, type TermStatistics } from './weights.js';

/** A term whose index entries are read. */
export interface AskedTerm {
  readonly term: string;
  /** What an exemplar scores for having it: {@link rarity} squared, in hundredths, whole so that sums are the same everywhere. */
  readonly weight: number;
  /** How many of its entries are read, the newest first. */
  readonly entries: number;
}

/**
 * Which terms of a text to look others up by: the rarest first, until the budget of index entries is used up. The
 * last one may be read in part. Terms that no exemplar has are left out. Ties go to the term that sorts first.
 */
export function askedTerms(terms: readonly string[], statistics: TermStatistics): readonly AskedTerm[] {
  const found = [...new Set(terms)]
    .map((term) => ({ term, entries: statistics.frequencies.get(term) ?? 0 }))
    .filter(({ entries }) => entries > 0)
    .sort((a, b) => a.entries - b.entries || (a.term < b.term ? -1 : 1));
  const asked: AskedTerm[] = [];
  let left: number = SIMILARITY.postings;
  for (const { term, entries } of found) {
    if (left === 0) break;
    const read = Math.min(entries, left);
    asked.push({ term, entries: read, weight: Math.max(1, Math.round(100 * rarity(statistics, term) ** 2)) });
    left -= read;
  }
  return asked;
}
