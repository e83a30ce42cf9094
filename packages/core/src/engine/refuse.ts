import type { Verdict } from '../domain/safety.js';
import type { EngineContext } from './context.js';
import type { Run } from './run.js';

/* What a no of the guard leads to: before anything was done, and in the middle. */

/** How a run ends that people stopped; null where it was not people. */
function stoppedBy({ check, answer }: Verdict): 'halted' | 'withdrawn' | null {
  // A look that failed is no order of anybody's.
  if (answer !== 'blocked') return null;
  if (check === 'kill_switch' || check === 'kill_switch_again') return 'halted';
  return check === 'opt_in' ? 'withdrawn' : null;
}

/** Tells the queue when to look again; the store's clock may differ from the host's. */
export async function wakeRun(context: EngineContext, run: Run, atMs: number): Promise<void> {
  const inMs = Math.max(0, atMs - (await context.storage.now()));
  await context.queue.wake(
    { kind: 'remediation', tenant: run.tenant, id: run.remediationId },
    context.clock.now() + inMs,
  );
}

/** Whether a write of this plan happened or may have: then there is no going back to a start. */
function hasWritten({ state }: Run): boolean {
  const writes = state.proposal.steps.filter((step) => step.class !== 'read_only').map(({ step }) => step);
  return state.doubt !== null || state.committed.some(({ step }) => writes.includes(step));
}

/** A no before anything was done: end it, wait, or start over from the decision. */
async function refuseToStart(context: EngineContext, run: Run, verdict: Verdict, verdicts: readonly Verdict[]) {
  const reason = verdict.check;
  switch (verdict.answer) {
    case 'deferred': {
      // A plan that has begun to look is never half-deferred.
      if (run.state.state === 'executing') {
        await run.write({ type: 'end', end: 'manual', reason, verdicts });
        return;
      }
      const untilMs = verdict.untilMs ?? (await context.storage.now());
      await run.write({ type: 'defer', untilMs, reason, verdicts });
      await wakeRun(context, run, untilMs);
      return;
    }
    case 'recovered':
      await run.write({ type: 'end', end: 'recovered', reason, verdicts });
      return;
    case 'superseded':
      await run.write({ type: 'end', end: 'superseded', reason, verdicts });
      await context.queue.wake({ kind: 'ticket', tenant: run.tenant, id: run.ticketId });
      return;
    case 'blocked':
      await run.write({ type: 'end', end: stoppedBy(verdict) ?? 'manual', reason, verdicts });
      return;
    case 'yes':
      return;
    default:
      return verdict.answer satisfies never;
  }
}

/** Now is no time to send anything, undo calls that nobody ordered included: it waits for a person as it stands. */
function isWrongTime({ check }: Verdict): boolean {
  return check === 'maintenance_window' || check === 'freeze_period';
}

/** A no inside a running plan: never half-way; stopped by a person, or taken back. */
async function refuseToGoOn(run: Run, verdict: Verdict, verdicts: readonly Verdict[]): Promise<void> {
  const end = stoppedBy(verdict);
  if (end) await run.write({ type: 'end', end, reason: verdict.check, verdicts });
  else if (run.state.state === 'executing' && !isWrongTime(verdict))
    await run.write({ type: 'stop', reason: verdict.check, verdicts });
  else await run.write({ type: 'end', end: 'needs_reconciliation', reason: verdict.check, verdicts });
}

/** Follows a no to where it leads. */
export async function followNo(
  context: EngineContext,
  run: Run,
  { verdict, verdicts }: { readonly verdict: Verdict; readonly verdicts: readonly Verdict[] },
): Promise<void> {
  const isUndo = run.state.state === 'rolling_back';
  if (isUndo || hasWritten(run)) await refuseToGoOn(run, verdict, verdicts);
  else await refuseToStart(context, run, verdict, verdicts);
}
