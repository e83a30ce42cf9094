import { SIMILARITY } from '../policy.js';
import { maskedWords } from './telling.js';

/*
 * Alerts are printed by programs: one template with values in it. Two lines of one template have as many words, and
 * the same words in the same places but for values: the idea that Drain (He et al., 2017) made known. What a pattern's
 * template is follows from the lines that are filed under it today, so what people say about patterns holds here too.
 */

/** What a place reads where a value stands. */
const VALUE = '<*>';

/** How many words in front keep lines apart. */
const FRONT = 2;

/** A line of a program, filed under a pattern. */
export interface PatternLine {
  readonly patternId: string;
  readonly masked: string;
}

/** The places of a masked line: its words in order; values in a row are one place. */
function placesOf(masked: string): readonly string[] {
  const places: string[] = [];
  for (const word of maskedWords(masked).slice(0, SIMILARITY.words)) {
    const place = word.startsWith('<') ? VALUE : word;
    if (place !== VALUE || places.at(-1) !== VALUE) places.push(place);
  }
  return places;
}

// A number that was not masked says which one: an error 404 is not an error 500.
const isCode = (place: string): boolean => /\p{N}/u.test(place);

/** What lines of one template have in common beyond doubt: how many places, the first of them, and every code. */
function shelfOf(places: readonly string[]): string {
  return JSON.stringify([places.length, places.slice(0, FRONT), places.map((place) => (isCode(place) ? place : null))]);
}

/** Share (0..1) of places at which a line says what all lines of a template say; 0 when that is hardly a word. */
function fitOf(places: readonly string[], lines: readonly (readonly string[])[]): number {
  const said = places.filter((word, at) => word !== VALUE && lines.every((line) => line[at] === word)).length;
  return said < SIMILARITY.sharedAtLeast ? 0 : said / places.length;
}

/**
 * The pattern whose template a line fits best; null when it fits none from `SIMILARITY.templateFits` up. Ties go to the
 * pattern id that sorts first.
 */
export function templateMatch(masked: string, filed: readonly PatternLine[]): string | null {
  const places = placesOf(masked);
  const shelf = shelfOf(places);
  const templates = new Map<string, (readonly string[])[]>();
  for (const { patternId, masked: told } of filed) {
    const line = placesOf(told);
    if (line.length !== places.length || shelfOf(line) !== shelf) continue;
    const lines = templates.get(patternId) ?? [];
    templates.set(patternId, lines);
    lines.push(line);
  }
  const fits = [...templates].map(([patternId, lines]) => ({ patternId, fit: fitOf(places, lines) }));
  const [best] = fits
    .filter(({ fit }) => fit >= SIMILARITY.templateFits)
    .sort((a, b) => b.fit - a.fit || (a.patternId < b.patternId ? -1 : 1));
  return best?.patternId ?? null;
}
