import { SQLITE, sqliteStorage } from '@remit/adapter-sqlite';
import { RemitError } from '@remit/core';
import { Kysely, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import {
  checksumOf,
  kyselyStorage,
  MIGRATIONS,
  type Migration,
  type MigrationStep,
  migrate,
  type Schema,
} from '../src/index.js';

function open(): { database: InstanceType<typeof Database>; db: Kysely<Schema> } {
  const database = new Database(':memory:');
  return { database, db: new Kysely<Schema>({ dialect: new SqliteDialect({ database }) }) };
}

const NEXT = 1 + Math.max(...MIGRATIONS.map(({ version }) => version));
const SECOND: Migration = {
  version: NEXT,
  name: 'notes',
  makes: ['notes'],
  statements: ({ types }) => [`create table notes (tenant ${types.text} not null)`],
};

describe('migrate', () => {
  it('makes every table, with the names of the seed, once', async () => {
    const { db } = open();
    await migrate(db, SQLITE);
    await migrate(db, SQLITE);
    const names = (await SQLITE.tables(db)).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'tickets',
        'ticket_feedbacks',
        'similar_tickets',
        'remediation_logs',
        'auto_remediation_policies',
        'remediation_approvals',
        'ticket_patterns',
        ...MIGRATIONS.flatMap(({ makes }) => makes),
      ]),
    );
    expect(names).toHaveLength(MIGRATIONS.flatMap(({ makes }) => makes).length + 1);
  });

  it('keeps the tenant in every table but those of the whole installation', async () => {
    const { db } = open();
    await migrate(db, SQLITE);
    const without = (await SQLITE.tables(db)).filter(({ columns }) => !columns.includes('tenant'));
    expect(without.map(({ name }) => name).sort()).toEqual([
      // Their terms are rows of one tenant's exemplar_terms.
      'exemplar_blocks',
      'exemplar_entries',
      'schema_migrations',
      'tool_definitions',
    ]);
  });

  it('applies what is new to a database of an earlier version', async () => {
    const { db } = open();
    await migrate(db, SQLITE);
    await migrate(db, SQLITE, { migrations: [...MIGRATIONS, SECOND] });
    const rows = await db.selectFrom('schema_migrations').select(['version', 'name']).orderBy('version').execute();
    expect(rows.map(({ name }) => name)).toEqual([...MIGRATIONS.map(({ name }) => name), 'notes']);
  });

  it('refuses a schema that is newer than the code', async () => {
    const { db } = open();
    await migrate(db, SQLITE, { migrations: [...MIGRATIONS, SECOND] });
    await expect(migrate(db, SQLITE)).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: `The database has schema version ${NEXT} ("notes"); this version of Remit knows versions up to ${NEXT - 1}.`,
      nextStep: expect.stringContaining('newer'),
    });
  });

  it('tells of each migration before it is carried out, and of none when there is nothing to do', async () => {
    const { db } = open();
    const told: string[] = [];
    const onMigration = ({ version, name, place, of }: MigrationStep) => told.push(`${version} ${name} ${place}/${of}`);
    await migrate(db, SQLITE, { onMigration });
    const of = MIGRATIONS.length;
    expect(told).toEqual(MIGRATIONS.map(({ version, name }, at) => `${version} ${name} ${at + 1}/${of}`));
    await migrate(db, SQLITE, { onMigration });
    expect(told).toHaveLength(of);
    await migrate(db, SQLITE, { migrations: [...MIGRATIONS, SECOND], onMigration });
    expect(told.at(-1)).toBe(`${SECOND.version} ${SECOND.name} 1/1`);
  });

  it('refuses a migration that changed after it was applied, but not its blanks', async () => {
    const { db } = open();
    await migrate(db, SQLITE, { migrations: [{ ...SECOND, version: 1 }] });
    const edited = {
      ...SECOND,
      version: 1,
      statements: () => ['create table notes (tenant text not null, more text)'],
    };
    await expect(migrate(db, SQLITE, { migrations: [edited] })).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('Migration 1 ("notes")'),
      nextStep: expect.any(String),
    });
    const spaced = { ...SECOND, version: 1, statements: () => ['create table  notes\n (tenant text not null)'] };
    await migrate(db, SQLITE, { migrations: [spaced] });
  });

  it('refuses a table that is in the way, and changes nothing', async () => {
    const { db } = open();
    await sql`create table halts (mine text)`.execute(db);
    await expect(migrate(db, SQLITE)).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('halts'),
      nextStep: expect.stringContaining('of its own'),
    });
    expect((await SQLITE.tables(db)).map(({ name }) => name)).toEqual(['halts']);
  });

  it('refuses a schema of which a part is gone, or that was made half', async () => {
    const { db } = open();
    await migrate(db, SQLITE);
    await sql`drop table audit_heads`.execute(db);
    await expect(migrate(db, SQLITE)).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: 'Migration 2 ("audit") was applied, but tables that it made are gone: audit_heads.',
      nextStep: expect.stringContaining('backup'),
    });
    const before = (await SQLITE.tables(db)).length;
    await sql`delete from schema_migrations where version > 1`.execute(db);
    await expect(migrate(db, SQLITE)).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('is not recorded as applied, but its tables are there: audit_records'),
      nextStep: expect.stringContaining('incomplete'),
    });
    expect(await SQLITE.tables(db)).toHaveLength(before);
  });

  it('refuses another program’s schema_migrations', async () => {
    const { db } = open();
    await sql`create table schema_migrations (version text)`.execute(db);
    await expect(migrate(db, SQLITE)).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('schema_migrations'),
    });
  });

  it('a failing migration leaves nothing behind', async () => {
    const { db } = open();
    const broken: Migration = {
      ...SECOND,
      statements: () => ['create table notes (tenant text)', 'create nonsense'],
    };
    await expect(migrate(db, SQLITE, { migrations: [...MIGRATIONS, broken] })).rejects.toThrow();
    expect(await SQLITE.tables(db)).toEqual([]);
  });

  it('a released migration never changes', () => {
    expect(MIGRATIONS.map((migration) => checksumOf(migration, SQLITE).slice(0, 16))).toMatchInlineSnapshot(`
      [
        "08aca49cada25d4b",
        "dddd9b63b0419f06",
        "741f7ae2983f949f",
        "d0af07be50c1d65c",
        "cf2745f35cb5c992",
        "247d1377fa34fc45",
        "8d8c7efa1b4a4add",
        "f756fbfce932e8a1",
        "5df9dceb8042cfbc",
        "b1d4849ae69995b8",
        "3e03ba2e1e4522ae",
        "e2bf7618413a06bd",
        "1f5504b112118610",
      ]
    `);
  });
});

const TICKET = {
  tenant: 'acme',
  ticketId: 'INC-1',
  title: null,
  description: 'down',
  category: 'server',
  optedIn: true,
  priority: null,
  requester: null,
  submitter: 'ana',
  targets: [],
  metadata: {},
};

describe('rows', () => {
  it('the log cannot be changed or shortened, not even by replacing', async () => {
    const { database } = open();
    await sqliteStorage({ database });
    const columns =
      'position, tenant, remediation_id, ticket_id, seq, actor, at_ms, event_type, event, previous_hash, hash';
    const insert = (word: string): unknown =>
      database.exec(
        `${word} into remediation_logs (${columns}) values (1, 'a', 'r', 't', 1, 'x', 1, 'e', '{}', '', 'h')`,
      );
    insert('insert');
    expect(() => database.exec("update remediation_logs set actor = 'y'")).toThrow(/append-only/);
    expect(() => database.exec('delete from remediation_logs')).toThrow(/append-only/);
    expect(() => insert('insert or replace')).toThrow(/append-only/);
  });

  it('a damaged row names its table and its key', async () => {
    const damages = [
      "update tickets set metadata = '{'",
      "update tickets set targets = '{}'",
      "update tickets set status = 'lost'",
      'update tickets set created_at_ms = 1.5',
      "update tickets set opted_in = 'maybe'",
      `update tickets set assessment = '{"analysis": null}'`,
    ];
    for (const damage of damages) {
      const { database } = open();
      const storage = await sqliteStorage({ database });
      await storage.tickets.submit(TICKET, 'hash');
      database.exec(damage);
      const error = await storage.tickets.find('acme', 'INC-1').catch((cause: unknown) => cause);
      expect(RemitError.is(error), damage).toBe(true);
      expect(error).toMatchObject({
        code: 'storage_unavailable',
        message: 'A row of table tickets is damaged (key ["acme","INC-1"]).',
        nextStep: expect.stringContaining('backup'),
      });
    }
  });

  it('refuses a number that JSON cannot say instead of storing null', async () => {
    const storage = await sqliteStorage({ file: ':memory:' });
    const ticket = { ...TICKET, metadata: { load: Number.NaN } };
    await expect(storage.tickets.submit(ticket, 'hash')).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('without a clock the database’s own time holds', async () => {
    const { db } = open();
    await migrate(db, SQLITE);
    const storage = kyselyStorage({ db, differences: SQLITE, name: 'sqlite' });
    const before = Date.now();
    expect(Math.abs((await storage.now()) - before)).toBeLessThan(1_000);
  });
});
