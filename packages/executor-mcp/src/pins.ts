import { hashOf, type Json, type ToolCatalogue } from '@remit/core';
import { joinToolName } from './toolName.js';
import type { Tool } from './tools.js';

/** The fields of a definition that a model, a person or a check acts upon. */
const PINNED = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations', 'execution'] as const;

/** What the pin of a tool covers; what the server left out is left out. */
export function definitionOf({ definition }: Tool): Readonly<Record<string, Json>> {
  const given = PINNED.flatMap((field) => {
    const value = definition[field];
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(given);
}

/** The set of names that its own pin covers. */
function namesOf(tools: ReadonlyMap<string, Tool>): readonly string[] {
  return [...tools.keys()].sort();
}

/** The pin of a tool: the hash of its definition. */
export function pinOf(tool: Tool): string {
  return hashOf(definitionOf(tool));
}

/** The pin of the set of names: it moves when a tool comes, goes or is renamed. */
export function setPinOf(tools: ReadonlyMap<string, Tool>): string {
  return hashOf(namesOf(tools));
}

/** The pins that a call of one tool must agree with, as the server lists them now. */
export function pinsNow(
  server: string,
  tool: Tool,
  tools: ReadonlyMap<string, Tool>,
): Readonly<Record<string, string>> {
  return { [joinToolName(server, tool.name)]: pinOf(tool), [joinToolName(server, '*')]: setPinOf(tools) };
}

/** What the tools of these servers are. The pin of a server's set of names stands under `server/*`. */
export function catalogueOf(servers: ReadonlyMap<string, ReadonlyMap<string, Tool>>): ToolCatalogue {
  const pins: Record<string, string> = {};
  const readOnly: Record<string, boolean> = {};
  const definitions: Record<string, Json> = {};
  for (const [server, tools] of servers) {
    pins[joinToolName(server, '*')] = setPinOf(tools);
    definitions[joinToolName(server, '*')] = namesOf(tools);
    for (const tool of tools.values()) {
      const name = joinToolName(server, tool.name);
      pins[name] = pinOf(tool);
      readOnly[name] = tool.readOnly;
      definitions[name] = definitionOf(tool);
    }
  }
  return { pins, readOnly, definitions };
}
