import type { DueCursor, DueWork } from '@remit/core';
import { parseRow, whole } from './rows.js';
import type { Sql } from './sql.js';

/** The first so many rows, and the position of the last of them; one row more than wanted tells that there are others. */
function cut<Row extends { readonly position: unknown }>(
  table: string,
  rows: readonly Row[],
  limit: number,
): { readonly shown: readonly Row[]; readonly isAll: boolean; readonly last: number | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    shown,
    isAll: shown.length === rows.length,
    last: last ? parseRow(table, 'position', whole, last.position) : null,
  };
}

/** Work that nobody holds; a limited number of each kind, oldest first, behind a place. */
export async function due({ db, now }: Sql, limit: number, after?: DueCursor | null): Promise<DueWork> {
  const nowMs = await now(db);
  const from = after ?? { tickets: 0, remediations: 0 };
  // Materialised: ordered by position with a limit, databases like to walk through all rows that ever were.
  const awakeTickets = await db
    .with(
      (awake) => awake('awake').materialized(),
      (rows) =>
        rows
          .selectFrom('tickets')
          .select(['position', 'tenant', 'ticket_id as ticketId'])
          .where('wake_at_ms', '<=', nowMs)
          .where('status', 'in', ['received', 'analyzing']),
    )
    .selectFrom('awake')
    .select(['position', 'tenant', 'ticketId'])
    .where('position', '>', from.tickets)
    .orderBy('position')
    .limit(limit + 1)
    .execute();
  const awakeRemediations = await db
    .with(
      (awake) => awake('awake').materialized(),
      (rows) =>
        rows
          .selectFrom('remediations')
          .select(['position', 'tenant', 'remediation_id as remediationId'])
          .where('wake_at_ms', '<=', nowMs),
    )
    .selectFrom('awake')
    .select(['position', 'tenant', 'remediationId'])
    .where('position', '>', from.remediations)
    .orderBy('position')
    .limit(limit + 1)
    .execute();
  const tickets = cut('tickets', awakeTickets, limit);
  const remediations = cut('remediations', awakeRemediations, limit);
  const next = { tickets: tickets.last ?? from.tickets, remediations: remediations.last ?? from.remediations };
  return {
    tickets: tickets.shown.map(({ tenant, ticketId }) => ({ tenant, ticketId })),
    remediations: remediations.shown.map(({ tenant, remediationId }) => ({ tenant, remediationId })),
    next: tickets.isAll && remediations.isAll ? null : next,
  };
}
