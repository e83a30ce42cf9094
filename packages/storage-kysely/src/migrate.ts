import { RemitError, sha256 } from '@remit/core';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { SqlDifferences } from './differences.js';
import { MIGRATIONS } from './migrations/index.js';
import type { Migration } from './migrations/migration.js';
import { parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import { atOnce, inTransaction } from './transaction.js';

const JOURNAL = 'schema_migrations';
const JOURNAL_COLUMNS = ['version', 'name', 'checksum', 'applied_at_ms'];

const AppliedRow = z.object({ version: whole, name: z.string(), checksum: z.string() });
type Applied = z.infer<typeof AppliedRow>;

/** What a migration was when it was applied: SHA-256 of its name and statements, blanks aside. */
export function checksumOf(migration: Migration, differences: SqlDifferences): string {
  const statements = migration.statements(differences).map((statement) => statement.replace(/\s+/g, ' ').trim());
  return sha256([migration.name, ...statements].join('\n'));
}

function refuse(message: string, nextStep: string): RemitError {
  return new RemitError('storage_unavailable', message, { nextStep });
}

async function appliedTo(db: Kysely<Schema>, differences: SqlDifferences): Promise<readonly Applied[] | null> {
  const journal = (await differences.tables(db)).find(({ name }) => name === JOURNAL);
  if (!journal) return null;
  if (JOURNAL_COLUMNS.some((column) => !journal.columns.includes(column))) {
    throw refuse(
      `The database has a table ${JOURNAL} that is not Remit's.`,
      'Give Remit a database file or a schema of its own.',
    );
  }
  const rows = await db.selectFrom(JOURNAL).select(['version', 'name', 'checksum']).orderBy('version').execute();
  return rows.map((row) => parseRow(JOURNAL, row.version, AppliedRow, row));
}

/** The migrations that are still to be applied. Refuses a schema that this version of Remit did not make. */
function pendingAfter(
  applied: readonly Applied[],
  migrations: readonly Migration[],
  differences: SqlDifferences,
): readonly Migration[] {
  const newest = migrations.at(-1)?.version ?? 0;
  for (const [index, { version, name, checksum }] of applied.entries()) {
    const ours = migrations[index];
    if (!ours) {
      throw refuse(
        `The database has schema version ${version} ("${name}"); this version of Remit knows versions up to ${newest}.`,
        'Run the version of Remit that made it, or a newer one.',
      );
    }
    if (version !== ours.version || checksum !== checksumOf(ours, differences)) {
      throw refuse(
        `Migration ${version} ("${name}") was applied with other content than this version of Remit has for it.`,
        'Run the version of Remit that made the database; a migration is never edited after its release.',
      );
    }
  }
  return migrations.slice(applied.length);
}

/** Refuses a schema of which a part is gone: an incomplete restore must not look like an empty store. */
async function requireTables(
  db: Kysely<Schema>,
  differences: SqlDifferences,
  applied: readonly Migration[],
): Promise<void> {
  const there = new Set((await differences.tables(db)).map(({ name }) => name));
  for (const { version, name, makes } of applied) {
    const gone = makes.filter((table) => !there.has(table));
    if (gone.length === 0) continue;
    throw refuse(
      `Migration ${version} ("${name}") was applied, but tables that it made are gone: ${gone.join(', ')}.`,
      'Restore the whole database from a backup; nothing was changed.',
    );
  }
}

async function apply(
  db: Kysely<Schema>,
  differences: SqlDifferences,
  migration: Migration,
  atMs: number,
): Promise<void> {
  const there = new Set((await differences.tables(db)).map(({ name }) => name));
  const inTheWay = migration.makes.filter((table) => there.has(table));
  if (inTheWay.length > 0 && migration.version > 1) {
    throw refuse(
      `Migration ${migration.version} ("${migration.name}") is not recorded as applied, but its tables are there: ${inTheWay.join(', ')}.`,
      'A restore was incomplete, or something else uses these names: restore the whole database from a backup, or move those tables away; nothing was changed.',
    );
  }
  if (inTheWay.length > 0) {
    throw refuse(
      `The database has tables that are not Remit's under names that Remit needs: ${inTheWay.join(', ')}.`,
      'Give Remit a database file or a schema of its own; nothing was changed.',
    );
  }
  for (const statement of migration.statements(differences)) await sql.raw(statement).execute(db);
  const { version, name } = migration;
  const checksum = checksumOf(migration, differences);
  await db.insertInto(JOURNAL).values({ version, name, checksum, applied_at_ms: atMs }).execute();
}

/** A migration that is about to be carried out. */
export interface MigrationStep {
  readonly version: number;
  readonly name: string;
  /** Its place among those that are carried out now, from 1, and how many they are. */
  readonly place: number;
  readonly of: number;
}

/** How a database is brought to the schema of this version. */
export interface MigrateOptions {
  /** For tests. Default: those of this package. */
  readonly migrations?: readonly Migration[];
  /** Told before each migration: a large database may take minutes. Default: nobody is told. */
  readonly onMigration?: ((step: MigrationStep) => void) | undefined;
}

/**
 * Brings the database to the schema of this version of Remit, in one transaction; nothing happens when it is there.
 * @throws RemitError `storage_unavailable` when the schema is newer than the code, when an applied migration had other
 * content or its tables are gone, or when a table that is not Remit's is in the way. Nothing is changed then.
 */
export async function migrate(
  db: Kysely<Schema>,
  differences: SqlDifferences,
  { migrations = MIGRATIONS, onMigration }: MigrateOptions = {},
): Promise<void> {
  const before = await appliedTo(db, differences);
  if (before) {
    const pending = pendingAfter(before, migrations, differences);
    await requireTables(db, differences, migrations.slice(0, before.length));
    if (pending.length === 0) return;
  }
  await inTransaction(
    db,
    differences,
    atOnce(async (transaction) => {
      await differences.serialise(transaction, [JOURNAL]);
      // Another process may have come first.
      const applied = await appliedTo(transaction, differences);
      if (!applied) {
        const { whole: number, text } = differences.types;
        const columns = `version ${number} not null primary key, name ${text} not null, checksum ${text} not null`;
        await sql.raw(`create table ${JOURNAL} (${columns}, applied_at_ms ${number} not null)`).execute(transaction);
      }
      const pending = pendingAfter(applied ?? [], migrations, differences);
      for (const [at, migration] of pending.entries()) {
        const { version, name } = migration;
        onMigration?.({ version, name, place: at + 1, of: pending.length });
        await apply(transaction, differences, migration, Date.now());
      }
    }),
  );
}
