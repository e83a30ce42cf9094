import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RemitError } from '@remit/core';
import { expect, it } from 'vitest';
import { replay } from '../src/commands/replay.js';

const folder = mkdtempSync(join(tmpdir(), 'remit-replay-'));

function fileOf(head: string, row: (index: number) => string): string {
  const file = join(folder, `${head.length}.csv`);
  writeFileSync(file, [head, ...Array.from({ length: 300 }, (_, index) => row(index))].join('\n'));
  return file;
}

const at = (hour: number): string => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
const WORDS = [
  'the disk of host web is full',
  'nobody can log in to the mail server',
  'the printer on floor 3 is offline',
];
const known = fileOf('ticket_id,opened_at,resolved_at,description,resolution', (index) =>
  [`T-${index}`, at(index * 5), at(index * 5 + 1), WORDS[index % 3], `fix ${index % 3}`].join(','),
);

async function run(values: Record<string, string | boolean>, ...positionals: string[]) {
  const lines: string[] = [];
  const code = await replay.run({ values, positionals, env: {}, print: (line) => lines.push(line) });
  return { code, lines };
}

it('replays a file, recognises patterns by words, and writes the page and one JSON object', async () => {
  const html = join(folder, 'report.html');
  const { code, lines } = await run({ json: true, alpha: '5%, 0.1', html }, known);
  expect([code, lines.length]).toEqual([0, 1]);
  const report = JSON.parse(lines[0] ?? '');
  expect(report).toMatchObject({ tickets: 300, leakTest: { different: 0 }, repeating: { n: 285 } });
  expect(report.guaranteed.map(({ alpha }: { alpha: number }) => alpha)).toEqual([0.05, 0.1]);
  expect(report.proposals.unknown).toBe(0);
  expect(readFileSync(html, 'utf8')).toContain('<h1>What would have happened');
});

it('says it in sentences too, with the verdict and what it rests on', async () => {
  const { lines } = await run({ alpha: '2' }, known);
  expect(lines.join('\n')).toMatch(
    /300 tickets[\s\S]*guaranteed, alpha 2 %: 0 automatic[\s\S]*Not certifiable yet[\s\S]*- The file/,
  );
  expect((await run({ mode: 'seed' }, known)).lines.join('\n')).not.toContain('guaranteed');
});

it.each([
  [{ alpha: '50' }, [known], /no share/],
  [{ alpha: 'low' }, [known], /no share/],
  [{ mode: 'bold' }, [known], /no mode/],
  [{ dates: 'ymd' }, [known], /no order/],
  [{ 'most-bad': '2' }, [known], /no share/],
  [{}, [], /takes one file/],
  [{}, [known, known], /takes one file/],
])('refuses %j with %j', async (values, positionals, message) => {
  const refused = await run(values, ...positionals).catch((thrown: unknown) => thrown);
  expect(RemitError.is(refused) && refused.code === 'invalid_configuration' && refused.message).toMatch(message);
});

it('names the columns that are missing and how to name them', async () => {
  const odd = fileOf('nr,when,fix', (index) => `${index},${at(index)},a`);
  await expect(run({}, odd)).rejects.toMatchObject({ nextStep: expect.stringContaining('--ticket-id') });
  const named = { 'ticket-id': 'nr', 'opened-at': 'when', resolution: 'fix', alpha: '10', json: true };
  expect((await run(named, odd)).code).toBe(0);
});
