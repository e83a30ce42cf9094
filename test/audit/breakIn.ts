import { defaultPolicy, type Storage } from '@remit/core';
import type { MovableClock } from '@remit/core/testing';
import {
  appendOf,
  BY_HAND,
  CLAIMED,
  claimedToken,
  endedAs,
  feedbackOf,
  INTENDED,
  openedRemediation,
} from '../../packages/conformance/src/storage/samples.js';

/* Somebody with every right on the database, who goes past Remit. */

/** A store with a second way into its database. */
export interface BrokenInto {
  readonly storage: Storage;
  readonly clock: MovableClock;
  /** Runs a statement as the owner of the tables; rows come with every value as the driver has it. */
  run(statement: string): Promise<readonly Record<string, unknown>[]>;
  /** What names a row of a table whatever its columns are: `rowid` or `ctid`. */
  readonly rowName: string;
  /** Statements after which the tables can be changed at will. */
  readonly openUp: readonly string[];
  /** What comes between `insert into t` and `select` so that numbers given out by the database can be set. */
  readonly overriding: string;
  close(): Promise<void>;
}

/** Every table that the chains vouch for, with the columns that they vouch for. */
export const VOUCHED: Readonly<Record<string, readonly string[]>> = {
  remediation_logs: [
    'position',
    'tenant',
    'remediation_id',
    'ticket_id',
    'seq',
    'token',
    'actor',
    'at_ms',
    'event_type',
    'event',
    'previous_hash',
    'hash',
  ],
  remediations: [
    'tenant',
    'remediation_id',
    'ticket_id',
    'version',
    'head_hash',
    'state',
    'route',
    'ended',
    'holds_locks',
  ],
  audit_records: ['position', 'tenant', 'seq', 'kind', 'key', 'actor', 'at_ms', 'content', 'previous_hash', 'hash'],
  audit_logs: ['tenant', 'version', 'head_hash'],
  audit_seals: ['tenant', 'seq', 'at_ms', 'previous_hash', 'hash'],
  audit_seal_entries: ['tenant', 'seal', 'rank', 'log_id', 'from_version', 'to_version', 'head_hash', 'rows_hash'],
  audit_heads: ['tenant', 'seq', 'hash', 'at_ms'],
  auto_remediation_policies: ['tenant', 'category', 'version', 'policy', 'changed_by', 'at_ms'],
  halts: ['tenant', 'halt_id', 'scope', 'category', 'reason', 'raised_by', 'at_ms', 'lifted_by', 'lifted_at_ms'],
  tool_pins: ['tenant', 'executor', 'version', 'pins', 'accepted_by', 'at_ms'],
  ticket_feedbacks: [
    'tenant',
    'ticket_id',
    'author',
    'feedback_type',
    'rating',
    'comment',
    'value',
    'verdict',
    'at_ms',
  ],
  tickets: ['tenant', 'ticket_id', 'opted_in', 'opt_in_by', 'opt_in_at_ms', 'resolution'],
};

const NUMBERS =
  /^(position|seq|token|at_ms|version|seal|rank|.*_version|ended|holds_locks|opted_in|opt_in_at_ms|lifted_at_ms|rating|value)$/;

/** Whether a column holds numbers. */
export function isNumber(column: string): boolean {
  return NUMBERS.test(column);
}

/** A value as SQL says it. */
export function literal(column: string, value: string | null): string {
  if (value === null) return 'null';
  return isNumber(column) ? value : `'${value.replaceAll("'", "''")}'`;
}

/** Two tenants with some of everything, sealed in several links. */
export async function lived(
  world: Pick<BrokenInto, 'storage' | 'clock'>,
  mac: ((hash: string) => string) | null,
): Promise<void> {
  const { storage, clock } = world;
  const seal = async (tenant: string): Promise<void> => {
    while (await storage.audit.seal(tenant, mac));
    clock.advance(1_000);
  };
  for (const tenant of ['acme', 'globex']) {
    for (const n of [1, 2, 3]) {
      const parts = { tenant, ticketId: `INC-${n}`, remediationId: `${tenant}-rem-${n}` };
      const rows = await openedRemediation(world, parts);
      if (n !== 2) await seal(tenant);
      const token = await claimedToken(world, rows);
      const running = await storage.remediations.append(appendOf(rows, [CLAIMED], { token, atMs: clock.now() }));
      if (running.kind !== 'appended') throw new Error(running.kind);
      const end = appendOf([...rows, ...running.rows], [INTENDED, endedAs('needs_reconciliation')], {
        token,
        atMs: clock.now(),
      });
      await storage.remediations.append(end);
      await seal(tenant);
    }
    for (const version of [0, 1]) {
      const change = { expectedVersion: version, policy: defaultPolicy('server'), by: 'op', atMs: clock.now() };
      await storage.policies.save(tenant, 'server', change);
    }
    const halt = { scope: 'category', tenant, category: 'server', reason: 'drill', by: 'op', atMs: 5 } as const;
    await storage.halts.raise({ ...halt, haltId: 'h-1' });
    await seal(tenant);
    await storage.halts.raise({ ...halt, haltId: 'h-2' });
    await storage.halts.lift(tenant, 'h-1', 'op-2', 9);
    await storage.feedback.record(feedbackOf({ tenant }), []);
    await storage.feedback.record(feedbackOf({ tenant, author: 'cy', rating: 1, comment: 'It came back.' }), []);
    for (const n of [1, 2, 3]) {
      const ticketId = `INC-${n}`;
      await storage.tickets.setOptIn(tenant, ticketId, { optedIn: false, by: 'bo' });
      await storage.tickets.resolve(tenant, ticketId, BY_HAND, []);
      await storage.tickets.reopen(tenant, ticketId, { by: 'cy', reason: null });
      await storage.tickets.resolve(tenant, ticketId, { ...BY_HAND, text: 'The disk was full.' }, []);
    }
    await seal(tenant);
  }
  for (const pin of ['abc', 'abd']) {
    const tools = { pins: { 'lab/restart': pin }, definitions: {}, principal: 'op', atMs: 5, onlyNew: false };
    await storage.pins.accept('', 'lab', tools);
  }
  await seal('');
}

/** Opens the tables up and keeps a copy of each, for {@link restored}. */
export async function brokenInto(world: BrokenInto): Promise<void> {
  for (const statement of world.openUp) await world.run(statement);
  for (const table of Object.keys(VOUCHED)) await world.run(`create table copy_${table} as select * from ${table}`);
}

/** Puts every table back as it was. */
export async function restored({ run, overriding }: BrokenInto): Promise<void> {
  for (const table of Object.keys(VOUCHED)) {
    await run(`delete from ${table}`);
    await run(`insert into ${table} ${overriding} select * from copy_${table}`);
  }
}

/** A row with all its columns as text. */
export interface FoundRow {
  readonly name: string;
  readonly columns: Readonly<Record<string, string | null>>;
}

/** All rows of a table, in some order that is the same each time. */
export async function rowsOf(
  { run, rowName }: BrokenInto,
  table: string,
  where = '1 = 1',
): Promise<readonly FoundRow[]> {
  const columns = VOUCHED[table] ?? [];
  const texts = columns.map((column) => `cast(${column} as text) as ${column}`).join(', ');
  const order = columns.map((_, index) => index + 2).join(', ');
  const rows = await run(
    `select cast(${rowName} as text) as row_name, ${texts} from ${table} where ${where} order by ${order}`,
  );
  return rows.map(({ row_name, ...rest }) => ({ name: String(row_name), columns: rest as FoundRow['columns'] }));
}

/** Sets columns of one row. */
export async function change(
  { run, rowName }: BrokenInto,
  table: string,
  row: FoundRow,
  set: Readonly<Record<string, string | null>>,
): Promise<void> {
  const sets = Object.entries(set).map(([column, value]) => `${column} = ${literal(column, value)}`);
  await run(
    `update ${table} set ${sets.join(', ')} where ${rowName} = ${rowName === 'ctid' ? `'${row.name}'` : row.name}`,
  );
}

/** Removes one row. */
export async function remove({ run, rowName }: BrokenInto, table: string, row: FoundRow): Promise<void> {
  await run(`delete from ${table} where ${rowName} = ${rowName === 'ctid' ? `'${row.name}'` : row.name}`);
}
