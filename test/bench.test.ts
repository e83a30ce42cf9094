import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { BENCHES } from '../bench/harness/benches.js';
import { median, quantile, summary } from '../bench/harness/summary.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function bench(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = ['--conditions=@remit/source', '--import', 'tsx', 'bench/main.ts', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

it('a name that is none is refused, with all that are', async () => {
  const { code, stderr } = await bench('nothing', '--json');
  expect(code).toBe(2);
  for (const name of Object.keys(BENCHES)) expect(stderr).toContain(name);
});

it('every name leads to a module that measures', async () => {
  for (const { load } of Object.values(BENCHES)) expect((await load()).bench.run).toBeTypeOf('function');
});

it('medians and quantiles are those of the values, however they are ordered', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile(hundred, 1)]).toEqual([50, 99, 100]);
  expect(summary([2, 9, 4])).toEqual({ median: 4, min: 2, max: 9, n: 3 });
});
