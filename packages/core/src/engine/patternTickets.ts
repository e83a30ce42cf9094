import type { Principal } from '../domain/approval.js';
import { changesInForce, livingPattern, sourcesOf } from '../domain/patternChange.js';
import type { TicketRecord } from '../domain/ticket.js';
import type { EngineContext } from './context.js';
import { findPattern } from './promote.js';

/*
 * A ticket keeps the pattern that its analysis named; where it counts today follows from the changes in force.
 */

/** The newest tickets that count under a pattern today. @throws RemitError `not_found`. */
export async function patternTickets(
  context: EngineContext,
  { tenant }: Principal,
  patternId: string,
  limit: number,
): Promise<readonly TicketRecord[]> {
  const { patterns } = context.storage;
  await findPattern(context, tenant, patternId);
  const inForce = changesInForce(await patterns.changes(tenant, null));
  const found: TicketRecord[] = [];
  for (const told of sourcesOf(patternId, inForce)) {
    const gone = inForce.flatMap((change) =>
      change.patternId === told && change.edit.kind === 'split' ? change.edit.ticketIds : [],
    );
    // Those that were split off are passed over: so many more are asked for.
    const tickets = await patterns.ticketsOf(tenant, told, { limit: limit + gone.length });
    found.push(...tickets.filter(({ ticketId }) => livingPattern(told, { ticketId }, inForce) === patternId));
  }
  return found.sort((a, b) => b.createdAtMs - a.createdAtMs).slice(0, limit);
}
