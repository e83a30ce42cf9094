import { type AuditOptions, createRemit, type Remit, RemitError, type Storage } from '@remit/core';
import {
  type Authenticate,
  createHandler,
  createPage,
  type HandlerOptions,
  startWebhooks,
  toNodeListener,
  type Webhooks,
} from '@remit/http';
import { readScript } from '@remit/ui/bundle';
import { byLoopback, byToken, threeHolders } from './access.js';
import { anchorsInto } from './anchors.js';
import { executorOf, loadConfig, type ServeConfig } from './config.js';
import { type Address, type Listening, LOOPBACK, listen } from './listen.js';
import { loopbackOnly } from './loopbackOnly.js';
import { openStore, queueFor, requireStore } from './openStore.js';

const API_BASE = '/api/v1';

/** Options of {@link serve}. */
export interface ServeOptions {
  /** `sqlite:FILE`, `postgres:URL` or `memory`. */
  readonly store: string;
  /** 0: any free one. Default 8080. */
  readonly port?: number;
  /** Default: loopback. Elsewhere only for the holders of tokens that the configuration names. */
  readonly host?: string;
  /** Loopback only; see the scopes of `byLoopback`. */
  readonly noAuth?: boolean;
  /** A module with catalogue and servers. */
  readonly config?: string;
  /** Key and anchors of the hash chains. */
  readonly audit?: AuditOptions;
  /** Where lines for people go. */
  readonly print: (line: string) => void;
}

/** A running server. */
export interface Serving {
  readonly url: string;
  /** Lets running remediations reach a safe point, then closes the server and the store. */
  stop(): Promise<void>;
}

/** Serves the API and the page of a Remit that was started already. */
export async function serveRemit(
  remit: Remit,
  authenticate: Authenticate,
  { api: options, webhooks, ...address }: Address & Pick<ServeConfig, 'api'> & Pick<HandlerOptions, 'webhooks'>,
): Promise<Listening> {
  const api = createHandler({ ...options, ...(webhooks && { webhooks }), remit, basePath: API_BASE, authenticate });
  const page = createPage({ script: await readScript(), apiBase: API_BASE, categories: remit.categories });
  const answer = async (request: Request): Promise<Response> => page(request) ?? api(request);
  const isLocal = (address.host ?? LOOPBACK) === LOOPBACK;
  return listen(toNodeListener(isLocal ? loopbackOnly(answer) : answer), address);
}

/** @throws RemitError `invalid_configuration` for a server that others could reach and that lets in more than it knows. */
function checkReach({ host = LOOPBACK, noAuth }: ServeOptions, { holders = [] }: ServeConfig): void {
  if (host === LOOPBACK) return;
  if (!noAuth && holders.length > 0) return;
  throw new RemitError('invalid_configuration', `--host ${host} can be reached from elsewhere, and nobody is known.`, {
    nextStep: 'Name `holders` with tokens of their own in the file of --config, or leave --host out.',
  });
}

/** Starts telling the configured addresses what happens. */
function tellEndpoints(
  storage: Storage,
  endpoints: NonNullable<ServeConfig['webhooks']>,
  print: ServeOptions['print'],
): Webhooks {
  return startWebhooks({
    storage,
    endpoints,
    report: ({ endpoint, what }) => print(`trouble in webhook ${endpoint}: ${what}`),
  });
}

/** Opens the store, starts Remit and serves it on loopback. */
export async function serve(given: ServeOptions): Promise<Serving> {
  const { store, port = 8080, host = LOOPBACK, noAuth = false, config, audit, print } = given;
  const loaded = await loadConfig(config);
  checkReach(given, loaded);
  const { catalogue, categories, holders, analyst, hooks, settings, api, webhooks: endpoints } = loaded;
  const storage = await openStore(store);
  const queue = queueFor(store, (error) => print(`trouble in the queue: ${String(error)}`));
  const options = {
    ...(categories && { categories }),
    ...(analyst && { analyst }),
    ...(hooks && { hooks }),
    ...(settings && { settings }),
    ...(queue && { queue }),
    ...(audit && { audit }),
  };
  const remit = createRemit({ storage, executor: executorOf(loaded), catalogue, ...options });
  remit.events.on('trouble', ({ where, error }) => print(`trouble in ${where}: ${String(error)}`));
  await remit.start().catch(async (error: unknown) => {
    await remit.close();
    throw error;
  });
  const made = threeHolders('default');
  const authenticate = noAuth ? byLoopback() : byToken(holders ?? Object.values(made));
  let webhooks: Webhooks | undefined;
  const close = async (): Promise<void> => {
    await webhooks?.stop();
    await remit.close();
  };
  const begin = async (): Promise<Listening> => {
    if (endpoints && endpoints.length > 0) webhooks = tellEndpoints(storage, endpoints, print);
    return serveRemit(remit, authenticate, { port, host, ...(api && { api }), ...(webhooks && { webhooks }) });
  };
  const listening = await begin().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  if (listening.insteadOf !== null) print(`Port ${listening.insteadOf} is taken; using ${listening.port}.`);
  print(`API   ${listening.url}${API_BASE}`);
  print(`Page  ${listening.url}/console`);
  if (host !== LOOPBACK) print('Plain HTTP: tokens can be read on the way unless a proxy with TLS stands in front.');
  if (noAuth)
    print(
      'No authentication: whoever can reach this address is let in, but may not approve, set policies or lift a halt.',
    );
  else if (!holders) for (const [name, { token }] of Object.entries(made)) print(`Token ${name.padEnd(9)} ${token}`);
  return {
    url: listening.url,
    async stop() {
      await listening.close();
      await close();
    },
  };
}

/** Reads the options of `remit serve`. @throws RemitError `invalid_configuration` naming what is wrong. */
export function readServeOptions(values: {
  readonly store?: string | undefined;
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly 'no-auth'?: boolean | undefined;
  readonly config?: string | undefined;
  readonly anchor?: string | undefined;
  readonly hmacKey?: { readonly name: string; readonly value: string | undefined } | undefined;
}): Omit<ServeOptions, 'print'> {
  const { port = '8080', host, 'no-auth': noAuth = false, config, anchor, hmacKey } = values;
  const store = requireStore(values.store);
  const number = Number(port);
  if (port.trim() === '' || !Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new RemitError('invalid_configuration', `--port ${port} is not a port.`, { nextStep: 'Use 0 to 65535.' });
  }
  if (hmacKey && !hmacKey.value) {
    throw new RemitError('invalid_configuration', `The environment variable ${hmacKey.name} is empty.`, {
      nextStep: `Put the key for the seals into ${hmacKey.name}, at least 32 random bytes.`,
    });
  }
  const audit: AuditOptions = {
    ...(anchor === undefined ? {} : { onAnchor: anchorsInto(anchor) }),
    ...(hmacKey?.value ? { hmacKey: hmacKey.value } : {}),
  };
  const rest = { ...(config === undefined ? {} : { config }), ...(host === undefined ? {} : { host }) };
  return { store, port: number, noAuth, audit, ...rest };
}
