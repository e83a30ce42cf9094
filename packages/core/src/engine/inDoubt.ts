import type { CheckResult, StartedRemediation } from '../domain/remediation.js';
import type { TemplateScope } from '../domain/template.js';
import { settleRead, stepsOf } from './carryOut.js';
import type { EngineContext } from './context.js';
import { undoScope } from './intents.js';
import { type CataloguedStep, runChecks, sayCheck, scopesOf } from './reads.js';
import { wakeRun } from './refuse.js';
import type { Run } from './run.js';

/* A call of which nobody knows whether it happened: it is looked at, never simply repeated. */

/** Whether what is in flight only reads. */
export function isLook({ inFlight, proposal }: StartedRemediation): boolean {
  if (inFlight?.intent.direction !== 'do') return false;
  return proposal.steps.find(({ step }) => step === inFlight.intent.step)?.class === 'read_only';
}

/** The wait until a look can tell: before the call's timeout is over it may still be on its way. */
export async function waitsForTimeout(context: EngineContext, run: Run): Promise<boolean> {
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
export function undoScopes(run: Run, { step }: CataloguedStep): readonly TemplateScope[] {
  const { before } = undoScope(run, step);
  return scopesOf(step).map((scope) => (before === undefined ? scope : { ...scope, before }));
}

/** Looks whether a call whose outcome is not known happened. */
export async function lookBack(context: EngineContext, run: Run): Promise<void> {
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
