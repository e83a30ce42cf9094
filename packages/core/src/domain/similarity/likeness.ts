import { SIMILARITY } from '../policy.js';
import { damped, GRAM_SLOTS, gramLength, gramsIn, type ToldWord } from './telling.js';
import type { Weighted } from './weights.js';

/** One text, ready to be compared with many. */
export interface Question {
  readonly asked: Weighted;
  /** Its BM25 score against itself: what others are measured by. */
  readonly self: number;
  /** The place of each of its terms in `asked` and `times`. */
  readonly places: ReadonlyMap<string, number>;
  /** How often it counts each of its terms: the second time less than the first. */
  readonly times: readonly number[];
  /** Its gram weights by slot. */
  readonly grams: Float64Array;
  /** What a word adds to the dot product with its grams, for words that were met: other texts say the same ones. */
  readonly wordDots: Map<ToldWord, number>;
}

/** How often a text counts each of its terms when it asks, in their order. */
export function timesOf({ telling: { counts } }: Weighted): readonly number[] {
  return counts.map(damped);
}

/** What a text scores by BM25 against itself. */
export function selfOf({ okapi }: Weighted, times: readonly number[]): number {
  let self = 0;
  for (let at = 0; at < okapi.length; at += 1) self += (times[at] ?? 0) * (okapi[at] ?? 0);
  return self;
}

/** Makes a text ready to be compared with many. */
export function questionOf(asked: Weighted): Question {
  const { slots, weights } = gramsIn(asked.telling);
  const grams = new Float64Array(GRAM_SLOTS);
  for (let at = 0; at < slots.length; at += 1) grams[slots[at] ?? 0] = weights[at] ?? 0;
  const times = timesOf(asked);
  const places = new Map(asked.telling.terms.map((term, place) => [term, place]));
  return { asked, self: selfOf(asked, times), places, times, grams, wordDots: new Map() };
}

function wordDot({ grams, wordDots }: Question, word: ToldWord): number {
  const known = wordDots.get(word);
  if (known !== undefined) return known;
  const { slots } = word;
  let dot = 0;
  for (let at = 0; at < slots.length; at += 1) dot += grams[slots[at] ?? 0] ?? 0;
  wordDots.set(word, dot);
  return dot;
}

/** How alike a text is to the asked one but for what is left to compute. */
export interface Glance {
  readonly other: Weighted;
  /** BM25 as a share of what the asked text scores against itself, plus the cosine of the weighted stems. */
  readonly byTerms: number;
  /** Dot product of the grams, the other's not of length 1 yet. */
  readonly dot: number;
}

function likenessOf({ byTerms, dot }: Glance, length: number): number {
  const byGrams = dot === 0 ? 0 : Math.min(dot / length, 1);
  return Math.min((byTerms + byGrams) / 3, SIMILARITY.mostUnlessSame);
}

/** Compares terms, and as much of the grams as is cheap. */
export function glanceAt(question: Question, other: Weighted): Glance {
  const { asked, self, places, times } = question;
  const { terms, words, wordTimes } = other.telling;
  let okapi = 0;
  let cosine = 0;
  for (let at = 0; at < terms.length; at += 1) {
    const place = places.get(terms[at] ?? '');
    if (place === undefined) continue;
    cosine += (asked.vector[place] ?? 0) * (other.vector[at] ?? 0);
    okapi += (times[place] ?? 0) * (other.okapi[at] ?? 0);
  }
  let dot = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word) dot += (wordTimes[at] ?? 0) * wordDot(question, word);
  }
  const share = self === 0 ? 0 : Math.min(okapi / self, 1);
  return { other, byTerms: share + Math.min(cosine, 1), dot };
}

/** What rounding may take from a bound. */
const ROUNDING = 1 + 1e-9;

/** The most that {@link likenessAt} can turn out to be: the length of the other's grams is at least so much. */
export function likenessAtMost(glance: Glance): number {
  return likenessOf(glance, glance.other.telling.gramsAtLeast / ROUNDING);
}

/**
 * How alike a text is to the asked one, 0..1: the mean of BM25 (as a share of what the asked text scores against
 * itself), the cosine of the weighted stems, and the cosine of 3..5 character grams. Scores are fused, never ranks.
 */
export function likenessAt(glance: Glance): number {
  return likenessOf(glance, gramLength(glance.other.telling));
}

/** {@link likenessAt} in one step. */
export function alike(question: Question, other: Weighted): number {
  return likenessAt(glanceAt(question, other));
}

/** The terms both have, sorted. */
export function sharedTerms({ places }: Question, { telling }: Weighted): readonly string[] {
  return telling.terms.filter((term) => places.has(term)).sort();
}
