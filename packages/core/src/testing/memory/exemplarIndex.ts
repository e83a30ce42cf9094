import { SIMILARITY } from '../../domain/policy.js';
import {
  type AskedTerm,
  askedTerms,
  closeness,
  closest,
  highest,
  type LookedAt,
  lengthClass,
  type Sought,
} from '../../domain/similarity/candidates.js';
import type { TermStatistics } from '../../domain/similarity/weights.js';

const FIRST_ROOM = 4;

/** Numbers that only grow, packed. */
class Packed {
  /** The first {@link length} of these. */
  numbers = new Uint32Array(FIRST_ROOM);
  length = 0;

  push(value: number): void {
    if (this.length === this.numbers.length) {
      const larger = new Uint32Array(this.length + (this.length >> 1) + FIRST_ROOM);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.length] = value;
    this.length += 1;
  }

  at(index: number): number {
    return this.numbers[index] ?? 0;
  }

  /** Where a value is; -1 where it is not. */
  placeOf(value: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low < this.length && this.at(low) === value ? low : -1;
  }

  /** Takes a value out, if it is there. */
  remove(value: number): void {
    const place = this.placeOf(value);
    if (place < 0) return;
    this.numbers.copyWithin(place, place + 1, this.length);
    this.length -= 1;
  }
}

/**
 * Which texts have which term, and which terms each text has: packed lists of numbers. Texts are numbered in the order in
 * which they are filed, terms in the order in which they are met.
 */
export class ExemplarIndex {
  readonly #numbers = new Map<string, number>();
  /** By number: the term, and the texts that have it. */
  readonly #names: string[] = [];
  readonly #entries: Packed[] = [];
  /** What each text is filed under, and where its terms begin. */
  readonly #positions = new Packed();
  readonly #begins = new Packed();
  /** The {@link lengthClass} of the words of each text, and 64 times that of its masked words. */
  readonly #lengths = new Packed();
  readonly #terms = new Packed();
  #texts = 0;
  #termsOfTexts = 0;
  /** All 0 between two questions: by text, by term. */
  #scores = new Uint32Array(0);
  #weights = new Uint32Array(0);
  #touched = new Uint32Array(0);

  /** Files a text under a number that is larger than all before; each of its terms once. */
  add(position: number, terms: readonly string[], maskedTerms: number): void {
    const text = this.#positions.length;
    this.#positions.push(position);
    this.#lengths.push(lengthClass(terms.length) + 64 * lengthClass(maskedTerms));
    this.#begins.push(this.#terms.length);
    for (const term of terms) {
      const number = this.#numberOf(term);
      this.#entries[number]?.push(text);
      this.#terms.push(number);
    }
    this.#termsOfTexts += terms.length;
    this.#texts += 1;
  }

  /** Takes a text out again. */
  remove(position: number, terms: readonly string[]): void {
    const text = this.#positions.placeOf(position);
    for (const term of terms) this.#entriesOf(term)?.remove(text);
    this.#termsOfTexts -= terms.length;
    this.#texts -= 1;
  }

  /** Bytes that its lists take: nearly all that it takes, as terms are few. */
  get bytes(): number {
    const lists = [this.#positions, this.#begins, this.#lengths, this.#terms, ...this.#entries].map(
      ({ numbers }) => numbers,
    );
    return [...lists, this.#scores, this.#weights, this.#touched].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** What is known of these terms, and of those of the texts at these positions. */
  statistics(terms: Iterable<string>, positions: readonly number[] = []): TermStatistics {
    const frequencies = new Map<string, number>();
    for (const term of terms) {
      const texts = this.#entriesOf(term)?.length ?? 0;
      if (texts > 0) frequencies.set(term, texts);
    }
    this.#makeRoom();
    const [seen, numbers] = [this.#weights, this.#terms.numbers];
    const met: number[] = [];
    for (const position of positions) {
      const text = this.#positions.placeOf(position);
      const end = this.#endOf(text);
      for (let at = this.#begins.at(text); at < end; at += 1) {
        const number = numbers[at] ?? 0;
        if (seen[number] === 1) continue;
        seen[number] = 1;
        met.push(number);
      }
    }
    for (const number of met) {
      seen[number] = 0;
      frequencies.set(this.#names[number] ?? '', this.#entries[number]?.length ?? 0);
    }
    return { texts: this.#texts, terms: this.#termsOfTexts, frequencies };
  }

  /** The positions of the texts that are closest, by {@link askedTerms} and {@link closest}. */
  candidates({ terms, of, limit }: Sought): readonly number[] {
    const asked = askedTerms(terms, this.statistics(terms));
    const looked = this.#lookAt(asked, this.#read(asked, of), of);
    return closest(looked, limit).map((text) => this.#positions.at(text));
  }

  #entriesOf(term: string): Packed | undefined {
    return this.#entries[this.#numbers.get(term) ?? -1];
  }

  #numberOf(term: string): number {
    const there = this.#numbers.get(term);
    if (there !== undefined) return there;
    const number = this.#names.push(term) - 1;
    this.#numbers.set(term, number);
    this.#entries.push(new Packed());
    return number;
  }

  #endOf(text: number): number {
    return text + 1 < this.#begins.length ? this.#begins.at(text + 1) : this.#terms.length;
  }

  /** The {@link lengthClass} of a text. */
  #lengthOf(text: number, of: Sought['of']): number {
    const both = this.#lengths.at(text);
    return of === 'words' ? both & 63 : both >> 6;
  }

  /** The texts that are closest by the entries that are read. */
  #read(asked: readonly AskedTerm[], of: Sought['of']): Float64Array {
    this.#makeRoom();
    const scores = this.#scores;
    const touched = this.#touched;
    let count = 0;
    for (const { term, weight, entries } of asked) {
      const texts = this.#entriesOf(term);
      if (!texts) continue;
      for (let at = texts.length - 1; at >= texts.length - entries; at -= 1) {
        const text = texts.numbers[at] ?? 0;
        const before = scores[text] ?? 0;
        if (before === 0) {
          touched[count] = text;
          count += 1;
        }
        scores[text] = before + weight;
      }
    }
    const texts = Float64Array.from(touched.subarray(0, count));
    const close = new Float64Array(count);
    for (let at = 0; at < count; at += 1) {
      const text = texts[at] ?? 0;
      close[at] = closeness(scores[text] ?? 0, this.#lengthOf(text, of));
      scores[text] = 0;
    }
    return highest(texts, close, SIMILARITY.lookedAt);
  }

  /** What these texts share by all of their terms. */
  #lookAt(asked: readonly AskedTerm[], texts: Float64Array, of: Sought['of']): readonly LookedAt[] {
    const [weights, terms] = [this.#weights, this.#terms.numbers];
    const numbers = asked.map(({ term }) => this.#numbers.get(term) ?? 0);
    for (const [at, { weight }] of asked.entries()) weights[numbers[at] ?? 0] = weight;
    const looked: LookedAt[] = [];
    for (const exemplar of texts) {
      const [begin, end] = [this.#begins.at(exemplar), this.#endOf(exemplar)];
      let shared = 0;
      for (let at = begin; at < end; at += 1) shared += weights[terms[at] ?? 0] ?? 0;
      looked.push({ exemplar, shared, length: this.#lengthOf(exemplar, of) });
    }
    for (const number of numbers) weights[number] = 0;
    return looked;
  }

  #makeRoom(): void {
    this.#scores = roomFor(this.#scores, this.#positions.length);
    this.#weights = roomFor(this.#weights, this.#names.length);
    this.#touched = roomFor(this.#touched, SIMILARITY.postings);
  }
}

/** The same array, or a larger one; what is in it is not kept. */
function roomFor(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  return array.length >= length ? array : new Uint32Array(length + (length >> 1) + FIRST_ROOM);
}
