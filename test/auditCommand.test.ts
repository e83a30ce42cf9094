import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { defaultPolicy } from '@remit/core';
import Database from 'libsql';
import { afterAll, expect, it } from 'vitest';
import { auditVerify } from '../packages/cli/src/commands/auditVerify.js';
import { migrate } from '../packages/cli/src/commands/migrate.js';
import { readServeOptions, serve } from '../packages/cli/src/serve.js';

const folder = mkdtempSync(join(tmpdir(), 'remit-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const KEY = 'thirty-two bytes are the least that will do';

async function run(values: Readonly<Record<string, string | boolean>>, env: Readonly<Record<string, string>> = {}) {
  const lines: string[] = [];
  const code = await auditVerify.run({ values, positionals: [], env, print: (line) => lines.push(line) });
  return { code, lines, report: values['json'] ? JSON.parse(lines.at(-1) ?? '') : null };
}

/** A file in which the operators of two tenants changed a policy, sealed by a server that was stopped. */
async function lived(values: { anchor?: string; hmacKey?: { name: string; value: string | undefined } } = {}) {
  files += 1;
  const file = join(folder, `${files}.db`);
  const storage = await sqliteStorage({ file });
  const change = { expectedVersion: 0, policy: defaultPolicy('server'), by: 'op', atMs: 5 };
  for (const tenant of ['acme', 'beta']) await storage.policies.save(tenant, 'server', change);
  await storage.close();
  const options = readServeOptions({ store: `sqlite:${file}`, port: '0', ...values });
  const serving = await serve({ ...options, print: () => {} });
  await serving.stop();
  return { file, store: `sqlite:${file}` };
}

function attacked(file: string, ...statements: readonly string[]): void {
  const database = new Database(file);
  for (const table of ['auto_remediation_policies', 'audit_records', 'audit_seals', 'audit_seal_entries']) {
    for (const change of ['update', 'delete']) database.exec(`drop trigger if exists ${table}_no_${change}`);
  }
  for (const statement of statements) database.exec(statement);
  database.close();
}

it('says that everything is as it was written, and what that is worth', async () => {
  const { store } = await lived();
  const { code, lines } = await run({ store });
  expect(code).toBe(0);
  expect(lines).toContainEqual(expect.stringMatching(/^head {2}tenant "acme": seal 1, [0-9a-f]{64}$/));
  expect(lines).toContainEqual(expect.stringMatching(/2 seals: intact\.$/));
  expect(lines.at(-1)).toMatch(/full rewrite .* would not be seen/);
});

it('ends with 1 and names the place when a policy was edited in the database', async () => {
  const { file, store } = await lived();
  attacked(
    file,
    `update auto_remediation_policies set policy = replace(policy, '"requiresApproval":true', '"requiresApproval":false') where tenant = 'acme'`,
  );
  const { code, lines } = await run({ store });
  expect(code).toBe(1);
  expect(lines[0]).toBe(
    'differs_from_record  tenant "acme", own records: The policy ["server",1] is not as row 1 recorded it.',
  );
  const { report, code: same } = await run({ store, json: true });
  expect(same).toBe(1);
  expect(report).toMatchObject({ intact: false, findings: [{ fault: 'differs_from_record', version: 1 }] });
});

it('checks against the anchors that a server wrote, and against its key', async () => {
  const anchor = join(folder, 'anchors.jsonl');
  const { file, store } = await lived({ anchor, hmacKey: { name: 'K', value: KEY } });
  expect(
    readFileSync(anchor, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { tenant: 'acme', seq: 1 },
    { tenant: 'beta', seq: 1 },
  ]);
  const witnesses = { store, anchor, 'hmac-key-env': 'K' };
  expect((await run({ ...witnesses, json: true }, { K: KEY })).report).toMatchObject({ intact: true });
  const wrong = await run({ ...witnesses, json: true }, { K: `${KEY}!` });
  expect(wrong).toMatchObject({ code: 1, report: { findings: [{ fault: 'wrong_mac' }, {}, {}, {}] } });
  for (const table of [
    'auto_remediation_policies',
    'audit_records',
    'audit_logs',
    'audit_seals',
    'audit_seal_entries',
    'audit_heads',
  ]) {
    attacked(file, `delete from ${table} where tenant = 'acme'`);
  }
  expect((await run({ store, json: true })).report).toMatchObject({ intact: true });
  expect((await run({ store, anchor, json: true })).report).toMatchObject({
    intact: false,
    findings: [{ fault: 'differs_from_anchor', tenant: 'acme' }],
  });
});

it('a witness that says nothing is refused, as is a key that is not there', async () => {
  const { store } = await lived();
  const empty = join(folder, 'empty.jsonl');
  writeFileSync(empty, '\n');
  await expect(run({ store, anchor: empty })).rejects.toMatchObject({ code: 'invalid_configuration' });
  writeFileSync(empty, '{"tenant":"acme","seq":0,"hash":"x"}\n');
  await expect(run({ store, anchor: empty })).rejects.toThrow(/line 1 is no anchor/);
  await expect(run({ store, anchor: join(folder, 'nowhere') })).rejects.toThrow(/cannot be read/);
  await expect(run({ store, 'hmac-key-env': 'NOT_SET' })).rejects.toThrow(/NOT_SET is empty/);
  await expect(run({})).rejects.toThrow(/--store is missing/);
  expect(() => readServeOptions({ store, hmacKey: { name: 'NOT_SET', value: undefined } })).toThrow(/NOT_SET is empty/);
  const options = readServeOptions({ store, port: '0', hmacKey: { name: 'K', value: 'short' } });
  await expect(serve({ ...options, print: () => {} })).rejects.toMatchObject({ code: 'invalid_configuration' });
});

it('migrate makes the tables, and says what is in the way', async () => {
  const file = join(folder, 'fresh.db');
  const lines: string[] = [];
  const given = {
    values: { store: `sqlite:${file}`, json: true },
    positionals: [],
    env: {},
    print: (line: string) => void lines.push(line),
  };
  expect(await migrate.run(given)).toBe(0);
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ store: 'sqlite', upToDate: true });
  const database = new Database(file);
  database.exec('drop table audit_heads');
  database.close();
  await expect(migrate.run(given)).rejects.toMatchObject({ message: expect.stringContaining('audit_heads') });
});

it('the command line finds its commands by their words, and ends with 2 for wrong usage', () => {
  const program = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));
  const remit = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--conditions=@remit/source', '--import', 'tsx', program, ...args], {
      encoding: 'utf8',
    });
  const verified = remit('audit', 'verify', '--store', 'memory', '--json');
  expect(verified.stderr).toBe('');
  expect(verified.status).toBe(0);
  expect(JSON.parse(verified.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ intact: true });
  expect(remit('audit', 'burn')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('no command "audit burn"'),
  });
  expect(remit('audit', 'verify', '--sotre', 'memory').status).toBe(2);
}, 60_000);
