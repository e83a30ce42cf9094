import { SIMILARITY } from '../policy.js';

/** A vector of length 1; null for one that is empty, without length or not of numbers. */
export function unitVector(vector: readonly number[]): Float64Array | null {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const norm = Math.sqrt(squares);
  if (!Number.isFinite(norm) || norm === 0) return null;
  return Float64Array.from(vector, (value) => value / norm);
}

function cosine(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/**
 * How alike others are in meaning, 0..1 each; null where vectors are missing or of another length. Models differ in how
 * alike they find texts that have nothing in common, so the mean over the others counts as nothing in common.
 */
export function alikeInMeaning(
  asked: Float64Array | null,
  others: readonly (Float64Array | null)[],
): readonly number[] | null {
  if (asked === null || others.length < SIMILARITY.meaningFrom) return null;
  const cosines: number[] = [];
  for (const other of others) {
    if (other === null || other.length !== asked.length) return null;
    cosines.push(cosine(asked, other));
  }
  const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
  // All the same: it says nothing of any of them.
  if (mean > 1 - Number.EPSILON * cosines.length) return null;
  return cosines.map((value) => Math.min(Math.max((value - mean) / (1 - mean), 0), 1));
}

/** Likeness of words and of meaning, fused by score: their mean. Without a meaning the words speak alone. */
export function fused(likeness: number, meaning: number | undefined): number {
  return meaning === undefined ? likeness : Math.min((likeness + meaning) / 2, SIMILARITY.mostUnlessSame);
}
