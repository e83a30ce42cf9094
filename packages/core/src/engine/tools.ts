import type { Plan, ResolvedAction } from '../domain/action.js';
import { INSTALLATION } from '../domain/audit.js';
import { entryOf, everyTool, toolsOf } from '../domain/catalogue.js';
import { remembering } from '../domain/remembering.js';
import type { ToolCatalogue } from '../ports/executor.js';
import type { EngineContext } from './context.js';
import type { CataloguedStep } from './reads.js';

/* What the tools are, and whether they are still the ones that an operator accepted. */

/** The tools as accepted and as they are now. */
export interface ToolState {
  /** Null when no server could be asked. */
  readonly now: ToolCatalogue | null;
  /** The pins in force for the tenant. */
  readonly accepted: Readonly<Record<string, string>>;
}

/** The server of a tool `server/tool`; '' for tools that belong to none. */
function serverOf(tool: string): string {
  return tool.slice(0, Math.max(0, tool.indexOf('/')));
}

/** The tools as they are now; null, and told as trouble, when no server can be asked. */
export async function lookAtTools(context: EngineContext, tools?: readonly string[]): Promise<ToolCatalogue | null> {
  try {
    const signal = AbortSignal.timeout(context.settings.readTimeoutMs);
    const now = await context.executor.catalogue({ signal, ...(tools === undefined ? {} : { tools }) });
    for (const [server, because] of Object.entries(now.unreachable ?? {})) {
      context.observers.tell('trouble', { where: `reading the tools of ${server}`, error: new Error(because) });
    }
    return now;
  } catch (error) {
    context.observers.tell('trouble', { where: 'reading the tools', error });
    return null;
  }
}

/** The very first tools ever seen of a server are accepted, for everybody; later ones only by an operator. */
async function acceptFirstUse(
  { storage, executor }: EngineContext,
  now: ToolCatalogue,
  accepted: Readonly<Record<string, string>>,
): Promise<boolean> {
  const known = new Set(Object.keys(accepted).map(serverOf));
  const fresh = Object.entries(now.pins).filter(([name]) => !known.has(serverOf(name)));
  if (fresh.length === 0) return false;
  const by = { principal: 'remit (first use)', atMs: await storage.now(), onlyNew: true };
  const definitions = now.definitions ?? {};
  await storage.pins.accept(INSTALLATION, executor.name, { pins: Object.fromEntries(fresh), definitions, ...by });
  return true;
}

/** Pins what the tools are now, if this is their first use; a server that is down is told as trouble. */
export async function pinFirstUse(context: EngineContext): Promise<void> {
  const now = await lookAtTools(context);
  const accepted = await context.storage.pins.accepted(INSTALLATION, context.executor.name);
  if (now !== null) await acceptFirstUse(context, now, accepted);
}

/** Reads the definitions of these tools, and the pins that are in force for a tenant. */
export async function readTools(context: EngineContext, tenant: string, tools: readonly string[]): Promise<ToolState> {
  const { storage, executor } = context;
  const now = await lookAtTools(context, tools);
  const accepted = await storage.pins.accepted(tenant, executor.name);
  if (now === null || !(await acceptFirstUse(context, now, accepted))) return { now, accepted };
  return { now, accepted: await storage.pins.accepted(tenant, executor.name) };
}

/** Every tool that these steps rely on. */
export function toolsOfSteps(steps: readonly CataloguedStep[]): readonly string[] {
  return [...new Set(steps.flatMap(({ entry }) => toolsOf(entry)))].sort();
}

/** Every tool that a plan relies on, as far as the catalogue knows its actions. */
export function toolsOfPlan({ catalogue }: Pick<EngineContext, 'catalogue'>, plan: Plan | null): readonly string[] {
  const entries = (plan?.actions ?? []).flatMap(({ action }) => entryOf(catalogue, action) ?? []);
  return [...new Set(entries.flatMap(toolsOf))].sort();
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

/** The steps with their catalogue entries. A step whose entry is gone is left out. */
export function withEntries(
  context: Pick<EngineContext, 'catalogue'>,
  steps: readonly ResolvedAction[],
): readonly CataloguedStep[] {
  return steps.flatMap((step) => {
    const entry = entryOf(context.catalogue, step.action);
    return entry ? [{ step, entry }] : [];
  });
}
