import type { Intent } from '../domain/remediation.js';
import { type Clearance, type GuardAnswer, haltFor } from '../domain/safety.js';
import type { Outcome } from '../ports/executor.js';
import type { EngineContext } from './context.js';
import { type CataloguedStep, readSnapshots } from './reads.js';
import type { Run } from './run.js';
import { withEntries } from './tools.js';

/* One call, from the durable intent to the durable outcome. */

/** How long past its timeout an executor may take to say so, ms. */
const EXECUTOR_GRACE_MS = 1_000;

/** The steps of a run with their catalogue entries. */
export function stepsOf(context: EngineContext, run: Run): readonly CataloguedStep[] {
  return withEntries(context, run.state.proposal.steps);
}

/** Why nothing may be sent: a halt that came between the clearance and the call. */
async function haltNow(context: EngineContext, run: Run): Promise<string | null> {
  const { tenant, state } = run;
  const halt = haltFor(await context.storage.halts.inForce(tenant), tenant, state.proposal.category);
  return halt ? `${halt.by} ordered a halt: ${halt.reason}` : null;
}

/** One call; whatever goes wrong without proof that nothing happened is `unknown`. */
async function call(context: EngineContext, run: Run, intent: Intent, clearance: Clearance): Promise<Outcome> {
  const limit = intent.timeoutMs + EXECUTOR_GRACE_MS;
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const silent = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      abort.abort();
      resolve({ outcome: 'unknown', detail: `no answer within ${limit} ms`, result: null });
    }, limit);
  });
  const { tool, arguments: args, idempotencyKey: key, timeoutMs } = intent;
  const request = {
    clearance,
    tool,
    arguments: args,
    idempotencyKey: key,
    remediationId: run.remediationId,
    timeoutMs,
    refusedNow: () => run.refusedNow(() => haltNow(context, run)),
  };
  try {
    return await Promise.race([context.executor.call(request, { signal: abort.signal }), silent]);
  } catch (error) {
    // The port says that calls never reject; one that does has proven nothing.
    const detail = `the executor failed: ${error instanceof Error ? error.message : String(error)}`;
    return { outcome: 'unknown', detail, result: null };
  } finally {
    clearTimeout(timer);
  }
}

/** A step of class read_only: looked at, not called. */
async function readStep(context: EngineContext, intent: Intent): Promise<Outcome> {
  const { tool, arguments: args, timeoutMs } = intent;
  const answer = await context.executor.read(tool, args, { signal: AbortSignal.timeout(timeoutMs), timeoutMs });
  if (answer.ok) return { outcome: 'committed', detail: 'read', result: answer.value };
  return { outcome: 'failed', detail: answer.error, result: null };
}

/** Intends, calls and settles one step. The intent is durable before anything is sent. */
export async function carryOut(
  context: EngineContext,
  run: Run,
  intent: Intent,
  cleared: Extract<GuardAnswer, { kind: 'cleared' }>,
): Promise<void> {
  const { clearance, verdicts } = cleared;
  await run.write({ type: 'intend', intent, clearanceId: clearance.call.clearanceId, verdicts });
  const startedMs = context.clock.now();
  const steps = stepsOf(context, run);
  const only = steps.find(({ step }) => step.step === intent.step);
  const isRead = intent.direction === 'do' && only?.step.class === 'read_only';
  const { outcome, detail, result } = isRead
    ? await readStep(context, intent)
    : await call(context, run, intent, clearance);
  const tookMs = Math.max(0, context.clock.now() - startedMs);
  const later = steps.filter(({ step }) => step.step > intent.step);
  const wantsSnapshot = intent.direction === 'do' && outcome === 'committed';
  const snapshotAfter = wantsSnapshot ? await readSnapshots(context, later) : null;
  await run.write({ type: 'settle', outcome, detail, result, snapshotAfter, tookMs });
}
