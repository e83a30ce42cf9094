import { LONGEST_TIMER_MS } from './budget.js';
import type { CallParams, Connect, Connection, Giving, Reply, Sending } from './connection.js';
import { saidBy } from './sentence.js';

/** The parameters of a `tools/call`, as a client takes them. */
export interface McpToolCall {
  name: string;
  arguments?: Record<string, unknown>;
  _meta?: Record<string, unknown>;
}

/** Options that a client is given with each request. */
export interface McpClientOptions {
  signal?: AbortSignal;
  /** Milliseconds. Set so high that it never ends a call: the executor keeps the time itself. */
  timeout?: number;
}

/**
 * Any connected MCP client, by the shape of `Client` of `@modelcontextprotocol/sdk`. It must send each `callTool` once:
 * a client that repeats requests by itself breaks the promise of the executor. Wrap a client whose `callTool` takes its
 * options second: `{ listTools: (p, o) => c.listTools(p, o), callTool: (p, _, o) => c.callTool(p, o), close: () => c.close() }`.
 */
export interface McpClient {
  listTools(params?: { cursor?: string }, options?: McpClientOptions): Promise<unknown>;
  callTool(params: McpToolCall, resultSchema?: undefined, options?: McpClientOptions): Promise<unknown>;
  close(): Promise<void>;
  /** Where a client has this, undefined means that it is not connected. */
  readonly transport?: unknown;
}

function replyFrom(error: unknown): Reply {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'number') return { kind: 'lost', because: `the client failed (${saidBy(error)})` };
  // The SDK puts its own prefix before the server's words.
  const message = saidBy(error).replace(`MCP error ${code}: `, '');
  return { kind: 'error', code, message };
}

function sendThrough(client: McpClient, params: CallParams, giving: Giving): Sending {
  const { name, arguments: args, _meta } = params;
  const call: McpToolCall = { name, arguments: { ...args }, ...(_meta === undefined ? {} : { _meta: { ..._meta } }) };
  // An async function, so that a client that throws at once is heard like one that rejects.
  const ask = async () => client.callTool(call, undefined, { signal: giving.up, timeout: LONGEST_TIMER_MS });
  const answer = ask().then(
    (value): Reply => ({ kind: 'result', value }),
    // After giving up, the rejection is the client's own and no answer of the server.
    (error): Reply => (giving.up.aborted ? { kind: 'lost', because: 'it was given up' } : replyFrom(error)),
  );
  return { wasSent: () => true, answer, remark: () => null };
}

/** Uses a client that the host connected. What cannot be seen from outside: late answers that the client discards. */
export function connectClient(client: McpClient): Connect {
  const isOpen = () => !('transport' in client) || client.transport !== undefined;
  const connection: Connection = {
    isOpen,
    toolsVersion: () => 0,
    // Without the signal: the SDK never stops listening to one, and would cancel requests long answered.
    listTools: (cursor, budget) =>
      client.listTools(cursor === undefined ? {} : { cursor }, { timeout: Math.max(1, Math.floor(budget.left())) }),
    send: (params, giving) => sendThrough(client, params, giving),
    close: () => client.close(),
  };
  return async () => {
    if (!isOpen()) throw new Error('the client that was given is not connected');
    return connection;
  };
}
