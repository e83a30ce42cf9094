import type { Excuses } from '../../../test/explained.js';
import type { SqliteDriver } from '../src/drivers.js';

/** A driver that tells of every statement it prepares. */
export function tellingDriver(driver: SqliteDriver, told: (sql: string) => void): SqliteDriver {
  return {
    prepare(sql) {
      told(sql);
      return driver.prepare(sql);
    },
    exec: (sql) => driver.exec(sql),
    close: () => driver.close(),
  };
}

/** The tables of a statement by the names that its plan calls them by. */
function tablesIn(sql: string): ReadonlyMap<string, string> {
  const named = [...sql.matchAll(/"(\w+)"(?: as "(\w+)")?/g)];
  return new Map(named.map(([, table = '', alias]) => [alias ?? table, table]));
}

/**
 * What is wrong with how a statement finds its rows: a table or an index of it read from end to end, all rows of a tenant
 * where no limit ends that, or rows sorted that could be read in their order. Each names table and statement.
 */
export function faultsOf(driver: SqliteDriver, sql: string, tables: ReadonlySet<string>): readonly string[] {
  const plan = driver.prepare(`explain query plan ${sql}`).all() as { readonly detail: string }[];
  const names = tablesIn(sql);
  const tableOf = (name: string): string | undefined => [name, names.get(name) ?? ''].find((one) => tables.has(one));
  return plan.flatMap(({ detail }) => {
    if (detail.startsWith('USE TEMP B-TREE')) return [`SORT ${detail.slice(16)}: ${sql}`];
    const [, how, name = ''] = /^(SCAN|SEARCH) (\w+)/.exec(detail) ?? [];
    const table = tableOf(name);
    if (table === undefined) return [];
    if (how === 'SCAN') return [`SCAN ${table}${detail.slice(5 + name.length)}: ${sql}`];
    const by = detail.slice(7 + name.length);
    return /\(tenant=\?\)$/.test(by) ? [`ALL OF A TENANT ${table}${by}: ${sql}`] : [];
  });
}

/** What looks like reading too much and is not, each with the reason. */
export const EXCUSES: Excuses = [
  [
    /^(SCAN|ALL OF A TENANT) \w+ .*INDEX \w+_(unsealed|awaiting_approval|in_force)\b/,
    'that index has nothing else in it',
  ],
  [/^ALL OF A TENANT (audit_logs|audit_heads|outbox_heads) /, 'one row a tenant'],
  [/^ALL OF A TENANT (tickets|ticket_patterns|outbox_dead_letters) .* order by "position" desc limit \?$/, 'one page'],
  [
    /^ALL OF A TENANT (auto_remediation_policies|halts|tool_pins) .* limit \? offset \?$/,
    'what people wrote, in pages',
  ],
  [/^ALL OF A TENANT outbox_dead_letters .* "consumer" = \?$/, 'what a consumer gave up, when a person sends it again'],
  [/^(ALL OF A TENANT pattern_changes|SORT .* from "pattern_changes") /, 'what people said about patterns'],
  [/^ALL OF A TENANT guarantee_trials .* with recursive "found"/, 'the first of them alone, by the index'],
  [/^SORT .* with recursive "found"/, 'a handful of strata'],
  [
    /^ALL OF A TENANT guarantee_trials .* "loss" is not null order by "position" desc limit/,
    'the newest, most of which have one',
  ],
  [/^SCAN target_locks\b/, 'only what is locked right now'],
  [/^SORT .* (from|into) "(halts|target_locks)" /, 'only what is in force right now'],
  [/^SORT FOR RIGHT PART OF ORDER BY: .* from "(pattern_facts|audit_seal_entries)" /, 'rows of one moment, or one log'],
  [/^SORT .* from "pattern_facts" where "tenant" = \? and "pattern_id" in /, 'patterns that a person changes'],
  [/^SORT .* from "ticket_feedbacks" where "tenant" = \? and "ticket_id" = \?/, 'votes on one ticket'],
  [/^SORT .* "feedback"\."actual_resolution" /, "people's fixes of one pattern, for a page"],
  [/^SORT .* "resolution" is not null order by "resolved_at_ms" desc/, "people's fixes of one pattern, for a page"],
  [/^SORT .* from "tickets" as "ticket" inner join "remediation(s|_logs)" /, 'some hundred tickets of a day at a time'],
  [/^SORT .* with "awake" as materialized /, 'only what wants to be looked at now'],
  [/^SORT .* as "(kept|counter|ask)"/, 'what was asked for'],
];
