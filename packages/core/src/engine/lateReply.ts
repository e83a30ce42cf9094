import type { Intent } from '../domain/remediation.js';
import type { Outcome } from '../ports/executor.js';
import { appendOrAgain } from './append.js';
import type { EngineContext } from './context.js';
import { follow } from './run.js';

/**
 * Keeps an answer that came after its call was given up: evidence for whoever reconciles, never a silent success.
 * The row changes no state.
 */
export async function recordLateReply(
  context: EngineContext,
  { tenant, remediationId }: { readonly tenant: string; readonly remediationId: string },
  { step, direction }: Pick<Intent, 'step' | 'direction'>,
  { outcome, detail }: Outcome,
): Promise<void> {
  await appendOrAgain(context, { tenant, remediationId, actor: 'remit' }, async ({ state }, stamp) => {
    const followed = follow(state, { type: 'late_reply', step, direction, outcome, detail }, stamp);
    return followed.ok ? { append: followed, result: null } : { done: null };
  });
}
