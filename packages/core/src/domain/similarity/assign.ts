import { SIMILARITY } from '../policy.js';
import { alike, questionOf, sharedTerms } from './likeness.js';
import { fused } from './meaning.js';
import { rarity, type TermStatistics, type Weighted } from './weights.js';

/** An earlier telling of a pattern that may be alike. */
export interface PatternTelling {
  readonly patternId: string;
  readonly text: Weighted;
  /** How alike it is in meaning, 0..1, where an embedder says so. */
  readonly meaning?: number;
}

/** A pattern that a text may belong to. */
export interface PatternScore {
  readonly patternId: string;
  /** 0..1: half from the most alike tellings, half from the terms that the pattern's tellings use. */
  readonly score: number;
}

/** The pattern a text most likely belongs to. */
export interface PatternMatch extends PatternScore {
  /**
   * 0..1: the score, with the margin to the second best pattern taken off: `score * sqrt(1 - second / score)`. 0 when
   * fewer than `SIMILARITY.sharedAtLeast` terms are shared with any one telling of the same codes: a single word is no
   * problem yet, and an error 404 is not an error 500.
   */
  readonly confidence: number;
  /** The pattern it could as well be, with its score. */
  readonly second: PatternScore | null;
}

function nearest(likenesses: readonly number[], tellings: number): number {
  const best = [...likenesses].sort((a, b) => b - a).slice(0, SIMILARITY.exemplarsAveraged);
  return best.reduce((sum, likeness) => sum + likeness, 0) / Math.min(SIMILARITY.exemplarsAveraged, tellings);
}

/** Share (0..1) of what the text says in terms that the pattern's tellings use too; each by how many of them do. */
function spoken(asked: Weighted, members: readonly Weighted[], tellings: number, statistics: TermStatistics): number {
  let [found, all] = [0, 0];
  for (const term of asked.telling.terms.keys()) {
    const weight = rarity(statistics, term);
    all += weight;
    const having = members.reduce((count, { telling }) => count + (telling.terms.has(term) ? 1 : 0), 0) / tellings;
    found += (weight * having) / (having + SIMILARITY.termBelongsAt);
  }
  return all === 0 ? 0 : found / all;
}

/**
 * The best pattern among candidates; null without any. `tellings` says how many exemplars each pattern has in all: one
 * that is no candidate counts as not alike. Ties go to the pattern id that sorts first.
 */
export function assignPattern(
  asked: Weighted,
  candidates: readonly PatternTelling[],
  { statistics, tellings }: { readonly statistics: TermStatistics; readonly tellings: ReadonlyMap<string, number> },
): PatternMatch | null {
  const question = questionOf(asked);
  const members = new Map<string, PatternTelling[]>();
  for (const candidate of candidates) {
    const there = members.get(candidate.patternId);
    if (there) there.push(candidate);
    else members.set(candidate.patternId, [candidate]);
  }
  const scores = [...members].map(([patternId, own]): PatternScore => {
    const all = Math.max(tellings.get(patternId) ?? own.length, own.length);
    const near = nearest(
      own.map(({ text, meaning }) => fused(alike(question, text), meaning)),
      all,
    );
    const texts = own.map(({ text }) => text);
    return { patternId, score: (near + spoken(asked, texts, all, statistics)) / 2 };
  });
  const [first, second] = scores.sort((a, b) => b.score - a.score || (a.patternId < b.patternId ? -1 : 1));
  if (!first) return null;
  const same = (members.get(first.patternId) ?? []).filter(({ text }) => text.telling.codes === asked.telling.codes);
  const shared = Math.max(0, ...same.map(({ text }) => sharedTerms(asked, text).length));
  if (shared < SIMILARITY.sharedAtLeast) return { ...first, confidence: 0, second: second ?? null };
  const margin = first.score === 0 ? 0 : Math.sqrt(1 - (second?.score ?? 0) / first.score);
  return { ...first, confidence: first.score * margin, second: second ?? null };
}
