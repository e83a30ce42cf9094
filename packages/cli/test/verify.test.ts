import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { defaultPolicy } from '@remit/core';
import { afterAll, expect, it } from 'vitest';
import { startLab } from '../../../examples/datacenter-lab/src/lab.js';
import { testDatabase } from '../../../test/postgres/database.js';
import { verify } from '../src/commands/verify.js';

const folder = mkdtempSync(join(tmpdir(), 'remit-verify-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const LAB = fileURLToPath(new URL('../../../examples/datacenter-lab/src/config.ts', import.meta.url));
const database = await testDatabase();

async function run(values: Record<string, string | boolean>) {
  const lines: string[] = [];
  const code = await verify.run({ values, positionals: [], env: {}, print: (line) => lines.push(line) });
  return { code, lines };
}

const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
const SOME = 'category_off,rate_limit,chain_edited,chain_own_store';

it('tries the lab in memory, for people and for programs', async () => {
  const { code, lines } = await run({ config: LAB, only: SOME, json: true });
  expect([code, lines.length]).toEqual([0, 1]);
  const report = JSON.parse(lines[0] ?? '');
  expect(report).toMatchObject({ passed: true, counted: { held: 3, broken: 0, notApplicable: 1 }, tenant: 'default' });
  const said = await run({ config: LAB, only: SOME });
  expect(said.lines.join('\n')).toMatch(/holds {2}category_off[\s\S]*n\/a {4}chain_own_store[\s\S]*stores in memory/);
});

it('reads policies and chains of a SQLite store, changes nothing of it, and leaves nothing behind', async () => {
  const file = join(folder, 'own.sqlite');
  const storage = await sqliteStorage({ file });
  const policy = { ...defaultPolicy('server'), maxActionsPerHour: 3 };
  await storage.policies.save('default', 'server', { expectedVersion: 0, policy, by: 'olga', atMs: 5 });
  while (await storage.audit.seal('default', null));
  const before = [digest(file), readdirSync(folder).sort()];
  const left = () => readdirSync(tmpdir()).filter((name) => /^remit-verify-(?!test)/.test(name)).length;
  const there = left();
  // While it is open elsewhere, with what stands in its log.
  const open = await run({ config: LAB, store: `sqlite:${file}`, only: SOME, json: true });
  expect([digest(file), readdirSync(folder).sort()]).toEqual(before);
  await storage.close();
  expect(open.code).toBe(0);
  const { guarantees, touched } = JSON.parse(open.lines[0] ?? '');
  const found = Object.fromEntries(guarantees.map((one: { id: string }) => [one.id, one]));
  expect(found.rate_limit.controlSays).toContain('the limit is 3');
  expect(found.chain_own_store).toMatchObject({ result: 'holds', control: 'caught' });
  expect(touched.join(' ')).toContain('the file was only copied');
  expect(left()).toBe(there);
});

it('says that a chain of the own store is broken', async () => {
  const file = join(folder, 'edited.sqlite');
  const storage = await sqliteStorage({ file });
  const change = { expectedVersion: 0, policy: defaultPolicy('server'), by: 'olga', atMs: 5 };
  await storage.policies.save('default', 'server', change);
  while (await storage.audit.seal('default', null));
  await storage.close();
  const { openDriver } = await import('../../adapter-sqlite/src/drivers.js');
  const driver = await openDriver(file);
  driver.exec('drop trigger auto_remediation_policies_no_update');
  driver.exec(`update auto_remediation_policies set changed_by = 'mallory'`);
  driver.close();
  const { code, lines } = await run({ config: LAB, store: `sqlite:${file}`, only: 'chain_own_store' });
  expect(code).toBe(1);
  expect(lines[0]).toContain('BROKEN chain_own_store');
});

it('tries schemas of its own on a Postgres server, and only reads the one in use', async (context) => {
  if ('reason' in database) return context.skip(database.reason);
  const { postgresStorage } = await import('@remit/adapter-postgres');
  const storage = await postgresStorage({ url: database.url });
  const policy = { ...defaultPolicy('server'), maxActionsPerHour: 3 };
  await storage.policies.save('default', 'server', { expectedVersion: 0, policy, by: 'olga', atMs: 5 });
  while (await storage.audit.seal('default', null));
  await storage.close();
  const { code, lines } = await run({ config: LAB, store: database.url, only: SOME, json: true });
  const { guarantees } = JSON.parse(lines[0] ?? '');
  expect(guarantees.filter(({ control }: { control: string }) => control !== 'caught')).toEqual([]);
  expect(code).toBe(0);
  const schemas = await database.query(`select nspname from pg_namespace where nspname like 'remit%'`);
  expect(schemas).toEqual([{ nspname: 'remit' }]);
  // A schema that is not there is not made.
  await database.query('drop schema remit cascade');
  await expect(run({ config: LAB, store: database.url, only: 'opt_in' })).rejects.toThrow(/read-only/);
  expect(await database.query(`select nspname from pg_namespace where nspname like 'remit%'`)).toEqual([]);
});

it('lists the tools of the running lab, and calls none', async () => {
  const lab = await startLab();
  try {
    const { command, args, env } = lab.mcpServer();
    const module = join(folder, 'running.mjs');
    const servers = JSON.stringify({ lab: { command, args, env } });
    writeFileSync(module, `import lab from ${JSON.stringify(LAB)};\nexport default { ...lab, servers: ${servers} };\n`);
    const { code, lines } = await run({ config: module, only: 'tools_listed' });
    expect(lines[0]).toContain('holds  tools_listed');
    expect(code).toBe(0);
    expect(lines.join('\n')).toContain('The tools of lab were listed; none was called or read.');
  } finally {
    await lab.stop();
  }
});

it.each([
  [{}, /--config is missing/],
  [{ config: LAB, only: 'nothing' }, /no guarantee "nothing"/],
  [{ config: LAB, store: 'oracle:x' }, /is not a store/],
  [{ config: LAB, store: `sqlite:${join(folder, 'missing.sqlite')}` }, /cannot be read/],
])('refuses %j', async (values, message) => {
  await expect(run(values)).rejects.toThrow(message);
});
