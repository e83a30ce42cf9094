import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Pool } from 'pg';
import { openDriver } from '../../packages/adapter-sqlite/src/drivers.js';
import { startPostgres } from '../../test/postgres/server.js';
import type { Bench } from '../harness/bench.js';
import { type Summary, saySummary, summary } from '../harness/summary.js';

/* Commits of one small row, durable each: whatever is measured on these stores cannot be faster. */

const WRITERS = [1, 16] as const;
const NOTE = 'x'.repeat(200);

/** Something that commits; `writer` is which of the writers asks. */
interface Subject {
  readonly name: string;
  readonly writers: number;
  commit(writer: number): Promise<void>;
}

async function perSecond({ writers, commit }: Subject, ms: number): Promise<number> {
  const startedAt = performance.now();
  let commits = 0;
  const one = async (writer: number): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      await commit(writer);
      commits += 1;
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => one(writer)));
  return commits / ((performance.now() - startedAt) / 1_000);
}

async function measured(subjects: readonly Subject[], rounds: number, ms: number): Promise<Map<Subject, Summary>> {
  const rates = new Map(subjects.map((subject) => [subject, [] as number[]]));
  // In turns, so that a busy minute of the machine strikes all of them.
  for (let round = 0; round < rounds; round += 1) {
    for (const [subject, into] of rates) into.push(Math.round(await perSecond(subject, ms)));
  }
  return new Map([...rates].map(([subject, values]) => [subject, summary(values)]));
}

export const bench: Bench = {
  all: [{ args: ['--rounds', '3', '--ms', '500'], minutes: 0.5 }],
  async run(args, progress) {
    const { values } = parseArgs({
      args: [...args],
      options: { rounds: { type: 'string', default: '5' }, ms: { type: 'string', default: '1000' } },
    });
    const folder = mkdtempSync(join(tmpdir(), 'remit-bench-'));
    const file = await openDriver(join(folder, 'commits.sqlite'));
    progress('starting Postgres, fsync and synchronous_commit on');
    const server = await startPostgres({ fsync: true });
    const pool = new Pool({ connectionString: server.url, max: Math.max(...WRITERS) });
    try {
      for (const pragma of ['journal_mode = wal', 'synchronous = full']) file.exec(`pragma ${pragma}`);
      file.exec('create table commits (note text not null)');
      await pool.query('create table commits (note text not null)');
      const insert = file.prepare(`insert into commits values ('${NOTE}')`);
      const sqlite: Subject = { name: 'SQLite', writers: 1, commit: async () => void insert.run() };
      const postgres = WRITERS.map(
        (writers): Subject => ({
          name: 'Postgres',
          writers,
          commit: async () => void (await pool.query('insert into commits values ($1)', [NOTE])),
        }),
      );
      const found = [...(await measured([sqlite, ...postgres], Number(values.rounds), Number(values.ms)))];
      const rows = found.map(([{ name, writers }, rate]) => [name, `${writers}`, saySummary(rate)]);
      return {
        tables: [{ title: 'Commits per second', head: ['store', 'writers', 'median (min..max)'], rows }],
        json: { commits: found.map(([{ name, writers }, rate]) => ({ store: name, writers, perSecond: rate })) },
      };
    } finally {
      await pool.end();
      await server.stop();
      file.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
