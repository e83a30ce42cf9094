import { postgresStorage } from '@remit/adapter-postgres';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { createRemit, type Principal, RemitError, type Storage, verifyAudit } from '@remit/core';
import { recordingExecutor, type ShiftedClock, scriptedAnalyst, shiftedClock } from '@remit/core/testing';
import Database from 'libsql';
import { Pool } from 'pg';
import { describe, expect, it, type TestContext } from 'vitest';
import { DESCRIPTION, earnAutonomy } from '../soak/earned.js';
import { catalogueOf } from '../soak/host/catalogue.js';
import { testDatabase } from './postgres/database.js';

/* While the store cannot keep what happens, nothing happens; what it acknowledged is done when it can again. */

const found = await testDatabase();
const TENANT = 'acme';
const ticketId = 'INC-1';
const scopes = ['tickets:read', 'tickets:write', 'tickets:opt_in', 'policy:write', 'halt'];
const actor: Principal = { id: 'monitoring', tenant: TENANT, scopes };
const INPUT = {
  ticketId,
  description: DESCRIPTION,
  category: 'server',
  optedIn: true,
  targets: ['service:s0'],
  metadata: { service: 's0' },
};

/** A store that can be made to fail. */
interface Failing {
  readonly storage: Storage;
  readonly clock: ShiftedClock;
  /** After which answer of the store: the guard's last count, or the decision. */
  readonly after: 'reserve' | 'open';
  readonly fail: () => Promise<void>;
  readonly heal: () => Promise<void>;
  readonly says: RegExp;
  readonly nextStep: RegExp;
}

async function fullDisk(): Promise<Failing> {
  const clock = shiftedClock();
  const database = new Database(':memory:');
  const storage = await sqliteStorage({ database, clock });
  database.exec('create table scratch (filling blob)');
  const [{ max_page_count: most }] = database.prepare('pragma max_page_count').all() as [{ max_page_count: number }];
  return {
    storage,
    clock,
    after: 'reserve',
    async fail() {
      database.exec('pragma max_page_count = 1');
      const fill = database.prepare('insert into scratch values (zeroblob(64))');
      try {
        for (;;) fill.run();
      } catch {
        // Full to the last byte.
      }
    },
    async heal() {
      database.exec(`pragma max_page_count = ${most}`);
    },
    says: /disk is full/,
    nextStep: /nothing that was acknowledged is lost/,
  };
}

/** A row of the log that says something else than was written. */
function changedRow(change: string, says: RegExp) {
  return async (): Promise<Failing> => {
    const clock = shiftedClock();
    const database = new Database(':memory:');
    const storage = await sqliteStorage({ database, clock });
    return {
      storage,
      clock,
      after: 'open',
      async fail() {
        database.exec('drop trigger remediation_logs_no_update');
        database.exec('create table copied as select * from remediation_logs');
        database.exec(`update remediation_logs set ${change} where seq = 1`);
      },
      async heal() {
        database.exec(
          'update remediation_logs set event = (select event from copied), actor = (select actor from copied)',
        );
      },
      says,
      nextStep: /audit verify|backup/,
    };
  };
}

async function takenRights(context: TestContext): Promise<Failing> {
  if ('reason' in found) return context.skip(found.reason);
  const { query, url } = found;
  const clock = shiftedClock();
  const schema = 'unsure';
  await (await postgresStorage({ url }, { schema })).close();
  await query(`create role remit_limited login password 'limited'`).catch(() => {});
  await query(`grant usage on schema ${schema} to remit_limited`);
  await query(`grant select, insert, update, delete on all tables in schema ${schema} to remit_limited`);
  const limited = new URL(url);
  limited.username = 'remit_limited';
  limited.password = 'limited';
  const pool = new Pool({ connectionString: limited.href, max: 4 });
  const storage = await postgresStorage({ pool }, { schema, clock });
  return {
    storage: {
      ...storage,
      async close() {
        await storage.close();
        await pool.end();
        await query('drop owned by remit_limited');
        await query('drop role remit_limited');
      },
    },
    clock,
    after: 'reserve',
    fail: async () => void (await query(`revoke insert on ${schema}.remediation_logs from remit_limited`)),
    heal: async () => void (await query(`grant insert on ${schema}.remediation_logs to remit_limited`)),
    says: /may not do that/,
    nextStep: /Grant the user/,
  };
}

/** A Remit with a pattern that may be fixed without a person. */
async function prepared({ storage }: Failing, watched: Storage) {
  const executor = recordingExecutor({
    'ops/status': { readOnly: true, run: () => ({ broken: true, helped: true }) },
    'ops/restart': { run: () => ({}) },
    'ops/restore': { run: () => ({}) },
  });
  const analyst = scriptedAnalyst(() => ({
    plan: { actions: [{ action: 'restart_service', arguments: { service: 's0' } }] },
    confidence: 0.95,
  }));
  const settings = { recoverEveryMs: 20 };
  const remit = createRemit({ storage: watched, executor, analyst, catalogue: catalogueOf(['s0']), settings });
  await remit.setPolicy(actor, 'server', { policy: { requiresApproval: false }, expectedVersion: 0 });
  await earnAutonomy(storage, TENANT, 'server');
  const troubles: unknown[] = [];
  remit.events.on('trouble', ({ error }) => troubles.push(error));
  return { remit, executor, troubles };
}

describe.each([
  ['SQLite, when the disk is full', fullDisk],
  [
    'SQLite, when a row was edited',
    changedRow("actor = 'mallory'", /Row 1 of remediation .* is not as it was written/),
  ],
  ['SQLite, when a row is damaged', changedRow("event = '{'", /A row of table remediation_logs is damaged/)],
  ['Postgres, when a right was taken away', takenRights],
] as const)('%s', (_, open) => {
  it('no call is made that could not be recorded, and the work is done once when it can be', async (context) => {
    const failing = await open(context);
    const { storage, clock } = failing;
    let fails = true;
    const failAfter = async <Answer>(verb: Failing['after'], answer: Answer): Promise<Answer> => {
      if (fails && verb === failing.after) {
        fails = false;
        await failing.fail();
      }
      return answer;
    };
    // The very last moment, for `reserve`: the guard has agreed, and the intent is about to be written.
    const watched: Storage = {
      ...storage,
      slots: { reserve: async (...claims) => failAfter('reserve', await storage.slots.reserve(...claims)) },
      remediations: {
        ...storage.remediations,
        open: async (opening) => failAfter('open', await storage.remediations.open(opening)),
      },
    };
    const { remit, executor, troubles } = await prepared(failing, watched);
    await remit.start();
    await remit.submitTicket(actor, INPUT);
    const told = () => troubles.find((error) => RemitError.is(error) && failing.says.test(error.message));
    await expect.poll(told, { timeout: 20_000 }).toBeDefined();
    expect(told()).toMatchObject({ code: 'storage_unavailable', nextStep: expect.stringMatching(failing.nextStep) });
    expect(executor.sent).toEqual([]);
    // What was acknowledged can be read, and says nothing that did not happen.
    expect((await storage.tickets.find(TENANT, ticketId))?.status).toBe('remediating');

    await failing.heal();
    expect((await remit.logOf(actor, ticketId)).map(({ event }) => event.type)).not.toContain('action_intended');
    clock.advance(31_000);
    const { ticket } = await remit.whenAtRest(actor, ticketId, 20_000);
    expect(ticket.status).toBe('resolved');
    expect(executor.sent).toHaveLength(1);
    expect(await verifyAudit(storage)).toMatchObject({ intact: true });
    await remit.close();
  });
});
