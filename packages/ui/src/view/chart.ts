/* Charts are drawn on a square of 100 by 100 that stretches; y grows downwards. */

/** A point of a chart, both 0..1; y grows upwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const held = (share: number): number => (Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0);

/** Where a share of the width is. */
export function xOf(share: number): number {
  return Number((held(share) * 100).toFixed(2));
}

/** Where a share of the height is. */
export function yOf(share: number): number {
  return xOf(1 - held(share));
}

/** The path of a line through points. */
export function linePath(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${xOf(x)} ${yOf(y)}`).join('');
}

/** The path of dots: lines without length, which round ends make round however the chart stretches. */
export function dotsPath(points: readonly Point[]): string {
  return points.map(({ x, y }) => `M${xOf(x)} ${yOf(y)}h0`).join('');
}

/** Where the item of an index lies between the first and the last; the middle when there is but one. */
export function spread(index: number, count: number): number {
  return count < 2 ? 0.5 : index / (count - 1);
}

/** A bar of a row of bars: its left edge and width, 0..100. */
export function barAt(index: number, count: number): { readonly x: number; readonly width: number } {
  const slot = 100 / Math.max(1, count);
  const width = Math.min(slot * 0.7, 6);
  return { x: Number((slot * index + (slot - width) / 2).toFixed(2)), width: Number(width.toFixed(2)) };
}
