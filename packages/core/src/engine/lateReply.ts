import type { LateReply } from '../ports/executor.js';
import { appendOrAgain } from './append.js';
import type { EngineContext } from './context.js';
import { follow } from './run.js';

/**
 * Keeps an answer that came after its call was given up: evidence for whoever reconciles, never a silent success.
 * The row changes no state.
 */
export async function recordLateReply(context: EngineContext, reply: LateReply): Promise<void> {
  const { remediationId, idempotencyKey, outcome, detail } = reply;
  const tenant = await context.storage.remediations.tenantOf(remediationId);
  if (tenant === null) return;
  await appendOrAgain(context, { tenant, remediationId, actor: 'remit' }, async ({ loaded, state }, stamp) => {
    const intended = loaded.rows
      .map(({ event }) => event)
      .find((event) => event.type === 'action_intended' && event.idempotencyKey === idempotencyKey);
    if (intended?.type !== 'action_intended') return { done: null };
    const { step, direction } = intended;
    const followed = follow(state, { type: 'late_reply', step, direction, outcome, detail }, stamp);
    return followed.ok ? { append: followed, result: null } : { done: null };
  });
}
