import type { Executor, LateReply, ToolCatalogue } from '@remit/core';
import { startBudget } from './budget.js';
import { connectClient } from './clientConnection.js';
import type { Connect } from './connection.js';
import { type Line, openLine } from './line.js';
import {
  type CheckedOptions,
  checkOptions,
  type McpExecutorOptions,
  type McpServerOptions,
  type StdioServer,
} from './options.js';
import { catalogueOf, pinOf } from './pins.js';
import { read } from './read.js';
import { connectStdio } from './stdioConnection.js';
import type { Tool } from './tools.js';
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
  const { maxOutputBytes, connectTimeoutMs: timeoutMs } = options;
  return isStdio(server) ? connectStdio(server, { maxOutputBytes, timeoutMs }) : connectClient(server.client);
}

function isStdio(server: McpServerOptions): server is StdioServer {
  return 'command' in server && server.command !== undefined;
}

/**
 * An executor over MCP servers. Tools are called `server/tool`. Servers are connected at first use, and again at the
 * next use after they ended; a call is never moved to another connection and never sent twice.
 * @throws RemitError `invalid_configuration` with all faults of the options.
 */
export function mcpExecutor(given: McpExecutorOptions): McpExecutor {
  const options = checkOptions(given);
  const lines = new Map<string, Line>();
  for (const [name, server] of options.servers) lines.set(name, openLine(name, connectorOf(server, options)));
  let shown: ToolCatalogue | null = null;
  const lateListeners: ((reply: LateReply) => void)[] = [];

  async function catalogue(signal: AbortSignal): Promise<ToolCatalogue> {
    const asked = [...lines.values()].map(async (line) => {
      const budget = startBudget({ signal, timeoutMs: options.connectTimeoutMs });
      const { tools } = await line.reach(budget, 'afresh');
      return [line.name, tools] as const;
    });
    shown = catalogueOf(new Map(await Promise.all(asked)));
    return shown;
  }

  const writing = {
    options,
    lines,
    // The guard compared the pins of the last catalogue; a server that restarted since may bring other tools.
    changedSince: (name: string, tool: Tool) =>
      shown === null || shown.pins[name] === pinOf(tool)
        ? null
        : `the definition of "${name}" changed after the catalogue was read`,
    tellLateReply(reply: LateReply) {
      for (const listener of [options.onLateReply, ...lateListeners]) {
        try {
          listener?.(reply);
        } catch {
          // A listener that throws is the host's matter.
        }
      }
    },
  };

  return {
    name: options.name,
    catalogue: ({ signal }) => catalogue(signal),
    read: (tool, args, limits) => read(options, lines, { tool, arguments: args }, limits),
    call: (request, { signal }) => write(writing, request, signal),
    onLateReply: (listener) => {
      lateListeners.push(listener);
    },
    connections: () =>
      Object.fromEntries(
        [...lines.values()].map((line) => [line.name, { connected: line.isConnected(), restarts: line.restarts() }]),
      ),
    close: async () => {
      await Promise.allSettled([...lines.values()].map((line) => line.close()));
    },
  };
}
