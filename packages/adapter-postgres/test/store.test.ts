import type { Storage } from '@remit/core';
import { movableClock } from '@remit/core/testing';
import { Client, Pool } from 'pg';
import { describe, expect, it, type TestContext } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/postgres/database.js';
import {
  appendOf,
  CLAIMED,
  claimedToken,
  openedRemediation,
  submitted,
  upTo,
} from '../../conformance/src/storage/samples.js';
import type { OpenedStorage } from '../../conformance/src/storage/world.js';
import { postgresStorage } from '../src/index.js';

const found = await testDatabase();
let schemas = 0;

/** The database of this file and a schema that nobody used yet. */
function place(context: TestContext): TestDatabase & { readonly schema: string } {
  if ('reason' in found) return context.skip(found.reason);
  schemas += 1;
  return { ...found, schema: `s${schemas}` };
}

async function withTicket(storage: Storage): Promise<void> {
  await submitted({ storage, clock: movableClock() });
}

/** Another connection with an open transaction in which a statement ran; it is committed by `finish`. */
async function holding(url: string, statement: string) {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  await client.query('begin');
  await client.query(statement);
  return {
    query: (text: string) => client.query(text),
    async finish(): Promise<void> {
      await client.query('commit').catch(() => {});
      await client.end().catch(() => {});
    },
  };
}

describe('opening', () => {
  it('makes the schema, and only the first time', async (context) => {
    const { url, query, schema } = place(context);
    const first = await postgresStorage({ url }, { schema });
    await withTicket(first);
    await first.close();
    const second = await postgresStorage({ url }, { schema });
    expect(await second.tickets.find('acme', 'INC-1')).not.toBeNull();
    await second.close();
    expect(await query('select version from public.schema_migrations').catch(() => 'not in public')).toBe(
      'not in public',
    );
  });

  it('several instances that start together all open the one schema', async (context) => {
    const { url, schema } = place(context);
    const stores = await Promise.all(upTo(8).map(() => postgresStorage({ url, poolSize: 1 }, { schema })));
    await Promise.all(stores.map((storage) => withTicket(storage)));
    expect((await stores[0]?.tickets.list('acme', { limit: 9, cursor: null }))?.items).toHaveLength(1);
    await Promise.all(stores.map((storage) => storage.close()));
  });

  it('any name is a schema, also one that SQL would have to quote', async (context) => {
    const { url } = place(context);
    const storage = await postgresStorage({ url }, { schema: 'Odd "name"; --' });
    await withTicket(storage);
    expect(await storage.tickets.find('acme', 'INC-1')).not.toBeNull();
    await storage.close();
    for (const schema of ['', 'pg_x', 'x'.repeat(64)]) {
      await expect(postgresStorage({ url }, { schema })).rejects.toMatchObject({ code: 'invalid_configuration' });
    }
  });

  it('refuses a schema where a table that is not Remit’s has a name that Remit needs, and changes nothing', async (context) => {
    const { url, query, schema } = place(context);
    await query(`create schema ${schema}`);
    await query(`create table ${schema}.tickets (mine int)`);
    await expect(postgresStorage({ url }, { schema })).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('tickets'),
      nextStep: expect.stringContaining('schema of its own'),
    });
    const tables = await query('select relname from pg_class where relkind = $1 and relnamespace = $2::regnamespace', [
      'r',
      schema,
    ]);
    expect(tables).toEqual([{ relname: 'tickets' }]);
  });

  it('says that the server cannot be reached, that it refuses, or that there is no such database', async (context) => {
    const { url, query } = place(context);
    const nowhere = await postgresStorage({ url: 'postgres://127.0.0.1:1/x' }).catch((error: unknown) => error);
    expect(nowhere).toMatchObject({ code: 'storage_unavailable', nextStep: expect.stringContaining('Postgres runs') });
    const other = new URL(url);
    other.pathname = '/not_there';
    await expect(postgresStorage({ url: other.href })).rejects.toMatchObject({
      code: 'storage_unavailable',
      nextStep: expect.stringContaining('createdb'),
    });
    await query('create role reader login');
    const reader = new URL(url);
    reader.username = 'reader';
    await expect(postgresStorage({ url: reader.href }, { schema: 'forbidden' })).rejects.toMatchObject({
      code: 'storage_unavailable',
      nextStep: expect.stringContaining('Grant'),
    });
    await query('drop role reader');
  });
});

describe('the log', () => {
  it('is append-only: not one byte can be changed, no row removed', async (context) => {
    const { url, query, schema } = place(context);
    const clock = movableClock();
    const storage = await postgresStorage({ url }, { schema, clock });
    await openedRemediation({ storage, clock });
    await storage.close();
    const log = `${schema}.remediation_logs`;
    for (const statement of [
      `update ${log} set actor = 'Remit' where seq = 1`,
      `update ${log} set event = replace(event::text, 'ana', 'anb')::json`,
      `delete from ${log}`,
      `truncate ${log}`,
      `insert into ${log} overriding system value select * from ${log} on conflict (position) do update set actor = 'x'`,
    ]) {
      await expect(query(statement)).rejects.toThrow('append-only');
    }
  });
});

describe('the clock', () => {
  it('is the database’s, and goes on while a verb waits for a lock', async (context) => {
    const { url, query, schema } = place(context);
    const storage = await postgresStorage({ url }, { schema });
    const [row] = await query<{ ms: number }>('select (extract(epoch from now()) * 1000)::float8 as ms');
    expect(Math.abs((await storage.now()) - (row?.ms ?? 0))).toBeLessThan(5_000);
    await withTicket(storage);
    const holder = await holding(url, `select * from ${schema}.tickets for update`);
    const claiming = storage.tickets.claim('acme', 'INC-1', { owner: 'w', leaseMs: 1_000 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const beforeItMayClaim = await storage.now();
    await holder.finish();
    const claim = await claiming;
    expect(claim.kind === 'claimed' && claim.untilMs).toBeGreaterThanOrEqual(beforeItMayClaim + 1_000);
    await storage.close();
  });
});

describe('locks of targets', () => {
  it('that are being handed on are not taken back by whoever had them', async (context) => {
    const { url, schema } = place(context);
    const storage = await postgresStorage({ url }, { schema });
    expect((await storage.locks.take('acme', 'rem-1', ['a'])).kind).toBe('taken');
    const holder = await holding(url, `update ${schema}.target_locks set remediation_id = 'rem-2'`);
    const taking = storage.locks.take('acme', 'rem-1', ['a', 'b']);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await holder.finish();
    expect(await taking).toMatchObject({ kind: 'held', holder: { remediationId: 'rem-2' } });
    await storage.close();
  });
});

describe('rows that are stored together', () => {
  it('do not wait for a ticket that somebody holds, and that ticket’s own row is stored when it is let go', async (context) => {
    const { url, schema } = place(context);
    const world = { storage: await postgresStorage({ url }, { schema }), clock: { now: () => Date.now() } };
    const opened = [];
    for (const n of upTo(3)) {
      opened.push(await openedRemediation(world as OpenedStorage, { ticketId: `INC-${n}`, remediationId: `rem-${n}` }));
    }
    const tokens = await Promise.all(opened.map((rows) => claimedToken(world as OpenedStorage, rows)));
    const held = opened[0]?.[0]?.ticketId;
    const holder = await holding(url, `select * from ${schema}.tickets where ticket_id = '${held}' for update`);
    const kinds: string[] = [];
    const appends = opened.map(async (rows, at) => {
      const { kind } = await world.storage.remediations.append(
        appendOf(rows, [CLAIMED], { token: tokens[at] ?? 0, atMs: 1 }),
      );
      kinds.push(`${at} ${kind}`);
    });
    await Promise.all(appends.slice(1));
    expect(kinds.sort()).toEqual(['1 appended', '2 appended']);
    await holder.finish();
    await Promise.all(appends);
    expect(kinds).toContain('0 appended');
    await world.storage.close();
  });
});

describe('order', () => {
  it('of texts is that of their bytes, whatever language the database speaks', async (context) => {
    const { url, schema } = place(context);
    const storage = await postgresStorage({ url }, { schema });
    for (const haltId of ['b', 'A', 'ä', 'a', 'B']) {
      const halt = { haltId, scope: 'tenant', tenant: 'acme', category: null, reason: 'x', by: 'op', atMs: 1 } as const;
      await storage.halts.raise(halt);
    }
    expect((await storage.halts.inForce('acme')).map(({ haltId }) => haltId)).toEqual(['A', 'B', 'a', 'b', 'ä']);
    await storage.close();
  });
});

describe('trouble on the way', () => {
  it('a connection that is killed fails its verb, ends no process, and the next verb has another one', async (context) => {
    const { url, query, schema } = place(context);
    const storage = await postgresStorage({ url, poolSize: 2 }, { schema });
    await withTicket(storage);
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    // Idle ones first.
    await query(kill);
    await expect
      .poll(() =>
        storage.tickets.find('acme', 'INC-1').then(
          (one) => one?.ticketId,
          () => null,
        ),
      )
      .toBe('INC-1');
    // And one that waits in the middle of a transaction.
    const holder = await holding(url, `select * from ${schema}.tickets for update`);
    const waiting = storage.tickets.claim('acme', 'INC-1', { owner: 'w', leaseMs: 1_000 });
    const failed = expect(waiting).rejects.toMatchObject({ code: 'storage_unavailable' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await query(kill);
    await failed;
    await holder.finish();
    await expect
      .poll(() =>
        storage.tickets.claim('acme', 'INC-1', { owner: 'w', leaseMs: 1 }).then(
          ({ kind }) => kind,
          () => null,
        ),
      )
      .toBe('claimed');
    await storage.close();
  });

  it('a statement that waits too long is given up, and says so', async (context) => {
    const { url, schema } = place(context);
    const storage = await postgresStorage({ url, statementTimeoutMs: 200 }, { schema });
    await withTicket(storage);
    const holder = await holding(url, `select * from ${schema}.tickets for update`);
    await expect(storage.tickets.claim('acme', 'INC-1', { owner: 'w', leaseMs: 1_000 })).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('timeout'),
      nextStep: expect.stringContaining('pg_stat_activity'),
    });
    await holder.finish();
    expect((await storage.tickets.claim('acme', 'INC-1', { owner: 'w', leaseMs: 1 })).kind).toBe('claimed');
    await storage.close();
  });

  it('a deadlock is tried again, and nobody notices', async (context) => {
    const { url, schema } = place(context);
    const clock = movableClock();
    const storage = await postgresStorage({ url }, { schema, clock });
    await openedRemediation({ storage, clock });
    // The store takes the ticket, then the remediation; this one takes them the other way round, and is more patient.
    const patient = `set local deadlock_timeout = '1min'; select * from ${schema}.remediations for update`;
    const holder = await holding(url, patient);
    const resolution = {
      resolver: 'cy',
      atMs: 1,
      text: 'x',
      actions: [],
      timeToResolve: null,
      confirmed: false,
      agreement: 'not_told' as const,
    };
    const loaded = await storage.remediations.load('acme', 'rem-1');
    const appending = storage.remediations.append(appendOf(loaded?.rows ?? [], [CLAIMED], { token: null, atMs: 1 }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await holder.query(`select * from ${schema}.tickets for update`);
    await holder.finish();
    expect((await appending).kind).toBe('appended');
    expect((await storage.tickets.resolve('acme', 'INC-1', resolution, [])).kind).toBe('resolved');
    await storage.close();
  });

  it('says that it is closed', async (context) => {
    const { url, schema } = place(context);
    const storage = await postgresStorage({ url }, { schema });
    await storage.close();
    await expect(storage.tickets.find('acme', 'INC-1')).rejects.toMatchObject({ code: 'storage_unavailable' });
  });
});

describe('a given pool', () => {
  it('is written to past a temporary table of the host that has the same name', async (context) => {
    const { url, schema } = place(context);
    const pool = new Pool({ connectionString: url, max: 1 });
    const storage = await postgresStorage({ pool }, { schema });
    await pool.query('create temporary table tickets (nothing text)');
    await withTicket(storage);
    expect((await storage.tickets.claim('acme', 'INC-1', { owner: 'w', leaseMs: 1_000 })).kind).toBe('claimed');
    expect((await pool.query(`select count(*)::int as tickets from ${schema}.tickets`)).rows).toEqual([{ tickets: 1 }]);
    await storage.close();
    await pool.end();
  });

  it('stays open when the store is closed, and its connections are as they were', async (context) => {
    const { url, schema } = place(context);
    const pool = new Pool({ connectionString: url, max: 1 });
    const before = (await pool.query('show search_path')).rows;
    const storage = await postgresStorage({ pool }, { schema });
    await withTicket(storage);
    await storage.close();
    expect((await pool.query('show search_path')).rows).toEqual(before);
    expect((await pool.query(`select count(*)::int as tickets from ${schema}.tickets`)).rows).toEqual([{ tickets: 1 }]);
    expect(pool.listenerCount('error')).toBe(0);
    await pool.end();
  });
});
