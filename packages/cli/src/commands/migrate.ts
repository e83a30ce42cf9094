import { openStore, requireStore } from '../openStore.js';
import { type Command, textOf } from './command.js';

/** `remit migrate` */
export const migrate: Command = {
  help: `remit migrate --store STORE [--json]
  Makes or brings up to date the tables of a store, in one transaction; changes nothing when they are. Says on standard
  error which migration it is at. Serving does the same on opening; run this before, where the server's own user may not make tables.`,
  options: { store: { type: 'string' }, json: { type: 'boolean' } },
  async run(given) {
    const storage = await openStore(requireStore(textOf(given, 'store')), {
      // Told apart from the answer, which programs read.
      onMigration: ({ version, name, place, of }) => console.error(`${place} of ${of}: migration ${version}, ${name}`),
    });
    const { name } = storage;
    await storage.close();
    given.print(
      given.values.json ? JSON.stringify({ store: name, upToDate: true }) : `The ${name} store is up to date.`,
    );
    return 0;
  },
};
