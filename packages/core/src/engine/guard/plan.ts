import { mostSevere, planHashOf, type ResolvedAction } from '../../domain/action.js';
import { hashOf } from '../../domain/canonical.js';
import { resolvePlan } from '../../domain/catalogue.js';
import { blocked, check, superseded, yes } from './check.js';

/* Whether what is about to be carried out is what was decided, word for word. */

/** What the catalogue makes of an action; its class apart, which tools may have raised. */
function readingOf({ action, arguments: args, tool, family, targets, targetKeys }: ResolvedAction): string {
  return hashOf({ action, arguments: args, tool, family, targets, targetKeys });
}

/** The steps are those of the plan that was decided, and the catalogue reads the plan as it did then. */
export const planAsDecided = check('plan', ({ remediation, tenant }, { catalogue }) => {
  const { plan, planHash, steps } = remediation.proposal;
  const stored = { actions: steps.map(({ action, arguments: args }) => ({ action, arguments: args })) };
  const hashes = { decided: planHash, plan: plan && planHashOf(plan), steps: planHashOf(stored) };
  if (!plan || hashes.plan !== planHash || hashes.steps !== planHash) {
    return blocked('The stored steps are not the plan that was decided; somebody changed them.', hashes);
  }
  const today = resolvePlan(catalogue, plan, tenant);
  if (!today.ok) return superseded('The catalogue does not allow the plan any more.', hashes);
  const moved = today.actions.filter((now, at) => {
    const then = steps[at];
    return !then || readingOf(then) !== readingOf(now) || mostSevere([then.class, now.class]) !== then.class;
  });
  return moved.length === 0
    ? yes('The plan is the one that was decided.', hashes)
    : superseded(
        `The catalogue reads the plan otherwise by now: ${moved.map(({ action }) => action).join(', ')}.`,
        hashes,
      );
});
