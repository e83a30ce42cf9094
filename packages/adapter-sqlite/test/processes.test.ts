import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

const run = promisify(execFile);
const RACER = fileURLToPath(new URL('racer.ts', import.meta.url));
/** Enough for four processes to be there, so that they race. */
const HEAD_START_MS = 2_500;

interface Raced {
  readonly submitted: readonly string[];
  readonly claimed: readonly string[];
  readonly reserved: readonly string[];
  readonly adopted: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'remit-processes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('four processes on one new file: every race has one winner', async () => {
  const file = join(folder, 'shared.db');
  const startsAt = String(Date.now() + HEAD_START_MS);
  const outputs = await Promise.all(
    ['a', 'b', 'c', 'd'].map((self) =>
      run(process.execPath, ['--conditions=@remit/source', '--import', 'tsx', RACER, file, self, startsAt]),
    ),
  );
  const raced = outputs.map(({ stdout }) => JSON.parse(stdout) as Raced);
  const submitted = raced.flatMap((one) => one.submitted);
  expect(submitted).toHaveLength(40);
  expect(submitted.filter((kind) => kind === 'created')).toHaveLength(10);
  expect(raced.flatMap((one) => one.claimed).sort()).toEqual(Array.from({ length: 10 }, (_, n) => `INC-${n}`));
  const reserved = raced.flatMap((one) => one.reserved);
  expect(reserved).toHaveLength(40);
  expect(reserved.filter((kind) => kind === 'reserved')).toHaveLength(10);
  for (const { adopted } of raced) {
    expect(adopted).toHaveLength(10);
    expect(adopted).toEqual(raced[0]?.adopted);
  }
});
