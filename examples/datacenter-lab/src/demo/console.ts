import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Arguments } from '@remit/core';
import type { Lab } from '../lab.js';

/** A technician's own way to the tools, beside Remit. */
export interface TechnicianConsole {
  /** Calls a tool by hand. @throws Error when the tool says that it failed. */
  use(tool: string, args: Arguments): Promise<void>;
  close(): Promise<void>;
}

/** Opens a second MCP connection to the lab: what a person does by hand never goes through Remit. */
export async function openConsole(lab: Lab): Promise<TechnicianConsole> {
  const client = new Client({ name: 'technician', version: '0.0.0' });
  await client.connect(new StdioClientTransport(lab.mcpServer()));
  return {
    async use(tool, args) {
      const result = await client.callTool({ name: tool, arguments: { ...args } });
      if (result.isError) throw new Error(`${tool} failed: ${JSON.stringify(result.content)}`);
    },
    close: () => client.close(),
  };
}
