import { readServeOptions, serve as startServing } from '../serve.js';
import { type Command, textOf } from './command.js';

/** `remit serve` */
export const serve: Command = {
  help: `remit serve --store STORE [--port N] [--host ADDRESS] [--config FILE] [--no-auth] [--anchor FILE]
            [--hmac-key-env NAME]
  Serves /api/v1, and the console at /console. Instances on one Postgres share the work. Where an option is left out,
  the environment may say it: REMIT_STORE, REMIT_PORT, REMIT_HOST, REMIT_CONFIG, REMIT_ANCHOR.
  --port          0 for any free one; 8080 when it is left out
  --host          loopback when it is left out; elsewhere only with holders in --config, never with --no-auth
  --config        module whose default export is defineConfig({ catalogue, servers, holders?, categories?, analyst?,
                  hooks?, settings?, api? }); without holders three tokens are made and printed
  --no-auth       lets everybody on this machine in, without approving, policies and lifting halts
  --anchor        file that every new head of the hash chains is appended to
  --hmac-key-env  environment variable with the key that seals are made with, at least 32 bytes
  GET /api/v1/health says how store, queue and analyst are, and is 503 while the store cannot be reached.`,
  options: {
    store: { type: 'string' },
    port: { type: 'string' },
    host: { type: 'string' },
    config: { type: 'string' },
    'no-auth': { type: 'boolean' },
    anchor: { type: 'string' },
    'hmac-key-env': { type: 'string' },
  },
  async run(given) {
    const keyName = textOf(given, 'hmac-key-env');
    /** An option, or what the environment says for it; an empty variable says nothing. */
    const said = (name: string): string | undefined =>
      textOf(given, name) ?? (given.env[`REMIT_${name.toUpperCase()}`] || undefined);
    const options = readServeOptions({
      store: said('store'),
      port: said('port'),
      host: said('host'),
      config: said('config'),
      'no-auth': given.values['no-auth'] === true,
      anchor: said('anchor'),
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
