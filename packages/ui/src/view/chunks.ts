/*
 * A long list is cut into chunks; only those near the window are drawn. A chunk that was drawn once is as high as it
 * was; one that was not is estimated.
 */

/** Rows in one chunk. */
export const CHUNK_ROWS = 10;
/** Height of a row that nobody has seen yet, px. */
export const ROW_ESTIMATE_PX = 62;
/** What is drawn above and below the window, px. */
export const MARGIN_PX = 300;

/** What of a list is drawn: chunks `first` to `last`, and the empty room before and after. */
export interface ChunkWindow {
  readonly first: number;
  readonly last: number;
  readonly beforePx: number;
  readonly afterPx: number;
}

/** The list as far as its heights are known. */
export interface ChunkHeights {
  readonly rows: number;
  /** By chunk, px; undefined where it was never drawn. */
  readonly measured: readonly (number | undefined)[];
}

/** How many chunks a list has. */
export function chunkCount(rows: number): number {
  return Math.ceil(rows / CHUNK_ROWS);
}

function heightOf({ rows, measured }: ChunkHeights, chunk: number): number {
  const own = Math.min(CHUNK_ROWS, rows - chunk * CHUNK_ROWS);
  return measured[chunk] ?? own * ROW_ESTIMATE_PX;
}

/** The chunks to draw for a window that begins `scrollPx` below the top and is `heightPx` high. */
export function windowOf(heights: ChunkHeights, scrollPx: number, heightPx: number): ChunkWindow {
  const count = chunkCount(heights.rows);
  const from = scrollPx - MARGIN_PX;
  const to = scrollPx + heightPx + MARGIN_PX;
  let top = 0;
  let first = -1;
  let last = -1;
  let beforePx = 0;
  let afterPx = 0;
  for (let chunk = 0; chunk < count; chunk += 1) {
    const height = heightOf(heights, chunk);
    if (top + height <= from) beforePx += height;
    else if (top >= to) afterPx += height;
    else {
      if (first < 0) first = chunk;
      last = chunk;
    }
    top += height;
  }
  // Scrolled further than the list is long, as happens when a filter shortens it: its end is shown.
  if (first < 0 && count > 0) {
    const height = heightOf(heights, count - 1);
    return { first: count - 1, last: count - 1, beforePx: beforePx - height, afterPx: 0 };
  }
  return { first, last, beforePx, afterPx };
}
