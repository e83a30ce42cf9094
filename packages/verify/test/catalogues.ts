import type { Catalogue, CatalogueEntry } from '@remit/core';
import { z } from 'zod';
import { labCatalogue } from '../../../examples/datacenter-lab/src/catalogue.js';

/** An action of the lab by its name. */
export function labAction(name: string): CatalogueEntry {
  const found = labCatalogue.actions.find((entry) => entry.name === name);
  if (!found) throw new Error(`The lab has no action ${name}.`);
  return found;
}

/** One action under which every guarantee can be tried: the lab's volume, with a backup and a secret. */
export const everyKind: Catalogue = {
  actions: [
    {
      ...labAction('expand_volume'),
      arguments: z.strictObject({
        volume: z.string(),
        toBytes: z.int().min(1_048_576),
        token: z.strictObject({ secretRef: z.string() }),
      }),
      secretArguments: ['/token'],
      allowedSecrets: ['volume-token'],
    },
  ],
  runbooks: [],
};

/** Pins and hints as a server would list the tools of a catalogue. */
export const LISTED = (() => {
  const tools = ['volume_status', 'backup_status', 'expand_volume'];
  const names = tools.map((tool) => `lab/${tool}`);
  return {
    pins: Object.fromEntries(names.map((name) => [name, `pin of ${name}`])),
    readOnly: Object.fromEntries(names.map((name) => [name, name.endsWith('_status')])),
  };
})();
