import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { kyselyDatabase, type NodeStatement, type SqliteDriver } from '../src/drivers.js';

/* Which statements are kept prepared. */

const UNHEARD = { close: () => {}, noticed: () => {} };

function counted(run: (sql: string) => unknown[]): { readonly driver: SqliteDriver; readonly prepared: string[] } {
  const prepared: string[] = [];
  const driver: SqliteDriver = {
    prepare(sql): NodeStatement {
      prepared.push(sql);
      return {
        all: () => run(sql),
        run: () => ({ changes: run(sql).length, lastInsertRowid: 0 }),
        iterate: () => [].values(),
      };
    },
    exec: () => {},
    close: () => {},
  };
  return { driver, prepared };
}

it('prepares the same words once', () => {
  const { driver, prepared } = counted(() => [1]);
  const database = kyselyDatabase(driver, UNHEARD);
  for (let n = 0; n < 3; n += 1) expect(database.prepare('select ?').all([n])).toEqual([1]);
  expect(prepared).toEqual(['select ?']);
});

it('lets go of one that failed, which may still be open', () => {
  let broken = true;
  const { driver, prepared } = counted(() => {
    if (broken) throw new Error('constraint failed');
    return [1];
  });
  const database = kyselyDatabase(driver, UNHEARD);
  expect(() => database.prepare('insert into t values (?)').run([1])).toThrow('constraint failed');
  broken = false;
  database.prepare('insert into t values (?)').run([1]);
  expect(prepared).toHaveLength(2);
});

it('keeps a bounded number, and lets go of what was not used for longest', () => {
  const { driver, prepared } = counted(() => []);
  const database = kyselyDatabase(driver, UNHEARD);
  for (let n = 0; n < 250; n += 1) {
    database.prepare('select 0').all([]);
    database.prepare(`select ${n + 1}`).all([]);
  }
  expect(prepared).toHaveLength(251);
  database.prepare('select 250').all([]);
  expect(prepared).toHaveLength(251);
  database.prepare('select 1').all([]);
  expect(prepared).toHaveLength(252);
});

it('never prepares what begins or ends a transaction', () => {
  const { driver, prepared } = counted(() => []);
  const database = kyselyDatabase(driver, UNHEARD);
  for (const words of ['begin immediate', 'savepoint s', 'rollback to s', 'release s', 'commit']) {
    database.prepare(words).run([]);
  }
  expect(prepared).toEqual([]);
});

it('answers rows by their names, also when another connection has added a column meanwhile', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'remit-rows-')), 'rows.sqlite');
  const opened = (): SqliteDriver => new Database(file) as unknown as SqliteDriver;
  const [mine, other] = [opened(), opened()];
  mine.exec('create table t (a, b)');
  mine.exec("insert into t values (1, 'one'), (2, null)");
  const database = kyselyDatabase(mine, UNHEARD);
  const rows = () => database.prepare('select * from t where a > ? order by a').all([0]);
  expect(rows()).toEqual([
    { a: 1, b: 'one' },
    { a: 2, b: null },
  ]);
  expect([...database.prepare('select b from t where a = ?').iterate([1])]).toEqual([{ b: 'one' }]);
  other.exec("alter table t add column c default 'new'");
  expect(rows()[0]).toEqual({ a: 1, b: 'one', c: 'new' });
  expect(database.prepare('insert into t (a) values (?) returning a, c').all([3])).toEqual([{ a: 3, c: 'new' }]);
  for (const driver of [mine, other]) driver.close();
  rmSync(dirname(file), { recursive: true });
});
