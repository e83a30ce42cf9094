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
  /** Stems without stop words and placeholders, each once, in the order in which they are said first. */
  readonly terms: readonly string[];
  /** How often each of the terms occurs. */
  readonly counts: readonly number[];
  /** The terms with a digit, sorted: of a masked text the numbers that say which problem it is. */
  readonly codes: string;
  /** Its words but stop words and placeholders, each once. */
  readonly words: readonly ToldWord[];
  /** How much each of the words weighs by how often it is said. */
  readonly wordTimes: readonly number[];
  /** At least how long the vector of all its character grams is: as if no two words had a gram in common. */
  readonly gramsAtLeast: number;
}

/** A word with its character grams. */
export interface ToldWord {
  /** Slots of the grams, as often as they occur. */
  readonly slots: Uint16Array;
}

/** Character grams of a whole text: slots, each once, and their weights, a vector of length 1 (or empty). */
export interface Grams {
  readonly slots: Uint16Array;
  readonly weights: Float64Array;
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

/** Slots of the character grams of a word, as often as they occur. FNV-1a over UTF-16 units: spreads well, needs no table. */
function gramsOf(word: string): Uint16Array {
  const padded = ` ${word} `;
  const slots: number[] = [];
  for (let at = 0; at + 3 <= padded.length; at += 1) {
    let hash = 0x811c9dc5;
    let end = at;
    for (const size of GRAM_SIZES) {
      if (at + size > padded.length) break;
      for (; end < at + size; end += 1) hash = Math.imul(hash ^ padded.charCodeAt(end), 0x01000193);
      slots.push((hash ^ (hash >>> 15)) & (GRAM_SLOTS - 1));
    }
  }
  return Uint16Array.from(slots);
}

/** A stem, and how often the text that is being taken apart has it: 0 in between. */
interface TermParts {
  readonly term: string;
  readonly hasDigit: boolean;
  count: number;
}

/** What a word adds to a text that says it, and how often the text that is being taken apart says it: 0 in between. */
interface WordParts extends ToldWord {
  readonly term: TermParts | null;
  /** Squared length of the vector of its grams. */
  readonly squares: number;
  count: number;
}

const NO_SLOTS = new Uint16Array(0);
const ONCE: readonly number[] = [1];
const LONGEST_KEPT = 40;
const MOST_KEPT = 20_000;

/** Words taken apart: a language has few. Forgotten all at once when there are too many; long ones are kept for one text. */
const KNOWN_WORDS = new Map<string, WordParts>();
const KNOWN_TERMS = new Map<string, TermParts>();
const LONG_WORDS = new Map<string, WordParts>();

function termParts(term: string): TermParts {
  const there = KNOWN_TERMS.get(term);
  if (there) return there;
  const parts = { term, hasDigit: /\p{N}/u.test(term), count: 0 };
  KNOWN_TERMS.set(term, parts);
  return parts;
}

function partsOf(word: string): WordParts {
  const kept = word.length > LONGEST_KEPT ? LONG_WORDS : KNOWN_WORDS;
  const there = kept.get(word);
  if (there) return there;
  const term = termOf(word);
  const slots = term === null ? NO_SLOTS : gramsOf(word);
  const parts = { term: term === null ? null : termParts(term), slots, squares: squaresOf(slots), count: 0 };
  kept.set(word, parts);
  return parts;
}

/** Between two texts: long words go, and all go when there are too many. */
function forget(): void {
  if (LONG_WORDS.size > 0) LONG_WORDS.clear();
  if (KNOWN_TERMS.size <= MOST_KEPT) return;
  KNOWN_TERMS.clear();
  KNOWN_WORDS.clear();
}

/** How much an occurrence count weighs: the tenth occurrence says little that the first did not. */
export function damped(count: number): number {
  return count === 1 ? 1 : 1 + Math.log(count);
}

/** The distinct terms of a text, sorted: what it is found by. */
export function termsOf(words: string): readonly string[] {
  const terms = new Set<string>();
  for (const word of firstWords(words)) {
    const { term } = partsOf(word);
    if (term !== null) terms.add(term.term);
  }
  forget();
  return [...terms].sort();
}

function firstWords(masked: string): readonly string[] {
  const words = maskedWords(masked);
  return words.length > SIMILARITY.words ? words.slice(0, SIMILARITY.words) : words;
}

/** Gram counts of the text that is being looked at; all 0 in between. One for all: to make it costs more than to use it. */
const SLOTS = new Float64Array(GRAM_SLOTS);
const TOUCHED = new Uint16Array(GRAM_SLOTS);

/** Counts the grams of words; says how many slots they touch. */
function countGrams(words: readonly ToldWord[], times: readonly number[]): number {
  let touched = 0;
  for (let place = 0; place < words.length; place += 1) {
    const slots = words[place]?.slots ?? NO_SLOTS;
    const weight = times[place] ?? 0;
    for (let at = 0; at < slots.length; at += 1) {
      const slot = slots[at] ?? 0;
      const before = SLOTS[slot] ?? 0;
      if (before === 0) {
        TOUCHED[touched] = slot;
        touched += 1;
      }
      SLOTS[slot] = before + weight;
    }
  }
  return touched;
}

/** Squared length of what was counted, and nothing is counted any more. */
function squaresCounted(touched: number): number {
  let squares = 0;
  for (let at = 0; at < touched; at += 1) {
    const slot = TOUCHED[at] ?? 0;
    const value = SLOTS[slot] ?? 0;
    squares += value * value;
    SLOTS[slot] = 0;
  }
  return squares;
}

function squaresOf(slots: Uint16Array): number {
  return squaresCounted(countGrams([{ slots }], ONCE));
}

/** How long the vector of a text's character grams is: what {@link Grams} are divided by. */
export function gramLength({ words, wordTimes }: Telling): number {
  return Math.sqrt(squaresCounted(countGrams(words, wordTimes)));
}

/** The character grams of a text. */
export function gramsIn({ words, wordTimes }: Telling): Grams {
  const touched = countGrams(words, wordTimes);
  const slots = TOUCHED.slice(0, touched);
  const weights = new Float64Array(touched);
  for (let at = 0; at < touched; at += 1) weights[at] = SLOTS[slots[at] ?? 0] ?? 0;
  const length = Math.sqrt(squaresCounted(touched));
  for (let at = 0; at < touched; at += 1) weights[at] = (weights[at] ?? 0) / length;
  return { slots, weights };
}

/** Takes a masked text apart for comparison. Only its first {@link SIMILARITY.words} words are looked at. */
export function tellingOf(masked: string): Telling {
  const words: WordParts[] = [];
  for (const word of firstWords(masked)) {
    const parts = partsOf(word);
    if (parts.term === null) continue;
    if (parts.count === 0) words.push(parts);
    parts.count += 1;
  }
  const found: TermParts[] = [];
  const wordTimes: number[] = [];
  let squares = 0;
  for (const parts of words) {
    const { term, count } = parts;
    const times = damped(count);
    wordTimes.push(times);
    squares += times * times * parts.squares;
    parts.count = 0;
    if (term === null) continue;
    if (term.count === 0) found.push(term);
    term.count += count;
  }
  const terms: string[] = [];
  const counts: number[] = [];
  const codes: string[] = [];
  for (const parts of found) {
    terms.push(parts.term);
    counts.push(parts.count);
    if (parts.hasDigit) codes.push(parts.term);
    parts.count = 0;
  }
  forget();
  return { terms, counts, codes: codes.sort().join(' '), words, wordTimes, gramsAtLeast: Math.sqrt(squares) };
}
