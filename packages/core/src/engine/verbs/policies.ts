import type { Principal } from '../../domain/approval.js';
import type { Policy } from '../../domain/policy.js';
import { RemitError } from '../../errors.js';
import type { PolicyVersion } from '../../ports/storage.js';
import { requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import { parsePhase, parsePolicy } from '../parse.js';
import { policyInForce } from '../policyInForce.js';
import type { Remit } from '../remit.js';
import { requireCategory } from '../requireCategory.js';

/** What operators set. */
export function policyVerbs(context: EngineContext): Pick<Remit, 'policyOf' | 'setPolicy' | 'setPhase'> {
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
  };
}
