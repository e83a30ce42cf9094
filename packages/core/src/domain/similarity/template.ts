import { SIMILARITY } from '../policy.js';

/*
 * Alerts are printed by programs: one template with values in it. Two lines of one template have as many words, and
 * the same words in the same places but for values. This is the fixed-depth grouping that Drain (He et al., 2017)
 * made known: lines are kept apart by length and first words, then compared place by place.
 */

/** What a place reads where the lines of a template differ. */
export const ANY_WORD = '<*>';

/** A template: its words in order; {@link ANY_WORD} where its lines differ. */
export interface Template {
  readonly id: string;
  readonly words: readonly string[];
}

// What differs in nearly every line: bare numbers, addresses, hexadecimal. All else a template finds out by itself.
const VALUES =
  /\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\b|\b0x[0-9a-f]+\b|(?<=^|[\s=:,([])-?\d+(?:\.\d+)?(?=$|[\s,;:)\]%])/gi;

/** How many words in front keep lines apart. */
const SHELF_WORDS = 2;

const holdsValue = (word: string): boolean => word.includes(ANY_WORD) || /\d/.test(word);

/** The words of a line as templates see them: cut at blanks, plain values open. */
export function lineWords(line: string): readonly string[] {
  return line.normalize('NFKC').replace(VALUES, ANY_WORD).trim().split(/\s+/u).slice(0, SIMILARITY.words);
}

/** What lines of one template have in common beyond doubt: how many words, and the first ones unless they hold values. */
export function templateShelf(words: readonly string[]): string {
  const front = words.slice(0, SHELF_WORDS).map((word) => (holdsValue(word) ? ANY_WORD : word));
  return JSON.stringify([words.length, ...front]);
}

/** Share (0..1) of places at which a line says what the template says. Places without one word count as not said. */
export function fits(template: Template, words: readonly string[]): number {
  if (template.words.length !== words.length || words.length === 0) return 0;
  const same = template.words.filter((word, place) => word !== ANY_WORD && word === words[place]).length;
  return same / words.length;
}

/** The best template of a shelf for a line, if it fits well enough; ties go to the one with more open places, then id. */
export function templateOf(words: readonly string[], shelf: readonly Template[]): Template | null {
  const open = ({ words: told }: Template): number => told.filter((word) => word === ANY_WORD).length;
  const ranked = shelf
    .map((template) => ({ template, fit: fits(template, words), open: open(template) }))
    .filter(({ fit }) => fit >= SIMILARITY.templateFits)
    .sort((a, b) => b.fit - a.fit || b.open - a.open || (a.template.id < b.template.id ? -1 : 1));
  return ranked[0]?.template ?? null;
}

/** The template with this line added: places at which they differ read {@link ANY_WORD}. */
export function widened({ id, words }: Template, line: readonly string[]): Template {
  return { id, words: words.map((word, place) => (word === line[place] ? word : ANY_WORD)) };
}
