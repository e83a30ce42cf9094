import { parseArgs } from 'node:util';
import { startPostgres } from '../../test/postgres/server.js';
import type { Bench } from '../harness/bench.js';
import { median, rounded, type Summary, saySummary, summary } from '../harness/summary.js';
import type { Conditions, Contender, Traces } from './contender.js';
import { bareJobs, dbos, remitOnPostgres, remitOnSqlite } from './contenders.js';
import { processorMsOf } from './processorTime.js';

/* Remediations of five steps a second, beside a durable workflow engine and a bare queue on the same server. */

/** Tenants that the work is spread over. */
const TENANTS = [1, 16] as const;
/** How often it is looked how far a contender is, ms. */
const LOOK_EVERY_MS = 20;
/** Share of the runs that is done before the clock starts: by then every process is at work, and its code compiled. */
const WARM = 0.25;
/** Our goal, as a multiple of the peer. */
const GOAL = 1.5;

/** What one round found. */
interface Round {
  readonly perSecond: number;
  /** Processor time of a run in the workers and in the server, ms; null where the system does not tell. */
  readonly workersMs: number;
  readonly serverMs: number | null;
  readonly traces: Traces | null;
}

/** How far a contender is, and what it has cost so far. */
async function look(contender: Contender, serverPid: number | null) {
  const done = await contender.done();
  const atMs = performance.now();
  return { done, atMs, workersMs: await contender.workersMs(), serverMs: processorMsOf(serverPid) };
}

async function untilDone(contender: Contender, count: number): Promise<void> {
  while ((await contender.done()) < count) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

/** One round of one contender: from the first tenths on, until all is done. */
async function measure(contender: Contender, count: number, serverPid: number | null): Promise<Round> {
  await contender.prepare(count);
  const before = await contender.traces();
  await contender.begin();
  await untilDone(contender, count * WARM);
  const from = await look(contender, serverPid);
  await untilDone(contender, count);
  const to = await look(contender, serverPid);
  const after = await contender.traces();
  await contender.finish();
  const runs = to.done - from.done;
  const of = (name: 'workersMs' | 'serverMs'): number => rounded(((to[name] ?? Number.NaN) - (from[name] ?? 0)) / runs);
  const found = {
    perSecond: runs / ((to.atMs - from.atMs) / 1_000),
    workersMs: of('workersMs'),
    serverMs: from.serverMs === null || before === null ? null : of('serverMs'),
  };
  if (!before || !after) return { ...found, traces: null };
  const each = (name: keyof Traces): number => rounded((after[name] - before[name]) / count, 1);
  return { ...found, traces: { transactions: each('transactions'), rows: each('rows'), walBytes: each('walBytes') } };
}

/** Ratios round by round, so that a slow minute of the machine strikes both sides. */
function ratio(ours: readonly number[], theirs: readonly number[]): Summary {
  return summary(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}

export const bench: Bench = {
  all: [{ args: ['--count', '80', '--rounds', '2'], minutes: 8 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        count: { type: 'string', default: '400' },
        rounds: { type: 'string', default: '5' },
        only: { type: 'string' },
      },
    });
    const [count, rounds] = [Number(values.count), Number(values.rounds)];
    const conditions: Conditions = { processes: 2, concurrency: 16, poolSize: 16 };
    const settings = { autovacuum: 'on', shared_buffers: '256MB', max_wal_size: '4GB' };
    const server = await startPostgres({ fsync: true, settings });
    const all: Contender[] = [];
    try {
      all.push(
        ...(await Promise.all(TENANTS.map((tenants) => remitOnPostgres(server.url, tenants, conditions)))),
        ...(await Promise.all(TENANTS.map((tenants) => remitOnSqlite(tenants, conditions)))),
        await dbos(server.url, 'queue', conditions),
        await dbos(server.url, 'direct', conditions),
        await bareJobs(server.url, conditions),
      );
      const contenders = all.filter(({ name }) => values.only === undefined || name.includes(values.only));
      const rates = new Map(contenders.map(({ name }) => [name, [] as Round[]]));
      for (let round = 0; round < rounds; round += 1) {
        // Each in turn, every second round backwards.
        for (const contender of round % 2 === 0 ? contenders : [...contenders].reverse()) {
          const found = await measure(contender, count, server.pid);
          rates.get(contender.name)?.push(found);
          progress(
            `round ${round + 1} of ${rounds}: ${contender.name} ${found.perSecond.toFixed(1)}/s, processor ms a run: ${found.workersMs} in workers, ${found.serverMs ?? 'none'} in the server; ${JSON.stringify(found.traces)}`,
          );
        }
      }
      const of = (name: string): readonly number[] => (rates.get(name) ?? []).map(({ perSecond }) => perSecond);
      const faster = median(of('dbos-queue')) >= median(of('dbos-direct')) ? 'dbos-queue' : 'dbos-direct';
      const found = contenders.map(({ name, says }) => {
        const perSecond = summary(of(name));
        const costs = rates.get(name) ?? [];
        return {
          name,
          says,
          perSecond,
          workersMs: median(costs.map(({ workersMs }) => workersMs)),
          serverMs: median(costs.map(({ serverMs }) => serverMs ?? 0)),
          toDbos: ratio(of(name), of(faster)),
          toBareQueue: ratio(of(name), of('pg-boss')),
        };
      });
      const missed = found
        .filter(({ name, toDbos }) => name.startsWith('remit-') && toDbos.median < GOAL)
        .map(({ name, toDbos }) => `${name} is ${toDbos.median.toFixed(2)} times ${faster}; the goal is ${GOAL}.`);
      return {
        tables: [
          {
            title: `Runs of five steps per second, two processes, ${rounds} rounds of ${count}`,
            head: [
              'contender',
              'per second',
              'processor ms, workers',
              'processor ms, server',
              `times ${faster}`,
              'times bare queue',
            ],
            rows: found.map(({ says, perSecond, workersMs, serverMs, toDbos, toBareQueue }) => [
              says,
              saySummary(perSecond),
              workersMs.toFixed(1),
              serverMs.toFixed(1),
              saySummary(toDbos, 2),
              saySummary(toBareQueue, 2),
            ]),
          },
        ],
        json: { count, rounds, ...conditions, comparedWith: faster, contenders: found },
        missed,
      };
    } finally {
      for (const contender of all) await contender.close();
      await server.stop();
    }
  },
};
