import type { Halt, StandingOrders } from '@remit/core';
import type { InferResult, RawBuilder } from 'kysely';
import { z } from 'zod';
import type { RowOf } from './differences.js';
import { gatheredReads } from './gathered.js';
import { HaltRow, haltOf } from './haltRow.js';
import { policyOf, policyRowShape } from './policies.js';
import { prepared } from './prepared.js';
import { asTextColumn, flag, parseRow, whole } from './rows.js';
import type { Sql } from './sql.js';

/** Whose standing orders are asked for. */
interface Ask {
  readonly tenant: string;
  readonly ticketId: string;
  readonly category: string;
}

const MomentRow = z.object({ place: whole, now_ms: whole, opted_in: flag.nullable(), by_person: flag.nullable() });
const COLUMNS = { place: 'whole', tenant: 'text', ticket_id: 'text', category: 'text' } as const;
type Placed = RowOf<typeof COLUMNS>;

/**
 * Time, halts, opt-in and policy in one statement: for each question a row for each halt that is in force, or one row
 * where there is none. Each part is joined to the time, which is always there.
 */
function statement(db: Sql['db'], differences: Sql['differences'], places: readonly Placed[]) {
  const now = differences.now as RawBuilder<unknown>;
  return db
    .selectFrom(db.selectNoFrom(now.as('now_ms')).as('moment'))
    .innerJoin(differences.rowsOf(COLUMNS, places).as('ask'), (join) => join.onTrue())
    .leftJoin('tickets as ticket', (join) =>
      join.onRef('ticket.tenant', '=', 'ask.tenant').onRef('ticket.ticket_id', '=', 'ask.ticket_id'),
    )
    .leftJoin('auto_remediation_policies as set', (join) =>
      join
        .onRef('set.tenant', '=', 'ask.tenant')
        .onRef('set.category', '=', 'ask.category')
        .on('set.version', '=', ({ selectFrom }) =>
          selectFrom('auto_remediation_policies as newest')
            .select(({ fn }) => fn.max('newest.version').as('version'))
            .whereRef('newest.tenant', '=', 'ask.tenant')
            .whereRef('newest.category', '=', 'ask.category'),
        ),
    )
    .leftJoin('halts as halt', (join) =>
      join
        .on('halt.lifted_at_ms', 'is', null)
        .on(({ or, eb }) => or([eb('halt.scope', '=', 'global'), eb('halt.tenant', '=', eb.ref('ask.tenant'))])),
    )
    .select(['ask.place', 'moment.now_ms', 'ticket.opted_in'])
    .select(({ case: when }) => when().when('ticket.resolution', 'is', null).then(0).else(1).end().as('by_person'))
    .select(['set.version', 'set.changed_by', 'set.at_ms as set_at_ms', 'set.reason as set_reason'])
    .select(asTextColumn('set.policy').as('policy'))
    .select(['halt.tenant', 'halt.halt_id', 'halt.scope', 'halt.category', 'halt.reason', 'halt.raised_by'])
    .select(['halt.at_ms', 'halt.lifted_by', 'halt.lifted_at_ms'])
    .orderBy('ask.place')
    .orderBy('halt.at_ms')
    .orderBy('halt.halt_id');
}

type Row = InferResult<ReturnType<typeof statement>>[number];

function placed({ tenant, ticketId, category }: Ask, place: number): Placed {
  return { place, tenant, ticket_id: ticketId, category };
}

function haltIn(row: Row): Halt {
  const { lifted: _, ...halt } = haltOf(parseRow('halts', [row.tenant, row.halt_id], HaltRow, row));
  return halt;
}

function ordersOf({ clock }: Sql, { tenant, ticketId, category }: Ask, rows: readonly Row[]): StandingOrders {
  const [first] = rows;
  const moment = parseRow('(standing orders)', [tenant, ticketId], MomentRow, first);
  const { opted_in: optedIn, by_person: isResolvedByPerson } = moment;
  const policyRow = { ...first, at_ms: first?.set_at_ms, reason: first?.set_reason };
  return {
    nowMs: clock ? clock.now() : moment.now_ms,
    halts: rows.filter(({ halt_id }) => halt_id !== null).map(haltIn),
    ticket: optedIn === null || isResolvedByPerson === null ? null : { optedIn, isResolvedByPerson },
    policy:
      first?.version === null || first?.version === undefined
        ? null
        : policyOf(parseRow('auto_remediation_policies', [tenant, category], policyRowShape, policyRow)),
  };
}

/** Asks what people have ordered about tickets; questions of one moment in one statement. */
export function standingOrdersOf(sql: Sql): (ask: Ask) => Promise<StandingOrders> {
  const found = prepared(sql.questions, (db, { places }: { readonly places: readonly Placed[] }) =>
    statement(db, sql.differences, places),
  );
  return gatheredReads(async (asks: readonly Ask[]) => {
    const rows = await found(sql.questions, { places: asks.map(placed) });
    const byPlace = new Map<number, Row[]>(asks.map((_, place) => [place, []]));
    for (const row of rows) byPlace.get(Number(row.place))?.push(row);
    return asks.map((ask, place) => ordersOf(sql, ask, byPlace.get(place) ?? []));
  });
}
