import { SIMILARITY } from '../policy.js';
import { rarity, type TermStatistics } from './weights.js';

/*
 * Candidates are found in two steps. The entries of the rarest terms are read, as many as the budget allows: what they add
 * up to, held against the length of each text, says which exemplars are worth a look. Of the best of these it is then
 * asked which of the terms they have, the frequent ones too, whose entries are too many to be read: that says who is a
 * candidate.
 */

/** What others are looked up by, and how many of them are wanted. */
export interface Sought {
  /** Stems, each once. */
  readonly terms: readonly string[];
  /** Which words of the others what they share is held against: all as they stand, or those that masks leave. */
  readonly of: 'words' | 'masked';
  readonly limit: number;
}

/** A term that others are looked up by. */
export interface AskedTerm {
  readonly term: string;
  /** What an exemplar scores for having it: {@link rarity} in hundredths, whole so that sums are the same everywhere. */
  readonly weight: number;
  /** How many of its entries are read, the newest first: all or none, some only where too little would be found without. */
  readonly entries: number;
}

/**
 * Which terms of a text to look others up by: the rarest first, whose entries are read while the budget allows to read all
 * of them: some of a term's would favour the newest texts. Only while fewer than `SIMILARITY.lookedAt` were read, as many as
 * the budget allows are read of the first term that does not fit. Of the rest, the rarest `SIMILARITY.lookedFor` are looked for in exemplars that others led to. Terms that no exemplar has
 * are left out. Ties go to the term that sorts first.
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
    const isTooLittle = SIMILARITY.postings - left < SIMILARITY.lookedAt;
    const read = entries <= left ? entries : left > 0 && isTooLittle ? left : 0;
    left = read < entries ? 0 : left - read;
    if (read === 0) lookedFor += 1;
    if (lookedFor > SIMILARITY.lookedFor) break;
    asked.push({ term, entries: read, weight: Math.max(1, Math.round(100 * rarity(statistics, term))) });
  }
  return asked;
}

/** How many classes of lengths there are: one character says which, see {@link lengthClass}. */
const LENGTH_CLASSES = 64;
/** Shorter texts have a class of their own length. */
const EXACT_BELOW = 48;
/** From there on each class begins a sixth further. */
const CLASS_GROWTH = 7 / 6;

/** The shortest length of each class. */
const LENGTHS: readonly number[] = Array.from({ length: LENGTH_CLASSES }, (_, number) =>
  number < EXACT_BELOW ? number : Math.round(EXACT_BELOW * CLASS_GROWTH ** (number - EXACT_BELOW)),
);

/** The class (0..63) of a text with so many distinct terms: exact for the short, within a sixth for others. */
export function lengthClass(terms: number): number {
  if (terms < EXACT_BELOW) return terms;
  const above = LENGTHS.findIndex((length) => length > terms);
  return above < 0 ? LENGTH_CLASSES - 1 : above - 1;
}

/** Terms that an exemplar is taken to have besides its own, when what it shares is held against its length. */
const LENGTH_GIVEN = 5;

/**
 * How close a text is: the squared sum of the weights that it shares, for each of its terms. Nearly the square of a cosine;
 * of two whole numbers, so it is the same everywhere. `length` is a {@link lengthClass}.
 */
export function closeness(shared: number, length: number): number {
  return (shared * shared) / ((LENGTHS[length] ?? 0) + LENGTH_GIVEN);
}

/** Steps in which scores are counted to find where the highest begin. */
const STEPS = 1_024;

/**
 * Those of these numbers that have the highest scores, at most so many, in no order; of equal ones the highest numbers. `scores`
 * says what each place of `numbers` scores, more than 0.
 */
export function highest(numbers: Float64Array, scores: Float64Array, limit: number): Float64Array {
  if (numbers.length <= limit) return numbers;
  let most = 0;
  for (let at = 0; at < scores.length; at += 1) most = Math.max(most, scores[at] ?? 0);
  // Counting by steps leaves few to be sorted. By the root, as scores are squares: the steps are used more evenly.
  const scale = (STEPS - 1) / Math.sqrt(most);
  const counts = new Uint32Array(STEPS);
  const steps = new Uint16Array(scores.length);
  for (let at = 0; at < scores.length; at += 1) {
    const step = Math.floor(Math.sqrt(scores[at] ?? 0) * scale);
    steps[at] = step;
    counts[step] = (counts[step] ?? 0) + 1;
  }
  let from = STEPS - 1;
  for (let above = counts[from] ?? 0; above < limit; above += counts[from] ?? 0) from -= 1;
  const places: number[] = [];
  for (let at = 0; at < steps.length; at += 1) if ((steps[at] ?? 0) >= from) places.push(at);
  places.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || (numbers[b] ?? 0) - (numbers[a] ?? 0));
  return Float64Array.from(places.slice(0, limit), (place) => numbers[place] ?? 0);
}

/** What is known of an exemplar that is looked at. */
export interface LookedAt {
  readonly exemplar: number;
  /** The weights of the asked terms that it has, added up. */
  readonly shared: number;
  /** The {@link lengthClass} of the terms that it has. */
  readonly length: number;
}

/**
 * Who is a candidate: the exemplars that share most for their length, at most so many, in that order; ties: newest (highest)
 * first.
 */
export function closest(looked: readonly LookedAt[], limit: number): readonly number[] {
  return looked
    .map(({ exemplar, shared, length }) => ({ exemplar, close: closeness(shared, length) }))
    .sort((a, b) => b.close - a.close || b.exemplar - a.exemplar)
    .slice(0, limit)
    .map(({ exemplar }) => exemplar);
}
