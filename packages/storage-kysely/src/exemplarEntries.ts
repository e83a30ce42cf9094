import { lengthClass } from '@remit/core/adapter';

/*
 * Which exemplars have a term is kept in rows of many: one for each term and block of positions, a text that grows at its
 * end. An entry is a comma and four characters of {@link DIGITS}: two for the place in the block, one each for the class
 * of the length of the exemplar's words and of its masked words. Text, so that plain SQL can add to it, take out of it and
 * make it of what an earlier version kept; a hundred thousand entries are read in the time of a few thousand rows.
 */

/** Positions of a block. */
export const BLOCK = 1_024;

/** What each of 64 numbers is written as: in the order of their codes, so that entries sort by their places. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

/** Characters of an entry. */
export const ENTRY_LENGTH = 5;

/** The number that each character code stands for. */
const VALUES = new Uint8Array(128);
for (let value = 0; value < DIGITS.length; value += 1) VALUES[DIGITS.charCodeAt(value)] = value;

/** An exemplar as it is entered under each of its terms. */
export interface Entered {
  readonly exemplar: number;
  /** Distinct terms of its words, and of its masked words. */
  readonly terms: number;
  readonly maskedTerms: number;
}

/** The block of an exemplar, and its entry there. */
export function entryOf({ exemplar, terms, maskedTerms }: Entered): { readonly block: number; readonly entry: string } {
  const place = exemplar % BLOCK;
  const numbers = [place >> 6, place & 63, lengthClass(terms), lengthClass(maskedTerms)];
  return { block: Math.floor(exemplar / BLOCK), entry: `,${numbers.map((number) => DIGITS[number]).join('')}` };
}

/** Calls for each entry of a row with the place in the block and the two classes of lengths. */
export function eachEntry(entries: string, see: (place: number, words: number, masked: number) => void): void {
  for (let at = 1; at + 3 < entries.length; at += ENTRY_LENGTH) {
    const [high, low] = [VALUES[entries.charCodeAt(at)] ?? 0, VALUES[entries.charCodeAt(at + 1)] ?? 0];
    const [words, masked] = [VALUES[entries.charCodeAt(at + 2)] ?? 0, VALUES[entries.charCodeAt(at + 3)] ?? 0];
    see(high * 64 + low, words, masked);
  }
}

/** The entries of a row, each for itself. */
export function splitEntries(entries: string): string[] {
  return Array.from({ length: entries.length / ENTRY_LENGTH }, (_, at) =>
    entries.slice(at * ENTRY_LENGTH, (at + 1) * ENTRY_LENGTH),
  );
}
