/**
 * Optional: turns texts into vectors, so that what is said in other words is seen to be alike. It is asked about the
 * masked words of a ticket and of the few it is compared with, never about the whole store, and each text once. The
 * answer must depend on the text alone, or the same tickets are not the same patterns everywhere.
 */
export interface Embedder {
  /** One vector per text, all of the same length. Rejects when it cannot answer; Remit then goes on without. */
  embed(texts: readonly string[], options: { readonly signal: AbortSignal }): Promise<readonly (readonly number[])[]>;
}
