import { SIMILARITY } from '../policy.js';
import { damped, GRAM_SLOTS } from './telling.js';
import type { Weighted } from './weights.js';

/** One text, ready to be compared with many. */
export interface Question {
  readonly asked: Weighted;
  /** Its BM25 score against itself: what others are measured by. */
  readonly self: number;
  /** The place of each of its terms in `asked` and `times`. */
  readonly places: ReadonlyMap<string, number>;
  /** How often it counts each of its terms: the second time less than the first. */
  readonly times: Float64Array;
  /** Its gram weights by slot. */
  readonly grams: Float64Array;
}

/** How often a text counts each of its terms when it asks, in their order. */
export function timesOf({ telling: { counts } }: Weighted): Float64Array {
  const times = new Float64Array(counts.length);
  for (let at = 0; at < counts.length; at += 1) times[at] = damped(counts[at] ?? 1);
  return times;
}

/** What a text scores by BM25 against itself. */
export function selfOf({ okapi }: Weighted, times: Float64Array): number {
  let self = 0;
  for (let at = 0; at < okapi.length; at += 1) self += (times[at] ?? 0) * (okapi[at] ?? 0);
  return self;
}

/** Makes a text ready to be compared with many. */
export function questionOf(asked: Weighted): Question {
  const { terms, gramSlots, gramWeights } = asked.telling;
  const grams = new Float64Array(GRAM_SLOTS);
  for (let at = 0; at < gramSlots.length; at += 1) grams[gramSlots[at] ?? 0] = gramWeights[at] ?? 0;
  const times = timesOf(asked);
  const places = new Map(terms.map((term, place) => [term, place]));
  return { asked, self: selfOf(asked, times), places, times, grams };
}

/**
 * How alike a text is to the asked one, 0..1: the mean of BM25 (as a share of what the asked text scores against
 * itself), the cosine of the weighted stems, and the cosine of 3..5 character grams. Scores are fused, never ranks.
 */
export function alike({ asked, self, places, times, grams }: Question, other: Weighted): number {
  const { terms, gramSlots, gramWeights } = other.telling;
  let okapi = 0;
  let cosine = 0;
  for (let at = 0; at < terms.length; at += 1) {
    const place = places.get(terms[at] ?? '');
    if (place === undefined) continue;
    cosine += (asked.vector[place] ?? 0) * (other.vector[at] ?? 0);
    okapi += (times[place] ?? 0) * (other.okapi[at] ?? 0);
  }
  let byGrams = 0;
  for (let at = 0; at < gramSlots.length; at += 1) byGrams += (gramWeights[at] ?? 0) * (grams[gramSlots[at] ?? 0] ?? 0);
  const share = self === 0 ? 0 : Math.min(okapi / self, 1);
  return Math.min((share + Math.min(cosine, 1) + Math.min(byGrams, 1)) / 3, SIMILARITY.mostUnlessSame);
}

/** The terms both have, sorted. */
export function sharedTerms({ places }: Question, { telling }: Weighted): readonly string[] {
  return telling.terms.filter((term) => places.has(term)).sort();
}
