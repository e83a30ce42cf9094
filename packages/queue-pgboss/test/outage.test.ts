import type { Work } from '@remit/core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { NoPostgres } from '../../../test/postgres/binaries.js';
import { type PostgresServer, startOwnPostgres } from '../../../test/postgres/server.js';
import { pgBossQueue } from '../src/index.js';

/* A Postgres of this file's own, which is killed and started again. */

let server: PostgresServer | { readonly reason: string };
beforeAll(async () => {
  server = await startOwnPostgres({ fsync: true }).catch((error: unknown) => {
    if (error instanceof NoPostgres) return { reason: error.message };
    throw error;
  });
});
afterAll(async () => {
  if ('stop' in server) await server.stop();
});

function running(context: TestContext): PostgresServer {
  return 'reason' in server ? context.skip(server.reason) : server;
}

const WITHIN = { timeout: 30_000, interval: 20 };
const workOf = (id: string): Work => ({ kind: 'remediation', tenant: 'acme', id });

/** A queue that writes down what it delivers and what it complains about. */
function recorded(url: string, schema: string) {
  const delivered: string[] = [];
  const lost: string[] = [];
  const troubles: unknown[] = [];
  const onTrouble = (error: unknown): void => void troubles.push(error);
  const queue = pgBossQueue({ connectionString: url, schema }, { pollEveryMs: 50, onTrouble });
  const start = (): Promise<void> =>
    queue.start(
      async ({ id }) => {
        delivered.push(id);
      },
      (_, { id }) => lost.push(id),
    );
  return { queue, start, delivered, lost, troubles };
}

describe('Postgres is killed and started again', () => {
  it('what was queued is delivered, a wake meanwhile is told as lost, and wakes work again', async (context) => {
    const postgres = running(context);
    const { queue, start, delivered, lost, troubles } = recorded(postgres.url, 'outage');
    await start();
    await queue.wake(workOf('before'));
    await expect.poll(() => delivered, WITHIN).toEqual(['before']);
    await queue.wake(workOf('timer'), Date.now() + 1_500);
    await postgres.kill();
    await queue.wake(workOf('meanwhile'));
    expect(lost).toEqual(['meanwhile']);
    expect(delivered).toEqual(['before']);
    await postgres.startAgain();
    await expect.poll(() => delivered, WITHIN).toEqual(['before', 'timer']);
    await queue.wake(workOf('after'));
    await expect.poll(() => delivered, WITHIN).toEqual(['before', 'timer', 'after']);
    expect(troubles.length).toBeGreaterThan(0);
    await queue.drain();
  });

  it('work that ran meanwhile is finished; delivering it once more is all that happens', async (context) => {
    const postgres = running(context);
    const begun: string[] = [];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const options = { pollEveryMs: 50, takeOverAfterMs: 1_000 };
    const queue = pgBossQueue({ connectionString: postgres.url, schema: 'meanwhile' }, options);
    const noErrors = (error: unknown): void => {
      throw error;
    };
    await queue.start(async ({ id }) => {
      begun.push(id);
      await gate;
    }, noErrors);
    await queue.wake(workOf('r'));
    await expect.poll(() => begun, WITHIN).toEqual(['r']);
    await postgres.kill();
    // It ends while nobody can be told.
    open();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await postgres.startAgain();
    await expect.poll(() => begun, WITHIN).toEqual(['r', 'r']);
    await queue.idle();
    await queue.drain();
  });

  it('a queue that could not start starts when the database is there', async (context) => {
    const postgres = running(context);
    const { queue, start, delivered, lost } = recorded(postgres.url, 'late_start');
    await postgres.kill();
    await expect(start()).rejects.toMatchObject({ code: 'storage_unavailable' });
    await postgres.startAgain();
    await start();
    await queue.wake(workOf('now'));
    await expect.poll(() => delivered, WITHIN).toEqual(['now']);
    expect(lost).toEqual([]);
    await queue.drain();
  });

  it('draining needs no database', async (context) => {
    const postgres = running(context);
    const { queue, start } = recorded(postgres.url, 'drained');
    await start();
    await postgres.kill();
    await queue.drain();
    await postgres.startAgain();
  });
});
