import type { LateReply } from '../ports/executor.js';
import type { EngineContext } from './context.js';
import { appendUnleased, loadState } from './resolveApproval.js';
import { follow } from './run.js';

/** Times the row is tried again after somebody else wrote first. */
const ATTEMPTS = 20;

/**
 * Keeps an answer that came after its call was given up: evidence for whoever reconciles, never a silent success.
 * The row changes no state.
 */
export async function recordLateReply(context: EngineContext, reply: LateReply): Promise<void> {
  const { remediationId, idempotencyKey, outcome, detail } = reply;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const tenant = await context.storage.remediations.tenantOf(remediationId);
    const found = tenant === null ? null : await loadState(context, tenant, remediationId);
    if (!found || tenant === null) return;
    const intended = found.loaded.rows
      .map(({ event }) => event)
      .find((event) => event.type === 'action_intended' && event.idempotencyKey === idempotencyKey);
    if (intended?.type !== 'action_intended') return;
    const { step, direction } = intended;
    const stamp = { atMs: await context.storage.now(), actor: 'remit' };
    const followed = follow(found.state, { type: 'late_reply', step, direction, outcome, detail }, stamp);
    if (!followed.ok || (await appendUnleased(context, tenant, found.loaded, stamp, followed))) return;
  }
}
