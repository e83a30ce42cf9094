import { snapshotDifferences } from '../../domain/safety.js';
import { valueAt } from '../../domain/template.js';
import { firstWrites } from '../findings.js';
import { readSnapshots, runCheck, runChecks, sayCheck, scopeOf } from '../reads.js';
import { asJson, blocked, check, currentStep, superseded, told, writesOf, yes } from './check.js';

/* Whether the world is as it has to be: backup, symptom, prechecks, snapshot. */

/** Where the catalogue asks for one, a backup is there, verified and fresh. */
export const backup = check('backup', async (request, context) => {
  for (const { step, entry } of writesOf(request)) {
    if (!entry.backup) continue;
    const { agePath, maxAgeSeconds } = entry.backup;
    const result = await runCheck(context, entry.backup, scopeOf(step));
    const age = valueAt(result.value, agePath);
    const evidence = { age: age ?? null, maxAgeSeconds, check: asJson([result]) };
    if (!result.passed) return blocked(`No proof of a good backup. ${sayCheck(result)}`, evidence);
    if (typeof age !== 'number' || !(age >= 0 && age <= maxAgeSeconds)) {
      return blocked(`The backup is ${JSON.stringify(age ?? null)} s old; ${maxAgeSeconds} s are allowed.`, evidence);
    }
  }
  return yes('Every backup that the catalogue asks for is there, verified and fresh.');
});

/** The fault is still there on every target the plan is about to touch for the first time. */
export const symptom = check('symptom', async (request, context) => {
  for (const { step, entry } of firstWrites(request.steps)) {
    if (!entry.symptom) {
      // Without a way to see the fault nothing is ever automatic; a person may still say yes.
      if (request.remediation.proposal.decision.route === 'approval') continue;
      return blocked(`${step.action} has no symptom read.`);
    }
    const result = await runCheck(context, entry.symptom, scopeOf(step));
    if (result.error !== null) return blocked(told([result]), asJson([result]));
    if (!result.passed) {
      return { answer: 'recovered', because: `The fault is gone. ${told([result])}`, evidence: asJson([result]) };
    }
  }
  return yes('The fault is there.');
});

/** The prechecks of the action that comes next hold. */
export const prechecks = check('prechecks', async (request, context) => {
  const current = currentStep(request);
  if (!current) return blocked('The action is not in the catalogue any more.');
  const results = await runChecks(context, current.entry.prechecks, scopeOf(current.step));
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length > 0) return blocked(told(failed), asJson(failed));
  return yes(results.length === 0 ? 'The catalogue asks for no prechecks.' : told(results), asJson(results));
});

/** The targets are as they were when it was decided. */
export const snapshot = check('snapshot', async (request, context) => {
  const shown = request.remediation.proposal.snapshot;
  const now = await readSnapshots(context, request.steps);
  for (const { step, entry } of request.steps) {
    if (!entry.snapshot) continue;
    const before = valueAt(shown, `/${step.step}`) ?? null;
    const after = now[step.step] ?? null;
    const moved = snapshotDifferences(before, after, entry.snapshot.tolerances);
    const evidence = { step: step.step, before, now: after, moved };
    if (moved.length > 0) return superseded(`The target changed since the decision: ${moved.join(', ')}.`, evidence);
  }
  return yes('The targets are as they were at the decision.');
});

/** The target is as our own last step left it. */
export const snapshotAfterOwnStep = check('snapshot', async (request, context) => {
  const current = currentStep(request);
  if (!current?.entry.snapshot) return yes('The catalogue asks for no snapshot.');
  const { step } = current.step;
  const before = valueAt(request.remediation.snapshotsAfter[step - 1] ?? null, `/${step}`) ?? null;
  // A resend of the first step has no own step before it: then the decision's snapshot is what it must match.
  const expected = step === 0 ? (valueAt(request.remediation.proposal.snapshot, '/0') ?? null) : before;
  const now = (await readSnapshots(context, [current]))[step] ?? null;
  const moved = snapshotDifferences(expected, now, current.entry.snapshot.tolerances);
  const evidence = { step, before: expected, now, moved };
  return moved.length === 0
    ? yes('The target is as our own last step left it.', evidence)
    : blocked(`The target changed since our own last step: ${moved.join(', ')}.`, evidence);
});
