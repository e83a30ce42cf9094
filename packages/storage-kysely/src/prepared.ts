import { type Compilable, type CompiledQuery, type Kysely, type OperationNodeSource, sql } from 'kysely';
import type { Change, SqlDifferences } from './differences.js';
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

/** A statement with the values put into their places. */
function filledIn<Row>(compiled: CompiledQuery<Row>, values: object): CompiledQuery<Row> {
  const named = values as Readonly<Record<string, unknown>>;
  const parameters = compiled.parameters.map((part) => (part instanceof Place ? part.encode(named[part.name]) : part));
  return { ...compiled, parameters };
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
    const { rows } = await on.executeQuery<Row>(filledIn(compiled, values));
    return rows;
  };
}

const compiledOn = (db: Kysely<Schema>, statement: OperationNodeSource): CompiledQuery<unknown> =>
  sql`${statement}`.compile(db);

/** Runs statements that change rows, as few as the database can do them in. None may depend on what another one does. */
export async function runTogether(
  { together }: SqlDifferences,
  transaction: Kysely<Schema>,
  changes: readonly Change[],
): Promise<void> {
  for (const statement of together(changes)) await transaction.executeQuery(compiledOn(transaction, statement));
}

/**
 * Changes that are put together once, as {@link prepared} statements are, to be run in transactions.
 * @returns the statements with these values, not sent yet.
 */
export function preparedChanges<Values extends object>(
  db: Kysely<Schema>,
  { together, setsSchema }: SqlDifferences,
  build: (db: Kysely<Schema>, places: Values) => readonly Change[],
): (values: Values) => readonly CompiledQuery<unknown>[] {
  // As within a transaction that has said where the tables are.
  const on = setsSchema ? db.withoutPlugins() : db;
  let compiled: readonly CompiledQuery<unknown>[] | null = null;
  return (values) => {
    compiled ??= together(build(on, placesOf(values))).map((statement) => compiledOn(on, statement));
    return compiled.map((one) => filledIn(one, values));
  };
}
