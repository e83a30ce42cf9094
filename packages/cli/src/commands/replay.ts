import { writeFile } from 'node:fs/promises';
import { PatternLearner, RemitError } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { type DateOrder, FIELDS, type Field, type ReplayReport, replayFile, reportHtml } from '@remit/replay';
import { type Command, type Given, textOf } from './command.js';

const ALPHAS = '5,10,20';
const MODES = ['seed', 'guaranteed'];
const flagOf = (field: Field): string => field.replace('_', '-');

function wrong(message: string, nextStep: string): RemitError {
  return new RemitError('invalid_configuration', message, { nextStep });
}

/** Reads `5`, `5%` and `0.05` as 5 %. */
function alphasOf(given: Given): readonly number[] {
  const told = (textOf(given, 'alpha') ?? ALPHAS).split(',').map((text) => text.trim());
  return told.map((text) => {
    const [, digits, sign] = /^(\d*\.?\d+)\s*(%?)$/.exec(text) ?? [];
    const number = Number(digits);
    const alpha = sign || number >= 1 ? number / 100 : number;
    if (alpha >= 0.001 && alpha <= 0.25) return alpha;
    throw wrong(`--alpha ${text} is no share between 0.1 % and 25 %.`, 'Give percent or shares, for example 5,10,20.');
  });
}

function columnsOf(given: Given): Partial<Record<Field, string>> {
  const named = FIELDS.flatMap((field) => {
    const column = textOf(given, flagOf(field));
    return column === undefined ? [] : [[field, column] as const];
  });
  return Object.fromEntries(named);
}

function datesOf(given: Given): DateOrder | null {
  const order = textOf(given, 'dates');
  if (order === undefined) return null;
  if (order === 'dmy' || order === 'mdy') return order;
  throw wrong(`--dates ${order} is no order of day and month.`, 'Say dmy (31/12/2026) or mdy (12/31/2026).');
}

function mostBadOf(given: Given): { readonly mostBad?: number } {
  const text = textOf(given, 'most-bad');
  if (text === undefined) return {};
  const mostBad = Number(text);
  if (mostBad >= 0 && mostBad <= 1) return { mostBad };
  throw wrong(`--most-bad ${text} is no share.`, 'Give a number from 0 to 1.');
}

const WIDTH = 30;

/** A bar on a terminal; elsewhere one line for each thing that is done. */
function progressOn(out: NodeJS.WriteStream): (doing: string, share: number) => void {
  let before = '';
  return (doing, share) => {
    const full = Math.min(WIDTH, Math.round(WIDTH * share));
    const bar = `${doing.padEnd(20)} [${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}]`;
    const now = out.isTTY ? bar : doing;
    if (now === before) return;
    before = now;
    out.write(out.isTTY ? `\r${bar}` : `${doing}\n`);
  };
}

const percent = (share: number | null): string => (share === null ? 'none' : `${(100 * share).toFixed(1)} %`);

function sentences(report: ReplayReport): readonly string[] {
  const { file, tickets, repeating, proposals, leakTest: leaks, seed, guaranteed } = report;
  return [
    `${file.records} records, ${tickets} tickets (${file.columns.recognised}); ${percent(repeating.rate)} had 5 earlier ones of their pattern.`,
    ...file.bad.map(({ fault, count, lines }) => `  not used: ${count} x ${fault} (lines ${lines.join(', ')})`),
    `Proposer: ${report.proposer}.`,
    `Proposals: ${proposals.worked} worked, ${proposals.failed} failed, ${proposals.unknown} unknown, of ${proposals.n}.`,
    ...[seed, ...guaranteed].map(
      ({ name, autos, wrong: { least, most }, coverage }) =>
        `${name}: ${autos.n} automatic; wrong ${percent(least.rate)} to ${percent(most.rate)}; coverage ${percent(coverage.least.rate)} to ${percent(coverage.most.rate)} of repeating tickets`,
    ),
    ...guaranteed.map(({ verdict }) => verdict.sentence),
    `Leak test: ${leaks.different} of ${leaks.decisions} decisions depend on what was not known yet.`,
    ...report.assumptions.map((sentence) => `- ${sentence}`),
  ];
}

/** `remit replay` */
export const replay: Command = {
  help: `remit replay FILE [--alpha 5,10,20] [--mode seed|guaranteed] [--html FILE] [--json]
  Replays closed tickets in the order in which they came, and says what would have been automatic, right and wrong.
  FILE is JSON lines or CSV, gzipped or not; nothing of it leaves this machine.
  --alpha     promises to try in mode guaranteed, in percent (default ${ALPHAS})
  --mode      seed leaves mode guaranteed out; guaranteed and nothing show both beside each other
  --html      also writes a report with plots, one file without links
  --dates     dmy or mdy, where dates are written with slashes or dots; times without a zone are UTC
  --most-bad  share of bad records that is put up with (default 0.2)
  --words     recognises patterns by the words of the description even where subcategory or symptom are told
  Columns whose names are not known: ${FIELDS.map((field) => `--${flagOf(field)}`).join(', ')} NAME`,
  options: {
    alpha: { type: 'string' },
    mode: { type: 'string' },
    html: { type: 'string' },
    dates: { type: 'string' },
    'most-bad': { type: 'string' },
    words: { type: 'boolean' },
    json: { type: 'boolean' },
    ...Object.fromEntries(FIELDS.map((field) => [flagOf(field), { type: 'string' } as const])),
  },
  async run(given) {
    const [file, ...more] = given.positionals;
    if (file === undefined || more.length > 0) throw wrong('remit replay takes one file.', 'See remit replay --help.');
    const mode = textOf(given, 'mode');
    if (mode !== undefined && !MODES.includes(mode)) {
      throw wrong(`--mode ${mode} is no mode.`, `Say ${MODES.join(' or ')}, or leave it out for both.`);
    }
    // Names in order: the same file gives the same report.
    let founded = 0;
    const next = (kind: string): string => {
      founded += 1;
      return `${kind} ${founded}`;
    };
    const learner = new PatternLearner({ storage: memoryStorage(), ids: { next } });
    const whole = await replayFile(file, {
      alphas: mode === 'seed' ? [] : alphasOf(given),
      columns: columnsOf(given),
      dates: datesOf(given),
      words: learner,
      wordsOnly: given.values.words === true,
      ...mostBadOf(given),
      progress: progressOn(process.stderr),
    });
    if (process.stderr.isTTY) process.stderr.write('\n');
    const page = textOf(given, 'html');
    if (page !== undefined) await writeFile(page, reportHtml(whole));
    if (given.values.json) given.print(JSON.stringify({ mode: mode ?? null, ...whole }));
    else for (const line of sentences(whole)) given.print(line);
    return whole.leakTest.different === 0 ? 0 : 1;
  },
};
