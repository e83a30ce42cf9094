import { readServeOptions, serve as startServing } from '../serve.js';
import { type Command, textOf } from './command.js';

/** `remit serve` */
export const serve: Command = {
  help: `remit serve --store STORE [--port N] [--config FILE] [--no-auth] [--anchor FILE] [--hmac-key-env NAME]
  Serves /api/v1 and a small page on loopback. Instances on one Postgres share the work.
  --config        module whose default export has { catalogue, servers, holders?, categories? }
  --no-auth       lets everybody on this machine in, without approving, policies and lifting halts
  --anchor        file that every new head of the hash chains is appended to
  --hmac-key-env  environment variable with the key that seals are made with, at least 32 bytes`,
  options: {
    store: { type: 'string' },
    port: { type: 'string' },
    config: { type: 'string' },
    'no-auth': { type: 'boolean' },
    anchor: { type: 'string' },
    'hmac-key-env': { type: 'string' },
  },
  async run(given) {
    const keyName = textOf(given, 'hmac-key-env');
    const options = readServeOptions({
      store: textOf(given, 'store'),
      port: textOf(given, 'port'),
      config: textOf(given, 'config'),
      'no-auth': given.values['no-auth'] === true,
      anchor: textOf(given, 'anchor'),
      hmacKey: keyName === undefined ? undefined : { name: keyName, value: given.env[keyName] },
    });
    const serving = await startServing({ ...options, print: given.print });
    const stop = (): void => {
      void serving.stop().then(() => process.exit(0));
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    return null;
  },
};
