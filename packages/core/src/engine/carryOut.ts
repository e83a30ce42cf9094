import { EXECUTOR_GRACE_MS } from '../domain/policy.js';
import { hide } from '../domain/redaction.js';
import type { Intent } from '../domain/remediation.js';
import { type Clearance, type GuardAnswer, haltFor } from '../domain/safety.js';
import { messageOf } from '../errors.js';
import type { Outcome, Progress } from '../ports/executor.js';
import { sound, soundRead } from './answers.js';
import type { EngineContext } from './context.js';
import { recordLateReply } from './lateReply.js';
import { type CataloguedStep, readSnapshots } from './reads.js';
import type { Run } from './run.js';
import { redact, redactProgress, revealSecrets } from './secrets.js';
import { withEntries } from './tools.js';

/* One call, from the durable intent to the durable outcome. */

/** The steps of a run with their catalogue entries. */
export function stepsOf(context: EngineContext, run: Run): readonly CataloguedStep[] {
  return withEntries(context, run.state.proposal.steps);
}

/** Why a call was held back at the last moment, and how the run then ends. */
interface HeldBack {
  readonly end: 'halted' | 'withdrawn';
  readonly reason: string;
}

/** Why nothing may be sent: the lease is over, or people stopped it between the clearance and the call. */
async function stopNow(context: EngineContext, run: Run): Promise<HeldBack | null> {
  const { tenant, ticketId, state } = run;
  const { category } = state.proposal;
  const { nowMs, halts, ticket } = await context.storage.standingOrders(tenant, { ticketId, category });
  if (nowMs >= run.leaseUntilMs) return { end: 'halted', reason: 'the lease of this run is over' };
  const halt = haltFor(halts, tenant, category);
  if (halt) return { end: 'halted', reason: `${halt.by} ordered a halt: ${halt.reason}` };
  return ticket?.optedIn === true ? null : { end: 'withdrawn', reason: 'the ticket is not opted in any more' };
}

/** What came of a call, and why it was held back if it was. */
interface CallOutcome extends Outcome {
  readonly heldBack: HeldBack | null;
}

/** Resolves as `unknown` when an executor does not even say that it timed out. */
function silence(limitMs: number, abort: AbortController): { readonly outcome: Promise<Outcome>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const outcome = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      abort.abort();
      resolve({ outcome: 'unknown', detail: `no answer within ${limitMs} ms`, result: null });
    }, limitMs);
  });
  return { outcome, stop: () => clearTimeout(timer) };
}

/** One call; whatever goes wrong without proof that nothing happened is `unknown`. */
async function call(context: EngineContext, run: Run, intent: Intent, clearance: Clearance): Promise<CallOutcome> {
  const { tool, arguments: args, idempotencyKey, timeoutMs, step, direction } = intent;
  const { tenant, ticketId, remediationId } = run;
  // An undo is the operator's own template: no secret stands in it.
  const entry = stepsOf(context, run).find((one) => one.step.step === step)?.entry;
  const secretsAt = direction === 'do' ? (entry?.secretArguments ?? []) : [];
  const abort = new AbortController();
  const silent = silence(timeoutMs + EXECUTOR_GRACE_MS, abort);
  let heldBack: HeldBack | null = null;
  let hidden: readonly string[] = [];
  const request = {
    clearance,
    tool,
    arguments: args,
    idempotencyKey,
    pins: clearance.call.pins,
    remediationId,
    timeoutMs,
    async refusedNow() {
      heldBack = await stopNow(context, run);
      return heldBack?.reason ?? null;
    },
    async reveal() {
      const secrets = await revealSecrets(context.hooks, args, secretsAt);
      hidden = secrets.hidden;
      return { arguments: secrets.arguments, redact: (text: string) => hide(text, hidden) };
    },
    onProgress(told: Progress) {
      const progress = redactProgress(told, hidden);
      context.observers.tell('action_progress', { tenant, ticketId, remediationId, step, direction, ...progress });
    },
    onLateReply(late: Outcome) {
      void recordLateReply(context, run, intent, redact(sound(late), hidden)).catch((error: unknown) =>
        context.observers.tell('trouble', { where: 'late reply', error }),
      );
    },
  };
  try {
    const outcome = await Promise.race([context.executor.call(request, { signal: abort.signal }), silent.outcome]);
    return { ...redact(sound(outcome), hidden), heldBack: outcome.outcome === 'failed' ? heldBack : null };
  } catch (error) {
    // The port says that calls never reject; one that does has proven nothing.
    const outcome = { outcome: 'unknown', detail: `the executor failed: ${messageOf(error)}`, result: null } as const;
    return { ...redact(outcome, hidden), heldBack: null };
  } finally {
    silent.stop();
  }
}

/** A step of class read_only: looked at, not called. */
async function readStep(context: EngineContext, intent: Intent): Promise<CallOutcome> {
  const { tool, arguments: args, timeoutMs } = intent;
  const options = { signal: AbortSignal.timeout(timeoutMs), timeoutMs };
  const answer = soundRead(await context.executor.read(tool, args, options));
  if (answer.ok) return { outcome: 'committed', detail: 'read', result: answer.value, heldBack: null };
  return { outcome: 'failed', detail: answer.error, result: null, heldBack: null };
}

/** Settles an interrupted look by looking again. */
export async function settleRead(context: EngineContext, run: Run, intent: Intent): Promise<void> {
  const startedMs = context.clock.now();
  const came = await readStep(context, intent);
  const tookMs = Math.max(0, context.clock.now() - startedMs);
  await run.write({ type: 'settle', ...came, snapshotAfter: null, tookMs });
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
  const came = isRead ? await readStep(context, intent) : await call(context, run, intent, clearance);
  const tookMs = Math.max(0, context.clock.now() - startedMs);
  const later = steps.filter(({ step }) => step.step > intent.step);
  const wantsSnapshot = intent.direction === 'do' && came.outcome === 'committed';
  const snapshotAfter = wantsSnapshot ? await readSnapshots(context, later) : null;
  await run.write({ type: 'settle', ...came, snapshotAfter, tookMs });
}
