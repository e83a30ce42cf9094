import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import { afterEach, describe, expect, it } from 'vitest';
import type { CommitKinds } from '../src/differences.js';
import type { Schema } from '../src/index.js';
import { sharedCommits } from '../src/sharedCommit.js';
import type { Write } from '../src/sql.js';

/* Several pieces of work in one commit: each whole or not at all, and nobody is told too early. */

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Work = (note: string, then?: () => Promise<void> | void) => Promise<string>;

const SILENT: CommitKinds = { durable: null, swift: null };
const SQLITE_KINDS: CommitKinds = { durable: 'pragma synchronous = full', swift: 'pragma synchronous = normal' };

function notes(kinds: CommitKinds = SILENT) {
  const folder = mkdtempSync(join(tmpdir(), 'remit-shared-'));
  folders.push(folder);
  const file = join(folder, 'notes.sqlite');
  const database = new Database(file);
  for (const words of ['pragma journal_mode = wal', 'create table notes (note text unique)']) database.exec(words);
  const said: string[] = [];
  let failing: string | null = null;
  const watched = {
    close: () => database.close(),
    prepare(words: string) {
      const [word = ''] = words.split(' ');
      if (['begin', 'commit', 'rollback'].includes(word)) said.push(word);
      if (words.startsWith('pragma synchronous')) said.push(words.split(' ').at(-1) ?? '');
      if (failing === word) {
        failing = null;
        throw new Error(`${word}: the disk is full`);
      }
      return database.prepare(words);
    },
  };
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: watched }) });
  const { durably, swiftly } = sharedCommits(db, 'begin immediate', kinds);
  const putting =
    (write: Write): Work =>
    (note, then = () => {}) =>
      write(async (transaction) => {
        await sql`insert into notes values (${note})`.execute(transaction);
        await then();
        return note;
      });
  const [put, putSwiftly] = [putting(durably), putting(swiftly)];
  /** What somebody else sees, who knows only the file. */
  const stored = (): readonly string[] => {
    const other = new Database(file);
    const rows = other.prepare('select note from notes order by rowid').all() as { note: string }[];
    other.close();
    return rows.map(({ note }) => note);
  };
  const failAt = (word: string): void => {
    failing = word;
  };
  return { put, putSwiftly, stored, said, failAt, db };
}

const outcomes = (settled: readonly PromiseSettledResult<string>[]) =>
  settled.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)));

describe('writes that wait at the same time', () => {
  it('share commits, in the order in which they came', async () => {
    const { put, stored, said } = notes();
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((note) => put(note)))).toEqual(['a', 'b', 'c', 'd']);
    expect(stored()).toEqual(['a', 'b', 'c', 'd']);
    expect(said).toEqual(['begin', 'commit']);
  });

  it('share one when they come one after the other in one turn of the loop, as requests of several connections do', async () => {
    const { put, said } = notes();
    const each = ['a', 'b', 'c'].map(
      (note) => new Promise<string>((resolve, reject) => setImmediate(() => put(note).then(resolve, reject))),
    );
    expect(await Promise.all(each)).toEqual(['a', 'b', 'c']);
    expect(said).toEqual(['begin', 'commit']);
  });

  it('are told of nothing before it is in the file', async () => {
    const { put, stored } = notes();
    const seen: boolean[] = [];
    const telling = ['a', 'b', 'c'].map((note) => put(note).then(() => seen.push(stored().includes(note))));
    await Promise.all(telling);
    expect(seen).toEqual([true, true, true]);
  });

  it('fail alone: what one began is gone, what others did stays', async () => {
    const { put, stored } = notes();
    const no = (): never => {
      throw new Error('no');
    };
    const all = await Promise.allSettled([put('a'), put('b', no), put('a'), put('c'), put('b')]);
    expect(outcomes(all)).toEqual(['a', 'Error: no', expect.stringMatching(/UNIQUE|constraint/), 'c', 'b']);
    expect(stored()).toEqual(['a', 'c', 'b']);
  });

  it.each(['commit', 'begin'])(
    'hear of it, and leave nothing behind, when %s fails; later ones go on',
    async (word) => {
      const { put, stored, failAt } = notes();
      failAt(word);
      const all = outcomes(await Promise.allSettled([put('a'), put('b')]));
      expect(all[0]).toContain('the disk is full');
      // Whoever heard nothing bad is stored, and nobody else.
      expect(stored()).toEqual(all.filter((said) => said === 'a' || said === 'b'));
      expect(await put('c')).toBe('c');
      expect(stored()).toContain('c');
    },
  );

  it('that are waited for by more than fit into one commit all come to their turn', async () => {
    const { put, stored, said } = notes();
    await Promise.all(Array.from({ length: 150 }, (_, n) => put(`n${n}`)));
    expect(stored()).toHaveLength(150);
    expect(said.filter((word) => word === 'commit')).toHaveLength(3);
  });

  it('keeps readers on the same connection out until the commit', async () => {
    const { put, db } = notes();
    const count = async () =>
      Number((await sql<{ n: number }>`select count(*) as n from notes`.execute(db)).rows[0]?.n);
    let read: Promise<number> | null = null;
    const failing = put('a', () => {
      read = count();
      throw new Error('taken back');
    });
    await expect(failing).rejects.toThrow('taken back');
    expect(await read).toBe(0);
  });
});

describe('a commit that need not wait for the disk', () => {
  it('waits for it as soon as one piece in it has to', async () => {
    const { put, putSwiftly, said } = notes(SQLITE_KINDS);
    await Promise.all([putSwiftly('a'), put('b'), putSwiftly('c')]);
    expect(said).toEqual(['full', 'begin', 'commit']);
  });

  it('takes nothing in that has to, and what has to comes next', async () => {
    const { put, putSwiftly, stored, said } = notes(SQLITE_KINDS);
    let late: Promise<string> | undefined;
    await putSwiftly('a', () => {
      late = put('b');
    });
    expect(await late).toBe('b');
    await putSwiftly('c');
    expect(said).toEqual(['normal', 'begin', 'commit', 'full', 'begin', 'commit', 'normal', 'begin', 'commit']);
    expect(stored()).toEqual(['a', 'b', 'c']);
  });

  it('says nothing where nothing changes', async () => {
    const { put, said } = notes(SQLITE_KINDS);
    await put('a');
    await put('b');
    expect(said).toEqual(['full', 'begin', 'commit', 'begin', 'commit']);
  });
});
