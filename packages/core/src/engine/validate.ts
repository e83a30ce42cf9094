import { VALIDATION_EVERY_MS, VALIDATION_WITHIN_MS } from '../domain/policy.js';
import type { CheckResult } from '../domain/remediation.js';
import { stepsOf } from './carryOut.js';
import type { EngineContext } from './context.js';
import { undoScopes } from './inDoubt.js';
import { type CataloguedStep, forLog, runChecks, scopesOf } from './reads.js';
import type { Run } from './run.js';

/* Whether it worked: by reads of the catalogue, never by anybody's word. */

/**
 * Repeats checks until all hold or, by the host's clock, the time is up; the last results count. It looks no more often
 * than that time has pauses in it: a clock that is put back would have it look for hours.
 */
async function settledChecks(
  { clock }: EngineContext,
  withinMs: number,
  look: () => Promise<readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  const untilMs = clock.now() + withinMs;
  const mostLooks = 1 + Math.ceil(withinMs / VALIDATION_EVERY_MS);
  let results = await look();
  for (let looks = 1; results.some(({ passed }) => !passed) && clock.now() < untilMs && looks < mostLooks; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, VALIDATION_EVERY_MS));
    results = await look();
  }
  return results;
}

/** Reads whether the plan worked, and writes down what follows. */
export async function validate(context: EngineContext, run: Run): Promise<void> {
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

/** Reads whether a step was really taken back, and writes down what follows. */
export async function validateUndo(context: EngineContext, run: Run, found: CataloguedStep): Promise<void> {
  const { undo, validationWithinMs = VALIDATION_WITHIN_MS } = found.entry;
  const scopes = undoScopes(run, found);
  const look = async () => (await runChecks(context, undo?.validation ?? [], scopes)).map(forLog);
  const checks = await settledChecks(context, validationWithinMs, look);
  await run.write({ type: 'validate_undo', step: found.step.step, checks });
}
