import type { Embedder } from '../ports/embedder.js';

/** Any function from texts to vectors, such as most libraries for models have. */
export type Vectorise = (texts: string[]) => Promise<readonly ArrayLike<number>[]> | readonly ArrayLike<number>[];

/** An embedder of such a function; it is called with at most `atOnce` texts (default 64). */
export function vectorEmbedder(vectorise: Vectorise, { atOnce = 64 }: { readonly atOnce?: number } = {}): Embedder {
  return {
    async embed(texts, { signal }) {
      const vectors: (readonly number[])[] = [];
      for (let from = 0; from < texts.length; from += atOnce) {
        signal.throwIfAborted();
        const part = texts.slice(from, from + atOnce);
        const found = await vectorise(part);
        if (found.length !== part.length) {
          throw new Error(`The embedder answered ${found.length} vectors for ${part.length} texts.`);
        }
        for (const vector of found) vectors.push(Array.from(vector));
      }
      return vectors;
    },
  };
}
