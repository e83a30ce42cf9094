import type { Plan, ResolvedAction } from '../domain/action.js';
import { INSTALLATION } from '../domain/audit.js';
import { entryOf, toolsOf } from '../domain/catalogue.js';
import type { ToolCatalogue } from '../ports/executor.js';
import type { EngineContext } from './context.js';
import { serverOf, type ToolState } from './pins.js';
import type { CataloguedStep } from './reads.js';

/* What the tools are now, and what was accepted of them. */

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

/** Every tool that a plan relies on, as far as the catalogue knows its actions. */
export function toolsOfPlan({ catalogue }: Pick<EngineContext, 'catalogue'>, plan: Plan | null): readonly string[] {
  const entries = (plan?.actions ?? []).flatMap(({ action }) => entryOf(catalogue, action) ?? []);
  return [...new Set(entries.flatMap(toolsOf))].sort();
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
