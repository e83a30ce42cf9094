import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { conformance } from '../src/commands/conformance.js';

// Inside the package, so that what the modules import is found.
const folder = mkdtempSync(fileURLToPath(new URL('./adapter-', import.meta.url)));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GAP = 'persistence / everything is there after a restart';

function adapter(name: string, storage: string, gaps: Readonly<Record<string, string>>): string {
  const file = join(folder, `${name}.ts`);
  writeFileSync(
    file,
    `import { memoryStorage, movableClock } from '@remit/core/testing';
     export default {
       name: '${name}',
       gaps: ${JSON.stringify(gaps)},
       async open() {
         const clock = movableClock();
         const storage = memoryStorage({ clock });
         return { clock, storage: ${storage} };
       },
     };`,
  );
  return file;
}

async function run(file: string) {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const code = await conformance.run({ values: { adapter: file, json: true }, positionals: [], env: {}, print });
  return { code, report: JSON.parse(lines.at(-1) ?? '') };
}

it('holds a stranger’s store to the whole contract, and prints its declared gaps', async () => {
  const { code, report } = await run(adapter('whole', 'storage', { [GAP]: 'it forgets' }));
  expect(report.failed).toEqual([]);
  expect(code).toBe(0);
  expect(report.passed).toBeGreaterThan(100);
  expect(report.gaps).toMatchObject([{ reason: 'it forgets' }]);
}, 120_000);

it('ends with 1 for a store that breaks the contract, and for a module that cannot be loaded', async () => {
  const broken = '{ ...storage, locks: { ...storage.locks, take: async () => ({ kind: "taken" }) } }';
  const { code, report } = await run(adapter('broken', broken, { [GAP]: 'it forgets' }));
  expect(code).toBe(1);
  expect(report.failed.map(({ name }: { name: string }) => name)).toContainEqual(
    expect.stringContaining('take: all keys or none'),
  );
  const nonsense = join(folder, 'nonsense.ts');
  writeFileSync(nonsense, 'throw new Error("no such adapter");');
  expect(await run(nonsense)).toMatchObject({
    code: 1,
    report: { failed: [{ error: expect.stringContaining('no such adapter') }] },
  });
  await expect(run(join(folder, 'nowhere.ts'))).rejects.toMatchObject({ code: 'invalid_configuration' });
}, 120_000);
