import { type BetterStatement, openDriver } from '../../packages/adapter-sqlite/src/drivers.js';
import { termOf } from '../../packages/core/src/domain/similarity/telling.js';
import type { Assigner } from './assignment.js';
import type { Grouper } from './clustering.js';
import type { Searcher } from './searcher.js';

/* What others would use. Each gets the same words; what it can be told about stems and stop words, it is told. */

/** As much of MiniSearch as is used here; it is installed beside the measurements, not with Remit. */
interface MiniSearch {
  add(document: { readonly id: number; readonly text: string }): void;
  search(text: string): { readonly id: number; readonly score: number }[];
}

type MiniSearchClass = new (options: {
  readonly fields: readonly string[];
  readonly tokenize: (text: string) => string[];
  readonly processTerm: (word: string) => string | null;
}) => MiniSearch;

const LONGEST = 600;
/** Share of its own score from which a text is taken for the same. */
const ENOUGH = 0.7;

function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).slice(0, LONGEST);
}

/** MiniSearch, told our stems and stop words. */
export async function miniSearch(): Promise<Searcher> {
  const name = 'minisearch';
  const { default: MiniSearch } = (await import(name)) as { default: MiniSearchClass };
  const index = new MiniSearch({
    fields: ['text'],
    tokenize: (text) => [...wordsOf(text)],
    processTerm: (word) => termOf(word),
  });
  let rows = 0;
  return {
    name: 'minisearch',
    add(text) {
      index.add({ id: rows, text });
      rows += 1;
    },
    search: (text, except) =>
      index
        .search(text)
        .map(({ id, score }) => ({ row: Number(id), score }))
        .filter(({ row }) => row !== except),
    close() {},
  };
}

/** Okapi BM25 as the textbooks have it (k1 1.2, b 0.75), over our stems without stop words. */
export async function bm25(): Promise<Searcher> {
  const postings = new Map<string, { readonly row: number; readonly count: number }[]>();
  const lengths: number[] = [];
  let words = 0;
  const file = (term: string, entry: { readonly row: number; readonly count: number }): void => {
    const there = postings.get(term);
    if (there) there.push(entry);
    else postings.set(term, [entry]);
  };
  const termsIn = (text: string): readonly string[] =>
    wordsOf(text)
      .map(termOf)
      .filter((term) => term !== null);
  return {
    name: 'bm25-stems',
    add(text) {
      const row = lengths.length;
      const counts = new Map<string, number>();
      const terms = termsIn(text);
      for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
      for (const [term, count] of counts) file(term, { row, count });
      lengths.push(terms.length);
      words += terms.length;
    },
    search(text, except) {
      const scores = new Map<number, number>();
      const average = words / Math.max(lengths.length, 1);
      for (const term of termsIn(text)) {
        const found = postings.get(term) ?? [];
        const rarity = Math.log(1 + (lengths.length - found.length + 0.5) / (found.length + 0.5));
        for (const { row, count } of found) {
          const normal = 1.2 * (0.25 + (0.75 * (lengths[row] ?? 0)) / average);
          scores.set(row, (scores.get(row) ?? 0) + (rarity * count * 2.2) / (count + normal));
        }
      }
      return [...scores]
        .filter(([row]) => row !== except)
        .map(([row, score]) => ({ row, score }))
        .sort((a, b) => b.score - a.score || a.row - b.row);
    },
    close() {},
  };
}

/** SQLite FTS5: Porter stems, any of the text's words, ranked by bm25(). */
export async function fts5(): Promise<Searcher> {
  const database = await openDriver(':memory:');
  database.exec("create virtual table texts using fts5(text, tokenize = 'porter unicode61')");
  const insert = database.prepare('insert into texts (rowid, text) values (?, ?)') as BetterStatement;
  const find = database.prepare(
    'select rowid as id, bm25(texts) as score from texts where texts match ? order by score, rowid limit 2000',
  ) as BetterStatement;
  let rows = 0;
  return {
    name: 'sqlite-fts5-bm25',
    add(text) {
      rows += 1;
      insert.run(rows, text);
    },
    search(text, except) {
      const words = [...new Set(wordsOf(text).filter((word) => termOf(word) !== null))];
      if (words.length === 0) return [];
      const found = find.all(words.map((word) => `"${word}"`).join(' OR ')) as { id: number; score: number }[];
      return found.map(({ id, score }) => ({ row: Number(id) - 1, score: -score })).filter(({ row }) => row !== except);
    },
    close: () => database.close(),
  };
}

/** A searcher as an assigner: the label whose three best hits score most, as sure as the score's share and margin. */
export function assigning(searcher: Searcher): Assigner {
  const labels: string[] = [];
  return {
    learn(text, label) {
      labels.push(label);
      searcher.add(text);
    },
    assign(text) {
      const best = new Map<string, number[]>();
      for (const { row, score } of searcher.search(text)) {
        const label = labels[row] ?? '';
        const scores = best.get(label) ?? [];
        if (scores.length < 3) best.set(label, [...scores, score]);
      }
      const ranked = [...best]
        .map(([label, scores]) => ({ label, score: scores.reduce((sum, score) => sum + score, 0) / 3 }))
        .sort((a, b) => b.score - a.score || (a.label < b.label ? -1 : 1));
      const [first, second] = ranked;
      if (!first) return { label: null, confidence: 0 };
      return { label: first.label, confidence: first.score * Math.sqrt(1 - (second?.score ?? 0) / first.score) };
    },
    close: () => searcher.close(),
  };
}

/** A searcher as a grouper: a text joins the group of its best hit, if that scores enough of what the text itself would. */
export function grouping(searcher: Searcher): Grouper {
  const groups: string[] = [];
  return {
    group(text) {
      const own = groups.length;
      searcher.add(text);
      const hits = searcher.search(text);
      const self = hits.find(({ row }) => row === own)?.score ?? 0;
      const best = hits.find(({ row }) => row !== own);
      const joins = best !== undefined && self > 0 && best.score >= ENOUGH * self;
      groups.push(joins ? (groups[best.row] ?? String(own)) : String(own));
      return groups[own] ?? String(own);
    },
    close: () => searcher.close(),
  };
}
