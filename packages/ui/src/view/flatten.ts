/** Rows that are shown of one value at most. */
export const FLAT_ROWS = 40;

/** A JSON value as rows of a table: the way to each leaf, and the leaf. */
export function flatten(value: unknown, path = ''): readonly (readonly [path: string, leaf: string])[] {
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length > 0) {
      return entries
        .flatMap(([name, part]) => flatten(part, path === '' ? name : `${path} › ${name}`))
        .slice(0, FLAT_ROWS);
    }
  }
  return [[path, typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')]];
}
