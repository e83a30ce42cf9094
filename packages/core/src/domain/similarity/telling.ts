import { stemmer } from 'stemmer';
import { SIMILARITY } from '../policy.js';

/** Character grams are counted in so many slots: a power of two, so that a hash is cut by its low bits. */
export const GRAM_SLOTS = 1 << 14;

const GRAM_SIZES = [3, 4, 5];

const STOP = new Set(
  (
    'a an the of to in on at by for from with and or but if is are was were be been being it its this that these those ' +
    'we you they he she i my our your their there here please hi hello thanks thank since again still just have has had ' +
    'do does did can could would should will so as than then when while about into out up down very some any all'
  ).split(' '),
);

/** A masked text in the shape in which it is compared with others. */
export interface Telling {
  /** Stems without stop words and placeholders, with how often they occur. */
  readonly terms: ReadonlyMap<string, number>;
  /** The terms with a digit, sorted: of a masked text the numbers that say which problem it is. */
  readonly codes: string;
  /** Slots of the character grams, each once, and their weights: a vector of length 1 (or empty). */
  readonly gramSlots: Uint16Array;
  readonly gramWeights: Float64Array;
}

/** The words of a masked text in order, placeholders such as `<ip>` included. */
export function maskedWords(masked: string): readonly string[] {
  return masked === '' ? [] : masked.split(' ');
}

function isPlaceholder(word: string): boolean {
  return word.startsWith('<');
}

/** The stem of a word; null for placeholders and words that say nothing. */
export function termOf(word: string): string | null {
  return isPlaceholder(word) || STOP.has(word) ? null : stemmer(word);
}

// FNV-1a over UTF-16 units: spreads well and needs no table.
function addGrams(word: string, weight: number, into: Float64Array, touched: number[]): void {
  const padded = ` ${word} `;
  for (let at = 0; at + 3 <= padded.length; at += 1) {
    let hash = 0x811c9dc5;
    let end = at;
    for (const size of GRAM_SIZES) {
      if (at + size > padded.length) break;
      for (; end < at + size; end += 1) hash = Math.imul(hash ^ padded.charCodeAt(end), 0x01000193);
      const slot = (hash ^ (hash >>> 15)) & (GRAM_SLOTS - 1);
      const before = into[slot] ?? 0;
      if (before === 0) touched.push(slot);
      into[slot] = before + weight;
    }
  }
}

/** How much an occurrence count weighs: the tenth occurrence says little that the first did not. */
export function damped(count: number): number {
  return 1 + Math.log(count);
}

/** The distinct terms of a text, sorted: what it is found by. */
export function termsOf(words: string): readonly string[] {
  const terms = new Set(maskedWords(words).slice(0, SIMILARITY.words).map(termOf));
  return [...terms].filter((term) => term !== null).sort();
}

/** Gram counts of the text that is being taken apart; all 0 in between. One for all texts: to make it costs more than to use it. */
const SLOTS = new Float64Array(GRAM_SLOTS);

/** Takes a masked text apart for comparison. Only its first {@link SIMILARITY.words} words are looked at. */
export function tellingOf(masked: string): Telling {
  const words = new Map<string, number>();
  for (const word of maskedWords(masked).slice(0, SIMILARITY.words)) words.set(word, (words.get(word) ?? 0) + 1);
  const terms = new Map<string, number>();
  const touched: number[] = [];
  for (const [word, count] of words) {
    if (isPlaceholder(word)) continue;
    const term = termOf(word);
    if (term === null) continue;
    addGrams(word, damped(count), SLOTS, touched);
    terms.set(term, (terms.get(term) ?? 0) + count);
  }
  let squares = 0;
  for (const slot of touched) squares += (SLOTS[slot] ?? 0) ** 2;
  const norm = Math.sqrt(squares);
  const gramSlots = new Uint16Array(touched.length);
  const gramWeights = new Float64Array(touched.length);
  for (const [at, slot] of touched.entries()) {
    gramSlots[at] = slot;
    gramWeights[at] = (SLOTS[slot] ?? 0) / norm;
    SLOTS[slot] = 0;
  }
  const codes = [...terms.keys()].filter((term) => /\p{N}/u.test(term)).sort();
  return { terms, codes: codes.join(' '), gramSlots, gramWeights };
}
