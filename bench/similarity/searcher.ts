/** A hit: the number of a filed text and how well it fits. */
export interface Hit {
  readonly row: number;
  readonly score: number;
}

/** Something that finds like texts among those that were filed. */
export interface Searcher {
  readonly name: string;
  /** Files a text under the next number, from 0. */
  add(text: string): void;
  /** Filed texts but the one under this number, best first. */
  search(text: string, except?: number): readonly Hit[];
  close(): void;
}
