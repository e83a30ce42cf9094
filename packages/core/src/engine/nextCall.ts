import type { Intent } from '../domain/remediation.js';
import { carryOut, stepsOf } from './carryOut.js';
import { clear } from './clear.js';
import type { EngineContext } from './context.js';
import { intentToDo, intentToUndo } from './intents.js';
import { followNo } from './refuse.js';
import type { Run } from './run.js';
import { validateUndo } from './validate.js';

/* The next call of a plan, forwards or back: cleared, then carried out. */

async function callOrNot(context: EngineContext, run: Run, intent: Intent): Promise<void> {
  const answer = await clear(context, run, intent);
  if (answer.kind === 'cleared') await carryOut(context, run, intent, answer);
  else await followNo(context, run, answer);
}

/** Carries out the next step of the plan. */
export async function doNext(context: EngineContext, run: Run): Promise<void> {
  const number = run.state.committed.length;
  const next = stepsOf(context, run).find(({ step }) => step.step === number);
  if (!next) {
    await run.write({ type: 'end', end: number === 0 ? 'manual' : 'needs_reconciliation', reason: 'not_in_catalogue' });
    return;
  }
  await callOrNot(context, run, intentToDo(run, next));
}

/** Takes the next step back, or looks whether it was. */
export async function undoNext(context: EngineContext, run: Run): Promise<void> {
  const { state } = run;
  if (state.state !== 'rolling_back') return;
  const [number] = state.pendingUndo;
  const found = stepsOf(context, run).find(({ step }) => step.step === number);
  const intent = found ? intentToUndo(run, found) : null;
  if (!found || !intent) {
    await run.write({ type: 'end', end: 'needs_reconciliation', reason: 'undo_unknown' });
    return;
  }
  if (state.undoSettled) {
    await validateUndo(context, run, found);
    return;
  }
  await callOrNot(context, run, intent);
}
