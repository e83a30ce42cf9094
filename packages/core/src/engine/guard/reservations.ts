import { GUARANTEE, type Limits, putOffMs, sayDuration } from '../../domain/policy.js';
import type { SlotClaim, Storage } from '../../ports/storage.js';
import type { CataloguedStep } from '../reads.js';
import { Waiting } from '../waiting.js';
import { blocked, type ClearRequest, check, deferred, type Finding, writesOf, yes } from './check.js';

/* What has to be had before acting: the targets, alone, and room under every limit. */

/** The targets that the writes touch, each once, sorted. */
function keysOf(writes: readonly CataloguedStep[]): readonly string[] {
  const [only] = writes;
  if (only && writes.length === 1 && only.step.targetKeys.length === 1) return only.step.targetKeys;
  return [...new Set(writes.flatMap(({ step }) => step.targetKeys))].sort();
}

/** All targets are ours alone. */
export const targetLock = check('target_lock', (request, { storage }) => {
  const keys = keysOf(writesOf(request));
  return Waiting.for(storage.locks.take(request.tenant, request.remediationId, keys), (locked) => {
    if (locked.kind === 'taken') return yes(`Locked: ${keys.join(', ')}.`, { keys });
    const { targetKey, remediationId } = locked.holder;
    const waitMs = putOffMs(request.remediation.putOff, 'target_lock');
    return deferred(request.nowMs + waitMs, `Another remediation holds ${targetKey}.`, { targetKey, remediationId });
  });
});

/** The places of automatic runs that may be on their way at once: one of each kind is taken, like a target. */
function placesInFlight(request: ClearRequest, stratum: string): readonly (readonly [pattern: string, run: string])[] {
  const { perPattern, perStratum } = GUARANTEE.inFlight;
  const named = (kind: string, of: string, n: number): string =>
    JSON.stringify(['in_flight', request.tenant, kind, of, n]);
  const { patternId } = request.remediation.proposal;
  return Array.from({ length: perPattern }, (_, n) => named('pattern', patternId, n)).flatMap((pattern) =>
    Array.from({ length: perStratum }, (_, n): [string, string] => [pattern, named('stratum', stratum, n)]),
  );
}

/**
 * Of what mode `guaranteed` lets run by itself no more is on its way, and not yet validated, than its error budget can
 * bear: when a fix breaks, the runs behind the first one have not begun. A place is held until the run has ended; one
 * whose outcome is unknown keeps it until a person has looked.
 */
export const inFlight = check('in_flight', (request, { storage }) => {
  const { decision, trial } = request.remediation.proposal;
  return decision.reason === 'certified' && trial ? takePlace(request, trial.stratum, storage) : NOT_LIMITED;
});

const NOT_LIMITED = yes('Only what the gate lets run by itself is limited here.');

async function takePlace(request: ClearRequest, stratum: string, storage: Storage): Promise<Finding> {
  let held: string | null = null;
  for (const places of placesInFlight(request, stratum)) {
    const took = await storage.locks.take(request.tenant, request.remediationId, places);
    if (took.kind === 'taken') return yes('There is room among the automatic runs on their way.', { places });
    held = took.holder.remediationId;
  }
  const { perPattern, perStratum } = GUARANTEE.inFlight;
  const because = `As many automatic runs are on their way as may be: ${perPattern} of a pattern, ${perStratum} of ${stratum}.`;
  const untilMs = request.nowMs + putOffMs(request.remediation.putOff, 'in_flight');
  return deferred(untilMs, because, { ...GUARANTEE.inFlight, remediationId: held });
}

/** The same amount more of a claim that is made already, or a new one; all of them are of one scope. */
function claimOnce(claims: SlotClaim[], claim: SlotClaim): void {
  const at = claims.findIndex(({ key }) => key === claim.key);
  const before = claims[at];
  if (!before) claims.push(claim);
  else if (claim.scope !== 'loop') claims[at] = { ...before, amount: before.amount + claim.amount };
}

function slotClaims(request: ClearRequest, limits: Limits): readonly SlotClaim[] {
  const { remediation, tenant, policy } = request;
  const { category, patternId } = remediation.proposal;
  const writes = writesOf(request);
  const amount = writes.length;
  const windowMs = limits.rateWindowMs;
  const loops: SlotClaim[] = [];
  const targets: SlotClaim[] = [];
  for (const { step } of writes) {
    for (const key of step.targetKeys) {
      // A plan that touches a target twice with the same action remediates it once.
      claimOnce(loops, {
        scope: 'loop',
        key: `${key} ${step.action}`,
        amount: 1,
        limit: limits.loopAllowed,
        windowMs: limits.loopWindowMs,
      });
      claimOnce(targets, { scope: 'target', key, amount: 1, limit: limits.actionsPerHourTarget, windowMs });
    }
  }
  return [
    ...loops,
    { scope: 'storm', key: patternId, amount: 1, limit: limits.stormFrom - 1, windowMs: limits.stormWindowMs },
    { scope: 'blast', key: tenant, amount: targets.length, limit: limits.targetsPerHourTenant, windowMs },
    { scope: 'tenant', key: tenant, amount, limit: limits.actionsPerHourTenant, windowMs },
    { scope: 'category', key: category, amount, limit: policy.maxActionsPerHour, windowMs },
    ...targets,
    { scope: 'pattern', key: patternId, amount, limit: limits.actionsPerHourPattern, windowMs },
  ];
}

/** There is room for the whole plan under every limit; taken here, last, all at once. */
export const rateSlots = check('rate_slots', (request, { storage, settings }) => {
  const claims = slotClaims(request, settings.limits);
  return Waiting.for(storage.slots.reserve(request.tenant, request.remediationId, claims), (reserved) =>
    reserved.kind === 'reserved'
      ? yes('There is room under every limit.', { writes: writesOf(request).length })
      : sayFull(reserved),
  );
});

/** The claim that does not fit. */
type Refused = Exclude<Awaited<ReturnType<Storage['slots']['reserve']>>, { readonly kind: 'reserved' }>;

function sayFull({ claim, taken, untilMs }: Refused): Finding {
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
}
