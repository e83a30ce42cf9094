/** The pages of the console, in the order of its navigation. */
export const PAGES = ['tickets', 'approvals', 'patterns', 'figures', 'policies', 'halt'] as const;

/** A page of the console. */
export type PageName = (typeof PAGES)[number];

/** Where in the console somebody is: a page, and what of it. */
export interface Route {
  readonly page: PageName;
  /** A ticket's id, or a category; null for the page as such. */
  readonly id: string | null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The place that the part of an address after `#` names; the tickets where it names none. */
export function routeOf(hash: string): Route {
  const [, name = '', ...rest] = hash.split('/');
  const page = PAGES.find((each) => each === name);
  if (!page) return { page: 'tickets', id: null };
  const id = rest.join('/');
  return { page, id: id === '' ? null : decoded(id) };
}
