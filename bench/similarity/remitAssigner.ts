import { SIMILARITY } from '../../packages/core/src/domain/policy.js';
import { assignPattern } from '../../packages/core/src/domain/similarity/assign.js';
import { observedPrecision } from '../../packages/core/src/domain/similarity/calibrated.js';
import { weighted } from '../../packages/core/src/domain/similarity/weights.js';
import type { Assigner } from './assignment.js';
import { Collection, filedOf } from './remitSearcher.js';

/** Remit's own assignment to patterns that people have confirmed. */
export function remitAssigner(): Assigner {
  const collection = new Collection();
  const labels: string[] = [];
  const members = new Map<string, number[]>();
  const byHash = new Map<string, string>();
  return {
    learn(text, label) {
      const filed = filedOf(text);
      if (byHash.has(filed.hash)) return;
      byHash.set(filed.hash, label);
      const rows = members.get(label) ?? [];
      members.set(label, rows);
      const [oldest] = rows;
      if (oldest !== undefined && rows.length === SIMILARITY.exemplarsPerPattern) {
        collection.remove(oldest);
        rows.shift();
      }
      rows.push(collection.filed.length);
      labels.push(label);
      collection.add(filed);
    },
    assign(text) {
      const filed = filedOf(text);
      const exact = byHash.get(filed.hash);
      if (exact !== undefined) return { label: exact, confidence: 1 };
      const found = collection.candidates(filed, 'masked').map((row) => ({
        patternId: labels[row] ?? '',
        telling: (collection.filed[row] ?? filed).masked,
      }));
      const statistics = collection.statistics([filed.masked, ...found.map(({ telling }) => telling)]);
      const tellings = new Map(found.map(({ patternId }) => [patternId, members.get(patternId)?.length ?? 0]));
      const match = assignPattern(
        weighted(filed.masked, statistics),
        found.map(({ patternId, telling }) => ({ patternId, text: weighted(telling, statistics) })),
        { statistics, tellings },
      );
      return { label: match?.patternId ?? null, confidence: observedPrecision(match?.confidence ?? 0) };
    },
    close() {},
  };
}
