import { SIMILARITY } from '../policy.js';
import { GRAM_SLOTS } from './telling.js';
import type { Weighted } from './weights.js';

/*
 * Two texts without a common word can still be about the same thing: when both are alike to the same others. Each of
 * the most alike candidates, and the asked text, gets a profile: its nearest neighbours among them. Profiles are
 * compared by their cosine, and what they agree on is added to the likeness of the words.
 */

type Profile = ReadonlyMap<number, number>;

/** A text with its terms numbered, so that many can be compared with many. */
interface Numbered {
  readonly text: Weighted;
  readonly terms: Uint32Array;
  readonly okapi: Float64Array;
  readonly vector: Float64Array;
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
    return { text, terms, okapi, vector, self: okapi.reduce((sum, weight) => sum + weight, 0) };
  });
  return { all, terms: numbers.size };
}

function share(score: number, self: number): number {
  return self === 0 ? 0 : Math.min(score / self, 1);
}

/** Likeness of each with each, the mean of both directions; 0 with itself. The same numbers as `alike` gives. */
function matrixOf(texts: readonly Weighted[]): readonly Float64Array[] {
  const { all, terms: count } = numbered(texts);
  const rows = texts.map(() => new Float64Array(texts.length));
  const [okapi, vector, grams] = [new Float64Array(count), new Float64Array(count), new Float64Array(GRAM_SLOTS)];
  for (const [row, one] of all.entries()) {
    const { gramSlots, gramWeights } = one.text.telling;
    for (let at = 0; at < one.terms.length; at += 1) {
      okapi[one.terms[at] ?? 0] = one.okapi[at] ?? 0;
      vector[one.terms[at] ?? 0] = one.vector[at] ?? 0;
    }
    for (let at = 0; at < gramSlots.length; at += 1) grams[gramSlots[at] ?? 0] = gramWeights[at] ?? 0;
    for (let column = row + 1; column < all.length; column += 1) {
      const other = all[column];
      if (!other) continue;
      let [forth, back, cosine, byGrams] = [0, 0, 0, 0];
      for (let at = 0; at < other.terms.length; at += 1) {
        const mine = vector[other.terms[at] ?? 0] ?? 0;
        if (mine === 0) continue;
        cosine += mine * (other.vector[at] ?? 0);
        forth += other.okapi[at] ?? 0;
        back += okapi[other.terms[at] ?? 0] ?? 0;
      }
      const { gramSlots: slots, gramWeights: weights } = other.text.telling;
      for (let at = 0; at < slots.length; at += 1) byGrams += (weights[at] ?? 0) * (grams[slots[at] ?? 0] ?? 0);
      const shares = (share(forth, one.self) + share(back, other.self)) / 2;
      const likeness = Math.min((shares + Math.min(cosine, 1) + Math.min(byGrams, 1)) / 3, SIMILARITY.mostUnlessSame);
      for (const [from, to] of [
        [row, column],
        [column, row],
      ] as const) {
        const entries = rows[from];
        if (entries) entries[to] = likeness;
      }
    }
    for (const term of one.terms) okapi[term] = vector[term] = 0;
    for (const slot of gramSlots) grams[slot] = 0;
  }
  return rows;
}

function profileOf(row: Float64Array, own: number): Profile {
  const near = [...row.entries()]
    .filter(([, likeness]) => likeness > 0)
    .sort(([columnA, a], [columnB, b]) => b - a || columnA - columnB)
    .slice(0, SIMILARITY.neighbours);
  // Squared, so that the nearest count; a text is its own neighbour as much as its nearest one is.
  const profile = new Map(near.map(([column, likeness]) => [column, likeness * likeness]));
  profile.set(own, near[0] === undefined ? 1 : near[0][1] ** 2);
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
