import { INSTALLATION } from '../../domain/audit.js';
import { hashOf, type Json } from '../../domain/canonical.js';
import { jsonDifferences } from '../../domain/jsonDifferences.js';
import { RemitError } from '../../errors.js';
import type { ToolCatalogue } from '../../ports/executor.js';
import { requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import { parseAcceptance } from '../parse.js';
import type { Remit, ToolReview } from '../remit.js';
import { lookAtTools } from '../tools.js';

async function toolsNow(context: EngineContext): Promise<ToolCatalogue> {
  const now = await lookAtTools(context);
  if (now !== null) return now;
  throw new RemitError('invalid_configuration', 'The tools could not be looked at.', {
    nextStep: 'Check that the tool servers run, then ask again.',
  });
}

/** The definitions that really are what the pins say: a hash stands for one text, whoever brings it. */
function provenDefinitions({ pins, definitions = {} }: ToolCatalogue): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(definitions).filter(([name, definition]) => hashOf(definition) === pins[name]),
  );
}

/** What operators accept: the tools, as they saw them. */
export function toolVerbs(context: EngineContext): Pick<Remit, 'tools' | 'acceptTools'> {
  const { storage, executor, observers } = context;
  return {
    async tools(actor): Promise<ToolReview> {
      requireScope(actor, 'policy:write');
      const now = await toolsNow(context);
      const accepted = await storage.pins.accepted(actor.tenant, executor.name);
      const shown = provenDefinitions(now);
      const unreachable = now.unreachable ?? {};
      const isOut = (name: string) => Object.hasOwn(unreachable, name.slice(0, Math.max(0, name.indexOf('/'))));
      const names = [...new Set([...Object.keys(accepted), ...Object.keys(now.pins)])].sort();
      const changed = names.filter((name) => accepted[name] !== now.pins[name] && !isOut(name));
      const hashes = changed.flatMap((name) => accepted[name] ?? []);
      const known = await storage.pins.definitions(hashes);
      return {
        pins: now.pins,
        unreachable,
        changed: changed.map((name) => {
          const [was, is] = [accepted[name] ?? null, now.pins[name] ?? null];
          const before = was === null ? undefined : known[was];
          return { name, accepted: was, now: is, differences: jsonDifferences(before, shown[name]) };
        }),
      };
    },

    async acceptTools(actor, given) {
      requireScope(actor, 'policy:write');
      const { pins, everywhere } = parseAcceptance(given);
      if (everywhere || actor.tenant === INSTALLATION) requireScope(actor, 'policy:everywhere');
      const now = await toolsNow(context);
      const differing = Object.keys(pins).filter((name) => now.pins[name] !== pins[name]);
      if (differing.length > 0) {
        throw new RemitError('version_conflict', `Not as you saw them: ${differing.join(', ')}.`, {
          nextStep: 'Look at the tools again, and accept what you then see.',
          facts: { differences: differing.map((name) => ({ name, seen: pins[name], now: now.pins[name] ?? null })) },
        });
      }
      const definitions = provenDefinitions(now);
      const atMs = await storage.now();
      const owner = everywhere ? INSTALLATION : actor.tenant;
      await storage.pins.accept(owner, executor.name, { pins, definitions, principal: actor.id, atMs, onlyNew: false });
      observers.tell('tools_accepted', { tenant: actor.tenant, everywhere, pins, by: actor.id });
      return storage.pins.accepted(actor.tenant, executor.name);
    },
  };
}
