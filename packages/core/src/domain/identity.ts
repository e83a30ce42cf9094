/** Letters of other scripts that a reader takes for Latin ones, in the order of {@link LATIN}. */
const OTHERS = 'абвгԁеһіјкӏмпорԛѕтцѵԝхуАВЕНІЈКМОРЅТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυ';
const LATIN = 'abbrdehijklmnopqstuvwxyABEHIJKMOPSTXYABEZHIKMNOPTYXaiknopu';
const TAKEN_FOR: ReadonlyMap<string, string> = new Map([...OTHERS].map((letter, at) => [letter, LATIN[at] ?? letter]));

/** A text with the Latin letter in the place of each one of another script that a reader takes for it. */
export function inLatin(text: string): string {
  return [...text].map((letter) => TAKEN_FOR.get(letter) ?? letter).join('');
}

/**
 * What a person's id or name comes down to when it must be told whether two of them may be the same person: compatible
 * Unicode forms, letter case, blanks, invisible characters and look-alikes of other scripts make no difference (NFKC,
 * full case mapping).
 */
function bareName(id: string): string {
  const plain = inLatin(id.normalize('NFKC'));
  const folded = plain.toUpperCase().toLowerCase().normalize('NFKC');
  return inLatin(folded).replace(/[\s\p{Cf}\p{Cc}]+/gu, '');
}

/** Whether two ids may name the same person. In doubt they do: use it where that is the careful answer. */
export function maySamePerson(id: string, other: string): boolean {
  return bareName(id) === bareName(other);
}
