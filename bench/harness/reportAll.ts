import { type PartResult, shortcomings } from './all.js';
import type { Table } from './bench.js';
import type { Machine } from './machine.js';
import { markdownOf, sayMachine } from './markdown.js';

/** What one part found, in a word. */
function wordFor(result: PartResult): string {
  if (result.status !== 'measured') return `${result.status.replace('_', ' ')}: ${result.because}`;
  const { missed } = result.report;
  return missed.length === 0 ? 'no goal missed' : `missed: ${missed.length}`;
}

/** Everything that was measured as one page of markdown: where, an overview, what was missed, and every table. */
export function reportAll(results: readonly PartResult[], machine: Machine, seconds: number): string {
  const overview: Table = {
    title: 'Overview',
    head: ['measurement', 'options', 'seconds', 'load', 'result'],
    rows: results.map((result) => [
      result.bench,
      result.args.join(' '),
      `${result.seconds}`,
      result.status === 'measured' ? `${result.report.machine.load.before} to ${result.report.machine.load.after}` : '',
      wordFor(result),
    ]),
  };
  const missed = shortcomings(results);
  return [
    '# Measurements',
    '',
    `${sayMachine(machine, seconds)}.`,
    '',
    markdownOf(overview),
    '### Missed, failed or not run',
    '',
    ...(missed.length === 0 ? ['Nothing.'] : missed.map((line) => `- ${line}`)),
    '',
    ...results.flatMap((result) =>
      result.status === 'measured' && result.report.tables.length > 0
        ? [`## ${[result.bench, ...result.args].join(' ')}`, '', ...result.report.tables.map(markdownOf)]
        : [],
    ),
  ].join('\n');
}
