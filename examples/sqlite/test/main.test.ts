import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { output } from '../../run.js';

const folder = mkdtempSync(join(tmpdir(), 'remit-example-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds after a restart what was decided before', () => {
  expect(output('sqlite', join(folder, 'remit.sqlite'))).toEqual([
    'INC-1: needs_human, no_plan',
    'The log is as it was written.',
  ]);
});
