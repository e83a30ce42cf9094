import { SIMILARITY } from '../domain/policy.js';
import { alikeInMeaning, unitVector } from '../domain/similarity/meaning.js';
import type { Embedder } from '../ports/embedder.js';

/** What an embedder says of texts, each asked once while it is remembered. */
export class Meanings {
  readonly #embedder: Embedder;
  readonly #known = new Map<string, Float64Array | null>();

  constructor(embedder: Embedder) {
    this.#embedder = embedder;
  }

  /** How alike the others are to the asked text, 0..1 each; null when the embedder does not say, or not in time. */
  async alike(asked: string, others: readonly string[]): Promise<readonly number[] | null> {
    if (others.length < SIMILARITY.meaningFrom) return null;
    const wanted = [...new Set([asked, ...others])];
    try {
      const found = await this.#vectorsOf(wanted);
      return alikeInMeaning(
        found.get(asked) ?? null,
        others.map((text) => found.get(text) ?? null),
      );
    } catch {
      // An embedder only helps: without it the words speak alone.
      return null;
    }
  }

  async #vectorsOf(texts: readonly string[]): Promise<ReadonlyMap<string, Float64Array | null>> {
    const unknown = texts.filter((text) => !this.#known.has(text));
    if (unknown.length > 0) {
      const signal = AbortSignal.timeout(SIMILARITY.embedderMs);
      const late = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      const vectors = await Promise.race([this.#embedder.embed(unknown, { signal }), late]);
      if (vectors.length !== unknown.length) return new Map();
      for (const [at, text] of unknown.entries()) this.#known.set(text, unitVector(vectors[at] ?? []));
    }
    const found = new Map(texts.map((text) => [text, this.#known.get(text) ?? null]));
    for (const text of this.#known.keys()) {
      if (this.#known.size <= SIMILARITY.keptTellings) break;
      this.#known.delete(text);
    }
    return found;
  }
}
