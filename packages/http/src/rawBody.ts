/** What a body parser in front of Remit left of a body. */
export type Leftover =
  /** A value that it made of the bytes: a signature does not cover what is made of that again. */
  | 'value'
  /** Nothing: it took the bytes and kept none. */
  | 'nothing';

const leftovers = new WeakMap<Request, Leftover>();

/** Remembers of a request that its bytes are not those that the sender sent. */
export function markTaken(request: Request, leftover: Leftover): void {
  leftovers.set(request, leftover);
}

/** What was left of a body that somebody read before; null when its bytes are as they came. */
export function leftoverOf(request: Request): Leftover | null {
  return leftovers.get(request) ?? null;
}
