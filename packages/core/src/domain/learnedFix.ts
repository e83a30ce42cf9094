import { type Plan, planHashOf, type Runbook, type Template } from './action.js';
import type { Json } from './canonical.js';
import { LEARNED_FIX } from './policy.js';

/* What fixed a pattern before, as a plan that can be proposed again without asking anybody what to do. */

/** A plan that Remit carried out for a ticket of the pattern, and that held. */
export interface CarriedOut {
  readonly plan: Plan;
  /** Id `kind:name` of what its first action was about. */
  readonly target: string;
}

/** A plan that fixed several tickets of a pattern. */
export interface LearnedFix {
  /** With `$target` in the place of the target's name. */
  readonly runbook: Runbook;
  /** Targets on which it worked, and on which alone it may be proposed: what helped one is no proof for another. */
  readonly targets: readonly string[];
  /** Tickets that it fixed. */
  readonly times: number;
}

function nameOf(target: string): string {
  return target.slice(target.indexOf(':') + 1);
}

function templateOf(value: Json, name: string): Template {
  if (typeof value === 'string') {
    if (value === name) return '$target';
    // What looks like a reference was none.
    return value.startsWith('$') ? `$${value}` : value;
  }
  if (Array.isArray(value)) return value.map((item) => templateOf(item, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, templateOf(inner, name)]));
}

function stepsOf({ plan, target }: CarriedOut): Runbook['steps'] {
  return plan.actions.map(({ action, arguments: args }) => ({
    action,
    arguments: templateOf(args, nameOf(target)) as Readonly<Record<string, Template>>,
  }));
}

/**
 * The fix that the newest of these runs share, or null when fewer than `LEARNED_FIX.times` do.
 * @param pattern what the runs were about, and the words of a ticket of it.
 * @param runs newest first; all of them held.
 */
export function learnedFixOf(
  pattern: { readonly patternId: string; readonly category: string; readonly words: string },
  runs: readonly CarriedOut[],
): LearnedFix | null {
  const [newest] = runs;
  if (!newest) return null;
  const steps = stepsOf(newest);
  const hash = hashOfSteps(steps);
  const alike = runs.filter((run) => hashOfSteps(stepsOf(run)) === hash);
  if (alike.length < LEARNED_FIX.times) return null;
  return {
    runbook: {
      name: `learned:${pattern.patternId}`,
      title: 'What fixed this pattern before',
      categories: [pattern.category],
      symptomTexts: [pattern.words],
      steps,
    },
    targets: [...new Set(alike.map(({ target }) => target))].sort(),
    times: alike.length,
  };
}

function hashOfSteps(steps: Runbook['steps']): string {
  return planHashOf({ actions: steps as Plan['actions'] });
}
