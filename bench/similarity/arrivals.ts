import { PatternLearner } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { linesOf } from './corpus.js';

/* How many incidents arrive at a problem that came often enough before: only those can ever be fixed by themselves. */

/** Earlier incidents from which a pattern can be eligible. */
const OFTEN = 5;

/** The fields that say what it is about, as a program or a form would put them into a text. */
const FIELDS = ['category', 'subcategory', 'symptom'];

/** Share (0..1) of incidents, in the order of the file, that arrive at a group of five earlier ones. */
class Arrivals {
  readonly #sizes = new Map<string, number>();
  #often = 0;
  #all = 0;

  arrive(group: string): void {
    const earlier = this.#sizes.get(group) ?? 0;
    if (earlier >= OFTEN) this.#often += 1;
    this.#all += 1;
    this.#sizes.set(group, earlier + 1);
  }

  get figures() {
    return { share: Number((this.#often / this.#all).toFixed(4)), groups: this.#sizes.size, n: this.#all };
  }
}

/** By the patterns of the product, and by the fields taken as one key. */
export async function arrivals(file: string): Promise<Record<'ours' | 'exactKey', Record<string, unknown>>> {
  let patterns = 0;
  const next = (): string => {
    patterns += 1;
    return `p-${patterns}`;
  };
  const learner = new PatternLearner({ storage: memoryStorage(), ids: { next } });
  const [ours, exactKey] = [new Arrivals(), new Arrivals()];
  for (const [at, line] of linesOf(file).entries()) {
    const row = JSON.parse(line) as Record<string, unknown>;
    const fields = FIELDS.map((name) => String(row[name] ?? ''));
    exactKey.arrive(JSON.stringify(fields));
    const ticket = { tenant: 'bench', ticketId: `T-${at}`, category: 'other', title: null };
    ours.arrive((await learner.recognise({ ...ticket, description: fields.join(', ') })).patternId);
  }
  return { ours: ours.figures, exactKey: exactKey.figures };
}
