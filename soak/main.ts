import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startOwnPostgres } from '../test/postgres/server.js';
import { runLong } from './long/runLong.js';
import { faultsOf, runSoak } from './runSoak.js';

/*
 * npm run soak -- --instances 4 --tickets 2000 --store sqlite|postgres [--json]
 * npm run soak -- --minutes 20 [--instances 3] [--per-second 2] [--json]: on Postgres, with everything that can go wrong
 */

const WITHIN_MS = 30 * 60_000;
const SAY_EVERY = 250;

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} takes a whole number above 0, not "${text}".`);
}

/** A new store, as durable as in production, and how it is cleared away. */
async function newStore(name: string): Promise<{ readonly place: string; clearAway(): Promise<void> }> {
  if (name === 'postgres') {
    const server = await startOwnPostgres({ fsync: true });
    return { place: server.url, clearAway: () => server.stop() };
  }
  if (name !== 'sqlite') throw new Error(`There is no store "${name}"; there are: sqlite, postgres.`);
  const folder = mkdtempSync(join(tmpdir(), 'remit-soak-'));
  const clearAway = async (): Promise<void> => rmSync(folder, { recursive: true, force: true });
  return { place: `sqlite:${join(folder, 'remit.sqlite')}`, clearAway };
}

/** The minute from which on the memory of an instance has to stay where it is, and by how much it may move, percent. */
const MEMORY = { fromMinute: 5, within: 10 };

/** Runs for so many minutes; whether all was well. */
async function long(minutes: number, instances: number, perSecond: number, json: boolean): Promise<boolean> {
  const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
  const report = await runLong({ minutes, instances, perSecond, memoryFromMinute: MEMORY.fromMinute, onProgress });
  const grown = report.memory.filter(({ highest, lowest }) => Math.max(highest, -lowest) > MEMORY.within);
  const { tickets, writes, kills, postgresKills, halts, violations, lost, duplicates } = report;
  console.log(
    `${tickets} tickets over ${instances} instances in ${minutes} min: ${writes} writes; killed ${kills} instances and ` +
      `Postgres ${postgresKills} times, ${halts} halts; violations ${violations}, lost ${lost}, duplicates ${duplicates}.`,
  );
  for (const line of report.wrong) console.log(line);
  for (const { instance, minutes: course, highest, lowest } of report.memory) {
    console.log(`Instance ${instance}: ${course.join(', ')} MB a minute; ${lowest} to ${highest} %.`);
  }
  // Less than ten minutes say nothing about memory: a process is still growing into its work.
  const isFlat = minutes < 2 * MEMORY.fromMinute || (report.memory.length > 0 && grown.length === 0);
  if (!isFlat) console.log(`Memory moved by more than ${MEMORY.within} %.`);
  if (json) console.log(JSON.stringify({ store: 'postgres', memoryFlat: isFlat, ...report }));
  return isFlat && violations + lost + duplicates === 0;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      store: { type: 'string', default: 'sqlite' },
      instances: { type: 'string' },
      tickets: { type: 'string', default: '2000' },
      minutes: { type: 'string' },
      'per-second': { type: 'string', default: '2' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.minutes !== undefined) {
    const minutes = wholeNumber('minutes', values.minutes);
    const instances = wholeNumber('instances', values.instances ?? '3');
    const perSecond = wholeNumber('per-second', values['per-second']);
    process.exitCode = (await long(minutes, instances, perSecond, values.json)) ? 0 : 1;
    return;
  }
  const tickets = wholeNumber('tickets', values.tickets);
  const instances = wholeNumber('instances', values.instances ?? '4');
  const store = await newStore(values.store);
  let told = 0;
  const onProgress = (ended: number): void => {
    if (ended < told + SAY_EVERY) return;
    told = ended;
    process.stderr.write(`${ended} of ${tickets} tickets ended\n`);
  };
  try {
    const how = { sharedEvery: 25, allowedShare: 0.5, withinMs: WITHIN_MS, onProgress };
    const report = await runSoak({ place: store.place, instances, tickets, ...how });
    const faults = faultsOf(report);
    const { seconds, writes, undone, approved, rejected, votes } = report;
    console.log(
      `${tickets} tickets over ${instances} instances on ${values.store} in ${seconds} s: ${writes} writes, ${undone} taken back, ` +
        `${approved} approved, ${rejected} rejected, ${votes} votes; ${JSON.stringify(report.byStatus)}.`,
    );
    console.log(Object.keys(faults).length === 0 ? 'Nothing was wrong.' : `Wrong: ${JSON.stringify(faults)}`);
    if (values.json) console.log(JSON.stringify({ store: values.store, ...report }));
    process.exitCode = Object.keys(faults).length === 0 ? 0 : 1;
  } finally {
    await store.clearAway();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
