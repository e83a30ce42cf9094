#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { RemitError } from '@remit/core';
import { auditVerify } from './commands/auditVerify.js';
import { catalogueAccept, catalogueDraft, catalogueTools } from './commands/catalogue.js';
import type { Command } from './commands/command.js';
import { conformance } from './commands/conformance.js';
import { migrate } from './commands/migrate.js';
import { replay } from './commands/replay.js';
import { serve } from './commands/serve.js';
import { verify } from './commands/verify.js';
import { webhooksDeadLetters, webhooksRetry } from './commands/webhooks.js';

/** Commands by their words. */
const COMMANDS: Readonly<Record<string, Command>> = {
  serve,
  migrate,
  'audit verify': auditVerify,
  'catalogue draft': catalogueDraft,
  'catalogue tools': catalogueTools,
  'catalogue accept': catalogueAccept,
  'webhooks dead-letters': webhooksDeadLetters,
  'webhooks retry': webhooksRetry,
  replay,
  verify,
  conformance,
};

const HELP = `${Object.values(COMMANDS)
  .map(({ help }) => help)
  .join('\n\n')}

remit --version
  Says which version this is.

STORE is sqlite:FILE, postgres:URL or memory.
Exit codes: 0 ended well, 1 failed, 2 wrong usage.`;

/** The version of this package. */
function ownVersion(): string {
  // Beside the sources as well as beside what is built of them.
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** The command that the first words name, and what stands behind them. */
function commandOf(argv: readonly string[]): { readonly command: Command; readonly rest: readonly string[] } {
  for (const words of [2, 1]) {
    const command = COMMANDS[argv.slice(0, words).join(' ')];
    if (command) return { command, rest: argv.slice(words) };
  }
  const said = argv.filter((word) => !word.startsWith('-')).join(' ');
  throw new RemitError('invalid_configuration', `There is no command "${said}".`, { nextStep: 'See remit --help.' });
}

async function main(argv: readonly string[]): Promise<number | null> {
  if (argv.length === 0 || argv[0] === '--help') {
    console.log(HELP);
    return argv.length === 0 ? 2 : 0;
  }
  if (argv[0] === '--version') {
    console.log(ownVersion());
    return 0;
  }
  const { command, rest } = commandOf(argv);
  const options = { ...command.options, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: [...rest], allowPositionals: true, options });
  if (values.help) {
    console.log(command.help);
    return 0;
  }
  const given = values as Readonly<Record<string, string | boolean | undefined>>;
  return command.run({ values: given, positionals, env: process.env, print: (line) => console.log(line) });
}

function isUsage(error: unknown): boolean {
  if (RemitError.is(error)) return error.code === 'invalid_configuration';
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

main(process.argv.slice(2)).then(
  (code) => {
    if (code !== null) process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    if (RemitError.is(error) && error.nextStep) console.error(error.nextStep);
    process.exitCode = isUsage(error) ? 2 : 1;
  },
);
