import { SIMILARITY } from '../policy.js';
import { damped, type Telling } from './telling.js';

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

/** The {@link rarity} of any term of a collection, each computed once. */
export function raritiesOf(statistics: TermStatistics): (term: string) => number {
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

// Okapi's usual saturation and length normalisation, as Robertson and Zaragoza give them. The length counts every occurrence,
// the average distinct terms: a text that repeats itself counts as long.
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;

/** A telling with the weights that its collection gives it. */
export interface Weighted {
  readonly telling: Telling;
  /** BM25 weight of each term, in the order of the telling's terms. */
  readonly okapi: readonly number[];
  /** Weights of the terms as a vector of length 1 (or empty), in the same order. */
  readonly vector: readonly number[];
}

/** Weighs a telling's terms. */
export function weighted(telling: Telling, statistics: TermStatistics): Weighted {
  const { terms, counts } = telling;
  const size = terms.length;
  // A collection without texts has no average: this text is average then.
  const average = statistics.texts > 0 ? statistics.terms / statistics.texts : size;
  let length = 0;
  for (let at = 0; at < size; at += 1) length += counts[at] ?? 0;
  const normal = SATURATION * (1 - LENGTH_SHARE + (LENGTH_SHARE * length) / Math.max(average, 1));
  const rarityOf = raritiesOf(statistics);
  // Plain lists: hundreds of texts are weighed for one question, and small typed arrays cost more to make than to fill.
  const okapi: number[] = [];
  const vector: number[] = [];
  let squares = 0;
  for (let at = 0; at < size; at += 1) {
    const count = counts[at] ?? 0;
    const weight = rarityOf(terms[at] ?? '');
    okapi.push((weight * count * (SATURATION + 1)) / (count + normal));
    const value = weight * damped(count);
    vector.push(value);
    squares += value * value;
  }
  const norm = Math.sqrt(squares);
  for (let at = 0; at < size; at += 1) vector[at] = norm === 0 ? 0 : (vector[at] ?? 0) / norm;
  return { telling, okapi, vector };
}
