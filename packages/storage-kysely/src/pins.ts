import type { Json, PinStore } from '@remit/core';
import { INSTALLATION } from '@remit/core/adapter';
import { type InferResult, sql as raw } from 'kysely';
import { z } from 'zod';
import { writeRecord } from './audit/records.js';
import { auditContent, auditKey } from './audit/subjects.js';
import { gatheredReads } from './gathered.js';
import { prepared } from './prepared.js';
import { asJson, asTextColumn, json, parseRow, rememberedJson, whole } from './rows.js';
import { jsonShape, textByNameShape } from './shapes.js';
import type { Sql } from './sql.js';

const PinsRow = z.object({ version: whole, pins: rememberedJson(textByNameShape) });
const DefinitionRow = z.object({ hash: z.string(), definition: json(jsonShape) });

/** A server may have thousands of tools; a statement may not have that many values. */
const ROWS_AT_ONCE = 100;

/** Whose accepted pins are asked for. */
interface Ask {
  readonly tenant: string;
  readonly executor: string;
}

const newestKey = (tenant: string, executor: string): string => JSON.stringify([tenant, executor]);

/** Whose newest pins are looked for. */
interface Wanted {
  readonly tenants: readonly string[];
  readonly executors: readonly string[];
}

/** The newest pins of each of these tenants and executors. */
function newestOf(db: Sql['db'], { oneOf }: Sql['differences'], { tenants, executors }: Wanted) {
  return db
    .selectFrom('tool_pins as pins')
    .select(['pins.tenant', 'pins.executor', 'pins.version'])
    .select(asTextColumn('pins.pins').as('pins'))
    .where(oneOf(raw.ref('pins.tenant'), tenants))
    .where(oneOf(raw.ref('pins.executor'), executors))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('tool_pins as newer')
            .select('newer.version')
            .whereRef('newer.tenant', '=', 'pins.tenant')
            .whereRef('newer.executor', '=', 'pins.executor')
            .whereRef('newer.version', '>', 'pins.version'),
        ),
      ),
    );
}

type NewestRow = InferResult<ReturnType<typeof newestOf>>[number];
type Find = (wanted: Wanted) => Promise<readonly NewestRow[]>;

/** The pins in force: those of the whole installation, and over them the tenant's own. */
async function acceptedOf(find: Find, asks: readonly Ask[]): Promise<readonly Readonly<Record<string, string>>[]> {
  const tenants = [...new Set([INSTALLATION, ...asks.map(({ tenant }) => tenant)])];
  const executors = [...new Set(asks.map(({ executor }) => executor))];
  const rows = await find({ tenants, executors });
  const newest = new Map(rows.map((row) => [newestKey(row.tenant, row.executor), row]));
  const pinsOf = (tenant: string, executor: string) => {
    const row = newest.get(newestKey(tenant, executor));
    return row ? parseRow('tool_pins', [tenant, executor], PinsRow, row).pins : {};
  };
  return asks.map(({ tenant, executor }) => ({ ...pinsOf(INSTALLATION, executor), ...pinsOf(tenant, executor) }));
}

/** Accepted tool definitions in SQL; every acceptance is kept. */
export function sqlPins(sql: Sql): PinStore {
  const newest = async (from: Sql['db'], tenant: string, executor: string) => {
    const row = await from
      .selectFrom('tool_pins')
      .select('version')
      .select(asTextColumn('pins').as('pins'))
      .where('tenant', '=', tenant)
      .where('executor', '=', executor)
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? parseRow('tool_pins', [tenant, executor], PinsRow, row) : null;
  };
  const keep = async (to: Sql['db'], given: readonly (readonly [string, Json])[]) => {
    // One row for each hash: whoever accepted it, it is the same definition.
    const rows = given.map(([hash, definition]) => ({ hash, definition: asJson(definition) }));
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      await to
        .insertInto('tool_definitions')
        .values(rows.slice(from, from + ROWS_AT_ONCE))
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute();
    }
  };
  const found = prepared(sql.questions, (db, wanted: Wanted) => newestOf(db, sql.differences, wanted));
  const find: Find = (wanted) => found(sql.questions, wanted);
  const accepted = gatheredReads((asks: readonly Ask[]) => acceptedOf(find, asks));
  return {
    accepted: (tenant, executor) => accepted({ tenant, executor }),
    async accept(tenant, executor, { pins, definitions, principal, atMs, onlyNew }) {
      return sql.write(async (transaction) => {
        await sql.differences.serialise(transaction, [`tool_pins ${asJson([tenant, executor])}`]);
        const last = await newest(transaction, tenant, executor);
        const before = last?.pins ?? {};
        const given = Object.entries(pins).filter(
          ([name, pin]) => !(onlyNew && Object.hasOwn(before, name)) && before[name] !== pin,
        );
        if (given.length === 0) return false;
        const shown = given.flatMap(([name, pin]) => {
          const definition = definitions[name];
          return definition === undefined ? [] : [[pin, definition] as const];
        });
        await keep(transaction, shown);
        const version = (last?.version ?? 0) + 1;
        const all = { ...before, ...Object.fromEntries(given) };
        const by = { accepted_by: principal, at_ms: atMs };
        await transaction
          .insertInto('tool_pins')
          .values({ tenant, executor, version, pins: asJson(all), ...by })
          .execute();
        const key = auditKey(executor, version);
        const record = { tenant, kind: 'pins', key, actor: principal, atMs } as const;
        await writeRecord(sql, transaction, { ...record, content: auditContent({ pins: all, by: principal, atMs }) });
        return true;
      });
    },
    async definitions(hashes) {
      if (hashes.length === 0) return {};
      const rows = await sql.db
        .selectFrom('tool_definitions')
        .select(['hash', 'definition'])
        .where('hash', 'in', hashes)
        .execute();
      const parsed = rows.map((row) => parseRow('tool_definitions', [row.hash], DefinitionRow, row));
      return Object.fromEntries(parsed.map(({ hash, definition }) => [hash, definition]));
    },
  };
}
