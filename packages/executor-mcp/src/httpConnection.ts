import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { LONGEST_TIMER_MS } from './budget.js';
import type { Connect, Reply } from './connection.js';
import type { HttpServer } from './options.js';
import { connectionOver } from './sdkConnection.js';
import { WatchedHttp } from './watchedHttp.js';

/** The smallest bound of one HTTP body, in bytes; the same as for one message over standard output. */
const SMALLEST_BODY = 10 * 1024 * 1024;

/** What the status of the one request proves; null when it proves nothing. */
function explainStatus(posted: ReturnType<WatchedHttp['postedFor']>): Reply | null {
  if (posted?.neverConnected) return { kind: 'unsent', because: 'no connection to the server could be made' };
  if (posted?.status === 401) return { kind: 'denied', because: 'the server did not let the call in (HTTP 401)' };
  if (posted?.status === null || posted?.status === undefined || posted.status < 400) return null;
  return { kind: 'lost', because: `the server answered with HTTP ${posted.status}` };
}

/** Reaches a server over Streamable HTTP and shakes hands with it. */
export function connectHttp(
  server: HttpServer,
  limits: { readonly maxOutputBytes: number; readonly timeoutMs: number },
): Connect {
  return async (signal) => {
    signal.throwIfAborted();
    const transport = new WatchedHttp(server, Math.max(SMALLEST_BODY, limits.maxOutputBytes * 4));
    // No capabilities: a server that asks for elicitation, sampling or roots is told "method not found".
    const client = new Client({ name: 'remit', version: '1' }, { capabilities: {} });
    const giveUp = () => void transport.close();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      // The SDK types the session's id as possibly undefined, its own interface as absent.
      await client.connect(transport as Transport, { timeout: Math.min(limits.timeoutMs, LONGEST_TIMER_MS) });
      return connectionOver({
        client,
        transport: transport as Transport & WatchedHttp,
        isOpen: () => client.transport !== undefined && !transport.isStale,
        explain: (id) => explainStatus(transport.postedFor(id)),
      });
    } catch (error) {
      await transport.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  };
}
