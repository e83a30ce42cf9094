import { SIMILARITY } from '../policy.js';
import { alike, type Question, questionOf, sharedTerms } from './likeness.js';
import { fused } from './meaning.js';
import { raritiesOf, type TermStatistics, type Weighted } from './weights.js';

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
  /** 0..1: how much the text says of what nearly all of the pattern's tellings say. */
  readonly core: number;
}

/** The pattern a text most likely belongs to. */
export interface PatternMatch extends PatternScore {
  /**
   * 0..1: the root of the score times the margin to the best other pattern (`sqrt(1 - other / score)`), times how much of
   * the pattern's core is said (its root), times how much is shared at all. 0 when fewer than `SIMILARITY.sharedAtLeast` terms are shared with any one telling of the same codes: a single word is no problem yet,
   * and an error 404 is not an error 500.
   */
  readonly confidence: number;
  /** The pattern it could as well be. */
  readonly second: PatternScore | null;
}

/** How many exemplars a pattern has in all, and how much each term says. */
interface Spread {
  readonly tellings: number;
  readonly rarityOf: (term: string) => number;
}

function nearest(likenesses: readonly number[], tellings: number): number {
  const best = [...likenesses].sort((a, b) => b - a).slice(0, SIMILARITY.exemplarsAveraged);
  return best.reduce((sum, likeness) => sum + likeness, 0) / Math.min(SIMILARITY.exemplarsAveraged, tellings);
}

/** In how many of a pattern's tellings each term is. */
function havingOf(members: readonly Weighted[]): ReadonlyMap<string, number> {
  const having = new Map<string, number>();
  for (const { telling } of members) for (const term of telling.terms) having.set(term, (having.get(term) ?? 0) + 1);
  return having;
}

/** Share (0..1) of what the text says in terms that the pattern's tellings use too; each by how many of them do. */
function spoken({ asked }: Question, having: ReadonlyMap<string, number>, { tellings, rarityOf }: Spread): number {
  let [found, all] = [0, 0];
  for (const term of asked.telling.terms) {
    const weight = rarityOf(term);
    all += weight;
    const share = (having.get(term) ?? 0) / tellings;
    found += (weight * share) / (share + SIMILARITY.termBelongsAt);
  }
  return all === 0 ? 0 : found / all;
}

/**
 * Share (0..1) of what a pattern's tellings have in common that the text says too. What half of them say counts an eighth of
 * what all say: "download" is no "transcript" where every telling speaks of one.
 */
function coreSaid({ places }: Question, having: ReadonlyMap<string, number>, { tellings, rarityOf }: Spread): number {
  let [said, all] = [0, 0];
  for (const [term, count] of having) {
    const weight = rarityOf(term) * (count / tellings) ** 3;
    all += weight;
    if (places.has(term)) said += weight;
  }
  return all === 0 ? 0 : said / all;
}

/** What patterns are ranked by: the score, a third of it only as far as the core is said. */
function rankOf({ score, core }: PatternScore): number {
  return (score * (2 + core)) / 3;
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
  const rarityOf = raritiesOf(statistics);
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
    const having = havingOf(own.map(({ text }) => text));
    const spread = { tellings: all, rarityOf };
    const score = (near + spoken(question, having, spread)) / 2;
    return { patternId, score, core: coreSaid(question, having, spread) };
  });
  const [first, second] = scores.sort((a, b) => rankOf(b) - rankOf(a) || (a.patternId < b.patternId ? -1 : 1));
  if (!first) return null;
  const same = (members.get(first.patternId) ?? []).filter(({ text }) => text.telling.codes === asked.telling.codes);
  const shared = Math.max(0, ...same.map(({ text }) => sharedTerms(question, text).length));
  if (shared < SIMILARITY.sharedAtLeast) return { ...first, confidence: 0, second: second ?? null };
  const other = Math.max(0, ...scores.slice(1).map(({ score }) => score));
  const margin = first.score === 0 ? 0 : Math.sqrt(Math.max(0, 1 - other / first.score));
  const told = Math.sqrt(first.core) * (shared / (shared + SIMILARITY.sharedHalf));
  return { ...first, confidence: Math.sqrt(first.score * margin * told), second: second ?? null };
}
