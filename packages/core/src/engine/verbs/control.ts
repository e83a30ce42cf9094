import type { Principal } from '../../domain/approval.js';
import type { Policy } from '../../domain/policy.js';
import type { Halt } from '../../domain/safety.js';
import { RemitError } from '../../errors.js';
import type { PolicyVersion } from '../../ports/storage.js';
import { requireHaltScope, requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import { parsePhase, parsePolicy, requireCategory } from '../parse.js';
import { policyInForce } from '../policyInForce.js';
import type { Remit } from '../remit.js';

function haltScope(category: string | undefined, everywhere: boolean): Halt['scope'] {
  if (everywhere) return 'global';
  return category === undefined ? 'tenant' : 'category';
}

/** What operators set. */
export function controlVerbs(
  context: EngineContext,
): Pick<Remit, 'policyOf' | 'setPolicy' | 'setPhase' | 'halt' | 'liftHalt' | 'halts'> {
  const { storage, observers, categories } = context;

  async function changePolicy(
    actor: Principal,
    category: string,
    change: { readonly policy: Partial<Policy>; readonly expectedVersion: number; readonly reason: string | null },
  ): Promise<PolicyVersion> {
    const { expectedVersion, reason } = change;
    requireCategory(category, categories);
    const before = await policyInForce(context, actor.tenant, category);
    const stale = (version: number): RemitError =>
      new RemitError('version_conflict', `The policy of ${category} is at version ${version} by now.`, {
        nextStep: 'Read the policy again and repeat the change on top of it.',
        facts: { expectedVersion, version },
      });
    // The change is laid over what was read: it must be what the caller read, too.
    if (before.version !== expectedVersion) throw stale(before.version);
    const policy: Policy = parsePolicy({ ...before.policy, ...change.policy });
    const stamp = { policy, by: actor.id, atMs: await storage.now(), reason };
    const saved = await storage.policies.save(actor.tenant, category, { ...stamp, expectedVersion });
    if (saved.kind === 'stale') throw stale(saved.version);
    const { version } = saved;
    observers.tell('policy_changed', { tenant: actor.tenant, category, version, by: actor.id });
    return { ...stamp, version };
  }

  return {
    async policyOf(actor, category) {
      requireScope(actor, 'tickets:read');
      requireCategory(category, categories);
      return policyInForce(context, actor.tenant, category);
    },

    async setPolicy(actor, category, { policy, expectedVersion }) {
      requireScope(actor, 'policy:write');
      return changePolicy(actor, category, { policy, expectedVersion, reason: null });
    },

    async setPhase(actor, category, input) {
      requireScope(actor, 'policy:write');
      const { phase, expectedVersion, reason } = parsePhase(input);
      return changePolicy(actor, category, { policy: { phase }, expectedVersion, reason });
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
