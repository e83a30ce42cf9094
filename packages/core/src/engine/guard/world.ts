import type { Json } from '../../domain/canonical.js';
import type { CheckResult } from '../../domain/remediation.js';
import { snapshotDifferences } from '../../domain/safety.js';
import { valueAt } from '../../domain/template.js';
import {
  afterChecks,
  afterSnapshots,
  type CataloguedStep,
  firstWrites,
  readSnapshots,
  runChecks,
  sayCheck,
  scopesOf,
  tolerancesOf,
} from '../reads.js';
import {
  blocked,
  type ClearRequest,
  check,
  currentStep,
  type Finding,
  facts,
  type GuardContext,
  superseded,
  told,
  writesOf,
  yes,
} from './check.js';

/* Whether the world is as it has to be: backup, symptom, prechecks, snapshot. */

/** Where the catalogue asks for one, a backup is there, verified and fresh. */
export const backup = check('backup', (request, context) =>
  writesOf(request).some(({ entry }) => entry.backup) ? lookAtBackups(request, context) : yes(BACKED_UP),
);

const BACKED_UP = 'Every backup that the catalogue asks for is there, verified and fresh.';

async function lookAtBackups(request: ClearRequest, context: GuardContext): Promise<Finding> {
  for (const { step, entry } of writesOf(request)) {
    if (!entry.backup) continue;
    const { agePath, maxAgeSeconds } = entry.backup;
    for (const result of await runChecks(context, [entry.backup], scopesOf(step))) {
      const age = valueAt(result.value, agePath);
      const evidence = { age: age ?? null, maxAgeSeconds, check: facts([result]) };
      if (!result.passed) return blocked(`No proof of a good backup. ${sayCheck(result)}`, evidence);
      if (typeof age !== 'number' || !(age >= 0 && age <= maxAgeSeconds)) {
        return blocked(`The backup is ${JSON.stringify(age ?? null)} s old; ${maxAgeSeconds} s are allowed.`, evidence);
      }
    }
  }
  return yes(BACKED_UP);
}

/** The fault is still there on every target the plan is about to touch for the first time. */
export const symptom = check('symptom', (request, context) => {
  const writes = firstWrites(request.steps);
  const [only] = writes;
  return only?.entry.symptom && writes.length === 1
    ? afterChecks(context, [only.entry.symptom], scopesOf(only.step), judgeSymptoms)
    : lookAtSymptoms(writes, request, context);
});

async function lookAtSymptoms(
  writes: readonly CataloguedStep[],
  request: ClearRequest,
  context: GuardContext,
): Promise<Finding> {
  const results: CheckResult[] = [];
  for (const { step, entry } of writes) {
    if (entry.symptom) results.push(...(await runChecks(context, [entry.symptom], scopesOf(step))));
    // Without a way to see the fault nothing is ever automatic; a person may still say yes.
    else if (request.remediation.proposal.decision.route !== 'approval') {
      return blocked(`${step.action} has no symptom read.`);
    }
  }
  return judgeSymptoms(results);
}

function judgeSymptoms(results: readonly CheckResult[]): Finding {
  const evidence = facts(results);
  if (results.some(({ error }) => error !== null)) return blocked(told(results), evidence);
  if (results.every(({ passed }) => passed)) return yes('The fault is there.', evidence);
  // Gone on some targets and there on others: that is another plan than the one that was decided about.
  return results.some(({ passed }) => passed)
    ? superseded(`The fault is gone on a part of the targets. ${told(results)}`, evidence)
    : { answer: 'recovered', because: `The fault is gone. ${told(results)}`, evidence };
}

/** The targets of a step that no earlier write of the plan touches. */
function newTargetsOf({ step }: CataloguedStep, request: ClearRequest): readonly string[] {
  const earlier = writesOf(request).filter((other) => other.step.step < step.step);
  const touched = new Set(earlier.flatMap((other) => other.step.targetKeys));
  return step.targets.filter((_, at) => !touched.has(step.targetKeys[at] ?? ''));
}

/**
 * In an automatic plan, a later write that is the first one on a target meets the fault there. An approved plan's
 * later steps answer to their prechecks alone.
 */
export const symptomOnNewTarget = check('symptom', async (request, context) => {
  const current = currentStep(request);
  if (!current) return blocked('The action is not in the catalogue any more.');
  const targets = newTargetsOf(current, request);
  if (request.remediation.proposal.decision.route === 'approval') return yes('A person approved the plan.');
  if (targets.length === 0) return yes('The plan has written to these targets before.');
  const { step, entry } = current;
  if (!entry.symptom) return blocked(`${step.action} has no symptom read.`);
  const results = await runChecks(context, [entry.symptom], scopesOf({ targets, arguments: step.arguments }));
  return results.every(({ passed }) => passed)
    ? yes('The fault is there.', facts(results))
    : blocked(`The fault does not show on the next target. ${told(results)}`, facts(results));
});

/** The prechecks of the action that comes next hold. */
export const prechecks = check('prechecks', (request, context) => {
  const current = currentStep(request);
  if (!current) return blocked('The action is not in the catalogue any more.');
  return afterChecks(context, current.entry.prechecks, scopesOf(current.step), judgePrechecks);
});

function judgePrechecks(results: readonly CheckResult[]): Finding {
  if (!results.every(({ passed }) => passed)) {
    const failed = results.filter(({ passed }) => !passed);
    return blocked(told(failed), facts(failed));
  }
  return yes(results.length === 0 ? 'The catalogue asks for no prechecks.' : told(results), facts(results));
}

/** The targets are as they were when it was decided. */
export const snapshot = check('snapshot', (request, context) =>
  afterSnapshots(context, request.steps, (snapshotOf) => compareSnapshots(request, snapshotOf)),
);

/** What a snapshot says of a step; null when it says nothing. */
function fieldOf(snapshot: Json, step: number): Json {
  const isObject = typeof snapshot === 'object' && snapshot !== null && !Array.isArray(snapshot);
  return isObject && Object.hasOwn(snapshot, step)
    ? ((snapshot as Readonly<Record<number, Json>>)[step] ?? null)
    : null;
}

function compareSnapshots(request: ClearRequest, snapshotOf: (step: number) => Json): Finding {
  const shown = request.remediation.proposal.snapshot;
  for (const { step, entry } of request.steps) {
    if (!entry.snapshot) continue;
    const before = fieldOf(shown, step.step);
    const after = snapshotOf(step.step);
    const moved = snapshotDifferences(before, after, tolerancesOf({ step, entry }));
    if (moved.length === 0) continue;
    const evidence = { step: step.step, before, now: after, moved };
    return superseded(`The target changed since the decision: ${moved.join(', ')}.`, evidence);
  }
  return yes('The targets are as they were at the decision.');
}

/** The target is as our own last step left it. */
export const snapshotAfterOwnStep = check('snapshot', async (request, context) => {
  const current = currentStep(request);
  if (!current?.entry.snapshot) return yes('The catalogue asks for no snapshot.');
  const { step } = current.step;
  const before = fieldOf(request.remediation.snapshotsAfter[step - 1] ?? null, step);
  const now = (await readSnapshots(context, [current]))[step] ?? null;
  const moved = snapshotDifferences(before, now, tolerancesOf(current));
  const evidence = { step, before, now, moved };
  return moved.length === 0
    ? yes('The target is as our own last step left it.', evidence)
    : blocked(`The target changed since our own last step: ${moved.join(', ')}.`, evidence);
});
