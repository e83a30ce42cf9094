import { type Limits, putOffMs, sayDuration } from '../../domain/policy.js';
import type { SlotClaim } from '../../ports/storage.js';
import { blocked, type ClearRequest, check, deferred, writesOf, yes } from './check.js';

/* What has to be had before acting: the targets, alone, and room under every limit. */

/** All targets are ours alone. */
export const targetLock = check('target_lock', async (request, { storage }) => {
  const keys = [...new Set(writesOf(request).flatMap(({ step }) => step.targetKeys))].sort();
  const locked = await storage.locks.take(request.tenant, request.remediationId, keys);
  if (locked.kind === 'taken') return yes(`Locked: ${keys.join(', ')}.`, { keys });
  const { targetKey, remediationId } = locked.holder;
  const waitMs = putOffMs(request.remediation.putOff, 'target_lock');
  return deferred(request.nowMs + waitMs, `Another remediation holds ${targetKey}.`, { targetKey, remediationId });
});

function slotClaims(request: ClearRequest, limits: Limits): readonly SlotClaim[] {
  const { remediation, tenant, policy } = request;
  const { category, patternId } = remediation.proposal;
  const writes = writesOf(request);
  const loops = new Map<string, SlotClaim>();
  const perTarget = new Map<string, number>();
  for (const { step } of writes) {
    for (const target of step.targetKeys) {
      const key = `${target} ${step.action}`;
      loops.set(key, { scope: 'loop', key, amount: 1, limit: limits.loopAllowed, windowMs: limits.loopWindowMs });
      perTarget.set(target, (perTarget.get(target) ?? 0) + 1);
    }
  }
  const amount = writes.length;
  const windowMs = limits.rateWindowMs;
  const storm = { amount: 1, limit: limits.stormFrom - 1, windowMs: limits.stormWindowMs };
  const blast = { amount: perTarget.size, limit: limits.targetsPerHourTenant, windowMs };
  return [
    ...loops.values(),
    { scope: 'storm', key: patternId, ...storm },
    { scope: 'blast', key: tenant, ...blast },
    { scope: 'tenant', key: tenant, amount, limit: limits.actionsPerHourTenant, windowMs },
    { scope: 'category', key: category, amount, limit: policy.maxActionsPerHour, windowMs },
    ...[...perTarget].map(
      ([key, writesThere]): SlotClaim => ({
        scope: 'target',
        key,
        amount: writesThere,
        limit: limits.actionsPerHourTarget,
        windowMs,
      }),
    ),
    { scope: 'pattern', key: patternId, amount, limit: limits.actionsPerHourPattern, windowMs },
  ];
}

/** There is room for the whole plan under every limit; taken here, last, all at once. */
export const rateSlots = check('rate_slots', async (request, { storage, settings }) => {
  const claims = slotClaims(request, settings.limits);
  const reserved = await storage.slots.reserve(request.tenant, request.remediationId, claims);
  if (reserved.kind === 'reserved')
    return yes('There is room under every limit.', { writes: writesOf(request).length });
  const { claim, taken, untilMs } = reserved;
  const evidence = { scope: claim.scope, key: claim.key, taken, limit: claim.limit };
  if (claim.scope === 'loop') {
    return blocked(
      `${claim.key} was remediated ${taken} times within ${sayDuration(claim.windowMs)}; a person has to look at the cause.`,
      evidence,
    );
  }
  if (claim.scope === 'storm') {
    return blocked(
      `${taken} remediations of this pattern began within ${sayDuration(claim.windowMs)}: a storm; a person has to look.`,
      evidence,
    );
  }
  if (claim.scope === 'blast') {
    return blocked(
      `${taken} targets were touched within ${sayDuration(claim.windowMs)}; ${claim.limit} are allowed.`,
      evidence,
    );
  }
  const full = `${taken} of ${claim.limit} actions of this ${claim.scope} are used up within ${sayDuration(claim.windowMs)}.`;
  return untilMs === null
    ? blocked(`${full} The plan alone is larger than the limit.`, evidence)
    : deferred(untilMs, full, evidence);
});
