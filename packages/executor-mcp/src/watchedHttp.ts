import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { boundedBody } from './boundedBody.js';
import type { HttpServer } from './options.js';
import { Watch } from './watch.js';

/** Errors of a connection that was never made: nothing can have been sent. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

function causeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
}

/** The id of a `tools/call` in a request's body, or null. */
function callIn(init: RequestInit | undefined): string | number | null {
  if (init?.method !== 'POST' || typeof init.body !== 'string') return null;
  const message = JSON.parse(init.body) as { readonly method?: unknown; readonly id?: unknown };
  const { id } = message;
  return message.method === 'tools/call' && (typeof id === 'string' || typeof id === 'number') ? id : null;
}

/** How the one request of a call went, as far as HTTP tells. */
export interface Posted {
  /** The status of its answer; null while there is none. */
  readonly status: number | null;
  /** Proven: no connection was made. */
  readonly neverConnected: boolean;
}

/**
 * The SDK's Streamable HTTP transport, watched: each `tools/call` becomes one POST, whatever comes back. The SDK's own
 * second tries (after signing in anew, after a redirect) are refused for calls, and kept for everything else.
 */
export class WatchedHttp extends StreamableHTTPClientTransport {
  readonly watch = new Watch();
  readonly #posted: Map<string | number, Posted>;
  readonly #server: { isStale: boolean };

  constructor(server: HttpServer, maxBodyBytes: number) {
    const posted = new Map<string | number, Posted>();
    const state = { isStale: false };
    const { authProvider, headers } = server;
    super(new URL(server.url), {
      fetch: fetchOnce(server.fetch ?? fetch, { posted, state, maxBodyBytes }),
      ...(authProvider === undefined ? {} : { authProvider }),
      requestInit: { headers: { ...headers } },
    });
    this.#posted = posted;
    this.#server = state;
    this.onmessage = (message) => this.watch.hear(message);
    this.onerror = () => {
      this.watch.unreadable += 1;
    };
    this.onclose = () => this.watch.giveUpAll('the connection was closed before the server answered');
  }

  /** True when the server does not know the session any more: a new one has to be begun. */
  get isStale(): boolean {
    return this.#server.isStale;
  }

  /** How the request of the call with this id went. */
  postedFor(id: string | number): Posted | null {
    return this.#posted.get(id) ?? null;
  }

  override async send(
    message: JSONRPCMessage,
    options?: Parameters<StreamableHTTPClientTransport['send']>[1],
  ): Promise<void> {
    // The SDK comes back here to send again after signing in anew: a call does not pass a second time.
    this.watch.letOut(message);
    return super.send(message, options);
  }
}

/** Calls that are remembered; far more than can be under way at once. */
const REMEMBERED = 1000;

function remember(posted: Map<string | number, Posted>, id: string | number, how: Posted): void {
  posted.set(id, how);
  for (const oldest of posted.keys()) {
    if (posted.size <= REMEMBERED) return;
    posted.delete(oldest);
  }
}

interface Bounds {
  readonly posted: Map<string | number, Posted>;
  readonly state: { isStale: boolean };
  readonly maxBodyBytes: number;
}

function fetchOnce(send: FetchLike, { posted, state, maxBodyBytes }: Bounds): FetchLike {
  return async (url, init) => {
    const id = callIn(init);
    if (id !== null && posted.has(id)) throw new Error('This tools/call was posted before');
    if (id !== null) remember(posted, id, { status: null, neverConnected: false });
    try {
      const response = await send(url, init);
      if (id !== null) posted.set(id, { status: response.status, neverConnected: false });
      if (response.status === 404 && init?.method === 'POST') state.isStale = true;
      return boundedBody(response, maxBodyBytes);
    } catch (error) {
      if (id !== null && NEVER_CONNECTED.has(String(causeOf(error)))) {
        posted.set(id, { status: null, neverConnected: true });
      }
      throw error;
    }
  };
}
