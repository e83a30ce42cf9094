import { LONGEST_TIMER_MS } from './budget.js';
import type { Connect, Connection, Giving, Reply, Sending, ToolCall } from './connection.js';
import { wordsOf } from './sentence.js';

/** The parameters of a `tools/call`, as a client takes them. */
export interface McpToolCall {
  name: string;
  arguments?: Record<string, unknown>;
  _meta?: Record<string, unknown>;
}

/** Options that a client is given with each request. A client leaves alone what it does not know. */
export interface McpClientOptions {
  signal?: AbortSignal;
  /** Milliseconds. Set so high that it never ends a call: the executor keeps the time itself. */
  timeout?: number;
  /** Told of progress notifications for this call. */
  onprogress?: (progress: { progress: number; total?: number | undefined; message?: string | undefined }) => void;
  /** With every list: never from a cache (clients of the second generation keep lists for up to a day). */
  cacheMode?: 'refresh';
}

/**
 * Any connected MCP client, by the shape of `Client` of `@modelcontextprotocol/sdk`; for `@modelcontextprotocol/client`
 * see {@link fromClient2}. It must send each `callTool` once: a client that repeats requests by itself breaks the
 * promise of the executor. It should have no handlers for elicitation or sampling: nobody answers for a person.
 */
export interface McpClient {
  /** One page of the tools that the server offers now. */
  listTools(params?: { cursor?: string }, options?: McpClientOptions): Promise<unknown>;
  /** Sends one call and waits for its answer; it never sends it again. */
  callTool(
    params: McpToolCall,
    resultSchema?: undefined,
    options?: McpClientOptions & { toolDefinition?: unknown },
  ): Promise<unknown>;
  /** Ends the connection. */
  close(): Promise<void>;
  /** Where a client has this, undefined means that it is not connected. */
  readonly transport?: unknown;
}

/** A client of the second generation, by the shape of `Client` of `@modelcontextprotocol/client` 2.x. */
export interface McpClient2 {
  /** One page of the tools that the server offers now. */
  listTools(params?: { cursor?: string }, options?: McpClientOptions): Promise<unknown>;
  /** Sends one call and waits for its answer; it never sends it again. */
  callTool(params: McpToolCall, options?: McpClientOptions & { toolDefinition?: unknown }): Promise<unknown>;
  /** Ends the connection. */
  close(): Promise<void>;
  readonly transport?: unknown;
}

/**
 * A client of `@modelcontextprotocol/client` 2.x, for `mcpExecutor({ servers: { lab: { client: fromClient2(client) } } })`.
 * Make it with `inputRequired: { autoFulfill: false }`. Each call carries the tool as it was listed, so that the client
 * has no reason to list again and send a second time.
 */
export function fromClient2(client: McpClient2): McpClient {
  return {
    listTools: (params, options) => client.listTools(params, options),
    callTool: (params, _, options) => client.callTool(params, options),
    close: () => client.close(),
    get transport() {
      return 'transport' in client ? client.transport : client;
    },
  };
}

function replyFrom(error: unknown): Reply {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'number') return { kind: 'lost', because: 'the client failed', said: wordsOf(error) };
  // The SDK puts its own prefix before the server's words.
  const message = wordsOf(error).replace(`MCP error ${code}: `, '');
  return { kind: 'error', code, message };
}

function sendThrough(client: McpClient, { params, definition }: ToolCall, giving: Giving): Sending {
  const { name, arguments: args, _meta = {} } = params;
  // Clients name progress themselves.
  const { progressToken: _, ...meta } = _meta;
  const call: McpToolCall = { name, arguments: { ...args }, ...(params._meta === undefined ? {} : { _meta: meta }) };
  const options = {
    signal: giving.up,
    timeout: LONGEST_TIMER_MS,
    toolDefinition: definition,
    onprogress: ({
      progress,
      total,
      message,
    }: {
      progress: number;
      total?: number | undefined;
      message?: string | undefined;
    }) => giving.onProgress({ progress, total: total ?? null, message: message ?? null }),
  };
  // An async function, so that a client that throws at once is heard like one that rejects.
  const ask = async () => client.callTool(call, undefined, options);
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
      client.listTools(cursor === undefined ? {} : { cursor }, {
        timeout: Math.max(1, Math.floor(Math.min(budget.left(), LONGEST_TIMER_MS))),
        cacheMode: 'refresh',
      }),
    send: (call, giving) => sendThrough(client, call, giving),
    close: () => client.close(),
  };
  return async () => {
    if (!isOpen()) throw new Error('the client that was given is not connected');
    return connection;
  };
}
