import { CLAIM_ROWS_IN_VAIN } from '../domain/policy.js';
import { isEnd, type LogRow, projectionOf, type Remediation, replay } from '../domain/remediation.js';
import type { EngineContext } from './context.js';
import { isLook, lookBack, waitsForTimeout } from './inDoubt.js';
import { doNext, undoNext } from './nextCall.js';
import { policyInForce } from './policyInForce.js';
import { wakeRun } from './refuse.js';
import { requireIntact } from './requireIntact.js';
import { LostRun, Run } from './run.js';
import { validate } from './validate.js';

/*
 * Carries a plan out, one durable row at a time: claim, clear, intend, call, settle, validate, and back if need be.
 * Whoever calls it again after a crash continues from the log; a call whose outcome is not in the log is never
 * simply repeated.
 */

/** An approval that nobody answered: somebody else is told, later it expires. */
async function moveApproval(context: EngineContext, run: Run): Promise<void> {
  const { state } = run;
  if (state.state !== 'awaiting_approval') return;
  if ((await context.storage.now()) >= state.approval.expiresAtMs) {
    await run.write({ type: 'expire' });
    return;
  }
  const { policy } = await policyInForce(context, run.tenant, state.proposal.category);
  if (state.approval.escalatedAtMs === null) await run.write({ type: 'escalate', target: policy.escalationTarget });
}

/** Until when there is nothing to do, ms since the epoch: 0 is at no time, infinity at all times. */
function restsUntil(state: Remediation): number {
  if (state.state === 'none') return Number.POSITIVE_INFINITY;
  const { inFlight } = state;
  // Before the call's timeout is over no look can tell; it would only fill the log.
  if (!isEnd(state.state) && inFlight && !isLook(state)) return inFlight.atMs + inFlight.intent.timeoutMs;
  return projectionOf(state).dueAtMs ?? (isEnd(state.state) ? Number.POSITIVE_INFINITY : 0);
}

/** Claimed again and again with nothing done since: the log has said so, and must not grow for ever. */
function claimsInVain(rows: readonly Pick<LogRow, 'event'>[]): boolean {
  const latest = rows.slice(-CLAIM_ROWS_IN_VAIN);
  return latest.length === CLAIM_ROWS_IN_VAIN && latest.every(({ event }) => event.type === 'claimed');
}

/** One move; false when the run has to rest (an end, or a time to wait for). */
async function move(context: EngineContext, run: Run): Promise<boolean> {
  if (run.state.inFlight) {
    if (!isLook(run.state) && (await waitsForTimeout(context, run))) return false;
    await lookBack(context, run);
    return true;
  }
  switch (run.state.state) {
    case 'proposed':
    case 'executing':
      await doNext(context, run);
      return true;
    case 'deferred': {
      if ((await context.storage.now()) < run.state.untilMs) {
        await wakeRun(context, run, run.state.untilMs);
        return false;
      }
      const { untilMs } = run.state;
      await doNext(context, run);
      // Deferred once more: rest until then.
      return !(run.state.state === 'deferred' && run.state.untilMs !== untilMs);
    }
    case 'validating':
      await validate(context, run);
      return true;
    case 'rolling_back':
      await undoNext(context, run);
      return true;
    case 'awaiting_approval':
      await moveApproval(context, run);
      return false;
    default:
      return false;
  }
}

/**
 * Advances a remediation as far as it will go. Safe to call at any time, from any instance, twice or late: whoever
 * holds the lease goes on, everybody else returns at once.
 */
export async function runRemediation(context: EngineContext, tenant: string, remediationId: string): Promise<void> {
  const loaded = await context.storage.remediations.load(tenant, remediationId);
  // A look before the claim: what rests is left alone, and gets no row for being looked at.
  const untilMs = loaded ? restsUntil(replay(loaded.rows)) : Number.POSITIVE_INFINITY;
  if (!loaded || untilMs === Number.POSITIVE_INFINITY) return;
  if (untilMs > 0 && (await context.storage.now()) < untilMs) return;
  requireIntact(loaded);
  const run = await Run.claim(context, loaded);
  if (!run) return;
  try {
    // Parked: a read may show by now that the call in doubt happened; anything else stays with a person.
    if (run.ended) await lookBack(context, run);
    if (run.ended) return;
    const isRest = run.state.state === 'awaiting_approval';
    if (!isRest && !claimsInVain(loaded.rows)) await run.write({ type: 'claim', owner: context.owner });
    while (!run.ended && (await move(context, run))) {
      // Each turn appends at least one row, so this ends.
    }
  } catch (error) {
    if (!(error instanceof LostRun)) throw error;
  } finally {
    await run.release();
  }
}
