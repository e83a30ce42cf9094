import type { EngineContext } from './context.js';

/** Pieces of unfinished work woken at a time. */
const AT_ONCE = 100;

/** Finds tickets and remediations that nobody holds and that want to go on, and wakes them. */
export async function recover(context: EngineContext): Promise<void> {
  const { tickets, remediations } = await context.storage.due(AT_ONCE);
  for (const { tenant, ticketId } of tickets) await context.queue.wake({ kind: 'ticket', tenant, id: ticketId });
  for (const { tenant, remediationId } of remediations) {
    await context.queue.wake({ kind: 'remediation', tenant, id: remediationId });
  }
}
