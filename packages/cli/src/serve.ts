import { type AuditOptions, createRemit, type Remit, RemitError } from '@remit/core';
import { createHandler, createPage, toNodeListener } from '@remit/http';
import { readScript } from '@remit/ui/bundle';
import { byLoopback, byToken, threeHolders } from './access.js';
import { anchorsInto } from './anchors.js';
import { executorOf, loadConfig } from './config.js';
import { type Listening, listen } from './listen.js';
import { loopbackOnly } from './loopbackOnly.js';
import { openStore, queueFor, requireStore } from './openStore.js';

const API_BASE = '/api/v1';

/** Options of {@link serve}. */
export interface ServeOptions {
  /** `sqlite:FILE`, `postgres:URL` or `memory`. */
  readonly store: string;
  /** 0: any free one. Default 8080. */
  readonly port?: number;
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
  authenticate: Parameters<typeof createHandler>[0]['authenticate'],
  port: number,
): Promise<Listening> {
  const api = createHandler({ remit, basePath: API_BASE, ...(authenticate ? { authenticate } : {}) });
  const page = createPage({ script: await readScript(), apiBase: API_BASE, categories: remit.categories });
  return listen(toNodeListener(loopbackOnly(async (request) => page(request) ?? api(request))), port);
}

/** Opens the store, starts Remit and serves it on loopback. */
export async function serve(given: ServeOptions): Promise<Serving> {
  const { store, port = 8080, noAuth = false, config, audit, print } = given;
  const loaded = await loadConfig(config);
  const { catalogue, categories, holders } = loaded;
  const storage = await openStore(store);
  const queue = queueFor(store, (error) => print(`trouble in the queue: ${String(error)}`));
  const options = { ...(categories ? { categories } : {}), ...(queue ? { queue } : {}), ...(audit ? { audit } : {}) };
  const remit = createRemit({ storage, executor: executorOf(loaded), catalogue, ...options });
  remit.events.on('trouble', ({ where, error }) => print(`trouble in ${where}: ${String(error)}`));
  await remit.start().catch(async (error: unknown) => {
    await remit.close();
    throw error;
  });
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
  readonly anchor?: string | undefined;
  readonly hmacKey?: { readonly name: string; readonly value: string | undefined } | undefined;
}): Omit<ServeOptions, 'print'> {
  const { port = '8080', 'no-auth': noAuth = false, config, anchor, hmacKey } = values;
  const store = requireStore(values.store);
  const number = Number(port);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
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
  return { store, port: number, noAuth, audit, ...(config === undefined ? {} : { config }) };
}
