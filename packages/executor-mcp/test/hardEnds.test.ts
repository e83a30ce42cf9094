import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mcpExecutor } from '../src/index.js';
import { calm, eventually, hostile, isRunning } from './hostile.js';

// Side by side: the first waits four seconds for a child that will not go.
describe.concurrent('a child process', () => {
  it('is killed when it ignores both the end of its input and SIGTERM', async () => {
    const world = hostile('stubborn');
    const executor = mcpExecutor({ servers: { h: world.server } });
    await executor.catalogue({ signal: calm });
    const pid = world.pids()[0] ?? -1;
    await executor.close();
    expect(isRunning(pid)).toBe(false);
  });

  it('does not outlive a parent that is killed hard', async ({ onTestFinished }) => {
    const journal = join(mkdtempSync(join(tmpdir(), 'remit-parent-')), 'journal');
    const program = fileURLToPath(new URL('./parent.ts', import.meta.url));
    const parent = spawn(process.execPath, ['--conditions=@remit/source', '--import', 'tsx', program, journal], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const ended = once(parent, 'exit').then(([code]) => {
      throw new Error(`The parent ended with code ${code} before it was ready.`);
    });
    await Promise.race([once(parent.stdout, 'data'), ended]);
    ended.catch(() => {});
    const pid = (JSON.parse(readFileSync(journal, 'utf8').split('\n')[0] ?? '') as { pid: number }).pid;
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await eventually(() => !isRunning(pid));
  });
});
