import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '@remit/core';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpExecutor, mcpExecutor, type StdioServer } from '../src/index.js';
import { accept, calm, request } from './hostile.js';
import { npmProgram } from './npmProgram.js';

/* Servers that others wrote, as npm has them; what they did is looked at by other means than theirs. */

const folder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'remit-third-')));
const open: McpExecutor[] = [];
afterEach(() => Promise.all(open.splice(0).map((executor) => executor.close())));

async function reach(server: StdioServer): Promise<McpExecutor> {
  const executor = mcpExecutor({ servers: { s: server } });
  open.push(executor);
  await accept(executor);
  return executor;
}

describe('server-filesystem', () => {
  it('moves a cache folder away as its backup, and back again', async () => {
    const root = folder();
    mkdirSync(join(root, 'cache'));
    writeFileSync(join(root, 'cache', 'entry'), 'stale');
    const executor = await reach(npmProgram('@modelcontextprotocol/server-filesystem', [root]));
    const move = (source: string, destination: string) =>
      executor.call(
        request('s/move_file', { arguments: { source: join(root, source), destination: join(root, destination) } }),
        {
          signal: calm,
        },
      );
    const seen = await executor.read(
      's/list_directory',
      { path: join(root, 'cache') },
      { signal: calm, timeoutMs: 5_000 },
    );
    expect(JSON.stringify(seen)).toContain('entry');
    expect((await move('cache', 'backup')).outcome).toBe('committed');
    const made = await executor.call(request('s/create_directory', { arguments: { path: join(root, 'cache') } }), {
      signal: calm,
    });
    expect(made.outcome).toBe('committed');
    expect([readdirSync(join(root, 'cache')), readdirSync(join(root, 'backup'))]).toEqual([[], ['entry']]);
    // The undo.
    expect((await move('cache', 'emptied')).outcome).toBe('committed');
    expect((await move('backup', 'cache')).outcome).toBe('committed');
    expect(readFileSync(join(root, 'cache', 'entry'), 'utf8')).toBe('stale');
    // Outside what the server was given: it refuses, and nobody can tell from its words alone that it did nothing.
    const outside = await executor.call(request('s/create_directory', { arguments: { path: '/remit-outside' } }), {
      signal: calm,
    });
    expect(outside).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('Access denied') });
  });
});

describe('server-memory', () => {
  it('keeps what was written, as its file shows', async () => {
    const file = join(folder(), 'memory.jsonl');
    const executor = await reach(
      npmProgram('@modelcontextprotocol/server-memory', [], { env: { MEMORY_FILE_PATH: file } }),
    );
    const entities = [{ name: 'web-1', entityType: 'host', observations: ['restarted'] }];
    const answer = await executor.call(request('s/create_entities', { arguments: { entities } }), { signal: calm });
    expect(answer.outcome).toBe('committed');
    expect(readFileSync(file, 'utf8').match(/web-1/g)).toHaveLength(1);
    const graph = await executor.read('s/read_graph', {}, { signal: calm, timeoutMs: 5_000 });
    expect(JSON.stringify(graph)).toContain('restarted');
  });
});

describe('server-everything', () => {
  it('tells its progress, and is given up by time and by abort', async () => {
    const executor = await reach(npmProgram('@modelcontextprotocol/server-everything', ['stdio']));
    const told: Progress[] = [];
    const tool = 's/trigger-long-running-operation';
    const onProgress = (progress: Progress) => void told.push(progress);
    const args = { duration: 0.5, steps: 2 };
    const done = await executor.call(request(tool, { arguments: args, onProgress }), { signal: calm });
    expect(done.outcome).toBe('committed');
    expect(told.map(({ progress, total }) => [progress, total])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    const long = { duration: 30, steps: 1 };
    const late = await executor.call(request(tool, { arguments: long, timeoutMs: 300 }), { signal: calm });
    expect(late).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('timeout') });
    const stop = new AbortController();
    const call = executor.call(request(tool, { arguments: long, refusedNow: async () => null }), {
      signal: stop.signal,
    });
    setTimeout(() => stop.abort(), 300);
    expect(await call).toMatchObject({ detail: expect.stringContaining('aborted') });
  });

  it('is not let at the environment by its own word that it only reads', async () => {
    const executor = await reach(
      npmProgram('@modelcontextprotocol/server-everything', ['stdio'], { env: { KNOWN: 'yes' } }),
    );
    process.env.REMIT_TEST_HIDDEN = 'hidden';
    const shown = await executor.read('s/get-env', {}, { signal: calm, timeoutMs: 5_000 });
    delete process.env.REMIT_TEST_HIDDEN;
    expect(JSON.stringify(shown)).toContain('KNOWN');
    expect(JSON.stringify(shown)).not.toContain('REMIT_TEST_HIDDEN');
  });
});
