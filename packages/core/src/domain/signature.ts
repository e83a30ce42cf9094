import { sha256 } from './canonical.js';
import { SIMILARITY } from './policy.js';
import { termsOf } from './similarity/telling.js';

/** Version of the normaliser; stored beside every signature, so that a change of masks never mixes two meanings. */
export const SIGNATURE_VERSION = 3;

/** A value that was masked out of a text. */
export interface Entity {
  readonly kind: MaskKind;
  readonly text: string;
}

/** What masks stand for. */
export type MaskKind = 'url' | 'email' | 'uuid' | 'mac' | 'ip' | 'host' | 'path' | 'interface' | 'hex' | 'num';

/** A text without what differs from one occurrence of a problem to the next. */
export interface Signature {
  readonly version: number;
  /** SHA-256 of the masked words: equal for two tellings that differ only in masked values. */
  readonly hash: string;
  readonly masked: string;
  /** The beginning of the text as it stands, in plain words, values included: similar tickets are ranked by these. */
  readonly words: string;
  /** Distinct stems of `words` without stop words, sorted: what a text is found by. */
  readonly terms: readonly string[];
  readonly entities: readonly Entity[];
}

// Lengths are bounded: a hostile text of many short words must not cost quadratic time.
// In this order: a URL holds a host and a path, a UUID holds hex, an interface holds a number.
const MASKS: readonly (readonly [MaskKind, RegExp])[] = [
  ['url', /\bhttps?:\/\/[^\s"'<>]+/g],
  ['email', /\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b/g],
  ['uuid', /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g],
  ['mac', /\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b/g],
  ['ip', /\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\b/g],
  [
    'host',
    /\b[a-z0-9][\w-]{0,62}(?:\.[a-z0-9][\w-]{0,62}){1,8}\.(?:com|net|org|edu|gov|io|local|localdomain|internal|intranet|corp|lan|arpa|example|test)(?:\.[a-z]{2})?\b(?::\d{1,5}\b)?/g,
  ],
  ['interface', /\b(?:gigabitethernet|tengigabitethernet|ethernet|gi|te|fa|eth|xe|ge|po)[-\s]?\d+(?:\/\d+)*\b/g],
  ['path', /(?:^|(?<=\s))(?:\/[\w.-]+){2,}\/?/g],
  ['hex', /\b0x[0-9a-f]+\b/g],
  // Not the number that says which one: an error 404 is another problem than an error 500.
  [
    'num',
    /(?<!\b(?:error|errno|code|event|status|http|exit|signal|reason|fault|alarm|trap|rule|type|class|category|subcategory|symptom)(?: ?[:=#] ?| (?:code|id|no|number|type|class)?[ :=#]{0,2}))\b[\w.-]{0,64}\d[\w.-]{0,64}\b%?/g,
  ],
];

/** The first words of a text, lower case, values as they stand. */
function wordsIn(text: string): string {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.slice(0, SIMILARITY.words).join(' ');
}

/** Masks a text and takes it apart. Pure: the same text gives the same signature. */
export function signatureOf(text: string): Signature {
  const entities: Entity[] = [];
  let masked = text.normalize('NFKC').toLowerCase();
  for (const [kind, pattern] of MASKS) {
    masked = masked.replace(pattern, (found) => {
      entities.push({ kind, text: found.trim() });
      return ` <${kind}> `;
    });
  }
  const words = masked.match(/<[a-z]+>|[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const normal = words.join(' ');
  const spoken = wordsIn(text);
  return {
    version: SIGNATURE_VERSION,
    hash: sha256(`${SIGNATURE_VERSION}\n${normal}`),
    masked: normal,
    words: spoken,
    terms: termsOf(spoken),
    entities,
  };
}

/** What comparisons need of a signature, as it is filed with a pattern. */
export type SignatureWords = Pick<Signature, 'hash' | 'masked' | 'words' | 'terms'>;

/** Under which circumstances a signature was filed: what its ticket was like then. */
export interface FirstTelling {
  readonly ticketId: string;
  /** How likely it was this pattern, 0..1; 1 for the founder. */
  readonly similarity: number;
  /** False when the ticket founded the pattern. */
  readonly known: boolean;
}

/** An earlier telling of a pattern. */
export interface Exemplar extends SignatureWords {
  readonly patternId: string;
  /** The ticket it was told in first. */
  readonly ticketId: string;
  /** The program that printed it: the principal that handed it in, where that is a source of alerts. Null for people. */
  readonly source: string | null;
}
