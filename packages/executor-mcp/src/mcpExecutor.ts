import type { Executor, ToolCatalogue } from '@remit/core';
import { startBudget } from './budget.js';
import { connectClient } from './clientConnection.js';
import type { Connect } from './connection.js';
import { connectHttp } from './httpConnection.js';
import { type Line, openLine, type Reached } from './line.js';
import {
  type CheckedOptions,
  checkOptions,
  type InjectedServer,
  type McpExecutorOptions,
  type McpServerOptions,
} from './options.js';
import { catalogueOf } from './pins.js';
import { read } from './read.js';
import { saidBy, sentence } from './sentence.js';
import { connectStdio } from './stdioConnection.js';
import { splitToolName } from './toolName.js';
import { write } from './write.js';

/** How the connection to one server stands. */
export interface McpConnectionState {
  readonly connected: boolean;
  /** How often the server had to be started or reached again after it had ended. */
  readonly restarts: number;
}

/** An executor whose tools are those of MCP servers. */
export interface McpExecutor extends Executor {
  /** How the connection to each server stands, by the server's name. */
  connections(): Readonly<Record<string, McpConnectionState>>;
}

/** The one place that knows which kinds of server there are. */
function connectorOf(server: McpServerOptions, options: CheckedOptions): Connect {
  const limits = { maxOutputBytes: options.maxOutputBytes, timeoutMs: options.connectTimeoutMs };
  if ('command' in server && server.command !== undefined) return connectStdio(server, limits);
  if ('url' in server && server.url !== undefined) return connectHttp(server, limits);
  return connectClient((server as InjectedServer).client);
}

/**
 * An executor over MCP servers. Tools are called `server/tool`. Servers are connected at first use, and again at the
 * next use after they ended; a call is never moved to another connection and never sent twice.
 * @throws RemitError `invalid_configuration` with all faults of the options.
 */
export function mcpExecutor(given: McpExecutorOptions): McpExecutor {
  const options = checkOptions(given);
  const lines = new Map<string, Line>();
  for (const [name, server] of options.servers) {
    lines.set(name, openLine(name, connectorOf(server, options), options.maxTools));
  }

  async function catalogue(signal: AbortSignal, wanted: readonly string[] | undefined): Promise<ToolCatalogue> {
    const names = new Set(wanted?.map((tool) => splitToolName(tool)?.server));
    const asked = [...lines.values()].filter(({ name }) => wanted === undefined || names.has(name));
    const heard = new Map<string, Reached['tools']>();
    const unreachable: Record<string, string> = {};
    const ask = async (line: Line) => {
      try {
        const budget = startBudget({ signal, timeoutMs: options.connectTimeoutMs });
        heard.set(line.name, (await line.reach(budget, 'afresh')).tools);
      } catch (error) {
        unreachable[line.name] = sentence(saidBy(error));
      }
    };
    // Each by itself: a server that is down says nothing about the others.
    await Promise.all(asked.map(ask));
    return { ...catalogueOf(heard), ...(Object.keys(unreachable).length > 0 ? { unreachable } : {}) };
  }

  return {
    name: options.name,
    catalogue: ({ signal, tools }) => catalogue(signal, tools),
    read: (tool, args, limits) => read(options, lines, { tool, arguments: args }, limits),
    call: (request, { signal }) => write({ options, lines }, request, signal),
    connections: () =>
      Object.fromEntries(
        [...lines.values()].map((line) => [line.name, { connected: line.isConnected(), restarts: line.restarts() }]),
      ),
    close: async () => {
      await Promise.allSettled([...lines.values()].map((line) => line.close()));
    },
  };
}
