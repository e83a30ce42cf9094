import { createHash } from 'node:crypto';
import { parameterOf, type SqlDifferences } from '@remit/storage-kysely';
import { sql } from 'kysely';
import { explainPostgresError, isOutdated, sqlStateOf } from './troubles.js';

/** A name as SQL quotes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The number that stands for a name in an advisory lock. Locks are of the whole database, so the schema is part of it. */
function lockNumber(schema: string, name: string): bigint {
  return createHash('sha256')
    .update(JSON.stringify(['remit', schema, name]))
    .digest()
    .readBigInt64BE();
}

const TO_REPEAT = new Set(['40001', '40P01']);

/** Postgres 13 or newer (tested: 15 and 18), with Remit's tables in one schema. */
export function postgresDifferences(schema: string): SqlDifferences {
  return {
    types: {
      position: 'bigint generated always as identity primary key',
      whole: 'bigint',
      real: 'double precision',
      // The database may order text by a language, where "a" comes before "B".
      text: 'text collate "C"',
      // Not jsonb: that would order keys anew.
      json: 'json',
      keyOnly: '',
    },
    // Named, as the database may have another default. The schema is set for this transaction alone: the connection may
    // be lent by the host, or by a pooler. Temporary tables of the host's come last: left out, they would come first.
    joined: 'string_agg',
    begin: `begin isolation level read committed read write; set local search_path to ${quoted(schema)}, pg_temp`,
    setsSchema: true,
    sharedCommits: null,
    beginReading: 'begin isolation level repeatable read read only',
    // Not now(): that is when the transaction began, before it waited for its locks.
    now: sql`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    lockRows: (query) => query.forUpdate(),
    lockFreeRows: (query) => query.forUpdate().skipLocked(),
    async serialise(transaction, names) {
      const numbers = [...new Set(names.map((name) => lockNumber(schema, name)))];
      if (numbers.length === 0) return;
      const inOrder = numbers.sort((a, b) => (a < b ? -1 : 1)).map(String);
      await sql`select pg_advisory_xact_lock(number) from unnest(${inOrder}::bigint[]) as number`.execute(transaction);
    },
    together(changes) {
      if (changes.length < 2) return changes;
      const parts = changes.map((change, index) => sql`${sql.raw(`change_${index}`)} as (${change})`);
      return [sql`with ${sql.join(parts)} select 1`];
    },
    textsOf: (values) => sql<{ value: string }>`(select value from unnest(${[...values]}::text[]) as value)`,
    rowsOf(columns, rows) {
      const types = { text: 'text', textOrNull: 'text', whole: 'bigint', wholeOrNull: 'bigint' } as const;
      const named = Object.entries(columns).map(([name, kind]) => sql`${sql.ref(name)} ${sql.raw(types[kind])}`);
      return sql`(select * from json_to_recordset(${parameterOf(rows, (list) => JSON.stringify(list))}::json) as row_of(${sql.join(named)}))`;
    },
    // Not "in (select ...)": before a table's first analyze that is planned as a loop inside a loop.
    oneOf: (text, values) => sql`${text} = any(${parameterOf(values, (list) => [...list])}::text[])`,
    hasIn: (column, part) => sql`strpos(${column}::text, ${part}) > 0`,
    oneOfNumbers: (number, values) => sql`${number} = any(${[...values]}::bigint[])`,
    listOf: (columns) => sql`json_agg(json_build_array(${sql.join(columns)}))::text`,
    appendOnly: (table) => [
      `create function ${table}_append_only() returns trigger language plpgsql as
       $$ begin raise exception '${table} is append-only' using errcode = 'restrict_violation'; end $$`,
      `create trigger ${table}_append_only before update or delete on ${table}
       for each row execute function ${table}_append_only()`,
      `create trigger ${table}_no_truncate before truncate on ${table}
       for each statement execute function ${table}_append_only()`,
    ],
    async tables(db) {
      // From the catalogue itself: the information schema hides what this user may not read.
      const { rows } = await sql<{ name: string; columns: string[] }>`
        select c.relname::text as name, array_agg(a.attname::text) as columns
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where n.nspname = ${schema} and c.relkind in ('r', 'p', 'v', 'm', 'f')
        group by c.relname`.execute(db);
      return rows;
    },
    lostRace: (error) => TO_REPEAT.has(sqlStateOf(error) ?? '') || isOutdated(error),
    explain: explainPostgresError,
  };
}
