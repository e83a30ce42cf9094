import { PHASES, type PhaseName, type Policy } from '../domain/policy.js';
import { phaseBelow } from '../domain/rollout.js';
import type { PolicyVersion } from '../ports/storage.js';
import type { EngineContext } from './context.js';
import { policyInForce } from './policyInForce.js';

/** Who changes a policy when nobody does: Remit itself. */
export const BY_ITSELF = 'remit';

/** What became of a fall back. */
export type FellBack =
  | { readonly kind: 'fell_back'; readonly from: PhaseName; readonly version: PolicyVersion }
  /** There is no phase below: `pilot` approves every write, and without a phase there is nothing to fall back to. */
  | { readonly kind: 'lowest'; readonly phase: PhaseName | null };

/** A category that lost its phase. */
export interface Fallen {
  readonly tenant: string;
  readonly category: string;
  /** The phase that was found too far; one that is lower by now is left alone. Default: the one in force. */
  readonly judged?: PhaseName;
}

/** Times a change is tried again after somebody else changed the policy first. */
const ATTEMPTS = 10;

/** Writes a policy in Remit's own name; null when somebody else changed it first. */
async function saveByItself(
  { storage, observers }: Pick<EngineContext, 'storage' | 'observers'>,
  at: { readonly tenant: string; readonly category: string; readonly expectedVersion: number },
  policy: Policy,
  reason: string,
): Promise<PolicyVersion | null> {
  const { tenant, category, expectedVersion } = at;
  const change = { policy, by: BY_ITSELF, atMs: await storage.now(), reason };
  const saved = await storage.policies.save(tenant, category, { ...change, expectedVersion });
  if (saved.kind === 'stale') return null;
  const { version } = saved;
  observers.tell('policy_changed', { tenant, category, version, by: BY_ITSELF });
  return { ...change, version };
}

/**
 * Takes a category up to a phase that it earned, and says why in the policy's history; null when anybody changed the
 * policy since it was read: then nothing is earned yet.
 */
export async function advancePhase(
  context: Pick<EngineContext, 'storage' | 'observers'>,
  at: { readonly tenant: string; readonly category: string; readonly read: PolicyVersion },
  { to, reason }: { readonly to: PhaseName; readonly reason: string },
): Promise<PolicyVersion | null> {
  const { policy, version: expectedVersion } = at.read;
  return saveByItself(context, { ...at, expectedVersion }, { ...policy, phase: to }, reason);
}

/**
 * Takes a category one rollout phase back, whatever anybody else changes meanwhile, and says why in the policy's
 * history. Never raises a phase. For detectors; people use `setPhase`.
 */
export async function fallBackOnePhase(
  context: Pick<EngineContext, 'storage' | 'observers'>,
  { tenant, category, judged }: Fallen,
  reason: string,
): Promise<FellBack> {
  const first = judged ?? (await policyInForce(context, tenant, category)).policy.phase;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { policy, version: expectedVersion } = await policyInForce(context, tenant, category);
    const from = policy.phase;
    const to = from === null ? null : phaseBelow(from);
    if (from === null || to === null) return { kind: 'lowest', phase: from };
    // A person went lower while we tried: that is all that was wanted.
    if (first !== null && PHASES.indexOf(from) < PHASES.indexOf(first)) return { kind: 'lowest', phase: from };
    const version = await saveByItself(
      context,
      { tenant, category, expectedVersion },
      { ...policy, phase: to },
      reason,
    );
    if (version) return { kind: 'fell_back', from, version };
  }
  throw new Error(`The policy of ${category} kept changing; its rollout phase could not be taken back.`);
}
