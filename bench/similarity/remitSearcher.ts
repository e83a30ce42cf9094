import { SIMILARITY } from '../../packages/core/src/domain/policy.js';
import { signatureOf } from '../../packages/core/src/domain/signature.js';
import { rankAlike } from '../../packages/core/src/domain/similarity/rank.js';
import { type Telling, tellingOf } from '../../packages/core/src/domain/similarity/telling.js';
import { weighted } from '../../packages/core/src/domain/similarity/weights.js';
import { ExemplarIndex } from '../../packages/core/src/testing/memory/exemplarIndex.js';
import type { Searcher } from './searcher.js';

/** A text as it is found, ranked and assigned. */
export interface Filed {
  readonly hash: string;
  /** What it is found and ranked by. */
  readonly words: Telling;
  /** What its pattern is told by. */
  readonly masked: Telling;
}

/** Takes a text apart. */
export function filedOf(text: string): Filed {
  const { hash, words, masked } = signatureOf(text);
  return { hash, words: tellingOf(words), masked: tellingOf(masked) };
}

/** Filed texts with their index: what the memory store has, without the rest of a store. */
export class Collection {
  readonly filed: Filed[] = [];
  readonly #index = new ExemplarIndex();

  add(filed: Filed): void {
    this.#index.add(this.filed.length, filed.words.terms, filed.masked.terms.length);
    this.filed.push(filed);
  }

  remove(row: number): void {
    const filed = this.filed[row];
    if (filed) this.#index.remove(row, filed.words.terms);
  }

  /** What is known of the terms of these. */
  statistics(tellings: readonly Telling[]) {
    return this.#index.statistics(new Set(tellings.flatMap(({ terms }) => terms)));
  }

  /** The numbers of the texts that are scored for this one, by its words or by its masked words. */
  candidates(filed: Filed, of: 'words' | 'masked'): readonly number[] {
    return this.#index.candidates({ terms: filed[of].terms, of, limit: SIMILARITY.candidates });
  }
}

/** Remit's own ranking of similar texts, as the memory store finds and the core scores them. */
export function remitSearcher(): Searcher {
  const collection = new Collection();
  return {
    name: 'remit',
    add: (text) => collection.add(filedOf(text)),
    search(text, except) {
      const asked = filedOf(text);
      const rows = collection.candidates(asked, 'words').filter((row) => row !== except);
      const tellings = rows.map((row) => (collection.filed[row] ?? asked).words);
      const statistics = collection.statistics([asked.words, ...tellings]);
      const others = rows.map((row, at) => ({
        id: String(row).padStart(9, '0'),
        text: weighted(tellings[at] ?? asked.words, statistics),
      }));
      return rankAlike(weighted(asked.words, statistics), others).map(({ id, similarity }) => ({
        row: Number(id),
        score: similarity,
      }));
    },
    close() {},
  };
}
