import { SIMILARITY } from '../domain/policy.js';
import { type Telling, tellingOf } from '../domain/similarity/telling.js';

/**
 * Texts taken apart, kept for the next question: problems come back, and so do the texts they are compared with. Kept in
 * two generations: what is asked for again goes to the young one, and the old one is forgotten when that is full.
 */
export class Tellings {
  #young = new Map<string, Telling>();
  #old: ReadonlyMap<string, Telling> = new Map();

  /** The same as `tellingOf`. */
  of(masked: string): Telling {
    const there = this.#young.get(masked);
    if (there) return there;
    const telling = this.#old.get(masked) ?? tellingOf(masked);
    // Long texts are rare and large: what is kept stays within bounds.
    if (masked.length > SIMILARITY.keptTextLength) return telling;
    if (this.#young.size >= SIMILARITY.keptTellings / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(masked, telling);
    return telling;
  }
}
