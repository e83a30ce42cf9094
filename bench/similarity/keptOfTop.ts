import {
  SIMILARITY,
  type Signature,
  type Sought,
  type Storage,
  type TermStatistics,
  tellingOf,
  weighted,
} from '@remit/core';
import { termsOf } from '@remit/core/adapter';
import { alike, type Question, questionOf } from '../../packages/core/src/domain/similarity/likeness.js';
import { rounded } from '../harness/summary.js';

/* What looking at candidates only leaves out: every text is compared with every question, and nothing is left out of that. */

/** What a store was told. */
export interface ToldText {
  readonly words: string;
  readonly masked: string;
}

/** Where questions were asked. */
export interface Asked {
  readonly storage: Storage;
  readonly tenant: string;
  readonly category: string;
  readonly told: readonly ToldText[];
  /** Of all that was told, with the frequency of every term. */
  readonly statistics: TermStatistics;
}

/** A question with the ten highest likenesses so far, highest first. */
interface Judged {
  readonly question: Question;
  readonly best: number[];
  /** The tenth highest likeness among the candidates: that of all is no lower. */
  readonly floor: number;
  /** Of the text that is looked at: its share of BM25, and the cosine of its stems. */
  okapi: number;
  cosine: number;
}

const TOP = 10;

function keep(best: number[], likeness: number): void {
  if (best.length === TOP && likeness <= (best[TOP - 1] ?? 0)) return;
  best.push(likeness);
  best.sort((a, b) => b - a);
  best.length = Math.min(best.length, TOP);
}

/**
 * Goes through all texts once. Two texts are alike by the mean of three shares, of which the grams' is at most 1: only what
 * the other two do not rule out is compared in full, by the same function as in the product.
 */
function lookAtAll(
  judged: readonly Judged[],
  told: readonly ToldText[],
  of: keyof ToldText,
  all: TermStatistics,
): void {
  const having = new Map<string, { readonly judge: Judged; readonly place: number }[]>();
  for (const judge of judged) {
    for (const [term, place] of judge.question.places) {
      const there = having.get(term) ?? [];
      having.set(term, there);
      there.push({ judge, place });
    }
  }
  for (const text of told) {
    const other = weighted(tellingOf(text[of]), all);
    for (const [at, term] of other.telling.terms.entries()) {
      for (const { judge, place } of having.get(term) ?? []) {
        judge.okapi += (judge.question.times[place] ?? 0) * (other.okapi[at] ?? 0);
        judge.cosine += (judge.question.asked.vector[place] ?? 0) * (other.vector[at] ?? 0);
      }
    }
    for (const judge of judged) {
      const byTerms = Math.min(judge.okapi / judge.question.self, 1) + Math.min(judge.cosine, 1);
      [judge.okapi, judge.cosine] = [0, 0];
      const tenth = Math.max(judge.floor, judge.best[TOP - 1] ?? 0);
      if ((byTerms + 1) / 3 >= tenth) keep(judge.best, alike(judge.question, other));
    }
  }
}

/**
 * Share (0..1) of the ten most alike of all that are among the candidates: of those that similar tickets are ranked from, as
 * many as for `SIMILARITY.shown` of them, by the words as they stand; and of those that a pattern is found from, by the masked words.
 */
export async function keptOfTop(asked: Asked, questions: readonly Signature[]) {
  const { storage, tenant, category, told, statistics } = asked;
  // What came to the store afterwards is none of those that the share is of.
  const known = new Set(told.map(({ masked }) => masked));
  const share = async (of: keyof ToldText, limit: number): Promise<number> => {
    const judged: Judged[] = [];
    const candidates: (readonly number[])[] = [];
    for (const signature of questions) {
      const question = questionOf(weighted(tellingOf(signature[of]), statistics));
      const sought: Sought = { terms: of === 'words' ? signature.terms : termsOf(signature.masked), of, limit };
      const { exemplars } = await storage.patterns.candidates(tenant, category, sought);
      const own = exemplars
        .filter(({ masked }) => known.has(masked))
        .map((exemplar) => alike(question, weighted(tellingOf(exemplar[of]), statistics)));
      candidates.push(own);
      const floor = [...own].sort((a, b) => b - a)[TOP - 1] ?? 0;
      judged.push({ question, best: [], floor, okapi: 0, cosine: 0 });
    }
    lookAtAll(judged, told, of, statistics);
    const found = judged.map(({ best }, at) => {
      const tenth = best.at(-1) ?? 0;
      return Math.min((candidates[at] ?? []).filter((likeness) => likeness >= tenth).length, best.length) / best.length;
    });
    return rounded(found.reduce((sum, part) => sum + part, 0) / found.length, 4);
  };
  return {
    questions: questions.length,
    similar: await share('words', SIMILARITY.candidatesEach * SIMILARITY.shown),
    recognise: await share('masked', SIMILARITY.candidates),
  };
}
