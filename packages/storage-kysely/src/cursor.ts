import { type Page, type PageRequest, RemitError } from '@remit/core';

const LARGEST_PAGE = 200;

function cursorOf(list: string, position: number): string {
  return Buffer.from(JSON.stringify([list, position])).toString('base64url');
}

/** The position after which a page begins; null from the start. */
function positionIn(list: string, cursor: string | null): number | null {
  if (cursor === null) return null;
  try {
    const [of, position] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (of === list && typeof position === 'number' && Number.isSafeInteger(position)) return position;
  } catch {
    // Not even JSON: refused below like any other cursor that is not ours.
  }
  throw new RemitError('invalid_input', 'The cursor is not one that this list gave out.', {
    faults: [{ pointer: '/cursor', detail: 'Must be the nextCursor of a page of the same list.' }],
    nextStep: 'Start again without a cursor.',
  });
}

/** What a page query needs to know. */
export interface Slice {
  /** Only rows beyond this position, in the list's order; null for all. */
  readonly after: number | null;
  /** One more than the page shows, to know whether there is another. */
  readonly fetch: number;
}

/**
 * Reads a page request.
 * @throws RemitError `invalid_input` for a limit outside 1..200 or a cursor that this list did not give out.
 */
export function sliceOf(list: string, { limit, cursor }: PageRequest): Slice {
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE) {
    throw new RemitError('invalid_input', `A page has 1 to ${LARGEST_PAGE} items, not ${limit}.`, {
      faults: [{ pointer: '/limit', detail: `Must be a whole number from 1 to ${LARGEST_PAGE}.` }],
    });
  }
  return { after: positionIn(list, cursor), fetch: limit + 1 };
}

/** The page out of the rows that were fetched for a {@link Slice}. */
export function pageOf<Row extends { readonly position: number }, Item>(
  list: string,
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last ? cursorOf(list, last.position) : null;
  return { items: shown.map(itemOf), nextCursor };
}
