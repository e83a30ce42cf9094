import type { Trouble } from '@remit/storage-kysely';

const UNREACHABLE: Trouble = {
  message: 'The server cannot be reached.',
  nextStep: 'Check that Postgres runs, and host and port of the URL.',
};
const BUSY: Trouble = {
  message: 'Every connection of the pool is busy, and none came free in time.',
  nextStep: 'Raise the size of the pool, run less at the same time, or look for slow statements (pg_stat_activity).',
};
const GONE: Trouble = {
  message: 'The connection was lost.',
  nextStep: 'Nothing is left half done: unfinished work goes on when the server answers again.',
};
const CLOSED: Trouble = { message: 'The store is closed.', nextStep: 'Open it again, or close it later.' };
const SLOW: Trouble = {
  message: 'A statement took longer than the timeout.',
  nextStep: 'Look for a transaction that holds locks (pg_stat_activity), or raise the statement timeout.',
};
const CHANGED: Trouble = {
  message: 'A table or a column that Remit made is not there, or is not as it was.',
  nextStep: 'Restore the schema from a backup; something other than Remit changed it.',
};

/** What SQLSTATE codes mean for the person who runs the database; the first that the code begins with holds. */
const STATES: readonly (readonly [code: string, trouble: Trouble])[] = [
  ['08', GONE],
  ['22021', { message: 'A text has a NUL character.', nextStep: 'Remove it: Postgres keeps no text with NUL.' }],
  ['23505', { message: 'An id is taken already.', nextStep: 'Report this: it is a fault of Remit.' }],
  [
    '25006',
    {
      message: 'The server only reads: it is a standby, or set to read-only.',
      nextStep: 'Give Remit the URL of the server that may be written.',
    },
  ],
  ['25P03', SLOW],
  [
    '28',
    { message: 'The server refused the user or the password.', nextStep: 'Check user, password and pg_hba.conf.' },
  ],
  ['3D000', { message: 'The database does not exist.', nextStep: 'Create it (createdb), or name another one.' }],
  ['40', { message: 'Other transactions kept getting in the way.', nextStep: 'Try again; report it if it goes on.' }],
  [
    '42501',
    {
      message: 'The user may not do that in this database.',
      nextStep: 'Grant the user CREATE on the database, or make the schema and give it to the user.',
    },
  ],
  ['42P01', CHANGED],
  ['42703', CHANGED],
  [
    '42P07',
    {
      message: 'Something that is not Remit’s has a name that Remit needs.',
      nextStep: 'Give Remit a schema of its own; nothing was changed.',
    },
  ],
  [
    '53300',
    {
      message: 'The server has no connection left.',
      nextStep: 'Raise max_connections, or lower the size of the pools.',
    },
  ],
  ['53', { message: 'The server has no room or memory left.', nextStep: 'Make room; nothing acknowledged is lost.' }],
  ['55P03', SLOW],
  ['57014', SLOW],
  ['57P', { message: 'The server is stopping or starting.', nextStep: GONE.nextStep }],
  ['58', { message: 'The server has trouble with its disk.', nextStep: 'Look into the server’s log.' }],
  ['XX', { message: 'The server has a fault inside, or its files are damaged.', nextStep: 'Look into its log.' }],
];

const UNREACHABLE_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT']);
const LOST_CODES = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED']);

/** What pg and kysely say without a code. */
const SENTENCES: readonly (readonly [sentence: RegExp, trouble: Trouble])[] = [
  // Of the pool, which waits so long for one of its connections to come free.
  [/timeout exceeded when trying to connect/i, BUSY],
  [/timeout expired|due to connection timeout/i, UNREACHABLE],
  [/Connection terminated|Client has encountered a connection error|Client was closed|not queryable/i, GONE],
  [/Query read timeout/i, { ...GONE, message: 'The server did not answer in time.' }],
  [/after calling end on the pool|driver has already been destroyed/i, CLOSED],
  [
    /SSL connections|SASL|password must be a string|self.signed certificate|unable to verify/i,
    {
      message: 'The server and this process do not agree on how to log in.',
      nextStep: 'Check the URL: password, sslmode.',
    },
  ],
];

/** The SQLSTATE of an answer of the server; null when it was not the server that answered. */
export function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && typeof severity === 'string' ? code : null;
}

/**
 * Whether nobody should get the connection again: it was not the server that answered, so nobody knows what the connection
 * is in the middle of, or the server said that it ends it.
 */
export function endsConnection(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === null || state.startsWith('57P') || state.startsWith('08');
}

/** Says what an error of pg means; null when it is not one. */
export function explainPostgresError(error: unknown): Trouble | null {
  const state = sqlStateOf(error);
  if (!(error instanceof Error)) return null;
  if (state !== null) {
    const known = STATES.find(([code]) => state.startsWith(code))?.[1];
    return known ?? { message: `Postgres refused: ${error.message}`, nextStep: 'Report this: it is a fault of Remit.' };
  }
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && UNREACHABLE_CODES.has(code)) return UNREACHABLE;
  if (typeof code === 'string' && LOST_CODES.has(code)) return GONE;
  return SENTENCES.find(([sentence]) => sentence.test(error.message))?.[1] ?? null;
}

/** Whether a statement was prepared before the tables were changed: on a new connection it is prepared anew. */
export function isOutdated(error: unknown): boolean {
  return sqlStateOf(error) === '0A000' && /cached plan/i.test(error instanceof Error ? error.message : '');
}
