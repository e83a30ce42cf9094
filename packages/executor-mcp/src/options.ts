import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type Fault, RemitError } from '@remit/core';
import type { McpClient } from './clientConnection.js';
import { splitToolName } from './toolName.js';

/** A server that is started as a child process and spoken to over its standard input and output. */
export interface StdioServer {
  /** The program, found on PATH or by its path; no shell is involved. */
  readonly command: string;
  /** Its arguments; none by default. */
  readonly args?: readonly string[];
  /**
   * Variables for the child, beside the few that every child gets (HOME, LOGNAME, PATH, SHELL, TERM, USER).
   * Nothing else of this process's environment is passed on.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** The child's working directory; this process's own by default. */
  readonly cwd?: string;
  /** Told each line of the child's standard error, long ones in pieces of 8,192 characters; discarded otherwise. */
  readonly onStderr?: (line: string) => void;
}

/** A server that is reached over Streamable HTTP. */
export interface HttpServer {
  /** `https:`, or `http:` where the way is safe. */
  readonly url: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Signs in; passed through to the SDK. A call that needed to sign in anew is not sent again: it ends as `failed`. */
  readonly authProvider?: OAuthClientProvider;
  /** What makes requests; the global `fetch` by default. It must send each request once. */
  readonly fetch?: FetchLike;
}

/** A server behind a client that the host made and connected. It is closed with the executor and never reconnected. */
export interface InjectedServer {
  readonly client: McpClient;
}

/** How one server is reached. */
export type McpServerOptions = StdioServer | HttpServer | InjectedServer;

/** Options of {@link mcpExecutor}. */
export interface McpExecutorOptions {
  /** What the log calls the executor; `mcp` by default. */
  readonly name?: string;
  /** The servers by name, at least one. A tool is then called `server/tool`, so a server's name has no slash. */
  readonly servers: Readonly<Record<string, McpServerOptions>>;
  /** Tools (`server/tool`) that may be read although they do not say of themselves that they are read-only. */
  readonly trustedReads?: readonly string[];
  /** The largest answer that is kept, in bytes of JSON; 1 MiB by default. */
  readonly maxOutputBytes?: number;
  /** How long a server may take to start and to list its tools, in milliseconds; 30,000 by default. */
  readonly connectTimeoutMs?: number;
  /** The most tools that one server may list; 2,000 by default. A server with more is not used. */
  readonly maxTools?: number;
  /** The trace context for `_meta` (`traceparent`, `tracestate`); without it one is derived from the remediation. */
  readonly traceContext?: () => Readonly<Record<string, string>> | undefined;
}

/** The options with their defaults filled in. */
export interface CheckedOptions {
  readonly name: string;
  readonly servers: ReadonlyMap<string, McpServerOptions>;
  readonly trustedReads: ReadonlySet<string>;
  readonly maxOutputBytes: number;
  readonly connectTimeoutMs: number;
  readonly maxTools: number;
  readonly traceContext: McpExecutorOptions['traceContext'];
}

const DEFAULT_OUTPUT_BYTES = 1024 * 1024;
const DEFAULT_CONNECT_MS = 30_000;
const DEFAULT_TOOLS = 2_000;

function pointerTo(...path: string[]): string {
  return path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function nameFault(name: string): string | null {
  if (name.trim() === '') return 'A server needs a name.';
  return name.includes('/') ? 'The name of a server has no slash: the first slash of `server/tool` ends it.' : null;
}

function urlFault(url: unknown): string | null {
  const isUrl = typeof url === 'string' && URL.canParse(url);
  if (!isUrl || !['http:', 'https:'].includes(new URL(url).protocol)) return 'The url is no http: or https: address.';
  const { username, password } = new URL(url);
  return username === '' && password === ''
    ? null
    : 'Credentials do not belong in the url; use headers or authProvider.';
}

function serverFault(server: Partial<StdioServer & HttpServer & InjectedServer> | null): string | null {
  const { command, url, client } = server ?? {};
  if ([command, url, client].filter((one) => one !== undefined).length !== 1) {
    return 'A server has either a command, a url or a client.';
  }
  if (url !== undefined) return urlFault(url);
  if (client === undefined) return command === '' ? 'The command is empty.' : null;
  const verbs = ['listTools', 'callTool', 'close'] as const;
  const missing = verbs.filter((verb) => typeof client?.[verb] !== 'function');
  return missing.length > 0 ? `The client lacks ${missing.join(', ')}.` : null;
}

function faultsOf(options: McpExecutorOptions): Fault[] {
  const faults: Fault[] = [];
  const blame = (pointer: string, detail: string | null) => {
    if (detail !== null) faults.push({ pointer, detail });
  };
  const servers = Object.entries(options.servers ?? {});
  if (servers.length === 0) blame('/servers', 'No server is named.');
  for (const [name, server] of servers) {
    blame(pointerTo('servers', name), nameFault(name));
    blame(pointerTo('servers', name), serverFault(server));
  }
  for (const [at, tool] of (options.trustedReads ?? []).entries()) {
    const server = splitToolName(tool)?.server;
    const isKnown = server !== undefined && servers.some(([name]) => name === server);
    blame(pointerTo('trustedReads', String(at)), isKnown ? null : `No server of that name has a tool "${tool}".`);
  }
  for (const field of ['maxOutputBytes', 'connectTimeoutMs', 'maxTools'] as const) {
    const value = options[field];
    if (value !== undefined && !(Number.isFinite(value) && value > 0)) blame(pointerTo(field), 'Must be above 0.');
  }
  return faults;
}

/** Checks the options and fills in defaults. @throws RemitError `invalid_configuration` with every fault found. */
export function checkOptions(options: McpExecutorOptions): CheckedOptions {
  const faults = faultsOf(options);
  if (faults.length > 0) {
    throw new RemitError('invalid_configuration', 'The options of the MCP executor cannot be used.', {
      nextStep:
        "Give at least one server, as in mcpExecutor({ servers: { lab: { command: 'node', args: ['server.js'] } } }).",
      faults,
    });
  }
  return {
    name: options.name ?? 'mcp',
    servers: new Map(Object.entries(options.servers)),
    trustedReads: new Set(options.trustedReads),
    maxOutputBytes: options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES,
    connectTimeoutMs: options.connectTimeoutMs ?? DEFAULT_CONNECT_MS,
    maxTools: options.maxTools ?? DEFAULT_TOOLS,
    traceContext: options.traceContext,
  };
}
