import { createRemit, type Remit, RemitError } from '@remit/core';
import { createHandler, createPage, toNodeListener } from '@remit/http';
import { byLoopback, byToken, threeHolders } from './access.js';
import { executorOf, loadConfig } from './config.js';
import { type Listening, listen } from './listen.js';
import { openStore, STORES } from './openStore.js';

const API_BASE = '/api/v1';

/** Options of {@link serve}. */
export interface ServeOptions {
  /** `sqlite:FILE` or `memory`. */
  readonly store: string;
  /** 0: any free one. Default 8080. */
  readonly port?: number;
  /** Loopback only; see the scopes of `byLoopback`. */
  readonly noAuth?: boolean;
  /** A module with catalogue and servers. */
  readonly config?: string;
  readonly print: (line: string) => void;
}

/** A running server. */
export interface Serving {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the API and the page of a Remit that was started already. */
export async function serveRemit(
  remit: Remit,
  authenticate: Parameters<typeof createHandler>[0]['authenticate'],
  port: number,
): Promise<Listening> {
  const api = createHandler({ remit, basePath: API_BASE, ...(authenticate ? { authenticate } : {}) });
  const page = createPage({ apiBase: API_BASE });
  return listen(
    toNodeListener(async (request) => page(request) ?? api(request)),
    port,
  );
}

/** Opens the store, starts Remit and serves it on loopback. */
export async function serve({ store, port = 8080, noAuth = false, config, print }: ServeOptions): Promise<Serving> {
  const loaded = await loadConfig(config);
  const { catalogue, categories, holders } = loaded;
  const storage = await openStore(store);
  const options = categories ? { categories } : {};
  const remit = createRemit({ storage, executor: executorOf(loaded), catalogue, ...options });
  remit.events.on('trouble', ({ where, error }) => print(`trouble in ${where}: ${String(error)}`));
  await remit.start();
  const made = threeHolders('default');
  const authenticate = noAuth ? byLoopback() : byToken(holders ?? Object.values(made));
  const listening = await serveRemit(remit, authenticate, port).catch(async (error: unknown) => {
    await remit.close();
    throw error;
  });
  if (listening.insteadOf !== null) print(`Port ${listening.insteadOf} is taken; using ${listening.port}.`);
  print(`API   ${listening.url}${API_BASE}`);
  print(`Page  ${listening.url}/console`);
  if (noAuth)
    print(
      'No authentication: whoever can reach this address is let in, but may not approve, set policies or lift a halt.',
    );
  else if (!holders) for (const [name, { token }] of Object.entries(made)) print(`Token ${name.padEnd(9)} ${token}`);
  return {
    url: listening.url,
    async stop() {
      await listening.close();
      await remit.close();
    },
  };
}

/** Reads the options of `remit serve`. @throws RemitError `invalid_configuration` naming what is wrong. */
export function readServeOptions(values: {
  readonly store?: string | undefined;
  readonly port?: string | undefined;
  readonly 'no-auth'?: boolean | undefined;
  readonly config?: string | undefined;
}): Omit<ServeOptions, 'print'> {
  const { store, port = '8080', 'no-auth': noAuth = false, config } = values;
  if (store === undefined) {
    throw new RemitError('invalid_configuration', '--store is missing.', {
      nextStep: `Use --store ${STORES}.`,
    });
  }
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new RemitError('invalid_configuration', `--port ${port} is not a port.`, { nextStep: 'Use 0 to 65535.' });
  }
  return { store, port: number, noAuth, ...(config === undefined ? {} : { config }) };
}
