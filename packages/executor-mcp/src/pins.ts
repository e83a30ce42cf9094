import { hashOf, type ToolCatalogue } from '@remit/core';
import { joinToolName } from './toolName.js';
import type { Tool } from './tools.js';

/** The fields of a definition that a model, a person or a check acts upon. */
const PINNED = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations', 'execution'] as const;

/** The pin of a tool: the hash of its definition; what the server left out is left out. */
export function pinOf(tool: Tool): string {
  const fields = PINNED.filter((field) => tool.definition[field] !== undefined);
  return hashOf(Object.fromEntries(fields.map((field) => [field, tool.definition[field]])));
}

/** The pin of the set of names: it moves when a tool comes, goes or is renamed. */
export function setPinOf(tools: ReadonlyMap<string, Tool>): string {
  return hashOf([...tools.keys()].sort());
}

/** What the tools of all servers are. The pin of a server's set of names stands under `server/*`. */
export function catalogueOf(servers: ReadonlyMap<string, ReadonlyMap<string, Tool>>): ToolCatalogue {
  const pins: Record<string, string> = {};
  const readOnly: Record<string, boolean> = {};
  for (const [server, tools] of servers) {
    pins[joinToolName(server, '*')] = setPinOf(tools);
    for (const tool of tools.values()) {
      pins[joinToolName(server, tool.name)] = pinOf(tool);
      readOnly[joinToolName(server, tool.name)] = tool.readOnly;
    }
  }
  return { pins, readOnly };
}
