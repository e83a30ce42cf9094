import { defaultPolicy } from '../domain/policy.js';
import type { PolicyVersion } from '../ports/storage.js';
import type { EngineContext } from './context.js';

/** The policy in force for a category; version 0 is the default that nobody changed. */
export async function policyInForce(
  context: Pick<EngineContext, 'storage'>,
  tenant: string,
  category: string,
): Promise<PolicyVersion> {
  return orDefault(await context.storage.policies.find(tenant, category), category);
}

/** The default where an operator never wrote a policy. */
export function orDefault(stored: PolicyVersion | null, category: string): PolicyVersion {
  return stored ?? { version: 0, policy: defaultPolicy(category), by: null, atMs: null, reason: null };
}
