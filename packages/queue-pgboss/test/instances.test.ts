import type { Work } from '@remit/core';
import { expect, it, type TestContext } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.js';
import { pgBossQueue } from '../src/index.js';

const database = await testDatabase();

function urlOf(context: TestContext): string {
  return 'reason' in database ? context.skip(database.reason) : database.url;
}

const never = (): Promise<void> => new Promise(() => {});
const noErrors = (error: unknown): void => {
  throw error;
};
const workOf = (id: string): Work => ({ kind: 'remediation', tenant: 'acme', id });

it('instances share the work: each piece is delivered by one of them', async (context) => {
  const connectionString = urlOf(context);
  const byInstance: string[][] = [[], [], []];
  // They start together, on a database that has no pg-boss yet.
  const queues = byInstance.map(() => pgBossQueue({ connectionString }, { concurrency: 2, pollEveryMs: 50 }));
  await Promise.all(
    queues.map((queue, index) =>
      queue.start(async ({ id }) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        byInstance[index]?.push(id);
      }, noErrors),
    ),
  );
  const ids = Array.from({ length: 30 }, (_, n) => `r${n}`);
  for (const id of ids) await queues[0]?.wake(workOf(id));
  await queues[1]?.idle();
  expect(byInstance.flat().sort()).toEqual([...ids].sort());
  expect(byInstance.filter((delivered) => delivered.length > 0).length).toBeGreaterThan(1);
  await Promise.all(queues.map((queue) => queue.drain()));
});

it('work of an instance that says nothing any more goes to another one', async (context) => {
  const connectionString = urlOf(context);
  const options = { takeOverAfterMs: 1_000, pollEveryMs: 50, name: 'takeover' };
  const stuck = pgBossQueue({ connectionString, schema: 'takeover' }, options);
  const begun: Work[] = [];
  await stuck.start((work) => {
    begun.push(work);
    return never();
  }, noErrors);
  await stuck.wake(workOf('r'));
  await expect.poll(() => begun.length, { timeout: 5_000 }).toBe(1);
  void stuck.drain();
  const other = pgBossQueue({ connectionString, schema: 'takeover' }, options);
  const delivered: Work[] = [];
  await other.start(async (work) => {
    delivered.push(work);
  }, noErrors);
  await expect.poll(() => delivered, { timeout: 10_000 }).toEqual([workOf('r')]);
  await other.drain();
});

it('a database that cannot be reached: starting says so, and a wake is only lost', async () => {
  const troubles: unknown[] = [];
  const queue = pgBossQueue(
    { connectionString: 'postgres://127.0.0.1:1/x' },
    { onTrouble: (error) => troubles.push(error) },
  );
  await queue.wake(workOf('r'));
  expect(troubles).toHaveLength(1);
  await expect(queue.start(async () => {}, noErrors)).rejects.toMatchObject({
    code: 'storage_unavailable',
    nextStep: expect.stringContaining('Postgres runs'),
  });
  await queue.drain();
});
