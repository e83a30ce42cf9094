import { SIMILARITY } from '../policy.js';
import { type Glance, glanceAt, likenessAt, likenessAtMost, questionOf, sharedTerms } from './likeness.js';
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

interface Glanced {
  readonly id: string;
  readonly glance: Glance;
  readonly meaning: number | undefined;
  readonly atMost: number;
}

interface Likened {
  readonly id: string;
  readonly text: Weighted;
  readonly likeness: number;
}

const byLikeness = (a: Likened, b: Likened): number => b.likeness - a.likeness || (a.id < b.id ? -1 : 1);

/** The most alike, best first: who cannot be among them by what a glance says is not looked at further. */
function mostAlike(glanced: Glanced[], wanted: number): readonly Likened[] {
  const best: Likened[] = [];
  for (const { id, glance, meaning, atMost } of glanced.sort((a, b) => b.atMost - a.atMost)) {
    const last = best.length < wanted ? undefined : best[wanted - 1];
    if (last !== undefined && atMost < last.likeness) break;
    const likened = { id, text: glance.other, likeness: fused(likenessAt(glance), meaning) };
    if (last !== undefined && byLikeness(likened, last) > 0) continue;
    let place = best.length;
    while (place > 0 && byLikeness(likened, best[place - 1] ?? likened) < 0) place -= 1;
    best.splice(place, 0, likened);
    if (best.length > wanted) best.pop();
  }
  return best;
}

/** The `limit` (default: all) others most alike to the asked text, in that order; ties go to the id that sorts first. */
export function rankAlike(asked: Weighted, others: readonly Named[], limit: number = others.length): readonly Ranked[] {
  const question = questionOf(asked);
  const glanced = others.map(({ id, text, meaning }): Glanced => {
    const glance = glanceAt(question, text);
    return { id, glance, meaning, atMost: fused(likenessAtMost(glance), meaning) };
  });
  const near = Math.min(SIMILARITY.neighbourhood, SIMILARITY.neighbourhoodEach * limit);
  const byWords = mostAlike(glanced, Math.max(near, limit));
  const agreed = agreement(
    asked,
    byWords.slice(0, near).map(({ text }) => text),
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
