import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startOwnPostgres } from '../test/postgres/server.js';
import { faultsOf, runSoak } from './runSoak.js';

/* npm run soak -- --instances 4 --tickets 2000 --store sqlite|postgres [--json] */

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

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      store: { type: 'string', default: 'sqlite' },
      instances: { type: 'string', default: '4' },
      tickets: { type: 'string', default: '2000' },
      json: { type: 'boolean', default: false },
    },
  });
  const tickets = wholeNumber('tickets', values.tickets);
  const instances = wholeNumber('instances', values.instances);
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
