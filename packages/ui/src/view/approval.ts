import type { Decision, Step } from '@remit/client';

/** Why somebody says no. */
export type ReasonCode = 'wrong_action' | 'wrong_target' | 'not_now' | 'duplicate' | 'other';

/** All of them, in the order in which they are offered. */
export const REASON_CODES: readonly ReasonCode[] = ['wrong_action', 'wrong_target', 'not_now', 'duplicate', 'other'];

/** What a plan reaches. */
export interface Radius {
  readonly actions: number;
  readonly targets: readonly string[];
  /** Whether an action cannot simply be taken back, or deletes. */
  readonly isSevere: boolean;
}

/** What a plan reaches. */
export function radiusOf(steps: readonly Step[]): Radius {
  const targets = [...new Set(steps.flatMap((step) => step.targets))];
  return {
    actions: steps.length,
    targets,
    isSevere: steps.some((step) => !['read_only', 'safe_write'].includes(step.class)),
  };
}

/** The sentence of the rule that decided. */
export function decidingSentence({ because, reason }: Decision): string {
  const rule = because.findLast((looked) => looked.applies && looked.reason === reason);
  return rule?.sentence ?? reason.replaceAll('_', ' ');
}
