import { shuffled } from './chance.js';
import type { Row } from './corpus.js';
import { type Figures, scattered } from './intervals.js';
import type { Searcher } from './searcher.js';

/* Every row (or every row of kind r) asks for the others with its label. */

const SPLITS = 5;

function judged(hits: readonly boolean[], relevant: number): Figures {
  let [found, precision] = [0, 0];
  for (const [place, right] of hits.entries()) {
    if (!right) continue;
    found += 1;
    precision += found / (place + 1);
  }
  const first = hits.indexOf(true);
  return {
    map: precision / relevant,
    mrr: first < 0 ? 0 : 1 / (first + 1),
    p1: hits[0] === true ? 1 : 0,
    p5: hits.slice(0, 5).filter(Boolean).length / 5,
  };
}

function mean(all: readonly Figures[]): Figures {
  const names = ['map', 'mrr', 'p1', 'p5'];
  return Object.fromEntries(
    names.map((name) => [name, all.reduce((sum, figures) => sum + (figures[name] ?? 0), 0) / all.length]),
  );
}

/** Mean average precision (what is not found counts 0), mean reciprocal rank, precision at 1 and 5; shares 0..1. */
export function retrieval(rows: readonly Row[], open: () => Searcher): Record<string, unknown> {
  const searcher = open();
  try {
    for (const { text } of rows) searcher.add(text);
    const sizes = new Map<string, number>();
    for (const { label } of rows) sizes.set(label, (sizes.get(label) ?? 0) + 1);
    const hasKinds = rows.some(({ kind }) => kind !== null);
    const asking = [...rows.entries()].filter(
      ([, { label, kind }]) => (sizes.get(label) ?? 0) > 1 && (!hasKinds || kind === 'r'),
    );
    const figures = shuffled(asking, 1).map(([own, { text, label }]) => {
      const hits = searcher.search(text, own);
      return judged(
        hits.map(({ row }) => rows[row]?.label === label),
        (sizes.get(label) ?? 0) - 1,
      );
    });
    const share = Math.ceil(figures.length / SPLITS);
    const splits = Array.from({ length: SPLITS }, (_, at) => figures.slice(at * share, (at + 1) * share));
    const { deviation, interval } = scattered(splits.filter((split) => split.length > 0).map(mean));
    const rounded = Object.entries(mean(figures)).map(([name, value]) => [name, Number(value.toFixed(4))]);
    return { ...Object.fromEntries(rounded), n: figures.length, deviation, interval };
  } finally {
    searcher.close();
  }
}
