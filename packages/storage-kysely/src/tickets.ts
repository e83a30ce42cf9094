import type { Ticket, TicketRecord, TicketStatus, TicketStore } from '@remit/core';
import { assessmentFigures, reopeningOf, resolutionsOf } from '@remit/core/adapter';
import { type Kysely, sql as raw } from 'kysely';
import { z } from 'zod';
import { writeRecord } from './audit/records.js';
import { auditContent, auditKey } from './audit/subjects.js';
import { pageOf, sliceOf } from './cursor.js';
import { storeFacts, takeFactsBack } from './facts.js';
import { claimOf, GIVEN_BACK, holds, LEASE_COLUMNS, leaseShape, UNCLAIMED } from './leases.js';
import { tell, teller } from './outbox.js';
import { prepared } from './prepared.js';
import { asFlag, asJson, flag, json, parseRow, whole } from './rows.js';
import type { Schema, TicketsTable } from './schema.js';
import {
  adjudicationShape,
  assessmentShape,
  planShape,
  reopeningsShape,
  resolutionShape,
  textsShape,
  valueByNameShape,
} from './shapes.js';
import type { Sql } from './sql.js';
import { forgetDays } from './statsDays.js';
import { recallTrial } from './trials.js';

const STATUSES = [
  'received',
  'analyzing',
  'suggested',
  'awaiting_approval',
  'deferred',
  'remediating',
  'resolved',
  'needs_human',
  'closed',
] as const satisfies readonly TicketStatus[];

/** Statuses in which a ticket wants to be analysed. */
const TO_ANALYSE: readonly string[] = ['received', 'analyzing'];

const TicketRow = z.object({
  position: whole,
  content_hash: z.string(),
  tenant: z.string(),
  ticket_id: z.string(),
  title: z.string().nullable(),
  description: z.string(),
  category: z.string(),
  opted_in: flag,
  priority: z.string().nullable(),
  requester: z.string().nullable(),
  submitter: z.string(),
  targets: json(textsShape),
  metadata: json(valueByNameShape),
  incident_key: z.string().nullable(),
  traceparent: z.string().nullable(),
  status: z.enum(STATUSES),
  created_at_ms: whole,
  updated_at_ms: whole,
  resolved_at_ms: whole.nullable(),
  assessment: json(assessmentShape.nullable()),
  remediation_id: z.string().nullable(),
  resolution: json(resolutionShape.nullable()),
  reopenings: json(reopeningsShape),
  adjudication: json(adjudicationShape.nullable()),
});

type TicketColumn = keyof z.infer<typeof TicketRow> & keyof TicketsTable;
/** The columns of which a ticket's record is made; the others are of leases, figures and queries. */
const TICKET_COLUMNS = Object.keys(TicketRow.shape) as readonly TicketColumn[];

/** A ticket's row with the place it has in lists. */
export interface PlacedTicket {
  readonly position: number;
  readonly contentHash: string;
  readonly record: TicketRecord;
}

/** Parses a row of `tickets` with all the columns that a record needs. */
export function placedTicket(row: { readonly tenant: string; readonly ticket_id: string }): PlacedTicket {
  const parsed = parseRow('tickets', [row.tenant, row.ticket_id], TicketRow, row);
  return {
    position: parsed.position,
    contentHash: parsed.content_hash,
    record: {
      tenant: parsed.tenant,
      ticketId: parsed.ticket_id,
      title: parsed.title,
      description: parsed.description,
      category: parsed.category,
      optedIn: parsed.opted_in,
      priority: parsed.priority,
      requester: parsed.requester,
      submitter: parsed.submitter,
      targets: parsed.targets,
      metadata: parsed.metadata,
      ...(parsed.incident_key === null ? {} : { incidentKey: parsed.incident_key }),
      ...(parsed.traceparent === null ? {} : { traceparent: parsed.traceparent }),
      status: parsed.status,
      createdAtMs: parsed.created_at_ms,
      updatedAtMs: parsed.updated_at_ms,
      resolvedAtMs: parsed.resolved_at_ms,
      assessment: parsed.assessment,
      remediationId: parsed.remediation_id,
      resolution: parsed.resolution,
      reopenings: parsed.reopenings,
      adjudication: parsed.adjudication,
    },
  };
}

/** What was proposed for a ticket, alone: its assessment is a hundred times as long. */
export const PLAN = raw<string | null>`cast((assessment -> 'analysis') -> 'plan' as text)`.as('plan');

/** What identifies a ticket. */
interface TicketKey {
  readonly tenant: string;
  readonly ticket_id: string;
}

/** The row of a ticket that was just taken in, as it is written. */
function newTicket(ticket: Ticket, { contentHash, nowMs }: { readonly contentHash: string; readonly nowMs: number }) {
  return {
    tenant: ticket.tenant,
    ticket_id: ticket.ticketId,
    content_hash: contentHash,
    title: ticket.title,
    description: ticket.description,
    category: ticket.category,
    opted_in: asFlag(ticket.optedIn),
    priority: ticket.priority,
    requester: ticket.requester,
    submitter: ticket.submitter,
    targets: asJson(ticket.targets),
    metadata: asJson(ticket.metadata),
    incident_key: ticket.incidentKey ?? null,
    traceparent: ticket.traceparent ?? null,
    status: 'received',
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
    attempts: 0,
    ...UNCLAIMED,
    wake_at_ms: 0,
  };
}

/** The columns that a ticket which was just taken in leaves to their defaults. */
const NOTHING_YET = {
  resolved_at_ms: null,
  assessment: null,
  remediation_id: null,
  resolution: null,
  reopenings: '[]',
  adjudication: null,
};

/** Told apart without reading what the person wrote. */
const IS_RESOLVED_BY_PERSON = raw<number>`case when resolution is null then 0 else 1 end`.as('is_resolved_by_person');

const OutcomeRow = z.object({
  ticket_id: z.string(),
  status: z.enum(STATUSES),
  resolved_at_ms: whole.nullable(),
  is_resolved_by_person: flag,
  plan: json(planShape.nullable()),
  resolution: z.string().nullable(),
  reopenings: json(reopeningsShape),
});

const LockedRow = z.object({
  ...leaseShape,
  status: z.enum(STATUSES),
  opted_in: flag,
  attempts: whole,
  resolved_at_ms: whole.nullable(),
  remediation_id: z.string().nullable(),
  created_at_ms: whole,
  is_resolved_by_person: flag,
});
/** What verbs need to know about a ticket whose row they hold. */
export type LockedTicket = z.infer<typeof LockedRow>;

/** Reads what matters for a race, and keeps other writers off the ticket until the transaction ends. */
export async function lockTicket(
  { differences }: Sql,
  transaction: Kysely<Schema>,
  tenant: string,
  ticketId: string,
): Promise<LockedTicket | null> {
  const row = await transaction
    .selectFrom('tickets')
    .select([...LEASE_COLUMNS, 'status', 'opted_in', 'attempts', 'resolved_at_ms', 'remediation_id', 'created_at_ms'])
    .select(IS_RESOLVED_BY_PERSON)
    .where('tenant', '=', tenant)
    .where('ticket_id', '=', ticketId)
    .$call(differences.lockRows)
    .executeTakeFirst();
  return row ? parseRow('tickets', [tenant, ticketId], LockedRow, row) : null;
}

/** The remediation that keeps a ticket from another one: unfinished, or over and still holding its targets. */
export async function blockingOf(
  transaction: Kysely<Schema>,
  tenant: string,
  ticketId: string,
  but = '',
): Promise<string | null> {
  const row = await transaction
    .selectFrom('remediations')
    .select('remediation_id')
    .where('tenant', '=', tenant)
    .where('ticket_id', '=', ticketId)
    .where('remediation_id', '!=', but)
    // Written out, so that the index of such remediations alone can be used.
    .where('blocks_ticket', '=', raw.lit(1))
    .executeTakeFirst();
  return row?.remediation_id ?? null;
}

/** Tickets in SQL. */
export function sqlTickets(sql: Sql): TicketStore {
  const { db } = sql;
  const rowsOf = prepared(db, (on, { tenant, ticket_id }: TicketKey) =>
    on.selectFrom('tickets').select(TICKET_COLUMNS).where('tenant', '=', tenant).where('ticket_id', '=', ticket_id),
  );
  const outcomes = prepared(db, (on, asked: { readonly tenant: string; readonly ticketIds: readonly string[] }) =>
    on
      .selectFrom('tickets')
      .select(['ticket_id', 'status', 'resolved_at_ms', 'reopenings', IS_RESOLVED_BY_PERSON])
      .select([PLAN, raw<string | null>`resolution ->> 'text'`.as('resolution')])
      .where('tenant', '=', asked.tenant)
      .where(({ ref }) => sql.differences.oneOf(ref('ticket_id'), asked.ticketIds)),
  );
  const tellOf = teller(db);
  const insert = prepared(db, (on, row: ReturnType<typeof newTicket>) =>
    on
      .insertInto('tickets')
      .values(row)
      .onConflict((conflict) => conflict.columns(['tenant', 'ticket_id']).doNothing())
      .returning('position'),
  );
  const read = async (from: Kysely<Schema>, tenant: string, ticketId: string): Promise<PlacedTicket | null> => {
    const [row] = await rowsOf(from, { tenant, ticket_id: ticketId });
    return row ? placedTicket(row) : null;
  };
  /** A ticket that is there: its row is held. */
  const held = async (from: Kysely<Schema>, tenant: string, ticketId: string): Promise<PlacedTicket> => {
    const found = await read(from, tenant, ticketId);
    if (found) return found;
    throw new Error(`Ticket ${ticketId} went away while it was held.`);
  };
  const change = (transaction: Kysely<Schema>, tenant: string, ticketId: string) =>
    transaction.updateTable('tickets').where('tenant', '=', tenant).where('ticket_id', '=', ticketId);

  return {
    async submit(ticket, contentHash) {
      const { tenant, ticketId } = ticket;
      return sql.write(async (transaction) => {
        const nowMs = await sql.now(transaction);
        const row = newTicket(ticket, { contentHash, nowMs });
        const [created] = await insert(transaction, row);
        if (created) {
          await tellOf(transaction, { tenant, type: 'ticket_received', ticketId, atMs: nowMs });
          return { kind: 'created', record: placedTicket({ ...NOTHING_YET, ...row, ...created }).record };
        }
        const there = await held(transaction, tenant, ticketId);
        return { kind: there.contentHash === contentHash ? 'same' : 'conflict', record: there.record };
      });
    },

    async find(tenant, ticketId) {
      return (await read(sql.questions, tenant, ticketId))?.record ?? null;
    },

    async outcomesOf(tenant, ticketIds) {
      if (ticketIds.length === 0) return [];
      const rows = await outcomes(sql.questions, { tenant, ticketIds });
      return rows.map((raw) => {
        const row = parseRow('tickets', [tenant, raw.ticket_id], OutcomeRow, raw);
        const { ticket_id: ticketId, status, plan, resolution, reopenings } = row;
        const fixedBy = row.resolved_at_ms === null ? null : row.is_resolved_by_person ? 'person' : 'remit';
        return { ticketId, status, plan, fixedBy, resolution, reopened: reopenings.length > 0 };
      });
    },

    async latestOfIncident(tenant, incidentKey) {
      const row = await db
        .selectFrom('tickets')
        .select(TICKET_COLUMNS)
        .where('tenant', '=', tenant)
        .where('incident_key', '=', incidentKey)
        .orderBy('position', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? placedTicket(row).record : null;
    },

    async list(tenant, query) {
      const { after, fetch } = sliceOf('tickets', query);
      const { status, category } = query;
      const rows = await db
        .selectFrom('tickets')
        .select(TICKET_COLUMNS)
        .where('tenant', '=', tenant)
        .$if(status !== undefined, (rest) => rest.where('status', '=', status ?? ''))
        .$if(category !== undefined, (rest) => rest.where('category', '=', category ?? ''))
        .$if(after !== null, (rest) => rest.where('position', '<', after ?? 0))
        .orderBy('position', 'desc')
        .limit(fetch)
        .execute();
      return pageOf('tickets', rows.map(placedTicket), query.limit, ({ record }) => record);
    },

    async claim(tenant, ticketId, request) {
      return sql.writeSwiftly(async (transaction) => {
        const ticket = await lockTicket(sql, transaction, tenant, ticketId);
        if (!ticket || !TO_ANALYSE.includes(ticket.status)) return { kind: 'stale' };
        const nowMs = await sql.now(transaction);
        const { claim, set } = claimOf(ticket, request, nowMs);
        if (set) {
          await change(transaction, tenant, ticketId)
            .set({ ...set, status: 'analyzing', updated_at_ms: nowMs, wake_at_ms: set.lease_until_ms })
            .set({ attempts: ticket.attempts + 1 })
            .execute();
        }
        return claim.kind === 'claimed' ? { ...claim, attempt: ticket.attempts + 1 } : claim;
      });
    },

    async heartbeat(tenant, ticketId, { token, leaseMs }) {
      return sql.writeSwiftly(async (transaction) => {
        const ticket = await lockTicket(sql, transaction, tenant, ticketId);
        const nowMs = await sql.now(transaction);
        if (!ticket || !holds(ticket, token, nowMs)) return null;
        const untilMs = nowMs + leaseMs;
        await change(transaction, tenant, ticketId).set({ lease_until_ms: untilMs, wake_at_ms: untilMs }).execute();
        return { untilMs };
      });
    },

    async release(tenant, ticketId, token) {
      // Only a ticket that is being analysed has a lease.
      await sql.writeSwiftly((transaction) =>
        change(transaction, tenant, ticketId)
          .set({ ...GIVEN_BACK, wake_at_ms: 0 })
          .where('lease_token', '=', token)
          .where('lease_until_ms', 'is not', null)
          .execute(),
      );
    },

    async resolve(tenant, ticketId, resolution, facts) {
      return sql.write(async (transaction) => {
        const ticket = await lockTicket(sql, transaction, tenant, ticketId);
        if (!ticket) return { kind: 'not_found' };
        if (ticket.status === 'resolved' || ticket.status === 'closed') return { kind: 'already_resolved' };
        const running = await transaction
          .selectFrom('remediations')
          .select('remediation_id')
          .where('tenant', '=', tenant)
          .where('ticket_id', '=', ticketId)
          .where('state', 'in', ['executing', 'validating', 'rolling_back'])
          .executeTakeFirst();
        if (running) return { kind: 'unfinished' };
        // A worker that is about to act on it writes no more: its next row is fenced.
        await transaction
          .updateTable('remediations')
          .set(GIVEN_BACK)
          .set('wake_at_ms', ({ ref }) => ref('rests_until_ms').$castTo<number | null>())
          .where('tenant', '=', tenant)
          .where('ticket_id', '=', ticketId)
          .where('lease_until_ms', 'is not', null)
          .execute();
        const nowMs = await sql.now(transaction);
        // Whoever analyses it right now has nothing left to do: opening a remediation is refused from here on.
        const rest = { ...GIVEN_BACK, wake_at_ms: null };
        const done = { status: 'resolved', resolved_at_ms: nowMs, updated_at_ms: nowMs };
        await change(transaction, tenant, ticketId)
          .set({ ...rest, ...done, resolution: asJson(resolution) })
          // From here on its resolutions are recorded.
          .set('resolutions', ({ eb, ref }) => eb(ref('resolutions').$castTo<number>(), '+', 1))
          .execute();
        await storeFacts(sql, transaction, tenant, facts);
        await tell(transaction, { tenant, type: 'ticket_resolved', ticketId, atMs: nowMs }).execute();
        await forgetDays(sql, transaction, tenant, { createdAtMs: [ticket.created_at_ms], nowMs });
        const { record } = await held(transaction, tenant, ticketId);
        const key = auditKey(ticketId, resolutionsOf(record).length);
        const about = { tenant, kind: 'resolution', key, actor: resolution.resolver, atMs: nowMs } as const;
        await writeRecord(sql, transaction, { ...about, content: auditContent(resolution) });
        return { kind: 'resolved', record };
      });
    },

    async reopen(tenant, ticketId, request) {
      return sql.write(async (transaction) => {
        if (!(await lockTicket(sql, transaction, tenant, ticketId))) return { kind: 'not_found' };
        const before = await read(transaction, tenant, ticketId);
        const nowMs = await sql.now(transaction);
        const reopening = before && reopeningOf(before.record, { ...request, atMs: nowMs });
        if (!reopening) return { kind: 'not_resolved' };
        await change(transaction, tenant, ticketId)
          .set({ status: 'needs_human', resolved_at_ms: null, updated_at_ms: nowMs, resolution: null })
          .set({ reopenings: asJson([...before.record.reopenings, reopening]) })
          // What had resolved it is over: a row that comes late to it must not close the ticket again.
          .$if(reopening.resolution === null, (rest) => rest.set({ remediation_id: null }))
          .execute();
        await takeFactsBack(sql, transaction, { tenant, ticketId }, reopening);
        await recallTrial(sql, transaction, tenant, reopening);
        await tell(transaction, { tenant, type: 'ticket_reopened', ticketId, atMs: nowMs }).execute();
        await forgetDays(sql, transaction, tenant, { createdAtMs: [before.record.createdAtMs], nowMs });
        const { record } = await held(transaction, tenant, ticketId);
        return { kind: 'reopened', record };
      });
    },

    async cancel(tenant, ticketId, by) {
      return sql.write(async (transaction) => {
        const ticket = await lockTicket(sql, transaction, tenant, ticketId);
        if (!ticket) return { kind: 'not_found' };
        if (ticket.status === 'resolved') return { kind: 'over' };
        if (ticket.status !== 'closed') {
          if (await blockingOf(transaction, tenant, ticketId)) return { kind: 'unfinished' };
          const atMs = await sql.now(transaction);
          // Whoever analyses it right now has nothing left to do: opening a remediation is refused from here on.
          await change(transaction, tenant, ticketId)
            .set({ ...GIVEN_BACK, wake_at_ms: null, status: 'closed', updated_at_ms: atMs })
            .execute();
          await tell(transaction, { tenant, type: 'ticket_cancelled', ticketId, atMs, data: { by } }).execute();
        }
        const { record } = await held(transaction, tenant, ticketId);
        return { kind: 'cancelled', record };
      });
    },

    async adjudicate(tenant, ticketId, adjudication, facts) {
      return sql.write(async (transaction) => {
        if (!(await lockTicket(sql, transaction, tenant, ticketId))) return { kind: 'not_found' };
        const before = (await held(transaction, tenant, ticketId)).record;
        if (before.adjudication) return { kind: 'already', record: before };
        const atMs = await sql.now(transaction);
        await change(transaction, tenant, ticketId)
          .set({ adjudication: asJson({ ...adjudication, atMs }), updated_at_ms: atMs })
          .execute();
        await storeFacts(sql, transaction, tenant, facts);
        await tell(transaction, { tenant, type: 'ticket_adjudicated', ticketId, atMs }).execute();
        await forgetDays(sql, transaction, tenant, { createdAtMs: [before.createdAtMs], nowMs: atMs });
        const { record } = await held(transaction, tenant, ticketId);
        return { kind: 'adjudicated', record };
      });
    },

    async setOptIn(tenant, ticketId, { optedIn, by }) {
      return sql.write(async (transaction) => {
        const ticket = await lockTicket(sql, transaction, tenant, ticketId);
        if (!ticket || ticket.status === 'resolved' || ticket.status === 'closed') return null;
        const unfinished = await blockingOf(transaction, tenant, ticketId);
        const atRest = !TO_ANALYSE.includes(ticket.status) && !unfinished;
        const again = optedIn && !ticket.opted_in && atRest;
        const atMs = await sql.now(transaction);
        await change(transaction, tenant, ticketId)
          .set({ opted_in: asFlag(optedIn), opt_in_by: by, opt_in_at_ms: atMs, updated_at_ms: atMs })
          .$if(again, (rest) => rest.set({ status: 'received', wake_at_ms: 0 }))
          .execute();
        const data = { opted_in: optedIn };
        await tell(transaction, { tenant, type: 'ticket_opt_in_changed', ticketId, atMs, data }).execute();
        await forgetDays(sql, transaction, tenant, { createdAtMs: [ticket.created_at_ms], nowMs: atMs });
        const content = { optedIn, by, atMs };
        await writeRecord(sql, transaction, { tenant, kind: 'opt_in', key: ticketId, actor: by, atMs, content });
        return { again };
      });
    },

    async rescore(tenant, ticketId, reliability) {
      await sql.write(async (transaction) => {
        const ticket = await lockTicket(sql, transaction, tenant, ticketId);
        if (!ticket) return;
        const assessment = (await read(transaction, tenant, ticketId))?.record.assessment;
        if (!assessment) return;
        const { score, level } = reliability;
        const nowMs = await sql.now(transaction);
        await change(transaction, tenant, ticketId)
          .set({ assessment: asJson({ ...assessment, reliability }), score, level })
          .set({ figures: asJson(assessmentFigures({ ...assessment, reliability })) })
          .set({ updated_at_ms: nowMs })
          .execute();
        await forgetDays(sql, transaction, tenant, { createdAtMs: [ticket.created_at_ms], nowMs });
      });
    },
  };
}
