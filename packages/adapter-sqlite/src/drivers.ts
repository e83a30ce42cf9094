import { dirname } from 'node:path';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** A prepared statement of better-sqlite3 or libsql. */
export interface BetterStatement {
  readonly reader: boolean;
  /** From then on rows come as lists of values. */
  raw?(isRaw: boolean): unknown;
  /** The columns of the answer, in the order of the values. */
  columns?(): readonly { readonly name: string }[];
  /** All rows of the answer. */
  all(...parameters: unknown[]): unknown[];
  /** Carries it out; says how many rows it changed. */
  run(...parameters: unknown[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  /** The rows of the answer, one by one. */
  iterate(...parameters: unknown[]): IterableIterator<unknown>;
}

/** A prepared statement of `node:sqlite`. */
export interface NodeStatement {
  /** Since Node 22.16; before, what a statement answers is told by its words. */
  columns?(): readonly unknown[];
  /** All rows of the answer. */
  all(...parameters: never[]): unknown[];
  /** Carries it out; says how many rows it changed. */
  run(...parameters: never[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  /** The rows of the answer, one by one. */
  iterate(...parameters: never[]): IterableIterator<unknown>;
}

/** An open database: of better-sqlite3, libsql or `node:sqlite`. */
export interface SqliteDriver {
  /** Compiles one statement. */
  prepare(sql: string): BetterStatement | NodeStatement;
  /** Carries out statements that answer nothing. */
  exec(sql: string): unknown;
  /** Closes the file; the storage calls it only for a driver that it opened itself. */
  close(): unknown;
}

const OF_TRANSACTIONS = /^\s*(begin|commit|rollback|savepoint|release|pragma synchronous)\b/i;
const ANSWERS = /^\s*(select|with|values|pragma|explain)\b|\breturning\b/i;

function executed(driver: SqliteDriver, sql: string, noticed: (sql: string) => void): SqliteStatement {
  return {
    reader: false,
    all: () => [],
    run: () => {
      driver.exec(sql);
      noticed(sql);
      return { changes: 0, lastInsertRowid: 0 };
    },
    iterate: () => [][Symbol.iterator](),
  };
}

/** Statements that are kept prepared; those that were not used for longest go first. */
const KEPT_STATEMENTS = 200;

/**
 * How a statement's rows are read. Asked for lists of values, a driver makes a row in half the time that it needs to name
 * each value of each row; the names are the same for all of them.
 */
function rowsOf(statement: BetterStatement): (parameters: readonly unknown[]) => unknown[] {
  if (!statement.reader || !statement.raw || !statement.columns) return (parameters) => statement.all(parameters);
  const ask = (): readonly string[] => statement.columns?.().map(({ name }) => name) ?? [];
  statement.raw(true);
  let names = ask();
  return (parameters) => {
    const rows = statement.all(parameters) as unknown[][];
    // Another process may have added a column meanwhile.
    if (rows[0] && rows[0].length !== names.length) names = ask();
    return rows.map((values) => {
      const row: Record<string, unknown> = {};
      for (let at = 0; at < names.length; at += 1) row[names[at] ?? ''] = values[at];
      return row;
    });
  };
}

/** A statement in the shape that kysely wants, over either kind of driver. */
function prepared(driver: SqliteDriver, sql: string): SqliteStatement {
  const statement = driver.prepare(sql);
  const given = (parameters: readonly unknown[]): never[] => [...parameters] as never[];
  if ('reader' in statement) {
    const all = rowsOf(statement);
    return {
      // Asked once: a driver may look it up each time.
      reader: statement.reader,
      all,
      run: (parameters) => statement.run(parameters),
      iterate: (parameters) => all(parameters).values(),
    };
  }
  return {
    reader: statement.columns ? statement.columns().length > 0 : ANSWERS.test(sql),
    all: (parameters) => statement.all(...given(parameters)),
    run: (parameters) => statement.run(...given(parameters)),
    iterate: (parameters) => statement.iterate(...given(parameters)),
  };
}

/** Remembers prepared statements by their words. */
function statementsOf(driver: SqliteDriver): (sql: string) => SqliteStatement {
  const kept = new Map<string, SqliteStatement>();

  function prepare(sql: string): SqliteStatement {
    const statement = prepared(driver, sql);
    // One that failed may be left open, and hold what it has: it is let go of, for the garbage collector to end.
    const orForget =
      <Given, Result>(run: (given: Given) => Result) =>
      (given: Given): Result => {
        try {
          return run(given);
        } catch (error) {
          kept.delete(sql);
          throw error;
        }
      };
    return { ...statement, all: orForget(statement.all), run: orForget(statement.run) };
  }

  return (sql) => {
    const statement = kept.get(sql) ?? prepare(sql);
    kept.delete(sql);
    kept.set(sql, statement);
    if (kept.size > KEPT_STATEMENTS) kept.delete(kept.keys().next().value ?? '');
    return statement;
  };
}

/**
 * The one shape that kysely wants, over either kind of driver.
 * @param noticed hears of each transaction that began or ended.
 */
export function kyselyDatabase(
  driver: SqliteDriver,
  { close, noticed }: { close(): void; noticed(sql: string): void },
): SqliteDatabase {
  const statementOf = statementsOf(driver);
  return {
    close,
    // Never prepared: where "begin" finds the database locked, libsql leaves the statement open, and no later
    // transaction can commit until the garbage collector finds it.
    prepare: (sql) => (OF_TRANSACTIONS.test(sql) ? executed(driver, sql, noticed) : statementOf(sql)),
  };
}

async function nodeSqlite(): Promise<(new (file: string) => SqliteDriver) | null> {
  try {
    // Not a literal: bundlers and older Nodes do not know the module.
    const name = 'node:sqlite';
    const { DatabaseSync } = (await import(name)) as { DatabaseSync: new (file: string) => SqliteDriver };
    return DatabaseSync;
  } catch {
    return null;
  }
}

/** Opens a file, or `:memory:`, with `node:sqlite` where this Node has it, else with libsql. */
export async function openDriver(file: string): Promise<SqliteDriver> {
  const Database = (await nodeSqlite()) ?? ((await import('libsql')).default as new (file: string) => SqliteDriver);
  return new Database(file);
}

/** The folder of a database file; null for a database in memory. */
export function folderOf(file: string): string | null {
  return file === ':memory:' || file === '' ? null : dirname(file);
}
