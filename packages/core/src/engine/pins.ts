import { everyTool, toolsOf } from '../domain/catalogue.js';
import { remembering } from '../domain/remembering.js';
import type { ToolCatalogue } from '../ports/executor.js';
import type { CataloguedStep } from './reads.js';

/* Whether the tools are still the ones that an operator accepted. */

/** The tools as accepted and as they are now. */
export interface ToolState {
  /** Null when no server could be asked. */
  readonly now: ToolCatalogue | null;
  /** The pins in force for the tenant. */
  readonly accepted: Readonly<Record<string, string>>;
}

/** The server of a tool `server/tool`; '' for tools that belong to none. */
export function serverOf(tool: string): string {
  return tool.slice(0, Math.max(0, tool.indexOf('/')));
}

/** Every tool that these steps rely on. */
export function toolsOfSteps(steps: readonly CataloguedStep[]): readonly string[] {
  return [...new Set(steps.flatMap(({ entry }) => toolsOf(entry)))].sort();
}

/** The pin name of the set of names of a tool's server. */
const setOf = remembering((tool) => `${serverOf(tool)}/*`);

/** The pins that matter for these steps: of every tool they rely on, and of the set of names of each server. */
export function pinNamesOf(steps: readonly CataloguedStep[]): readonly string[] {
  const tools = toolsOfSteps(steps);
  return [...new Set([...tools, ...tools.filter((tool) => tool.includes('/')).map(setOf)])].sort();
}

/** The accepted pins that a call of a tool carries: its own, and that of its server's set of names. */
export function pinsForCall(tool: string, accepted: ToolState['accepted']): Readonly<Record<string, string>> {
  const pins: Record<string, string> = {};
  for (const name of [tool, setOf(tool)]) if (Object.hasOwn(accepted, name)) pins[name] = accepted[name] ?? '';
  return pins;
}

/** The tools of these steps that are not what an operator accepted. A server that pins no set of names has no `/*` pin. */
export function changedTools(steps: readonly CataloguedStep[], { now, accepted }: ToolState): readonly string[] {
  const isAsAccepted = (name: string): boolean => {
    const current = now?.pins[name];
    if (current === undefined) return name.endsWith('/*') && accepted[name] === undefined;
    return current === accepted[name];
  };
  const isSound = (tool: string): boolean => isAsAccepted(tool) && (!tool.includes('/') || isAsAccepted(setOf(tool)));
  // Nearly always all are: then nobody needs the list of names.
  if (steps.every(({ entry }) => everyTool(entry, isSound))) return [];
  return pinNamesOf(steps).filter((name) => !isAsAccepted(name));
}
