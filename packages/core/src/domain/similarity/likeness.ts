import { SIMILARITY } from '../policy.js';
import { damped, GRAM_SLOTS } from './telling.js';
import type { Weighted } from './weights.js';

/** One text, ready to be compared with many. */
export interface Question {
  readonly asked: Weighted;
  /** Its BM25 score against itself: what others are measured by. */
  readonly self: number;
  /** How often it counts each of its terms: the second time less than the first. */
  readonly times: ReadonlyMap<string, number>;
  /** Its gram weights by slot. */
  readonly grams: Float64Array;
}

/** Makes a text ready to be compared with many. */
export function questionOf(asked: Weighted): Question {
  const { gramSlots, gramWeights } = asked.telling;
  const grams = new Float64Array(GRAM_SLOTS);
  for (let at = 0; at < gramSlots.length; at += 1) grams[gramSlots[at] ?? 0] = gramWeights[at] ?? 0;
  const times = new Map<string, number>();
  let self = 0;
  for (const [term, weight] of asked.okapi) {
    const time = damped(asked.telling.terms.get(term) ?? 1);
    times.set(term, time);
    self += time * weight;
  }
  return { asked, self, times, grams };
}

/**
 * How alike a text is to the asked one, 0..1: the mean of BM25 (as a share of what the asked text scores against
 * itself), the cosine of the weighted stems, and the cosine of 3..5 character grams. Scores are fused, never ranks.
 */
export function alike({ asked, self, times, grams }: Question, other: Weighted): number {
  let okapi = 0;
  let cosine = 0;
  for (const [term, value] of asked.vector) {
    const theirs = other.vector.get(term);
    if (theirs === undefined) continue;
    cosine += value * theirs;
    okapi += (times.get(term) ?? 1) * (other.okapi.get(term) ?? 0);
  }
  const { gramSlots, gramWeights } = other.telling;
  let byGrams = 0;
  for (let at = 0; at < gramSlots.length; at += 1) byGrams += (gramWeights[at] ?? 0) * (grams[gramSlots[at] ?? 0] ?? 0);
  const share = self === 0 ? 0 : Math.min(okapi / self, 1);
  return Math.min((share + Math.min(cosine, 1) + Math.min(byGrams, 1)) / 3, SIMILARITY.mostUnlessSame);
}

/** The terms both have, sorted. */
export function sharedTerms(a: Weighted, b: Weighted): readonly string[] {
  return [...a.telling.terms.keys()].filter((term) => b.telling.terms.has(term)).sort();
}
