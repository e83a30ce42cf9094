import { SIMILARITY } from '../policy.js';
import { alike, questionOf } from './likeness.js';
import { rarity, type TermStatistics, type Weighted } from './weights.js';

/** An earlier telling of a pattern that may be alike. */
export interface PatternTelling {
  readonly patternId: string;
  readonly text: Weighted;
}

/** A pattern that a text may belong to. */
export interface PatternScore {
  readonly patternId: string;
  /** 0..1: half from the most alike tellings, half from the terms that the pattern's tellings use. */
  readonly score: number;
}

/** The pattern a text most likely belongs to. */
export interface PatternMatch extends PatternScore {
  /** 0..1: the score, with the margin to the second best pattern taken off: `score * sqrt(1 - second / score)`. */
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
  const members = new Map<string, Weighted[]>();
  for (const { patternId, text } of candidates) {
    const there = members.get(patternId);
    if (there) there.push(text);
    else members.set(patternId, [text]);
  }
  const scores = [...members].map(([patternId, texts]): PatternScore => {
    const all = Math.max(tellings.get(patternId) ?? texts.length, texts.length);
    const near = nearest(
      texts.map((text) => alike(question, text)),
      all,
    );
    return { patternId, score: (near + spoken(asked, texts, all, statistics)) / 2 };
  });
  const [first, second] = scores.sort((a, b) => b.score - a.score || (a.patternId < b.patternId ? -1 : 1));
  if (!first) return null;
  const margin = first.score === 0 ? 0 : Math.sqrt(1 - (second?.score ?? 0) / first.score);
  return { ...first, confidence: first.score * margin, second: second ?? null };
}
