import { Readable } from 'node:stream';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { LONGEST_TIMER_MS } from './budget.js';
import type { Connect } from './connection.js';
import type { StdioServer } from './options.js';
import { connectionOver } from './sdkConnection.js';
import { tellLines } from './stderrLines.js';
import { WatchedTransport } from './watchedTransport.js';

/** The smallest buffer for one message; the SDK's own default. A message above the buffer ends the connection. */
const SMALLEST_BUFFER = 10 * 1024 * 1024;

function transportFor(server: StdioServer, maxOutputBytes: number): WatchedTransport {
  const transport = new WatchedTransport({
    command: server.command,
    args: [...(server.args ?? [])],
    env: { ...server.env },
    ...(server.cwd === undefined ? {} : { cwd: server.cwd }),
    stderr: 'pipe',
    // A result may say the same twice, as text (escaped) and as structured content.
    maxBufferSize: Math.max(SMALLEST_BUFFER, maxOutputBytes * 4),
  });
  if (transport.stderr instanceof Readable) tellLines(transport.stderr, server.onStderr);
  return transport;
}

/** Starts the server as a child process and shakes hands with it. */
export function connectStdio(
  server: StdioServer,
  limits: { readonly maxOutputBytes: number; readonly timeoutMs: number },
): Connect {
  return async (signal) => {
    signal.throwIfAborted();
    const transport = transportFor(server, limits.maxOutputBytes);
    // No capabilities: a server that asks for elicitation, sampling or roots is told "method not found".
    const client = new Client({ name: 'remit', version: '1' }, { capabilities: {} });
    const giveUp = () => void transport.close();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await client.connect(transport, { timeout: Math.min(limits.timeoutMs, LONGEST_TIMER_MS) });
      const isOpen = () => client.transport !== undefined && transport.pid !== null;
      return connectionOver({ client, transport, isOpen, explain: () => null });
    } catch (error) {
      // Waited for, so that a server that cannot shake hands never runs twice at once.
      await transport.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  };
}
