import { SIMILARITY } from '../policy.js';
import type { Telling } from './telling.js';

/** What is known of a collection of texts. */
export interface TermStatistics {
  /** Number of texts. */
  readonly texts: number;
  /** Distinct terms of each text, added up over all texts. */
  readonly terms: number;
  /** In how many texts each term is; a term that is left out is in none. */
  readonly frequencies: ReadonlyMap<string, number>;
}

/** How much sharing a term says: the rarer, the more. Robertson's inverse document frequency, never below 0. */
export function rarity(statistics: TermStatistics, term: string): number {
  const found = statistics.frequencies.get(term) ?? 0;
  const texts = statistics.texts + SIMILARITY.backgroundTexts;
  return Math.log(1 + (texts - found + 0.5) / (found + 0.5));
}

/** {@link rarity} of terms that were asked for: the same ones come back with every text of a collection. */
const RARITIES = new WeakMap<TermStatistics, Map<string, number>>();

function knownRarities(statistics: TermStatistics): (term: string) => number {
  const known = RARITIES.get(statistics) ?? new Map<string, number>();
  RARITIES.set(statistics, known);
  return (term) => {
    const there = known.get(term);
    if (there !== undefined) return there;
    const found = rarity(statistics, term);
    known.set(term, found);
    return found;
  };
}

// Okapi's usual saturation and length normalisation, as Robertson and Zaragoza give them; length counts distinct terms.
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;

/** A telling with the weights that its collection gives it. */
export interface Weighted {
  readonly telling: Telling;
  /** BM25 weight of each term. */
  readonly okapi: ReadonlyMap<string, number>;
  /** Weights of the terms as a vector of length 1 (or empty). */
  readonly vector: ReadonlyMap<string, number>;
}

/** Weighs a telling's terms. */
export function weighted(telling: Telling, statistics: TermStatistics): Weighted {
  const { terms } = telling;
  // A collection without texts has no average: this text is average then.
  const average = statistics.texts > 0 ? statistics.terms / statistics.texts : terms.size;
  let length = 0;
  for (const count of terms.values()) length += count;
  const normal = SATURATION * (1 - LENGTH_SHARE + (LENGTH_SHARE * length) / Math.max(average, 1));
  const okapi = new Map<string, number>();
  const vector = new Map<string, number>();
  const rarityOf = knownRarities(statistics);
  let squares = 0;
  for (const [term, count] of terms) {
    const weight = rarityOf(term);
    okapi.set(term, (weight * count * (SATURATION + 1)) / (count + normal));
    const value = count === 1 ? weight : weight * (1 + Math.log(count));
    vector.set(term, value);
    squares += value * value;
  }
  const norm = Math.sqrt(squares);
  for (const [term, value] of vector) vector.set(term, norm === 0 ? 0 : value / norm);
  return { telling, okapi, vector };
}
