import { mostSevere, type Plan, planHashOf, type ResolvedAction } from '../../domain/action.js';
import { isSameJson } from '../../domain/canonical.js';
import { resolvePlan } from '../../domain/catalogue.js';
import { blocked, check, superseded, yes } from './check.js';

/* Whether what is about to be carried out is what was decided, word for word. */

/** Whether two readings of an action by the catalogue are the same; its class apart, which tools may have raised. */
function isSameReading(one: ResolvedAction, other: ResolvedAction): boolean {
  return (
    one.action === other.action &&
    one.tool === other.tool &&
    one.family === other.family &&
    isSameJson(one.arguments, other.arguments) &&
    isSameJson(one.targets, other.targets) &&
    isSameJson(one.targetKeys, other.targetKeys)
  );
}

/** Whether the steps carry out these actions and no others, in this order: then they have the same hash. */
function isPlanOf({ actions }: Plan, steps: readonly ResolvedAction[]): boolean {
  return (
    actions.length === steps.length &&
    steps.every(({ action, arguments: args }, at) => {
      const planned = actions[at];
      return planned?.action === action && isSameJson(planned.arguments, args);
    })
  );
}

/** The steps are those of the plan that was decided, and the catalogue reads the plan as it did then. */
export const planAsDecided = check('plan', ({ remediation, tenant }, { catalogue }) => {
  const { plan, planHash, steps } = remediation.proposal;
  const planNow = plan && planHashOf(plan);
  const stepsNow = plan && isPlanOf(plan, steps) ? planNow : planHashOf({ actions: steps });
  const hashes = { decided: planHash, plan: planNow, steps: stepsNow };
  if (!plan || hashes.plan !== planHash || hashes.steps !== planHash) {
    return blocked('The stored steps are not the plan that was decided; somebody changed them.', hashes);
  }
  const today = resolvePlan(catalogue, plan, tenant);
  if (!today.ok) return superseded('The catalogue does not allow the plan any more.', hashes);
  const moved = today.actions.filter((now, at) => {
    const then = steps[at];
    return !then || !isSameReading(then, now) || mostSevere([then.class, now.class]) !== then.class;
  });
  return moved.length === 0
    ? yes('The plan is the one that was decided.', hashes)
    : superseded(
        `The catalogue reads the plan otherwise by now: ${moved.map(({ action }) => action).join(', ')}.`,
        hashes,
      );
});
