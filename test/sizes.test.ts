import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { PARTS_OF_CORE, ROOT, weigh } from '../bench/sizes/weigh.js';

/**
 * What core may weigh, minified and zipped, bytes, without what it depends on: what the import itself loads, and that
 * with everything that is loaded later. The aim of 35,000 is met by what is loaded at once; all of core is more than
 * twice that. Whoever raises one says in the commit what a host gets for it.
 */
const AT_MOST: Readonly<Record<keyof typeof PARTS_OF_CORE, readonly [start: number, all: number]>> = {
  'all that core exports': [35_000, 80_000],
  'createRemit and the five components': [32_000, 77_000],
  'the five components alone': [24_000, 24_000],
  'scorer and decision table alone': [4_000, 4_000],
};

it.each(Object.entries(PARTS_OF_CORE))('%s is no heavier than it has to be', async (part, names) => {
  const weight = await weigh('core', names);
  const [start, all] = AT_MOST[part as keyof typeof PARTS_OF_CORE];
  expect(weight?.start.zipped).toBeGreaterThan(1_000);
  expect(weight?.start.zipped).toBeLessThanOrEqual(start);
  expect(weight?.all.zipped).toBeLessThanOrEqual(all);
});

it('importing core loads neither the parser nor the statistics library', async () => {
  const weight = await weigh('core');
  expect(weight?.loads).toEqual(['canonicalize', 'eventemitter3', 'node:crypto', 'stemmer']);
});

/** A host that is bundled to one file, which uses zod by itself, and Remit's later part. */
const host = (zod: string): string => `
  import * as z from '${zod}';
  import { createRemit, functionExecutor } from '@remit/core';
  import { memoryStorage } from '@remit/core/testing';
  const own = z.lazy(() => z.union([z.string(), z.number()]));
  const catalogue = { actions: [], runbooks: [] };
  const executor = functionExecutor({ tools: {} });
  const remit = createRemit({ storage: memoryStorage({ clock: { now: () => Date.now() } }), executor, catalogue });
  await remit.start();
  const ana = { id: 'ana', tenant: 'acme', scopes: ['tickets:write'] };
  const { ticket } = await remit.submitTicket(ana, { ticketId: 'T', description: 'It is slow.', category: 'server' });
  await remit.close();
  console.log(own.safeParse(1).success, ticket.status);`;

it.each(['zod', 'zod/v4', 'zod/mini'])('a host that makes one file of itself runs, also if it uses %s', async (zod) => {
  const folder = mkdtempSync(join(tmpdir(), 'remit-one-file-'));
  try {
    const outfile = join(folder, 'host.mjs');
    await build({
      stdin: { contents: host(zod), resolveDir: ROOT },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      conditions: ['@remit/source'],
      logLevel: 'error',
    });
    expect(execFileSync(process.execPath, [outfile], { encoding: 'utf8' }).trim()).toBe('true received');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
