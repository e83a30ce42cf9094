import { SIMILARITY } from '../domain/policy.js';
import { type Telling, tellingOf } from '../domain/similarity/telling.js';

/**
 * Texts taken apart, kept for the next question: problems come back, and so do the texts they are compared with. What
 * was not asked for longest is forgotten.
 */
export class Tellings {
  readonly #kept = new Map<string, Telling>();

  /** The same as `tellingOf`. */
  of(masked: string): Telling {
    const there = this.#kept.get(masked);
    const telling = there ?? tellingOf(masked);
    if (there) this.#kept.delete(masked);
    // Long texts are rare and large: what is kept stays within bounds.
    if (masked.length > SIMILARITY.keptTextLength) return telling;
    this.#kept.set(masked, telling);
    if (this.#kept.size > SIMILARITY.keptTellings) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return telling;
  }
}
