import type { Policy } from '../../domain/policy.js';
import type { Halt } from '../../domain/safety.js';
import { RemitError } from '../../errors.js';
import { requireHaltScope, requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import { policyInForce } from '../gather.js';
import { parsePolicy, requireCategory } from '../parse.js';
import type { Remit } from '../remit.js';
import { readTools } from '../tools.js';

function haltScope(category: string | undefined, everywhere: boolean): Halt['scope'] {
  if (everywhere) return 'global';
  return category === undefined ? 'tenant' : 'category';
}

/** What operators set. */
export function controlVerbs(
  context: EngineContext,
): Pick<Remit, 'policyOf' | 'setPolicy' | 'acceptTools' | 'halt' | 'liftHalt' | 'halts'> {
  const { storage, observers, categories } = context;

  return {
    async policyOf(actor, category) {
      requireScope(actor, 'tickets:read');
      requireCategory(category, categories);
      return policyInForce(context, actor.tenant, category);
    },

    async setPolicy(actor, category, { policy: change, expectedVersion }) {
      requireScope(actor, 'policy:write');
      requireCategory(category, categories);
      const before = await policyInForce(context, actor.tenant, category);
      const stale = (version: number): RemitError =>
        new RemitError('version_conflict', `The policy of ${category} is at version ${version} by now.`, {
          nextStep: 'Read the policy again and repeat the change on top of it.',
          facts: { expectedVersion, version },
        });
      // The change is laid over what was read: it must be what the caller read, too.
      if (before.version !== expectedVersion) throw stale(before.version);
      const policy: Policy = parsePolicy({ ...before.policy, ...change });
      const atMs = await storage.now();
      const by = actor.id;
      const saved = await storage.policies.save(actor.tenant, category, { expectedVersion, policy, by, atMs });
      if (saved.kind === 'stale') throw stale(saved.version);
      const { version } = saved;
      observers.tell('policy_changed', { tenant: actor.tenant, category, version, by });
      return { version, policy, by, atMs };
    },

    async acceptTools(actor) {
      requireScope(actor, 'policy:write');
      const { now } = await readTools(context);
      if (!now) {
        throw new RemitError('invalid_configuration', 'The tools could not be looked at.', {
          nextStep: 'Check that the tool servers run, then accept again.',
        });
      }
      const by = { principal: actor.id, atMs: await storage.now(), onlyFirst: false };
      await storage.pins.accept(context.executor.name, now.pins, by);
      return now.pins;
    },

    async halt(actor, { category, everywhere = false, reason }) {
      requireHaltScope(actor);
      if (everywhere) requireScope(actor, 'halt:everywhere');
      if (category !== undefined) requireCategory(category, categories);
      const halt = {
        haltId: context.ids.next('halt'),
        scope: haltScope(category, everywhere),
        tenant: actor.tenant,
        category: everywhere ? null : (category ?? null),
        reason,
        by: actor.id,
        atMs: await storage.now(),
      };
      await storage.halts.raise(halt);
      observers.tell('halt_raised', halt);
      return halt;
    },

    async liftHalt(actor, haltId) {
      requireScope(actor, 'halt');
      const inForce = await storage.halts.inForce(actor.tenant);
      const halt = inForce.find((one) => one.haltId === haltId);
      if (halt?.scope === 'global') requireScope(actor, 'halt:everywhere');
      const lifted = await storage.halts.lift(actor.tenant, haltId, actor.id, await storage.now());
      if (!lifted) throw new RemitError('not_found', `There is no halt ${JSON.stringify(haltId)} in force.`);
      observers.tell('halt_lifted', { haltId, tenant: actor.tenant, by: actor.id });
    },

    async halts(actor) {
      requireScope(actor, 'tickets:read');
      return storage.halts.inForce(actor.tenant);
    },
  };
}
