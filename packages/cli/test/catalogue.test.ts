import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRemit, RemitError } from '@remit/core';
import { memoryStorage, movableClock, recordingExecutor } from '@remit/core/testing';
import { loadCatalogue } from '@remit/executor-mcp';
import { expect, it } from 'vitest';
import { byToken } from '../src/access.js';
import { catalogueAccept, catalogueDraft, catalogueTools } from '../src/commands/catalogue.js';
import type { Command } from '../src/commands/command.js';
import { serveRemit } from '../src/serve.js';

/** Runs a command and keeps what it printed. */
async function run(
  command: Command,
  values: Record<string, string | boolean>,
  positionals: string[] = [],
  token = 'olga',
) {
  const lines: string[] = [];
  const env = { REMIT_TOKEN: token };
  const code = await command.run({ values, positionals, env, print: (line) => lines.push(line) });
  return { code, text: lines.join('\n') };
}

it('shows what changed, accepts exactly that, and refuses what was not seen', async () => {
  const executor = recordingExecutor({ 'ops/restart': { run: () => ({}) } });
  const storage = memoryStorage({ clock: movableClock() });
  const remit = createRemit({ storage, executor, catalogue: { actions: [], runbooks: [] } });
  await remit.start();
  const holder = { token: 'olga', principal: { id: 'olga', tenant: 'acme', scopes: ['policy:write'] } };
  const listening = await serveRemit(remit, byToken([holder]), { port: 0 });
  const url = `${listening.url}/api/v1`;
  try {
    expect(await run(catalogueTools, { url })).toMatchObject({ code: 0 });
    executor.define({ 'ops/restart': { run: () => ({}), description: 'another' } });
    const shown = await run(catalogueTools, { url });
    expect(shown).toMatchObject({ code: 1, text: expect.stringContaining('/description: "" -> "another"') });
    const [, pair = ''] = /accept with: '(.*)'/.exec(shown.text) ?? [];
    await expect(run(catalogueAccept, { url }, [`${pair.slice(0, -1)}x`])).rejects.toThrow(/400|409/);
    await expect(run(catalogueAccept, { url })).rejects.toBeInstanceOf(RemitError);
    await expect(run(catalogueAccept, { url }, [pair], 'nobody')).rejects.toThrow(/401/);
    expect(await run(catalogueAccept, { url }, [pair])).toMatchObject({ code: 0 });
    expect(await run(catalogueTools, { url })).toMatchObject({ code: 0 });
  } finally {
    await listening.close();
    await remit.close();
  }
});

it('drafts the tools of a configured server, which nobody can use as they stand', async () => {
  const program = fileURLToPath(new URL('../../executor-mcp/test/hostileServer.mjs', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'remit-draft-'));
  const config = join(folder, 'config.mjs');
  const server = { command: process.execPath, args: [program, join(folder, 'journal')] };
  const catalogue = { actions: [], runbooks: [] };
  writeFileSync(config, `export default ${JSON.stringify({ catalogue, servers: { lab: server } })}`);
  const { code, text } = await run(catalogueDraft, { config, server: 'lab' });
  expect(code).toBe(0);
  expect(text).toContain('tool: lab/good');
  expect(() => loadCatalogue(text)).toThrow(expect.objectContaining({ code: 'invalid_catalogue' }));
  await expect(run(catalogueDraft, { config, server: 'other' })).rejects.toThrow(/No server is called "other"/);
});
