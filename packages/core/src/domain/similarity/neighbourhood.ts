import { SIMILARITY } from '../policy.js';
import { selfOf, timesOf } from './likeness.js';
import { GRAM_SLOTS, gramsIn } from './telling.js';
import type { Weighted } from './weights.js';

/*
 * Two texts without a common word can still be about the same thing: when both are alike to the same others. Each of
 * the most alike candidates, and the asked text, gets a profile: its nearest neighbours among them. Profiles are
 * compared by their cosine, and what they agree on is added to the likeness of the words.
 */

/** No row has no place. */
const NONE = new Float64Array(0);

type Profile = ReadonlyMap<number, number>;

function share(score: number, self: number): number {
  return self === 0 ? 0 : Math.min(score / self, 1);
}

/** Which of the texts so far have what: for each number a chain of entries, the newest first. */
class Chains {
  readonly heads: Int32Array;
  readonly nexts: Int32Array;
  readonly rows: Uint16Array;
  #length = 0;

  constructor(numbers: number, entries: number) {
    this.heads = new Int32Array(numbers).fill(-1);
    this.nexts = new Int32Array(entries);
    this.rows = new Uint16Array(entries);
  }

  /** Files that a text has it, and says where. */
  file(number: number, row: number): number {
    const entry = this.#length;
    this.nexts[entry] = this.heads[number] ?? -1;
    this.rows[entry] = row;
    this.heads[number] = entry;
    this.#length += 1;
    return entry;
  }
}

function lengthOf(lists: readonly ArrayLike<unknown>[]): number {
  return lists.reduce((sum, { length }) => sum + length, 0);
}

/** Likeness of each with each, the mean of both directions; 0 with itself. The same numbers as `alike` gives. */
function matrixOf(texts: readonly Weighted[]): readonly Float64Array[] {
  const count = texts.length;
  const termEntries = lengthOf(texts.map(({ okapi }) => okapi));
  const terms = new Chains(termEntries, termEntries);
  const [okapis, vectors, allTimes] = [
    new Float64Array(termEntries),
    new Float64Array(termEntries),
    new Float64Array(termEntries),
  ];
  const allGrams = texts.map(({ telling }) => gramsIn(telling));
  const gramEntries = lengthOf(allGrams.map(({ slots }) => slots));
  const grams = new Chains(GRAM_SLOTS, gramEntries);
  const weights = new Float64Array(gramEntries);
  const numbers = new Map<string, number>();
  const selves = new Float64Array(count);
  const rows = texts.map(() => new Float64Array(count));
  for (let row = 0; row < count; row += 1) {
    const [text, own] = [texts[row], allGrams[row]];
    if (!text || !own) continue;
    const { okapi, vector, telling } = text;
    const times = timesOf(text);
    const self = selfOf(text, times);
    selves[row] = self;
    // What this text shares with each text before it.
    const [there, back, cosines, byGrams] = [
      new Float64Array(row),
      new Float64Array(row),
      new Float64Array(row),
      new Float64Array(row),
    ];
    for (let at = 0; at < okapi.length; at += 1) {
      const term = telling.terms[at] ?? '';
      const number = numbers.get(term) ?? numbers.size;
      if (number === numbers.size) numbers.set(term, number);
      const [score, value, time] = [okapi[at] ?? 0, vector[at] ?? 0, times[at] ?? 0];
      for (let entry = terms.heads[number] ?? -1; entry >= 0; entry = terms.nexts[entry] ?? -1) {
        const other = terms.rows[entry] ?? 0;
        there[other] = (there[other] ?? 0) + time * (okapis[entry] ?? 0);
        back[other] = (back[other] ?? 0) + score * (allTimes[entry] ?? 0);
        cosines[other] = (cosines[other] ?? 0) + value * (vectors[entry] ?? 0);
      }
      const filed = terms.file(number, row);
      [okapis[filed], vectors[filed], allTimes[filed]] = [score, value, time];
    }
    for (let at = 0; at < own.slots.length; at += 1) {
      const [slot, weight] = [own.slots[at] ?? 0, own.weights[at] ?? 0];
      for (let entry = grams.heads[slot] ?? -1; entry >= 0; entry = grams.nexts[entry] ?? -1) {
        const other = grams.rows[entry] ?? 0;
        byGrams[other] = (byGrams[other] ?? 0) + weight * (weights[entry] ?? 0);
      }
      weights[grams.file(slot, row)] = weight;
    }
    for (let other = 0; other < row; other += 1) {
      const shares = (share(there[other] ?? 0, self) + share(back[other] ?? 0, selves[other] ?? 0)) / 2;
      const parts = shares + Math.min(cosines[other] ?? 0, 1) + Math.min(byGrams[other] ?? 0, 1);
      const likeness = Math.min(parts / 3, SIMILARITY.mostUnlessSame);
      (rows[row] ?? NONE)[other] = likeness;
      (rows[other] ?? NONE)[row] = likeness;
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
