#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { RemitError } from '@remit/core';
import { readServeOptions, serve } from './serve.js';

const HELP = `remit serve --store sqlite:FILE|postgres:URL|memory [--port N] [--config FILE] [--no-auth]
  Serves /api/v1 and a small page on loopback.
  --config   module whose default export has { catalogue, servers, holders?, categories? }
  --no-auth  lets everybody on this machine in, without approving, policies and lifting halts

Exit codes: 0 ended well, 1 failed, 2 wrong usage.`;

async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      store: { type: 'string' },
      port: { type: 'string' },
      config: { type: 'string' },
      'no-auth': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const [command] = positionals;
  if (values.help || command === undefined) {
    console.log(HELP);
    if (!values.help) process.exitCode = 2;
    return;
  }
  if (command !== 'serve') {
    throw new RemitError('invalid_configuration', `There is no command "${command}".`, {
      nextStep: 'See remit --help.',
    });
  }
  const serving = await serve({ ...readServeOptions(values), print: (line) => console.log(line) });
  const stop = (): void => {
    void serving.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const usage = RemitError.is(error) && error.code === 'invalid_configuration';
  console.error(error instanceof Error ? error.message : String(error));
  if (RemitError.is(error) && error.nextStep) console.error(error.nextStep);
  process.exitCode = usage ? 2 : 1;
});
