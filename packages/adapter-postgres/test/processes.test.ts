import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { testDatabase } from '../../../test/postgres/database.js';
import { expectChained } from '../../conformance/src/storage/remediations.js';
import { upTo } from '../../conformance/src/storage/samples.js';
import { postgresStorage } from '../src/index.js';
import { KEYS, type Raced, ROUNDS, TENANT } from './race.js';

const PROCESSES = 8;
const RACER = fileURLToPath(new URL('racer.ts', import.meta.url));
const database = await testDatabase();

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function message(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A racer ended with ${code}.`);
  });
  const [said] = await Promise.race([once(child, 'message'), ended]);
  return said;
}

async function race(url: string, schema: string): Promise<readonly Raced[]> {
  const racers = upTo(PROCESSES).map((self) =>
    fork(RACER, [url, schema, String(self)], { execArgv: ['--conditions=@remit/source', '--import', 'tsx'] }),
  );
  children.push(...racers);
  await Promise.all(racers.map(message));
  const answers = racers.map(message);
  for (const racer of racers) racer.send('go');
  return (await Promise.all(answers)) as Raced[];
}

it('eight processes on one new schema: every race has one winner', async (context) => {
  if ('reason' in database) return context.skip(database.reason);
  const raced = await race(database.url, 'race');
  const all = <Kind extends keyof Raced>(kind: Kind) => raced.flatMap((one): readonly unknown[] => one[kind]);
  const tickets = upTo(ROUNDS).map((n) => `INC-${n}`);

  expect(all('submitted').filter((kind) => kind === 'created')).toHaveLength(ROUNDS);
  expect([...all('claimed')].sort()).toEqual(tickets);
  expect(
    all('opened')
      .map((id) => String(id).split('-')[1])
      .sort(),
  ).toEqual(upTo(ROUNDS).map(String));
  expect([...all('runs')].sort()).toEqual(tickets);
  expect(all('reserved').filter((kind) => kind === 'reserved')).toHaveLength(10);
  // Whoever took locks took all it wanted, and no two took the same one.
  const taken = all('taken');
  expect(new Set(taken).size).toBe(taken.length);
  expect(taken.length).toBeGreaterThan(0);
  expect(new Set(all('adopted')).size).toBe(ROUNDS);
  expect(all('pinned').filter(Boolean)).toHaveLength(1);
  expect(all('policies').filter((kind) => kind === 'saved')).toHaveLength(ROUNDS);

  const storage = await postgresStorage({ url: database.url }, { schema: 'race' });
  for (const ticketId of tickets) {
    const log = await storage.remediations.logOf(TENANT, ticketId);
    expect(log).toHaveLength(1 + 2 * PROCESSES);
    expectChained(log);
  }
  const held = await Promise.all(KEYS.map((key) => storage.locks.take(TENANT, 'late', [key])));
  expect(held.filter(({ kind }) => kind === 'held')).toHaveLength(taken.length);
  const tally = await storage.patterns.tally(TENANT, 'pattern-1', 'restart_service');
  expect(tally).toMatchObject({ positive: 3, rated: 3, principals: 3 });
  await storage.close();
  const lost = await database.query<{ deadlocks: string }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  expect(lost).toEqual([{ deadlocks: '0' }]);
}, 60_000);
