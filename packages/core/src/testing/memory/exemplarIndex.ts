import { type AskedTerm, askedTerms } from '../../domain/similarity/candidates.js';
import type { TermStatistics } from '../../domain/similarity/weights.js';

const FIRST_ROOM = 4;
/** More texts than any process holds; a score times this is still a whole number that a double keeps exactly. */
const POSITIONS = 2 ** 28;

/** Numbers that only grow, packed. */
class Packed {
  #numbers = new Uint32Array(FIRST_ROOM);
  length = 0;

  push(value: number): void {
    if (this.length === this.#numbers.length) {
      const larger = new Uint32Array(this.length + (this.length >> 1) + FIRST_ROOM);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.length] = value;
    this.length += 1;
  }

  at(index: number): number {
    return this.#numbers[index] ?? 0;
  }

  /** Takes a value out, if it is there. */
  remove(value: number): void {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < value) low = middle + 1;
      else high = middle;
    }
    if (low === this.length || this.at(low) !== value) return;
    this.#numbers.copyWithin(low, low + 1, this.length);
    this.length -= 1;
  }
}

/** The highest of many numbers, at most so many: a heap with the lowest of them on top. */
class Highest {
  readonly #heap: number[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(value: number): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      let at = heap.push(value) - 1;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if ((heap[parent] ?? 0) <= value) break;
        heap[at] = heap[parent] ?? 0;
        at = parent;
      }
      heap[at] = value;
    } else if (value > (heap[0] ?? Number.POSITIVE_INFINITY)) {
      this.#replaceTop(value);
    }
  }

  inOrder(): readonly number[] {
    return this.#heap.toSorted((a, b) => b - a);
  }

  #replaceTop(value: number): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const lower = right < heap.length && (heap[right] ?? 0) < (heap[left] ?? 0) ? right : left;
      if ((heap[lower] ?? 0) >= value) break;
      heap[at] = heap[lower] ?? 0;
      at = lower;
    }
    heap[at] = value;
  }
}

/** Which texts have which term: packed lists of numbers, in the order in which the texts were filed. */
export class ExemplarIndex {
  readonly #entries = new Map<string, Packed>();
  #texts = 0;
  #terms = 0;
  #scores = new Uint32Array(0);
  #touched = new Uint32Array(0);

  /** Files a text under a number that is larger than all before; each of its terms once. */
  add(position: number, terms: readonly string[]): void {
    for (const term of terms) {
      const list = this.#entries.get(term) ?? new Packed();
      if (list.length === 0) this.#entries.set(term, list);
      list.push(position);
    }
    this.#terms += terms.length;
    this.#texts += 1;
  }

  /** Takes a text out again. */
  remove(position: number, terms: readonly string[]): void {
    for (const term of terms) {
      const list = this.#entries.get(term);
      list?.remove(position);
      if (list?.length === 0) this.#entries.delete(term);
    }
    this.#terms -= terms.length;
    this.#texts -= 1;
  }

  /** What is known of the terms. */
  statistics(terms: Iterable<string>): TermStatistics {
    const frequencies = new Map<string, number>();
    for (const term of terms) {
      const texts = this.#entries.get(term)?.length ?? 0;
      if (texts > 0) frequencies.set(term, texts);
    }
    return { texts: this.#texts, terms: this.#terms, frequencies };
  }

  /** The numbers of the texts that share most, by the weights of {@link askedTerms}; ties: newest first. */
  candidates(terms: readonly string[], limit: number): readonly number[] {
    return this.#best(askedTerms(terms, this.statistics(terms)), limit);
  }

  #best(asked: readonly AskedTerm[], limit: number): readonly number[] {
    const budget = asked.reduce((sum, { entries }) => sum + entries, 0);
    if (this.#touched.length < budget) this.#touched = new Uint32Array(budget);
    const touched = this.#touched;
    let count = 0;
    for (const { term, weight, entries } of asked) {
      const list = this.#entries.get(term);
      if (!list) continue;
      for (let at = list.length - 1; at >= list.length - entries; at -= 1) {
        const position = list.at(at);
        if (position >= this.#scores.length) this.#grow(position);
        const before = this.#scores[position] ?? 0;
        if (before === 0) {
          touched[count] = position;
          count += 1;
        }
        this.#scores[position] = before + weight;
      }
    }
    const best = new Highest(limit);
    for (let at = 0; at < count; at += 1) {
      const position = touched[at] ?? 0;
      // One number: the score in front, the position behind.
      best.offer((this.#scores[position] ?? 0) * POSITIONS + position);
      this.#scores[position] = 0;
    }
    return best.inOrder().map((key) => key % POSITIONS);
  }

  #grow(position: number): void {
    const larger = new Uint32Array(position + (position >> 1) + FIRST_ROOM);
    larger.set(this.#scores);
    this.#scores = larger;
  }
}
