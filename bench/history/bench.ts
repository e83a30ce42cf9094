import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { defaultPolicy, PatternLearner, type ResolvedAction } from '@remit/core';
import { reliabilityOfDays, remediationOfDays } from '@remit/core/statistics';
import { gatherGuarantee } from '../../packages/core/src/engine/gatherGuarantee.js';
import { CATEGORY } from '../engine/plan.js';
import type { Bench, Table } from '../harness/bench.js';
import { quantile, rounded } from '../harness/summary.js';
import { fill } from './fill.js';
import { type FilledStore, filledPostgres, filledSqlite, openStore } from './stores.js';
import { ACTION, TENANT } from './template.js';
import { chance, patternOf, toldOf } from './tickets.js';

/* What reading costs once there is a year of history. */

const DAY_MS = 86_400_000;

/** Goals, ms: the 99th percentile of each. */
const GOALS = { evidence: 20, logs: 20, stats: 500 } as const;

/** Below this load the machine is taken to be calm, and how often that is looked at, ms. */
const CALM_LOAD = 1;
const CALM_LOOK_MS = 5_000;

/** Waits until nothing else keeps the machine busy, or the time is over: filling a store does not mind others, timing does. */
async function calm(withinMinutes: number, progress: (says: string) => void): Promise<void> {
  const until = performance.now() + withinMinutes * 60_000;
  while (performance.now() < until && (loadavg()[0] ?? 0) >= CALM_LOAD) {
    progress(`waits for a calm machine, load ${(loadavg()[0] ?? 0).toFixed(1)}`);
    await sleep(CALM_LOOK_MS);
  }
}

interface Timing {
  readonly what: string;
  readonly goalMs: number | null;
  readonly times: readonly number[];
  /** Processor time of this process for one of them, on average: what does not depend on who else is busy. */
  readonly cpuMs: number;
}

async function timed(count: number, work: (n: number) => Promise<unknown>): Promise<Pick<Timing, 'times' | 'cpuMs'>> {
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let n = 0; n < count; n += 1) {
    const startedAt = performance.now();
    await work(n);
    times.push(performance.now() - startedAt);
  }
  const { user, system } = process.cpuUsage(before);
  return { times, cpuMs: (user + system) / 1_000 / Math.max(1, count) };
}

async function measure(store: FilledStore, tickets: number, samples: number): Promise<readonly Timing[]> {
  const storage = await openStore(store.address);
  const nowMs = await storage.now();
  const ids = { next: () => 'none' };
  const learner = new PatternLearner({ storage, ids });
  // Its class is all that is asked of it.
  const steps = [{ class: 'safe_write' }] as unknown as readonly ResolvedAction[];
  const ticketOf = (n: number): number => Math.floor(chance(n, 9) * tickets);
  const evidence = async (n: number, of = storage): Promise<void> => {
    const patternId = `pattern-${patternOf(ticketOf(n), tickets)}`;
    await of.policies.find(TENANT, CATEGORY);
    await of.pins.accepted(TENANT, 'recording');
    const actionType = `${ACTION}_service`;
    await new PatternLearner({ storage: of, ids }).standing({ tenant: TENANT, patternId, actionType });
    const about = { policy: defaultPolicy(CATEGORY), steps, patternId, actionTypes: [actionType], confidence: 0.9 };
    await gatherGuarantee({ storage: of }, { tenant: TENANT }, about);
  };
  const recognise = async (n: number): Promise<void> => {
    const description = toldOf(patternOf(ticketOf(n), tickets), n);
    const ticket = { tenant: TENANT, ticketId: 'new', category: CATEGORY, title: null, description };
    await learner.similarTo(ticket, await learner.recognise(ticket));
  };
  const since = (days: number) => ({ sinceMs: nowMs - days * DAY_MS });
  const reliability = async (days: number) => reliabilityOfDays(await storage.stats.scores(TENANT, since(days)));
  const remediation = async (days: number) => remediationOfDays(await storage.stats.work(TENANT, since(days)));
  const timing = async (what: string, goalMs: number | null, count: number, work: (n: number) => Promise<unknown>) => ({
    what,
    goalMs,
    ...(await timed(count, work)),
  });
  const few = Math.max(3, Math.round(samples / 50));
  const timings = [
    await timing('gather evidence', GOALS.evidence, samples, evidence),
    await timing('recognise, and similar tickets', null, samples, recognise),
    await timing('log of a ticket', GOALS.logs, samples, (n) => storage.remediations.logOf(TENANT, `T-${ticketOf(n)}`)),
    await timing('page of tickets', GOALS.logs, samples, () =>
      storage.tickets.list(TENANT, { limit: 50, cursor: null }),
    ),
    await timing('days of a year summed up for the first time', null, 1, () => remediation(365)),
    await timing('reliability, 30 days', GOALS.stats, few, () => reliability(30)),
    await timing('reliability, 365 days', GOALS.stats, few, () => reliability(365)),
    await timing('remediation, 30 days', GOALS.stats, few, () => remediation(30)),
    await timing('remediation, 365 days', GOALS.stats, few, () => remediation(365)),
    await timing('page of patterns', null, few, () =>
      storage.patterns.list(TENANT, { limit: 20, cursor: null, minOccurrences: 0 }),
    ),
    await timing('what is due', GOALS.logs, samples, () => storage.due(100)),
  ];
  await storage.close();
  // Folds are made anew where an upgrade has changed what they are made by.
  await store.clear(['pattern_tracks', 'guarantee_checkpoints']);
  const upgraded = await openStore(store.address);
  const after = await timing('gather evidence, as after an upgrade', null, samples, (n) => evidence(n, upgraded));
  await upgraded.close();
  return [...timings, after];
}

export const bench: Bench = {
  all: [{ args: ['--tickets', '10000', '--samples', '200'], minutes: 2.5 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        tickets: { type: 'string', default: '1000000' },
        samples: { type: 'string', default: '1000' },
        only: { type: 'string' },
        'calm-within': { type: 'string', default: '0' },
      },
    });
    const [tickets, samples] = [Number(values.tickets), Number(values.samples)];
    const tables: Table[] = [];
    const stores: Record<string, unknown> = {};
    const missed: string[] = [];
    for (const open of [filledSqlite, filledPostgres]) {
      if (values.only !== undefined && !open.name.toLowerCase().includes(values.only)) continue;
      const store = await open();
      try {
        const logRows = await fill(store, tickets, progress);
        const bytesPerTicket = Math.round((await store.bytes()) / tickets);
        await calm(Number(values['calm-within']), progress);
        const load = rounded(loadavg()[0] ?? 0);
        const timings = await measure(store, tickets, samples);
        const found = timings.map(({ what, goalMs, times, cpuMs }) => ({
          what,
          goalMs,
          cpuMs: rounded(cpuMs),
          p50Ms: rounded(quantile(times, 0.5)),
          p99Ms: rounded(quantile(times, 0.99)),
          n: times.length,
        }));
        stores[store.name] = { tickets, logRows, bytesPerTicket, load, timings: found };
        tables.push({
          title: `${store.name}: ${tickets} tickets, ${logRows} log rows, ${bytesPerTicket} bytes a ticket`,
          head: ['what', 'p50 ms', 'p99 ms', 'goal ms', 'processor ms', 'n'],
          rows: found.map(({ what, p50Ms, p99Ms, goalMs, cpuMs, n }) => [
            what,
            `${p50Ms}`,
            `${p99Ms}`,
            `${goalMs ?? ''}`,
            `${cpuMs}`,
            `${n}`,
          ]),
        });
        for (const { what, p99Ms, goalMs } of found) {
          if (goalMs !== null && p99Ms > goalMs)
            missed.push(`${store.name}, ${what}: ${p99Ms} ms; the goal is ${goalMs} ms.`);
        }
      } finally {
        await store.close();
      }
    }
    return { tables, json: { stores }, missed };
  },
};
