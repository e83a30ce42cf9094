import type { ResolvedAction } from '../domain/action.js';
import { entryOf, toolsOf } from '../domain/catalogue.js';
import type { ToolCatalogue } from '../ports/executor.js';
import type { EngineContext } from './context.js';
import type { CataloguedStep } from './reads.js';

/* What the tools are, and whether they are still the ones that an operator accepted. */

/** The tools as accepted and as they are now. */
export interface ToolState {
  /** Null when the servers could not be asked. */
  readonly now: ToolCatalogue | null;
  readonly accepted: Readonly<Record<string, string>>;
}

/** Reads the tool definitions. The very first ones ever seen are accepted; later ones only by an operator. */
export async function readTools(context: EngineContext): Promise<ToolState> {
  const { storage, executor, settings } = context;
  let now: ToolCatalogue | null = null;
  try {
    now = await executor.catalogue({ signal: AbortSignal.timeout(settings.readTimeoutMs) });
  } catch (error) {
    context.observers.tell('trouble', { where: 'reading the tools', error });
  }
  let accepted = await storage.pins.accepted(executor.name);
  if (accepted === null && now !== null) {
    const by = { principal: 'remit (first use)', atMs: await storage.now(), onlyFirst: true };
    await storage.pins.accept(executor.name, now.pins, by);
    accepted = await storage.pins.accepted(executor.name);
  }
  return { now, accepted: accepted ?? {} };
}

/** The pins that matter for these steps: of every tool they rely on, and of the set of names of each server. */
export function pinNamesOf(steps: readonly CataloguedStep[]): readonly string[] {
  const tools = steps.flatMap(({ entry }) => toolsOf(entry));
  const sets = tools.filter((tool) => tool.includes('/')).map((tool) => `${tool.slice(0, tool.indexOf('/'))}/*`);
  return [...new Set([...tools, ...sets])].sort();
}

/** The tools of these steps that are not what an operator accepted. A server that pins no set of names has no `/*` pin. */
export function changedTools(steps: readonly CataloguedStep[], { now, accepted }: ToolState): readonly string[] {
  return pinNamesOf(steps).filter((name) => {
    const current = now?.pins[name];
    if (name.endsWith('/*') && current === undefined && accepted[name] === undefined) return false;
    return current === undefined || current !== accepted[name];
  });
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
