import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Schema } from './schema.js';

/** A place in a statement that a value is put into each time. */
class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
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
    const filled = parameters.map((part) => (part instanceof Place ? values[part.name as keyof Values] : part));
    const { rows } = await on.executeQuery<Row>({ ...compiled, parameters: filled });
    return rows;
  };
}
