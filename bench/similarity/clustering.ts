import { shuffled } from './chance.js';
import type { Row } from './corpus.js';
import { type Figures, scattered } from './intervals.js';

/* Rows come in a random order; each is put into a group at once, by what came before alone. */

const SPLITS = 5;

/** Something that groups texts as they come. */
export interface Grouper {
  /** The group of the next text. */
  group(text: string, source: string | null): string | Promise<string>;
  close(): void;
}

const pairs = (count: number): number => (count * (count - 1)) / 2;

/** B-cubed precision, recall and F1, and pairwise precision, of groups against labels. */
function figuresOf(rows: readonly (readonly [group: string, label: string])[]): Figures {
  const [groups, labels, both] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
  for (const [group, label] of rows) {
    count(groups, group);
    count(labels, label);
    count(both, JSON.stringify([group, label]));
  }
  let [precision, recall, together] = [0, 0, 0];
  for (const [key, shared] of both) {
    const [group, label] = JSON.parse(key) as [string, string];
    precision += shared * (shared / (groups.get(group) ?? 1));
    recall += shared * (shared / (labels.get(label) ?? 1));
    together += pairs(shared);
  }
  const [b3Precision, b3Recall] = [precision / rows.length, recall / rows.length];
  const all = [...groups.values()].reduce((sum, size) => sum + pairs(size), 0);
  return {
    b3Precision,
    b3Recall,
    b3F1: (2 * b3Precision * b3Recall) / (b3Precision + b3Recall),
    // Groups of one make no pair, so no wrong one.
    pairwisePrecision: all === 0 ? 1 : together / all,
    clusters: groups.size,
  };
}

/** How well texts are grouped online, over five random orders. */
export async function clustering(rows: readonly Row[], open: () => Grouper): Promise<Record<string, unknown>> {
  const splits: Figures[] = [];
  for (let seed = 1; seed <= SPLITS; seed += 1) {
    const grouper = open();
    try {
      const grouped: (readonly [group: string, label: string])[] = [];
      for (const { text, source, label } of shuffled(rows, seed))
        grouped.push([await grouper.group(text, source), label]);
      splits.push(figuresOf(grouped));
    } finally {
      grouper.close();
    }
  }
  const { mean, deviation, interval } = scattered(splits);
  return { ...mean, n: rows.length, deviation, interval };
}
