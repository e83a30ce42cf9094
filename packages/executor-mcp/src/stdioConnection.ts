import { Readable } from 'node:stream';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ResultSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { type Budget, LONGEST_TIMER_MS } from './budget.js';
import type { CallParams, Connect, Connection, Giving, Reply, Sending } from './connection.js';
import type { StdioServer } from './options.js';
import { saidBy } from './sentence.js';
import { tellLines } from './stderrLines.js';
import { type Pass, WatchedTransport } from './watchedTransport.js';

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

function sendOver(client: Client, transport: WatchedTransport, params: CallParams, giving: Giving): Sending {
  let wasSent = false;
  const unreadableBefore = transport.unreadable;
  const answer = new Promise<Reply>((settle) => {
    const pass: Pass = {
      onSent: () => {
        wasSent = true;
      },
      onReply: settle,
    };
    transport.admit(params, pass);
    // A copy of the outer object only would break the identity that the transport looks for, hence `params` as it is.
    const request = { method: 'tools/call' as const, params: params as CallParams & Record<string, unknown> };
    // The answer is heard by the transport. This promise only tells what went wrong on the way; time is ours to keep.
    client.request(request, ResultSchema, { signal: giving.up, timeout: LONGEST_TIMER_MS }).catch((error: unknown) => {
      const listensOn = wasSent && giving.up.aborted && giving.listensOn;
      if (!listensOn) transport.forget(pass);
      if (!wasSent) settle({ kind: 'unsent', because: saidBy(error) });
      else if (!giving.up.aborted) settle({ kind: 'lost', because: `the connection broke (${saidBy(error)})` });
    });
  });
  const remark = () => {
    const lines = transport.unreadable - unreadableBefore;
    return lines > 0 ? `the server meanwhile sent ${lines} unreadable message(s)` : null;
  };
  return { wasSent: () => wasSent, answer, remark };
}

function connectionOver(client: Client, transport: WatchedTransport): Connection {
  let toolsVersion = 0;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    toolsVersion += 1;
  });
  return {
    isOpen: () => client.transport !== undefined && transport.pid !== null,
    toolsVersion: () => toolsVersion,
    listTools: (cursor: string | undefined, budget: Budget) => {
      const params = cursor === undefined ? {} : { cursor };
      const timeout = Math.max(1, budget.left());
      // Not client.listTools: it compiles every output schema, and one that cannot be compiled would hide all tools.
      return client.request({ method: 'tools/list', params }, ResultSchema, { timeout });
    },
    send: (params, giving) => sendOver(client, transport, params, giving),
    close: () => transport.close(),
  };
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
      return connectionOver(client, transport);
    } catch (error) {
      // Waited for, so that a server that cannot shake hands never runs twice at once.
      await transport.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  };
}
