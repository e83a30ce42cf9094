import type { Expression, Kysely, OperationNodeSource, RawBuilder, SelectQueryBuilder, SqlBool } from 'kysely';
import type { Schema } from './schema.js';

/** A table that is there, with its columns. */
export interface FoundTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A statement of kysely's that changes rows. */
export interface Change extends OperationNodeSource {
  execute(): Promise<unknown>;
}

/** What each kind of column holds. */
interface ColumnValues {
  readonly text: string;
  readonly whole: number;
  readonly textOrNull: string | null;
  readonly wholeOrNull: number | null;
}
/** What kind of values each column of a list of rows has. */
export type ColumnKinds = Readonly<Record<string, keyof ColumnValues>>;
/** A row with these columns. */
export type RowOf<Columns extends ColumnKinds> = { readonly [Name in keyof Columns]: ColumnValues[Columns[Name]] };

/** What is said before a transaction begins, so that its commit counts when it should; null: there is nothing to say. */
export interface CommitKinds {
  /** Once it is on the disk. */
  readonly durable: string | null;
  /**
   * At once. The end of this process takes nothing away; a power cut may, but never without everything that was written
   * later, by whatever process. For what matters only once something durable follows it.
   */
  readonly swift: string | null;
}

/** What is wrong with a database, in words for the person who runs it. */
export interface Trouble {
  /** One sentence: what happened. */
  readonly message: string;
  /** What to do about it. */
  readonly nextStep: string;
}

/**
 * All in which one SQL database differs from another, as data. The rest of this package is written once, for databases
 * with `on conflict`, `returning`, partial indexes, and transactions in which each statement sees what was committed
 * before it (READ COMMITTED) or better.
 */
export interface SqlDifferences {
  /** Column types. */
  readonly types: {
    /** A primary key that the database numbers itself, growing with every row: `position <this>`. */
    readonly position: string;
    /** Whole numbers up to 2^53: counts, flags (0 or 1), versions, times in ms. Rows may bring them as text or bigint. */
    readonly whole: string;
    /** Double precision. */
    readonly real: string;
    /** Text, compared and ordered byte by byte, so that ids differ by case and accents. */
    readonly text: string;
    /** JSON; rows may bring it as text or parsed. Must keep numbers and keys exactly. */
    readonly json: string;
    /** What a table that is nothing but its primary key ends with; empty where there is no such thing. */
    readonly keyOnly: string;
  };
  /** The aggregate that puts texts together: `<this>(text, separator)`. */
  readonly joined: string;
  /** Begins a transaction that will write. It must not fail later because another writer came first. */
  readonly begin: string;
  /** Whether `begin` says where the tables are; otherwise, where that has to be said, the given database says it by a plugin. */
  readonly setsSchema: boolean;
  /** Begins a transaction that only reads, and sees the database as it is at one moment. */
  readonly beginReading: string;
  /**
   * How to commit where writers are alone and wait for the disk: those of one process put their work into one commit then.
   * Null where they are not, and each commit is durable.
   */
  readonly sharedCommits: CommitKinds | null;
  /** The database's own time, ms since the epoch; used when no clock is given. */
  readonly now: RawBuilder<unknown>;
  /** Locks the rows that a query reads until the transaction ends (`for update`), where writers are not alone anyway. */
  lockRows<DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>): SelectQueryBuilder<DB, TB, O>;
  /** The same, but leaves out the rows that somebody else has locked, instead of waiting for them. */
  lockFreeRows<DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>): SelectQueryBuilder<DB, TB, O>;
  /**
   * From here until the transaction ends, no other transaction that named one of these names runs. Settles races about
   * rows that do not exist yet. Nothing to do where writers are alone. Must take names in one order to avoid deadlocks.
   */
  serialise(transaction: Kysely<Schema>, names: readonly string[]): Promise<void>;
  /**
   * Statements that change rows, none of which depends on what another one does, as few statements as the database can do
   * them in: all or none of them where a transaction is open.
   */
  together(changes: readonly Change[]): readonly OperationNodeSource[];
  /** A list of texts as a table with the one column `value`; the list may be longer than the limit of parameters. */
  textsOf(values: readonly string[]): RawBuilder<{ value: string }>;
  /**
   * Rows as a table, in their order, with the columns that are named; the list may be longer than the limit of parameters.
   * The statement is the same however many there are.
   */
  rowsOf<Columns extends ColumnKinds>(columns: Columns, rows: readonly RowOf<Columns>[]): RawBuilder<RowOf<Columns>>;
  /** Whether a text is in a list, which may be as long. Must not compare each with each, even where no statistics are. */
  oneOf(text: Expression<unknown>, values: readonly string[]): RawBuilder<SqlBool>;
  /** Whether the text of a JSON column has this one in it, as it was stored. */
  hasIn(column: Expression<unknown>, part: string): RawBuilder<SqlBool>;
  /** Whether a whole number is in a list, which may be as long. */
  oneOfNumbers(number: Expression<unknown>, values: readonly number[]): RawBuilder<SqlBool>;
  /** All rows of a query as one JSON text, a list of lists; null where there are none. For many small rows. */
  listOf(columns: readonly Expression<unknown>[]): RawBuilder<unknown>;
  /** Statements that make every update and delete of this table fail. */
  appendOnly(table: string): readonly string[];
  /** The tables in the place where ours belong. */
  tables(db: Kysely<Schema>): Promise<readonly FoundTable[]>;
  /** Whether a transaction failed only because of others beside it and was rolled back: the same once more may pass. */
  lostRace(error: unknown): boolean;
  /** Says what an error of the driver means; null when it is not the driver's. */
  explain(error: unknown): Trouble | null;
}
