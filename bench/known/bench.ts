import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { Bench, Table } from '../harness/bench.js';
import { quantile, rounded } from '../harness/summary.js';
import { fill } from '../history/fill.js';
import { filledPostgres, filledSqlite } from '../history/stores.js';
import type { Ask, Measured } from './measure.js';

/* How long a ticket of a known pattern takes to its decision, and that no model is asked on the way. */

/** Our goal for the 99th percentile, ms, and the tickets it is for. */
const GOAL_MS = 20;
const TICKETS = '100000';
/** Decisions that count as the first ones of a process; they are reported apart. */
const FIRST = 20;
const MEASURE = fileURLToPath(new URL('measure.ts', import.meta.url));

async function measured(ask: Ask): Promise<Measured> {
  const args = ['--conditions=@remit/source', '--import', 'tsx', MEASURE, JSON.stringify(ask)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured;
}

function summed(times: readonly number[]) {
  const [p50Ms, p99Ms, maxMs] = [0.5, 0.99, 1].map((share) => rounded(quantile(times, share)));
  return { n: times.length, p50Ms, p99Ms, maxMs };
}

export const bench: Bench = {
  all: [{ args: ['--tickets', '5000', '--samples', '100', '--only', 'sqlite'], minutes: 1.5 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        tickets: { type: 'string', default: TICKETS },
        samples: { type: 'string', default: '500' },
        only: { type: 'string' },
      },
    });
    const [tickets, samples] = [Number(values.tickets), Number(values.samples)];
    const rows: Table['rows'][number][] = [];
    const stores: Record<string, unknown> = {};
    const missed: string[] = [];
    for (const open of [filledSqlite, filledPostgres]) {
      if (values.only !== undefined && !open.name.toLowerCase().includes(values.only)) continue;
      const store = await open();
      try {
        await fill(store, tickets, progress);
        const { address } = store;
        const { times, asked, proposed } = await measured({ address, tickets, samples: samples + FIRST });
        const [first, later] = [summed(times.slice(0, FIRST)), summed(times.slice(FIRST))];
        const { p50Ms, p99Ms, maxMs } = later;
        const tried = times.length;
        stores[store.name] = { tickets, tried, proposed, modelCalls: asked, p50Ms, p99Ms, maxMs, first };
        const cells = [tried, proposed, asked, first.p50Ms, first.maxMs, p50Ms, p99Ms, maxMs];
        rows.push([store.name, ...cells.map(String)]);
        if (asked > 0) missed.push(`${store.name}: a model was asked ${asked} times about known patterns.`);
        if ((p99Ms ?? 0) > GOAL_MS) missed.push(`${store.name}: p99 is ${p99Ms} ms; the goal is ${GOAL_MS} ms.`);
      } finally {
        await store.close();
      }
    }
    const head = ['store', 'tickets', 'with a plan', 'model calls', `first ${FIRST}: p50 ms`, 'max ms'];
    head.push('then: p50 ms', 'p99 ms', 'max ms');
    const title = `From submission to decision in a process that has just begun, known patterns, ${tickets} tickets in the store`;
    return { tables: [{ title, head, rows }], json: { stores }, missed };
  },
};
