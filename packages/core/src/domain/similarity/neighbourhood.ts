import { SIMILARITY } from '../policy.js';
import { damped, GRAM_SLOTS } from './telling.js';
import type { Weighted } from './weights.js';

/*
 * Two texts without a common word can still be about the same thing: when both are alike to the same others. Each of
 * the most alike candidates, and the asked text, gets a profile: its nearest neighbours among them. Profiles are
 * compared by their cosine, and what they agree on is added to the likeness of the words.
 */

/** No row has no place. */
const NONE = new Float64Array(0);

type Profile = ReadonlyMap<number, number>;

/** A text with its terms numbered, so that many can be compared with many. */
interface Numbered {
  readonly text: Weighted;
  readonly terms: Uint32Array;
  readonly okapi: Float64Array;
  readonly vector: Float64Array;
  /** How much each term counts when this text asks. */
  readonly times: Float64Array;
  /** Its BM25 score against itself. */
  readonly self: number;
}

function numbered(texts: readonly Weighted[]): { readonly all: readonly Numbered[]; readonly terms: number } {
  const numbers = new Map<string, number>();
  const all = texts.map((text): Numbered => {
    const names = [...text.vector.keys()];
    const terms = Uint32Array.from(names, (name) => {
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      return number;
    });
    const okapi = Float64Array.from(names, (name) => text.okapi.get(name) ?? 0);
    const vector = Float64Array.from(names, (name) => text.vector.get(name) ?? 0);
    const times = Float64Array.from(names, (name) => damped(text.telling.terms.get(name) ?? 1));
    const self = okapi.reduce((sum, weight, at) => sum + (times[at] ?? 1) * weight, 0);
    return { text, terms, okapi, vector, times, self };
  });
  return { all, terms: numbers.size };
}

function share(score: number, self: number): number {
  return self === 0 ? 0 : Math.min(score / self, 1);
}

/** Which texts have what, and how much of it: lists by number, packed one behind the other. */
interface Holders {
  readonly starts: Uint32Array;
  readonly texts: Uint32Array;
  readonly weights: Float64Array;
}

type Part = (text: Numbered) => { readonly numbers: Uint32Array | Uint16Array; readonly weights: Float64Array };

function holdersOf(all: readonly Numbered[], count: number, part: Part): Holders {
  const starts = new Uint32Array(count + 1);
  let entries = 0;
  for (const text of all) {
    const { numbers } = part(text);
    for (const number of numbers) starts[number + 1] = (starts[number + 1] ?? 0) + 1;
    entries += numbers.length;
  }
  for (let number = 0; number < count; number += 1)
    starts[number + 1] = (starts[number + 1] ?? 0) + (starts[number] ?? 0);
  const [texts, weights, ends] = [new Uint32Array(entries), new Float64Array(entries), starts.slice()];
  for (const [row, text] of all.entries()) {
    const { numbers, weights: own } = part(text);
    for (let at = 0; at < numbers.length; at += 1) {
      const number = numbers[at] ?? 0;
      const place = ends[number] ?? 0;
      texts[place] = row;
      weights[place] = own[at] ?? 0;
      ends[number] = place + 1;
    }
  }
  return { starts, texts, weights };
}

/** Adds to each text's sum what the asking text shares with it; `times` says what one shared thing adds. */
function addShared(
  sums: Float64Array,
  { starts, texts, weights }: Holders,
  { numbers, times }: { readonly numbers: Uint32Array | Uint16Array; readonly times: Float64Array | null },
): void {
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at] ?? 0;
    const end = starts[number + 1] ?? 0;
    const time = times === null ? 1 : (times[at] ?? 0);
    for (let place = starts[number] ?? 0; place < end; place += 1) {
      const row = texts[place] ?? 0;
      sums[row] = (sums[row] ?? 0) + time * (weights[place] ?? 0);
    }
  }
}

/** Likeness of each with each, the mean of both directions; 0 with itself. The same numbers as `alike` gives. */
function matrixOf(texts: readonly Weighted[]): readonly Float64Array[] {
  const { all, terms } = numbered(texts);
  const okapi = holdersOf(all, terms, (one) => ({ numbers: one.terms, weights: one.okapi }));
  const vectors = holdersOf(all, terms, (one) => ({ numbers: one.terms, weights: one.vector }));
  const grams = holdersOf(all, GRAM_SLOTS, ({ text: { telling } }) => ({
    numbers: telling.gramSlots,
    weights: telling.gramWeights,
  }));
  const sums = (): readonly Float64Array[] => texts.map(() => new Float64Array(texts.length));
  const [forth, cosines, byGrams, rows] = [sums(), sums(), sums(), sums()];
  for (const [row, { terms: own, vector, times, text }] of all.entries()) {
    const { gramSlots, gramWeights } = text.telling;
    addShared(forth[row] ?? NONE, okapi, { numbers: own, times });
    addShared(cosines[row] ?? NONE, vectors, { numbers: own, times: vector });
    addShared(byGrams[row] ?? NONE, grams, { numbers: gramSlots, times: gramWeights });
  }
  const selves = Float64Array.from(all, ({ self }) => self);
  for (let row = 0; row < all.length; row += 1) {
    const [onwards, cosine, gram, own] = [
      forth[row] ?? NONE,
      cosines[row] ?? NONE,
      byGrams[row] ?? NONE,
      rows[row] ?? NONE,
    ];
    for (let column = row + 1; column < all.length; column += 1) {
      const there = share(onwards[column] ?? 0, selves[row] ?? 0);
      const back = share(forth[column]?.[row] ?? 0, selves[column] ?? 0);
      const parts = (there + back) / 2 + Math.min(cosine[column] ?? 0, 1) + Math.min(gram[column] ?? 0, 1);
      const likeness = Math.min(parts / 3, SIMILARITY.mostUnlessSame);
      own[column] = likeness;
      (rows[column] ?? NONE)[row] = likeness;
    }
  }
  return rows;
}

/** The columns with the highest likeness above 0, highest first; ties go to the first column. */
function nearestOf(row: Float64Array): readonly number[] {
  const near: number[] = [];
  for (let column = 0; column < row.length; column += 1) {
    const likeness = row[column] ?? 0;
    const last = near.length < SIMILARITY.neighbours ? 0 : (row[near[near.length - 1] ?? 0] ?? 0);
    if (likeness <= last) continue;
    let place = near.length;
    while (place > 0 && (row[near[place - 1] ?? 0] ?? 0) < likeness) place -= 1;
    near.splice(place, 0, column);
    if (near.length > SIMILARITY.neighbours) near.pop();
  }
  return near;
}

function profileOf(row: Float64Array, own: number): Profile {
  const near = nearestOf(row);
  // Squared, so that the nearest count; a text is its own neighbour as much as its nearest one is.
  const profile = new Map(near.map((column) => [column, (row[column] ?? 0) ** 2]));
  profile.set(own, near[0] === undefined ? 1 : (row[near[0]] ?? 0) ** 2);
  return profile;
}

function cosine(a: Profile, b: Profile): number {
  let dot = 0;
  let [squaresA, squaresB] = [0, 0];
  for (const [column, value] of a) {
    dot += value * (b.get(column) ?? 0);
    squaresA += value * value;
  }
  for (const value of b.values()) squaresB += value * value;
  return dot / Math.sqrt(squaresA * squaresB);
}

/** How much the neighbours of the asked text and of each of the others agree, 0..1, in the order of the others. */
export function agreement(asked: Weighted, others: readonly Weighted[]): readonly number[] {
  const rows = matrixOf([asked, ...others]);
  const [own, ...rest] = rows.map(profileOf);
  return own === undefined ? [] : rest.map((profile) => cosine(own, profile));
}
