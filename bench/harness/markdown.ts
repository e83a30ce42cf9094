import type { Table } from './bench.js';
import type { Machine } from './machine.js';

/** What stands in a cell must not end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table in markdown, with its title. */
export function markdownOf({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [`### ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}

/** Where and for how long, in a line. */
export function sayMachine({ cpu, cores, memoryGiB, system, node, load }: Machine, seconds: number): string {
  return `${seconds} s on ${cores} x ${cpu}, ${memoryGiB} GiB, ${system}, Node ${node}, load ${load.before} to ${load.after}`;
}
