import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureAll, type Part, type Report, shortcomings } from './harness/all.js';
import { BENCHES } from './harness/benches.js';
import { installPeers } from './harness/installPeers.js';
import { watchMachine } from './harness/machine.js';
import { markdownOf, sayMachine } from './harness/markdown.js';
import { progressOn } from './harness/progress.js';
import { reportAll } from './harness/reportAll.js';

/* npm run bench -- NAME [its own options] [--json] [--report FILE] and npm run bench -- all */

/** `all` begins nothing that could end later than this, minutes. */
const ALL_WITHIN = '30';

const shown = progressOn(process.stderr);

function usage(): string {
  const names = Object.entries(BENCHES).map(([name, { says }]) => `  ${name.padEnd(16)} ${says}`);
  const all =
    '  all              every one of them at a size that fits into 30 minutes: [--data FOLDER] [--markdown FILE] [--only NAME,NAME]';
  return ['npm run bench -- NAME [options] [--json] [--report FILE]', '', ...names, all].join('\n');
}

/** Takes an option with its value out of the arguments. */
function taken(args: readonly string[], option: string): { readonly value: string | null; readonly rest: string[] } {
  const at = args.indexOf(option);
  if (at < 0) return { value: null, rest: [...args] };
  const value = args[at + 1];
  if (value === undefined) throw new Error(`${option} needs a value.`);
  return { value, rest: [...args.slice(0, at), ...args.slice(at + 2)] };
}

async function partsOf(only: readonly string[] | null): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const [name, entry] of Object.entries(BENCHES)) {
    if (only !== null && !only.includes(name)) continue;
    const { bench } = await entry.load();
    parts.push(...bench.all.map((part) => ({ ...part, name })));
  }
  return parts;
}

async function all(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      markdown: { type: 'string' },
      only: { type: 'string' },
      minutes: { type: 'string', default: ALL_WITHIN },
      json: { type: 'boolean', default: false },
    },
  });
  const only = values.only?.split(',') ?? null;
  const unknown = only?.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) throw new Error(`There is no measurement "${unknown}".`);
  // Before the clock starts: what is downloaded once is no part of a measurement.
  for (const peers of ['.', 'http'] as const) {
    const wanted = Object.entries(BENCHES).some(
      ([name, entry]) => entry.peers === peers && (only === null || only.includes(name)),
    );
    if (wanted) installPeers(peers, shown.say);
  }
  const parts = await partsOf(only);
  const machine = watchMachine();
  const startedAt = performance.now();
  const results = await measureAll({
    parts,
    data: values.data ?? null,
    withinMs: Number(values.minutes) * 60_000,
    progress: ({ name }, done, says) =>
      shown.say(`${done + 1}/${parts.length} ${name}${says === null ? '' : `: ${says}`}`, done / parts.length),
  });
  shown.end();
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const where = machine();
  const missed = shortcomings(results);
  const text = reportAll(results, where, seconds);
  if (values.markdown !== undefined) writeFileSync(values.markdown, text);
  if (values.json) console.log(JSON.stringify({ bench: 'all', results, missed, machine: where, seconds }));
  else console.log(text);
  return missed.length === 0 ? 0 : 1;
}

async function one(name: string, asked: readonly string[]): Promise<number> {
  const entry = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (!entry) {
    console.error(name === '' ? usage() : `There is no measurement "${name}".\n${usage()}`);
    return 2;
  }
  const { value: reportFile, rest } = taken(asked, '--report');
  if (entry.peers) installPeers(entry.peers, shown.say);
  const { bench } = await entry.load();
  const machine = watchMachine();
  const startedAt = performance.now();
  const found = await bench.run(
    rest.filter((argument) => argument !== '--json'),
    shown.say,
  );
  shown.end();
  const where = machine();
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const { json, tables, missed = [] } = found;
  if (reportFile !== null) {
    const report: Report = { bench: name, json, tables, missed, machine: where, seconds };
    writeFileSync(reportFile, JSON.stringify(report));
  }
  if (rest.includes('--json')) console.log(JSON.stringify({ bench: name, ...json, missed, machine: where, seconds }));
  else {
    console.log(tables.map(markdownOf).join('\n'));
    console.log(sayMachine(where, seconds));
  }
  for (const shortfall of missed) console.error(`Missed: ${shortfall}`);
  return missed.length === 0 ? 0 : 1;
}

// An interrupt ends what a measurement started: processes and servers watch for this one's end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  const [name = '', ...rest] = process.argv.slice(2);
  process.exitCode = name === 'all' ? await all(rest) : await one(name, rest);
} catch (error) {
  shown.end();
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 2;
}
