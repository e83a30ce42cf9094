import type { Json } from './canonical.js';
import type { LogRow, StateName } from './remediation.js';
import type { TicketStatus } from './ticket.js';

/** What observers outside of the process are told about a remediation after these rows: where it stands, and no more. */
export function remediationTold(
  rows: readonly LogRow[],
  { state, ticketStatus }: { readonly state: StateName; readonly ticketStatus: TicketStatus },
): Readonly<Record<string, Json>> {
  const events = rows.map(({ event }) => event.type);
  return { state, ticket_status: ticketStatus, log_seq: rows.at(-1)?.seq ?? 0, events };
}
