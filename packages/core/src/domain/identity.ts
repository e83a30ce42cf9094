/**
 * What a person's id or name comes down to when it must be told whether two of them may be the same person: compatible
 * Unicode forms, letter case, blanks and invisible characters make no difference (NFKC, full case mapping).
 */
function bareName(id: string): string {
  const folded = id.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replace(/[\s\p{Cf}\p{Cc}]+/gu, '');
}

/** Whether two ids may name the same person. In doubt they do: use it where that is the careful answer. */
export function maySamePerson(id: string, other: string): boolean {
  return bareName(id) === bareName(other);
}
