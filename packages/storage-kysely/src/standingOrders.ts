import type { StandingOrders } from '@remit/core';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { HaltRow, haltOf } from './haltRow.js';
import { policyOf, policyRowShape } from './policies.js';
import { flag, parseRow, whole } from './rows.js';
import type { Sql } from './sql.js';

const MomentRow = z.object({ now_ms: whole, opted_in: flag.nullable(), by_person: flag.nullable() });

/**
 * Time, halts, opt-in and policy in one statement: a row for each halt that is in force, or one row where there is none.
 * Each part is joined to the time, which is always there.
 */
export async function standingOrders(
  { db, differences, clock }: Sql,
  tenant: string,
  { ticketId, category }: { readonly ticketId: string; readonly category: string },
): Promise<StandingOrders> {
  const now = differences.now as RawBuilder<unknown>;
  const rows = await db
    .selectFrom(db.selectNoFrom(now.as('now_ms')).as('moment'))
    .leftJoin(
      db
        .selectFrom('tickets')
        .select('opted_in')
        .select(({ case: when }) => when().when('resolution', 'is', null).then(0).else(1).end().as('by_person'))
        .where('tenant', '=', tenant)
        .where('ticket_id', '=', ticketId)
        .as('ticket'),
      (join) => join.onTrue(),
    )
    .leftJoin(
      db
        .selectFrom('auto_remediation_policies')
        .select(['version', 'policy', 'changed_by', 'at_ms', 'reason'])
        .where('tenant', '=', tenant)
        .where('category', '=', category)
        .orderBy('version', 'desc')
        .limit(1)
        .as('set'),
      (join) => join.onTrue(),
    )
    .leftJoin(
      db
        .selectFrom('halts')
        .selectAll()
        .where('lifted_at_ms', 'is', null)
        .where(({ or, eb }) => or([eb('scope', '=', 'global'), eb('tenant', '=', tenant)]))
        .as('halt'),
      (join) => join.onTrue(),
    )
    .select(['moment.now_ms', 'ticket.opted_in', 'ticket.by_person'])
    .select(['set.version', 'set.policy', 'set.changed_by', 'set.at_ms as set_at_ms', 'set.reason as set_reason'])
    .select(['halt.tenant', 'halt.halt_id', 'halt.scope', 'halt.category', 'halt.reason', 'halt.raised_by'])
    .select(['halt.at_ms', 'halt.lifted_by', 'halt.lifted_at_ms'])
    .orderBy(sql.ref('halt.at_ms'))
    .orderBy(sql.ref('halt.halt_id'))
    .execute();
  const [first] = rows;
  const moment = parseRow('(standing orders)', [tenant, ticketId], MomentRow, first);
  const policyRow = { ...first, at_ms: first?.set_at_ms, reason: first?.set_reason };
  const halts = rows.filter(({ halt_id }) => halt_id !== null);
  return {
    nowMs: clock ? clock.now() : moment.now_ms,
    halts: halts.map((row) => {
      const { lifted: _, ...halt } = haltOf(parseRow('halts', [row.tenant, row.halt_id], HaltRow, row));
      return halt;
    }),
    ticket:
      moment.opted_in === null || moment.by_person === null
        ? null
        : { optedIn: moment.opted_in, isResolvedByPerson: moment.by_person },
    policy:
      first?.version === null || first?.version === undefined
        ? null
        : policyOf(parseRow('auto_remediation_policies', [tenant, category], policyRowShape, policyRow)),
  };
}
