import { inLatin } from '@remit/core';

/** A name as a reader sees it: without case, accents, invisible letters, and the difference between 0 and O, 1 and l. */
function skeletonOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/[\p{Mn}\p{Cf}\p{Cc}]/gu, '');
  return inLatin(plain).toLowerCase().replaceAll('0', 'o').replace(/[1i]/g, 'l');
}

/** Two names that a person can take for one another, or null. */
export function lookAlikes(names: readonly string[]): readonly [string, string] | null {
  const seen = new Map<string, string>();
  for (const name of names) {
    const skeleton = skeletonOf(name);
    const other = seen.get(skeleton);
    if (other !== undefined && other !== name) return [other, name];
    seen.set(skeleton, name);
  }
  return null;
}
