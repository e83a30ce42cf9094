import { SIMILARITY } from '../policy.js';
import { alike, questionOf, sharedTerms } from './likeness.js';
import { agreement } from './neighbourhood.js';
import type { Weighted } from './weights.js';

/** A text with what it is called. */
export interface Named {
  readonly id: string;
  readonly text: Weighted;
}

/** How alike a text is to the asked one, and why. */
export interface Ranked {
  readonly id: string;
  /** 0..1: half the likeness of the words, half its geometric mean with the agreement of the neighbours. */
  readonly similarity: number;
  /** Likeness of the words alone, 0..1. */
  readonly likeness: number;
  /** Terms that both have, sorted. */
  readonly sharedTerms: readonly string[];
}

/** Others by how alike they are to the asked text, most alike first; ties go to the id that sorts first. */
export function rankAlike(asked: Weighted, others: readonly Named[]): readonly Ranked[] {
  const question = questionOf(asked);
  const byWords = others
    .map(({ id, text }) => ({ id, text, likeness: alike(question, text) }))
    .sort((a, b) => b.likeness - a.likeness || (a.id < b.id ? -1 : 1));
  const agreed = agreement(
    asked,
    byWords.slice(0, SIMILARITY.neighbourhood).map(({ text }) => text),
  );
  return byWords
    .map(({ id, text, likeness }, place) => {
      const similarity = (likeness + Math.sqrt(likeness * (agreed[place] ?? 0))) / 2;
      return {
        id,
        likeness,
        similarity: Math.min(similarity, SIMILARITY.mostUnlessSame),
        sharedTerms: sharedTerms(asked, text),
      };
    })
    .sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1));
}
