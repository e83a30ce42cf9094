import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Schema } from './schema.js';

/** A place in a statement that a value is put into each time. */
class Place {
  readonly name: string;
  /** What the driver is handed for the value. */
  readonly encode: (value: unknown) => unknown;

  constructor(name: string, encode: (value: unknown) => unknown = (value) => value) {
    this.name = name;
    this.encode = encode;
  }
}

/** The parameter that a list becomes in a statement; where only its place is known yet, it becomes one when it is put there. */
export function parameterOf<Item>(items: readonly Item[], encode: (items: readonly Item[]) => unknown): unknown {
  if (!(items instanceof Place)) return encode(items);
  return new Place(items.name, (value) => encode(value as readonly Item[]));
}

/** The places of a statement, by their names; for the query that is built each is a value of its column's type. */
function placesOf<Values extends object>(values: Values): Values {
  return Object.fromEntries(Object.keys(values).map((name) => [name, new Place(name)])) as Values;
}

/**
 * A statement that is put together once and asked again and again with other values: putting it together costs more
 * than the database takes to answer it. Its text must not depend on the values, and they have the same names each time.
 */
export function prepared<Values extends object, Row>(
  db: Kysely<Schema>,
  build: (db: Kysely<Schema>, places: Values) => Compilable<Row>,
): (on: Kysely<Schema>, values: Values) => Promise<readonly Row[]> {
  let compiled: CompiledQuery<Row> | null = null;
  return async (on, values) => {
    compiled ??= build(db, placesOf(values)).compile();
    const { parameters } = compiled;
    const filled = parameters.map((part) =>
      part instanceof Place ? part.encode(values[part.name as keyof Values]) : part,
    );
    const { rows } = await on.executeQuery<Row>({ ...compiled, parameters: filled });
    return rows;
  };
}
