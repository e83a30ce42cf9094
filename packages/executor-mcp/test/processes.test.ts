import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type McpExecutor, type McpExecutorOptions, mcpExecutor } from '../src/index.js';
import { acceptHostile, calm, eventually, hostile, isRunning, request } from './hostile.js';

const open: McpExecutor[] = [];
const make = (options: McpExecutorOptions) => {
  const executor = mcpExecutor(options);
  open.push(executor);
  return executor;
};
afterEach(() => Promise.all(open.splice(0).map((executor) => executor.close())));

const onlyPid = (pids: number[]): number => {
  expect(pids).toHaveLength(1);
  return pids[0] ?? -1;
};

beforeAll(acceptHostile);

describe('a child process', () => {
  it('gets a minimal environment and what is configured, and no secret of its parent', async () => {
    process.env.REMIT_TEST_SECRET = 'hunter2';
    const folder = mkdtempSync(join(tmpdir(), 'remit-cwd-'));
    const { server } = hostile('', { cwd: folder });
    const executor = make({ servers: { h: { ...server, env: { ...server.env, CONFIGURED: 'yes' } } } });
    const answer = await executor.read('h/environment', {}, { signal: calm, timeoutMs: 10_000 });
    delete process.env.REMIT_TEST_SECRET;
    if (!answer.ok) throw new Error(answer.error);
    const { names, cwd } = answer.value as { names: string[]; cwd: string };
    const inherited = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'];
    expect(names.filter((name) => !inherited.includes(name))).toEqual(['CONFIGURED', 'HOSTILE']);
    expect(cwd).toContain(folder);
  });

  it('has its standard error told line by line, within bounds, and a listener that throws harms nothing', async () => {
    const heard: string[] = [];
    const onStderr = (line: string) => {
      heard.push(line);
      throw new Error('a broken listener');
    };
    const program = `process.stderr.write('one\\ntwo' + 'x'.repeat(20000) + '\\nlast')`;
    const executor = make({ servers: { h: { command: process.execPath, args: ['-e', program], onStderr } } });
    expect((await executor.catalogue({ signal: calm })).unreachable?.['h']).toMatch(/cannot be asked/);
    await eventually(() => heard.at(-1) === 'last');
    expect(heard[0]).toBe('one');
    expect(heard[1]?.startsWith('two')).toBe(true);
    expect(heard.every((line) => line.length <= 8192)).toBe(true);
    expect(heard.join('')).toHaveLength('one'.length + 'two'.length + 20_000 + 'last'.length);
  });

  it('is started at first use, once for callers side by side, and again at the next use after it died', async () => {
    const world = hostile();
    const executor = make({ servers: { h: world.server } });
    expect(executor.connections()).toEqual({ h: { connected: false, restarts: 0 } });
    await Promise.all([executor.catalogue({ signal: calm }), executor.call(request('h/good'), { signal: calm })]);
    expect(world.pids()).toHaveLength(1);
    expect(await executor.call(request('h/exit'), { signal: calm })).toMatchObject({ outcome: 'unknown' });
    expect(executor.connections()).toEqual({ h: { connected: false, restarts: 0 } });
    expect(world.pids()).toHaveLength(1);
    expect(await executor.call(request('h/good'), { signal: calm })).toMatchObject({ outcome: 'committed' });
    expect(executor.connections()).toEqual({ h: { connected: true, restarts: 1 } });
    expect(world.pids()).toHaveLength(2);
    expect(world.calls('exit')).toBe(1);
  });

  it('that dies while the last question is out is not replaced within the call', async () => {
    const world = hostile();
    const executor = make({ servers: { h: world.server } });
    const refusedNow = async () => {
      await executor.call(request('h/exit'), { signal: calm });
      return null;
    };
    const answer = await executor.call(request('h/good', { refusedNow }), { signal: calm });
    expect(answer).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('not sent') });
    expect(world.calls('good')).toBe(0);
    expect(world.pids()).toHaveLength(1);
  });

  it('ends with the executor, which then does nothing more', async () => {
    const world = hostile();
    const executor = make({ servers: { h: world.server } });
    await executor.catalogue({ signal: calm });
    const pid = onlyPid(world.pids());
    await executor.close();
    expect(isRunning(pid)).toBe(false);
    expect((await executor.catalogue({ signal: calm })).unreachable?.['h']).toMatch(/closed/);
    expect(await executor.call(request('h/good'), { signal: calm })).toMatchObject({ outcome: 'failed' });
    expect(await executor.read('h/json', {}, { signal: calm, timeoutMs: 1000 })).toMatchObject({ ok: false });
    await executor.close();
    expect(world.pids()).toHaveLength(1);
  });

  it('ends when the executor is closed while it is being connected', async () => {
    const world = hostile('mute');
    const executor = make({ servers: { h: world.server } });
    const asked = executor.catalogue({ signal: calm });
    await executor.close();
    expect((await asked).unreachable?.['h']).toMatch(/cannot be asked/);
  });

  it('leaves a call in flight unknown when the executor is closed', async () => {
    let hanging = () => {};
    const isHanging = new Promise<void>((resolve) => {
      hanging = resolve;
    });
    const world = hostile('', { onStderr: () => hanging() });
    const executor = make({ servers: { h: world.server } });
    const call = executor.call(request('h/hang'), { signal: calm });
    await isHanging;
    await executor.close();
    expect(await call).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('process ended') });
    expect(world.calls()).toBe(1);
  });
});
