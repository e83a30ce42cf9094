import { RECOVER_AT_ONCE } from '../domain/policy.js';
import type { DueCursor } from '../ports/storage.js';
import type { EngineContext } from './context.js';

/**
 * Makes a look-out: each call finds tickets and remediations that nobody holds and that want to go on, and wakes so many
 * of them. The next call goes on behind those, and begins again at the end: what cannot move keeps nobody waiting.
 */
export function lookOutFor({ storage, queue }: Pick<EngineContext, 'storage' | 'queue'>): () => Promise<void> {
  let after: DueCursor | null = null;
  return async () => {
    const { tickets, remediations, next } = await storage.due(RECOVER_AT_ONCE, after);
    after = next;
    for (const { tenant, ticketId } of tickets) await queue.wake({ kind: 'ticket', tenant, id: ticketId });
    for (const { tenant, remediationId } of remediations) {
      await queue.wake({ kind: 'remediation', tenant, id: remediationId });
    }
  };
}
