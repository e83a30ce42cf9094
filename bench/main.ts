import type { Table } from './harness/bench.js';
import { BENCHES } from './harness/benches.js';
import { installPeers } from './harness/installPeers.js';
import { watchMachine } from './harness/machine.js';

/* npm run bench -- NAME [its own options] [--json] */

const progress = (says: string): void => {
  process.stderr.write(`${says}\n`);
};

function markdown({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [`### ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}

function usage(): string {
  const names = Object.entries(BENCHES).map(([name, { says }]) => `  ${name.padEnd(16)} ${says}`);
  return ['npm run bench -- NAME [options] [--json]', '', ...names].join('\n');
}

async function main(): Promise<number> {
  const [name = '', ...rest] = process.argv.slice(2);
  const entry = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (!entry) {
    console.error(name === '' ? usage() : `There is no measurement "${name}".\n${usage()}`);
    return 2;
  }
  if (entry.peers) installPeers(entry.peers, progress);
  const { bench } = await entry.load();
  const machine = watchMachine();
  const startedAt = performance.now();
  const found = await bench.run(
    rest.filter((argument) => argument !== '--json'),
    progress,
  );
  const where = machine();
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  if (rest.includes('--json')) console.log(JSON.stringify({ bench: name, ...found.json, machine: where, seconds }));
  else {
    console.log(found.tables.map(markdown).join('\n'));
    const { cpu, cores, memoryGiB, system, node, load } = where;
    console.log(
      `${seconds} s on ${cores} x ${cpu}, ${memoryGiB} GiB, ${system}, Node ${node}, load ${load.before} to ${load.after}`,
    );
  }
  for (const missed of found.missed ?? []) console.error(`Missed: ${missed}`);
  return (found.missed ?? []).length === 0 ? 0 : 1;
}

// An interrupt ends what a measurement started: processes and servers watch for this one's end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 2;
}
