import { existsSync } from 'node:fs';
import { runStorageConformance } from '@remit/conformance/run';
import { RemitError } from '@remit/core';
import { type Command, textOf } from './command.js';

/** `remit conformance` */
export const conformance: Command = {
  help: `remit conformance --adapter MODULE [--json]
  Holds a storage adapter to the contract that Remit's own stores meet; exit code 1 when a case fails. The module's
  default export is { name, open, gaps? }: open() resolves with { storage, clock, reopen? }, and gaps names the cases
  that the store does not meet, each with the reason. Needs vitest.`,
  options: { adapter: { type: 'string' }, json: { type: 'boolean' } },
  async run(given) {
    const file = textOf(given, 'adapter');
    if (file === undefined || !existsSync(file)) {
      throw new RemitError(
        'invalid_configuration',
        file === undefined ? '--adapter is missing.' : `There is no ${file}.`,
        {
          nextStep: 'Name a module whose default export is { name, open, gaps? }.',
        },
      );
    }
    const report = await runStorageConformance(file);
    const { passed, failed, gaps } = report;
    if (given.values['json']) given.print(JSON.stringify(report));
    else {
      for (const { name, error } of failed) given.print(`failed  ${name}: ${error}`);
      for (const { name, reason } of gaps) given.print(`gap     ${name}: ${reason}`);
      given.print(`${passed} passed, ${failed.length} failed, ${gaps.length} declared gaps`);
    }
    return failed.length === 0 ? 0 : 1;
  },
};
