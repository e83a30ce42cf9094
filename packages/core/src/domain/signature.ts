import { stemmer } from 'stemmer';
import { sha256 } from './canonical.js';

/** Version of the normaliser; stored beside every signature, so that a change of masks never mixes two meanings. */
export const SIGNATURE_VERSION = 1;

/** A value that was masked out of a text. */
export interface Entity {
  readonly kind: MaskKind;
  readonly text: string;
}

/** What masks stand for. */
export type MaskKind = 'url' | 'email' | 'uuid' | 'mac' | 'ip' | 'path' | 'interface' | 'hex' | 'num';

/** A text without what differs from one occurrence of a problem to the next. */
export interface Signature {
  readonly version: number;
  /** SHA-256 of the masked words: equal for two tellings that differ only in masked values. */
  readonly hash: string;
  readonly masked: string;
  /** Distinct stems of the masked words without stop words, sorted. */
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
  ['interface', /\b(?:gigabitethernet|tengigabitethernet|ethernet|gi|te|fa|eth|xe|ge|po)[-\s]?\d+(?:\/\d+)*\b/g],
  ['path', /(?:^|(?<=\s))(?:\/[\w.-]+){2,}\/?/g],
  ['hex', /\b0x[0-9a-f]+\b/g],
  ['num', /\b[\w.-]{0,64}\d[\w.-]{0,64}\b%?/g],
];

const STOP = new Set(
  (
    'a an the of to in on at by for from with and or but if is are was were be been being it its this that these those ' +
    'we you they he she i my our your their there here please hi hello thanks thank since again still just have has had ' +
    'do does did can could would should will so as than then when while about into out up down very some any all'
  ).split(' '),
);

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
  const words = masked.match(/<[a-z]+>|[\p{L}]+/gu) ?? [];
  const normal = words.join(' ');
  const terms = words.filter((word) => !word.startsWith('<') && !STOP.has(word)).map((word) => stemmer(word));
  return {
    version: SIGNATURE_VERSION,
    hash: sha256(`${SIGNATURE_VERSION}\n${normal}`),
    masked: normal,
    terms: [...new Set(terms)].sort(),
    entities,
  };
}

/** How alike two signatures are, and what they share. */
export interface Likeness {
  /** 0..1; 1 only for the same signature. */
  readonly similarity: number;
  readonly sharedTerms: readonly string[];
}

function grams(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const padded = ` ${text} `;
  for (let size = 3; size <= 5; size += 1) {
    for (let at = 0; at + size <= padded.length; at += 1) {
      const gram = padded.slice(at, at + size);
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
  }
  return counts;
}

function cosine(a: Map<string, number>, b: Map<string, number>): number {
  let dot = 0;
  for (const [gram, count] of a) dot += count * (b.get(gram) ?? 0);
  const norm = (counts: Map<string, number>): number => Math.sqrt([...counts.values()].reduce((t, n) => t + n * n, 0));
  const length = norm(a) * norm(b);
  return length === 0 ? 0 : dot / length;
}

/** What {@link likeness} compares: any part of a signature that keeps its words. */
export type SignatureWords = Pick<Signature, 'hash' | 'masked' | 'terms'>;

// Long reports would cost quadratic time for little gain: the beginning says what it is about.
const COMPARED_CHARACTERS = 2_000;

/** Likeness of two signatures: the mean of the overlap of stems (Dice) and the cosine of their 3..5 character grams. */
export function likeness(a: SignatureWords, b: SignatureWords): Likeness {
  const inB = new Set(b.terms);
  const sharedTerms = a.terms.filter((term) => inB.has(term));
  if (a.hash === b.hash) return { similarity: 1, sharedTerms };
  const size = a.terms.length + b.terms.length;
  const dice = size === 0 ? 0 : (2 * sharedTerms.length) / size;
  const byGrams = cosine(grams(a.masked.slice(0, COMPARED_CHARACTERS)), grams(b.masked.slice(0, COMPARED_CHARACTERS)));
  return { similarity: Math.min((dice + byGrams) / 2, 0.99), sharedTerms };
}

/** An earlier telling of a pattern. */
export interface Exemplar extends SignatureWords {
  readonly patternId: string;
}

/** The pattern a text most likely belongs to. */
export interface PatternMatch {
  readonly patternId: string;
  /** Confidence of the assignment 0..1: likeness * sqrt(1 - second best pattern / best pattern). */
  readonly similarity: number;
}

/**
 * The best pattern among exemplars, with the margin to the second best taken off: high likeness to two patterns
 * says little about either. Ties go to the pattern id that sorts first. Null without candidates.
 */
export function matchPattern(signature: SignatureWords, exemplars: readonly Exemplar[]): PatternMatch | null {
  const best = new Map<string, number>();
  for (const exemplar of exemplars) {
    const { similarity } = likeness(signature, exemplar);
    best.set(exemplar.patternId, Math.max(similarity, best.get(exemplar.patternId) ?? 0));
  }
  const ranked = [...best].sort(([idA, a], [idB, b]) => b - a || (idA < idB ? -1 : 1));
  const [first, second] = ranked;
  if (!first) return null;
  const [patternId, likest] = first;
  const margin = likest === 0 ? 0 : Math.sqrt(1 - (second?.[1] ?? 0) / likest);
  return { patternId, similarity: likest * margin };
}
