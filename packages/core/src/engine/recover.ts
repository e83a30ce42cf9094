import { RECOVER_AT_ONCE } from '../domain/policy.js';
import type { EngineContext } from './context.js';

/** Finds tickets and remediations that nobody holds and that want to go on, and wakes them. */
export async function recover(context: EngineContext): Promise<void> {
  const { tickets, remediations } = await context.storage.due(RECOVER_AT_ONCE);
  for (const { tenant, ticketId } of tickets) await context.queue.wake({ kind: 'ticket', tenant, id: ticketId });
  for (const { tenant, remediationId } of remediations) {
    await context.queue.wake({ kind: 'remediation', tenant, id: remediationId });
  }
}
