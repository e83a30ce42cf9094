import { SIMILARITY } from '../policy.js';
import { alike, questionOf, sharedTerms } from './likeness.js';
import { fused } from './meaning.js';
import { agreement } from './neighbourhood.js';
import type { Weighted } from './weights.js';

/** A text with what it is called. */
export interface Named {
  readonly id: string;
  readonly text: Weighted;
  /** How alike it is in meaning, 0..1, where an embedder says so. */
  readonly meaning?: number;
}

/** How alike a text is to the asked one, and why. */
export interface Ranked {
  readonly id: string;
  /** 0..1: half the likeness of the words, half its geometric mean with the agreement of the neighbours. */
  readonly similarity: number;
  /** Likeness of the words, and of the meaning where it is known, 0..1. */
  readonly likeness: number;
  /** Terms that both have, sorted. */
  readonly sharedTerms: readonly string[];
}

/** The `limit` (default: all) others most alike to the asked text, in that order; ties go to the id that sorts first. */
export function rankAlike(asked: Weighted, others: readonly Named[], limit: number = others.length): readonly Ranked[] {
  const question = questionOf(asked);
  const byWords = others
    .map(({ id, text, meaning }) => ({ id, text, likeness: fused(alike(question, text), meaning) }))
    .sort((a, b) => b.likeness - a.likeness || (a.id < b.id ? -1 : 1));
  const agreed = agreement(
    asked,
    byWords.slice(0, Math.min(SIMILARITY.neighbourhood, SIMILARITY.neighbourhoodEach * limit)).map(({ text }) => text),
  );
  return byWords
    .map(({ id, text, likeness }, place) => {
      const similarity = (likeness + Math.sqrt(likeness * (agreed[place] ?? 0))) / 2;
      return { id, text, likeness, similarity: Math.min(similarity, SIMILARITY.mostUnlessSame) };
    })
    .sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1))
    .slice(0, limit)
    .map(({ text, ...ranked }) => ({ ...ranked, sharedTerms: sharedTerms(question, text) }));
}
