import type { Label } from '../calibration.js';

/** Labels next to each other that isotonic regression cannot tell apart. */
export interface Block {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly worked: number;
}

/** Pools neighbours until the success rate grows with confidence (PAV). Equal confidences stay together. */
export function poolAdjacent(labels: readonly Label[]): readonly Block[] {
  const byConfidence = new Map<number, { n: number; worked: number }>();
  for (const { confidence, worked } of labels) {
    const at = byConfidence.get(confidence) ?? { n: 0, worked: 0 };
    byConfidence.set(confidence, { n: at.n + 1, worked: at.worked + (worked ? 1 : 0) });
  }
  const blocks: Block[] = [];
  for (const [confidence, counts] of [...byConfidence].sort(([a], [b]) => a - b)) {
    let block: Block = { from: confidence, to: confidence, ...counts };
    let before = blocks.at(-1);
    while (before && before.worked / before.n >= block.worked / block.n) {
      blocks.pop();
      block = { from: before.from, to: block.to, n: before.n + block.n, worked: before.worked + block.worked };
      before = blocks.at(-1);
    }
    blocks.push(block);
  }
  return blocks;
}

/** The curve of the blocks: each is worth (worked + 0.5) / (n + 1); between blocks it is a straight line. */
export function isotonicCurve(labels: readonly Label[]): (confidence: number) => number {
  let least = 0;
  // The half run at each end may turn two neighbours round; a curve that falls would break the promise.
  const blocks = poolAdjacent(labels).map((block) => {
    least = Math.max(least, (block.worked + 0.5) / (block.n + 1));
    return { ...block, value: least };
  });
  return (confidence) => {
    if (!(confidence >= 0 && confidence <= 1)) return confidence;
    const next = blocks.findIndex(({ to }) => confidence <= to);
    const [first, last] = [blocks[0], blocks.at(-1)];
    if (!first || !last) return confidence;
    if (next < 0) return last.value;
    const block = blocks[next] ?? last;
    const before = blocks[next - 1];
    if (confidence >= block.from || !before) return block.value;
    const along = (confidence - before.to) / (block.from - before.to);
    return before.value + along * (block.value - before.value);
  };
}
