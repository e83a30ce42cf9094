/** Optional: turns texts into vectors, to find tickets that say the same in other words. */
export interface Embedder {
  /** One vector per text, all of the same length. Rejects when it cannot answer; Remit then goes on without. */
  embed(texts: readonly string[], options: { readonly signal: AbortSignal }): Promise<readonly (readonly number[])[]>;
}
