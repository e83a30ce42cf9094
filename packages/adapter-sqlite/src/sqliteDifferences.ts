import { parameterOf, type SqlDifferences, type Trouble } from '@remit/storage-kysely';
import { sql } from 'kysely';

/** What to do about each of SQLite's primary result codes that a running store can meet. */
const TROUBLES: Readonly<Record<number, Trouble>> = {
  5: {
    message: 'The database is locked by another process for longer than the busy timeout.',
    nextStep: 'Find the process that holds it (a backup, a shell, a debugger); Remit instances alone wait their turn.',
  },
  6: {
    message: 'A table of the database is locked by another connection.',
    nextStep: 'Close the other connection.',
  },
  8: {
    message: 'The database cannot be written.',
    nextStep: 'Give the process write permission to the file and to its folder.',
  },
  10: { message: 'The disk failed while reading or writing the database.', nextStep: 'Check the disk and its mount.' },
  11: { message: 'The database file is damaged.', nextStep: 'Restore it from a backup.' },
  13: { message: 'The disk is full.', nextStep: 'Make room; nothing that was acknowledged is lost.' },
  14: {
    message: 'The database cannot be opened.',
    nextStep: 'Check that its folder exists and that the process may write there.',
  },
  26: { message: 'The file is not an SQLite database.', nextStep: 'Name another file, or move this one away.' },
};

/** SQLite's names of the codes above, as better-sqlite3 and libsql put them into `code`. */
const CODES: Readonly<Record<string, number>> = {
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_READONLY: 8,
  SQLITE_IOERR: 10,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_NOTADB: 26,
};

/** The primary result code of a driver's error; null when it is not a driver's. */
function resultCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  // node:sqlite has the number, possibly extended: the primary code is its low byte.
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') return errcode & 0xff;
  if (typeof code === 'string' && code.startsWith('SQLITE_')) {
    return Object.entries(CODES).find(([name]) => code === name || code.startsWith(`${name}_`))?.[1] ?? 1;
  }
  // libsql has no code where opening fails, only the number at the end of its message.
  const opening = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(error.message);
  if (opening) return Number(opening[1]);
  return /database connection is not open|database is not open|driver has already been destroyed/i.test(error.message)
    ? 21
    : null;
}

/** Says what an error of an SQLite driver means; null when it is not one. */
export function explainSqliteError(error: unknown): Trouble | null {
  const code = resultCode(error);
  if (code === null) return null;
  if (code === 21) return { message: 'The store is closed.', nextStep: 'Open it again, or close it later.' };
  const said = error instanceof Error ? error.message : String(error);
  return TROUBLES[code] ?? { message: `SQLite refused: ${said}`, nextStep: 'Report this: it is a fault of Remit.' };
}

const asList = (items: readonly unknown[]): string => JSON.stringify(items);

/** SQLite 3.42 or newer. One connection writes at a time, and it is the only one in this process. */
export const SQLITE: SqlDifferences = {
  types: {
    // "autoincrement": the numbers of deleted rows are never given out again.
    position: 'integer primary key autoincrement',
    whole: 'integer',
    real: 'real',
    // Compared as bytes: SQLite's default collation.
    text: 'text',
    json: 'text',
    keyOnly: ' without rowid',
  },
  // Takes the write lock at once. A transaction that began by reading could not wait for it later.
  joined: 'group_concat',
  begin: 'begin immediate',
  setsSchema: false,
  // One host: whoever could still hold what a power cut takes away is gone with it.
  sharedCommits: { durable: 'pragma synchronous = full', swift: 'pragma synchronous = normal' },
  beginReading: 'begin deferred',
  now: sql`cast(unixepoch('subsec') * 1000 as integer)`,
  lockRows: (query) => query,
  lockFreeRows: (query) => query,
  serialise: async () => {},
  together: (changes) => changes,
  textsOf: (values) => sql<{ value: string }>`(select value from json_each(${JSON.stringify(values)}))`,
  rowsOf(columns, rows) {
    const named = Object.keys(columns).map((name) => sql`value ->> ${sql.lit(name)} as ${sql.ref(name)}`);
    return sql`(select ${sql.join(named)} from json_each(${parameterOf(rows, asList)}))`;
  },
  oneOf: (text, values) => sql`${text} in (select value from json_each(${parameterOf(values, asList)}))`,
  hasIn: (column, part) => sql`instr(${column}, ${part}) > 0`,
  oneOfNumbers: (number, values) => sql`${number} in (select value from json_each(${JSON.stringify(values)}))`,
  listOf: (columns) => sql`json_group_array(json_array(${sql.join(columns)}))`,
  appendOnly: (table) =>
    ['update', 'delete'].map(
      (change) =>
        `create trigger ${table}_no_${change} before ${change} on ${table} ` +
        `begin select raise(abort, '${table} is append-only'); end`,
    ),
  async tables(db) {
    const tables = await db.introspection.getTables();
    return tables.map(({ name, columns }) => ({ name, columns: columns.map((column) => column.name) }));
  },
  // Writers are alone: whoever has begun is in nobody's way.
  lostRace: () => false,
  explain: explainSqliteError,
};
