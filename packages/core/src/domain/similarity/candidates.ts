import { SIMILARITY } from '../policy.js';
import { rarity, type TermStatistics } from './weights.js';

/*
 * Candidates are found in two steps. The entries of the rarest terms are read, as many as the budget allows: what they
 * add up to says which exemplars are worth a look. Of the best of these it is then asked which of the terms they have, the
 * frequent ones too, whose entries are too many to be read: that says who is a candidate.
 */

/** A term that others are looked up by. */
export interface AskedTerm {
  readonly term: string;
  /** What an exemplar scores for having it: {@link rarity} squared, in hundredths, whole so that sums are the same everywhere. */
  readonly weight: number;
  /** How many of its entries are read, the newest first: all, some of the last that is read, or none. */
  readonly entries: number;
}

/**
 * Which terms of a text to look others up by: the rarest first, whose entries are read until the budget is used up. The
 * last one may be read in part; of the rest, the rarest `SIMILARITY.lookedFor` are looked for in exemplars that others
 * led to. Terms that no exemplar has are left out. Ties go to the term that sorts first.
 */
export function askedTerms(terms: readonly string[], statistics: TermStatistics): readonly AskedTerm[] {
  const found = [...new Set(terms)]
    .map((term) => ({ term, entries: statistics.frequencies.get(term) ?? 0 }))
    .filter(({ entries }) => entries > 0)
    .sort((a, b) => a.entries - b.entries || (a.term < b.term ? -1 : 1));
  const asked: AskedTerm[] = [];
  let left: number = SIMILARITY.postings;
  let lookedFor = 0;
  for (const { term, entries } of found) {
    const read = Math.min(entries, left);
    if (read === 0) lookedFor += 1;
    if (lookedFor > SIMILARITY.lookedFor) break;
    asked.push({ term, entries: read, weight: Math.max(1, Math.round(100 * rarity(statistics, term) ** 2)) });
    left -= read;
  }
  return asked;
}

/**
 * Those of these numbers that have the highest scores, at most so many, in no order; of equal ones the highest numbers. `scores`
 * says what each place of `numbers` scores.
 */
export function highest(numbers: Float64Array, scores: Float64Array, limit: number): Float64Array {
  if (numbers.length <= limit) return numbers;
  const bound = scores.toSorted()[scores.length - limit] ?? 0;
  const above = numbers.filter((_, place) => (scores[place] ?? 0) > bound);
  const equal = numbers.filter((_, place) => scores[place] === bound).sort();
  const chosen = new Float64Array(limit);
  chosen.set(above);
  chosen.set(equal.subarray(equal.length - (limit - above.length)), above.length);
  return chosen;
}

/** Terms that an exemplar is taken to have besides its own, when what it shares is held against its length. */
const LENGTH_GIVEN = 5;

/** The squared sum of the weights that are shared, for each term. Nearly the square of a cosine, and a whole number. */
function closeness(shared: number, terms: number): number {
  return Math.floor((shared * shared) / (terms + LENGTH_GIVEN));
}

/** What is known of an exemplar that is looked at. */
export interface LookedAt {
  readonly exemplar: number;
  /** The weights of the asked terms that it has, added up. */
  readonly shared: number;
  /** How many terms it has. */
  readonly terms: number;
}

/**
 * Who is a candidate: the exemplars that share most for their length, at most so many, in that order; ties: newest (highest)
 * first.
 */
export function closest(looked: readonly LookedAt[], limit: number): readonly number[] {
  return looked
    .map(({ exemplar, shared, terms }) => ({ exemplar, close: closeness(shared, terms) }))
    .sort((a, b) => b.close - a.close || b.exemplar - a.exemplar)
    .slice(0, limit)
    .map(({ exemplar }) => exemplar);
}
