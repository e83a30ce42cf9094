import { CLAIM_ROWS_IN_VAIN, putOffMs, VALIDATION_EVERY_MS, VALIDATION_WITHIN_MS } from '../domain/policy.js';
import {
  type CheckResult,
  type Intent,
  isEnd,
  type LogRow,
  projectionOf,
  type Remediation,
  replay,
  type StartedRemediation,
} from '../domain/remediation.js';
import type { GuardAnswer, Verdict } from '../domain/safety.js';
import type { TemplateScope } from '../domain/template.js';
import { messageOf } from '../errors.js';
import { carryOut, settleRead, stepsOf } from './carryOut.js';
import type { EngineContext } from './context.js';
import { decideAgain, policyInForce } from './gather.js';
import type { ClearRequest } from './guard/check.js';
import { intentToDo, intentToUndo, undoScope } from './intents.js';
import { type CataloguedStep, forLog, runChecks, sayCheck, scopesOf } from './reads.js';
import { requireIntact } from './requireIntact.js';
import { LostRun, Run } from './run.js';
import { readTools, toolsOfSteps } from './tools.js';

/*
 * Carries a plan out, one durable row at a time: claim, clear, intend, call, settle, validate, and back if need be.
 * Whoever calls it again after a crash continues from the log; a call whose outcome is not in the log is never
 * simply repeated.
 */

/** Asks one guard. A host's own that throws has not said yes: the run waits, ever longer, or stops where it is. */
async function ask(
  context: EngineContext,
  guard: EngineContext['guards'][number],
  request: ClearRequest,
): Promise<GuardAnswer> {
  try {
    return await guard.clear(request);
  } catch (error) {
    context.observers.tell('trouble', { where: `guard of ${request.remediationId}`, error });
    const untilMs = request.nowMs + putOffMs(request.remediation.putOff, 'host_guard');
    const because = `The host's guard failed: ${messageOf(error)}`;
    const verdict: Verdict = { check: 'host_guard', answer: 'deferred', because, evidence: null, untilMs };
    return { kind: 'refused', verdict, verdicts: [verdict] };
  }
}

/** How a run ends that people stopped; null where it was not people. */
function stoppedBy({ check, answer }: Verdict): 'halted' | 'withdrawn' | null {
  // A look that failed is no order of anybody's.
  if (answer !== 'blocked') return null;
  if (check === 'kill_switch' || check === 'kill_switch_again') return 'halted';
  return check === 'opt_in' ? 'withdrawn' : null;
}

/** Asks the built-in guard and a host's own. The first no holds; the built-in one looks last and gives the clearance. */
async function clear(context: EngineContext, run: Run, intent: Intent): Promise<GuardAnswer> {
  const { tenant, ticketId, remediationId, state } = run;
  const ticket = await context.storage.tickets.find(tenant, ticketId);
  const { policy, version } = await policyInForce(context, tenant, state.proposal.category);
  const { patternId, similarity, plan, analysis } = state.proposal;
  const matter = { analysis: { plan, confidence: analysis.confidence }, recognition: { patternId, similarity } };
  const request: ClearRequest = {
    tenant,
    ticketId,
    remediationId,
    remediation: state,
    intent,
    steps: stepsOf(context, run),
    policy,
    policyVersion: version,
    // What a person mended in the meantime may still have to be taken back; what was opted out may not.
    optedIn: ticket?.optedIn === true && (intent.direction === 'undo' || ticket.resolution === null),
    nowMs: await context.storage.now(),
    leaseUntilMs: run.leaseUntilMs,
    decideAgain: () =>
      ticket ? decideAgain(context, { ...matter, ticket }) : Promise.reject(new Error('The ticket is gone.')),
    readTools: () => readTools(context, tenant, toolsOfSteps(stepsOf(context, run))),
  };
  const verdicts: Verdict[] = [];
  let answer: GuardAnswer | null = null;
  for (const guard of context.guards) {
    answer = await ask(context, guard, request);
    verdicts.push(...answer.verdicts);
    if (answer.kind === 'refused') return { ...answer, verdicts };
  }
  if (!answer) throw new Error('No guard is configured.');
  return { ...answer, verdicts };
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

/** Tells the queue when to look again; the store's clock may differ from the host's. */
async function wakeRun(context: EngineContext, run: Run, atMs: number): Promise<void> {
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

async function doNext(context: EngineContext, run: Run): Promise<void> {
  const number = run.state.committed.length;
  const next = stepsOf(context, run).find(({ step }) => step.step === number);
  if (!next) {
    await run.write({ type: 'end', end: number === 0 ? 'manual' : 'needs_reconciliation', reason: 'not_in_catalogue' });
    return;
  }
  const intent = intentToDo(run, next);
  const answer = await clear(context, run, intent);
  if (answer.kind === 'cleared') {
    await carryOut(context, run, intent, answer);
    return;
  }
  const { verdict, verdicts } = answer;
  if (hasWritten(run)) await refuseToGoOn(run, verdict, verdicts);
  else await refuseToStart(context, run, verdict, verdicts);
}

/** Whether what is in flight only reads. */
function isLook({ inFlight, proposal }: StartedRemediation): boolean {
  if (inFlight?.intent.direction !== 'do') return false;
  return proposal.steps.find(({ step }) => step === inFlight.intent.step)?.class === 'read_only';
}

/** The wait until a look can tell: before the call's timeout is over it may still be on its way. */
async function waitsForTimeout(context: EngineContext, run: Run): Promise<boolean> {
  const { inFlight } = run.state;
  if (!inFlight) return false;
  const readableAtMs = inFlight.atMs + inFlight.intent.timeoutMs;
  if ((await context.storage.now()) >= readableAtMs) return false;
  await wakeRun(context, run, readableAtMs);
  return true;
}

/** It happened where all reads show it, and did not where none does; anything in between tells nothing. */
function whatReadsSay(results: readonly CheckResult[]): 'happened' | 'did_not_happen' | 'cannot_tell' {
  if (results.length === 0 || results.some(({ error }) => error !== null)) return 'cannot_tell';
  if (results.every(({ passed }) => passed)) return 'happened';
  return results.some(({ passed }) => passed) ? 'cannot_tell' : 'did_not_happen';
}

/** What reads of a step's undo may speak of, target by target. */
function undoScopes(run: Run, { step }: CataloguedStep): readonly TemplateScope[] {
  const { before } = undoScope(run, step);
  return scopesOf(step).map((scope) => (before === undefined ? scope : { ...scope, before }));
}

/** Looks whether a call whose outcome is not known happened. */
async function reconcile(context: EngineContext, run: Run): Promise<void> {
  const { inFlight } = run.state;
  if (!inFlight) return;
  const { intent } = inFlight;
  const found = stepsOf(context, run).find(({ step }) => step.step === intent.step);
  if (isLook(run.state)) {
    // Looking again does no harm.
    await settleRead(context, run, intent);
    return;
  }
  const check = intent.direction === 'do' ? found?.entry.reconcile : found?.entry.undo?.validation[0];
  if (!found || !check) {
    const detail = 'The catalogue has no reconcile read for this action.';
    // Parked already, there is nothing new to say.
    if (!run.ended) await run.write({ type: 'reconcile', answer: 'cannot_tell', detail });
    return;
  }
  const scopes = intent.direction === 'do' ? scopesOf(found.step) : undoScopes(run, found);
  const results = await runChecks(context, [check], scopes);
  const detail = results.map(sayCheck).join(' ');
  await run.write({ type: 'reconcile', answer: whatReadsSay(results), detail });
}

/** Repeats checks until all hold or, by the host's clock, the time is up; the last results count. */
async function settledChecks(
  { clock }: EngineContext,
  withinMs: number,
  look: () => Promise<readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  const untilMs = clock.now() + withinMs;
  let results = await look();
  while (results.some(({ passed }) => !passed) && clock.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, VALIDATION_EVERY_MS));
    results = await look();
  }
  return results;
}

async function validate(context: EngineContext, run: Run): Promise<void> {
  const done = stepsOf(context, run).filter(({ step }) => step.class !== 'read_only');
  const withinMs = Math.max(0, ...done.map(({ entry }) => entry.validationWithinMs ?? VALIDATION_WITHIN_MS));
  const checks = await settledChecks(context, withinMs, async () => {
    const results: CheckResult[] = [];
    for (const { step, entry } of done) {
      results.push(...(await runChecks(context, entry.validation, scopesOf(step))).map(forLog));
    }
    return results;
  });
  await run.write({ type: 'validate', checks });
}

async function undoNext(context: EngineContext, run: Run): Promise<void> {
  const { state } = run;
  if (state.state !== 'rolling_back') return;
  const [number] = state.pendingUndo;
  const found = stepsOf(context, run).find(({ step }) => step.step === number);
  const intent = found ? intentToUndo(run, found) : null;
  if (!found || !intent || number === undefined) {
    await run.write({ type: 'end', end: 'needs_reconciliation', reason: 'undo_unknown' });
    return;
  }
  if (state.undoSettled) {
    const { undo, validationWithinMs = VALIDATION_WITHIN_MS } = found.entry;
    const scopes = undoScopes(run, found);
    const look = async () => (await runChecks(context, undo?.validation ?? [], scopes)).map(forLog);
    const checks = await settledChecks(context, validationWithinMs, look);
    await run.write({ type: 'validate_undo', step: number, checks });
    return;
  }
  const answer = await clear(context, run, intent);
  if (answer.kind === 'cleared') await carryOut(context, run, intent, answer);
  else await refuseToGoOn(run, answer.verdict, answer.verdicts);
}

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

/** Whether there is nothing to do before a time that has not come, or at all. */
function rests(state: Remediation, nowMs: number): boolean {
  if (state.state === 'none') return true;
  if (isEnd(state.state)) {
    const { dueAtMs } = projectionOf(state);
    return dueAtMs === null || nowMs < dueAtMs;
  }
  const { inFlight } = state;
  // Before the call's timeout is over no look can tell; it would only fill the log.
  if (inFlight && !isLook(state)) return nowMs < inFlight.atMs + inFlight.intent.timeoutMs;
  const { dueAtMs } = projectionOf(state);
  return dueAtMs !== null && nowMs < dueAtMs;
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
    await reconcile(context, run);
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
  if (!loaded || rests(replay(loaded.rows), await context.storage.now())) return;
  requireIntact(loaded);
  const run = await Run.claim(context, loaded);
  if (!run) return;
  try {
    // Parked: a read may show by now that the call in doubt happened; anything else stays with a person.
    if (run.ended) await reconcile(context, run);
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
