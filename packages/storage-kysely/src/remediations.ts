import {
  assessmentFigures,
  type Opening,
  type Projection,
  type RemediationStore,
  RemitError,
  type StateName,
} from '@remit/core';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { approvalChange, type RemediationKey, writeSimilarTickets } from './approvals.js';
import { pageOf, sliceOf } from './cursor.js';
import type { Change } from './differences.js';
import { storeFacts } from './facts.js';
import { claimOf, GIVEN_BACK, holds, LEASE_COLUMNS, leaseShape, UNCLAIMED, wakeAt } from './leases.js';
import { locksReleased } from './locks.js';
import { chained, insertRows, rowsOfRemediation, rowsOfTicket, writeRows } from './log.js';
import { toldOf } from './outbox.js';
import { asFlag, asJson, flag, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import type { Sql } from './sql.js';
import { forgetDays } from './statsDays.js';
import { blockingOf, type LockedTicket, lockTicket } from './tickets.js';
import { labelTrial, openTrial } from './trials.js';

const LockedRow = z.object({
  ...leaseShape,
  version: whole,
  head_hash: z.string(),
  blocks_ticket: flag,
  rests_until_ms: whole.nullable(),
});

const LockedBothRow = z.object({
  ...leaseShape,
  ticket_id: z.string(),
  version: whole,
  head_hash: z.string(),
  status: z.string(),
  resolved_at_ms: whole.nullable(),
  latest: z.string().nullable(),
  wake_at_ms: whole.nullable(),
  analysed_until_ms: whole.nullable(),
  handed_in_at_ms: whole,
  by_person: flag,
});

/** When a remediation wants to be looked at while nobody holds it; null: never. */
function restsUntil({ ended, state, dueAtMs }: Projection): number | null {
  if (ended) return dueAtMs;
  return state === 'deferred' || state === 'awaiting_approval' ? dueAtMs : 0;
}

function columnsOf(projection: Projection) {
  const { state, route, reason, acts, ended, holdsLocks, awaitsApproval } = projection;
  return {
    state,
    route,
    reason,
    acts: asFlag(acts),
    ended: asFlag(ended),
    blocks_ticket: asFlag(!ended || holdsLocks),
    holds_locks: asFlag(holdsLocks),
    awaits_approval: asFlag(awaitsApproval),
    // Whenever columns are written, rows were.
    unsealed: 1,
    rests_until_ms: restsUntil(projection),
  };
}

/** The columns of a ticket whose remediation stands like this. */
function statusColumns(
  ticket: Pick<LockedTicket, 'resolved_at_ms' | 'lease_until_ms'>,
  { ticketStatus }: Projection,
  nowMs: number,
) {
  const resolved_at_ms = ticketStatus === 'resolved' ? (ticket.resolved_at_ms ?? nowMs) : null;
  const toAnalyse = ticketStatus === 'received' || ticketStatus === 'analyzing';
  const wake_at_ms = wakeAt(toAnalyse ? 0 : null, ticket.lease_until_ms);
  return { status: ticketStatus, updated_at_ms: nowMs, resolved_at_ms, wake_at_ms };
}

/** Remediations and their logs in SQL. */
export function sqlRemediations(sql: Sql): RemediationStore {
  const { db, differences } = sql;
  const change = (transaction: Kysely<Schema>, tenant: string, remediationId: string) =>
    transaction.updateTable('remediations').where('tenant', '=', tenant).where('remediation_id', '=', remediationId);
  const changeTicket = (transaction: Kysely<Schema>, tenant: string, ticketId: string) =>
    transaction.updateTable('tickets').where('tenant', '=', tenant).where('ticket_id', '=', ticketId);
  const lock = async (transaction: Kysely<Schema>, tenant: string, remediationId: string) => {
    const held = await sql.locked(
      transaction,
      transaction
        .selectFrom('remediations')
        .select([...LEASE_COLUMNS, 'version', 'head_hash', 'blocks_ticket', 'rests_until_ms'])
        .where('tenant', '=', tenant)
        .where('remediation_id', '=', remediationId),
    );
    if (!held) return null;
    return { remediation: parseRow('remediations', [tenant, remediationId], LockedRow, held.row), nowMs: held.nowMs };
  };
  /** A remediation and its ticket. Ticket first, as everywhere: one order of locks has no deadlocks. */
  const lockBoth = async (transaction: Kysely<Schema>, tenant: string, remediationId: string) => {
    const held = await sql.locked(
      transaction,
      transaction
        .selectFrom('tickets as ticket')
        .innerJoin('remediations as run', (join) =>
          join.onRef('run.tenant', '=', 'ticket.tenant').onRef('run.ticket_id', '=', 'ticket.ticket_id'),
        )
        .select(['run.ticket_id', 'run.version', 'run.head_hash', 'run.lease_token', 'run.lease_until_ms'])
        .select(['ticket.status', 'ticket.resolved_at_ms', 'ticket.remediation_id as latest', 'ticket.wake_at_ms'])
        .select(['ticket.lease_until_ms as analysed_until_ms', 'ticket.created_at_ms as handed_in_at_ms'])
        .select(({ case: when }) => when().when('ticket.resolution', 'is', null).then(0).else(1).end().as('by_person'))
        .where('run.tenant', '=', tenant)
        .where('run.remediation_id', '=', remediationId),
    );
    if (!held) return null;
    return { ...parseRow('remediations', [tenant, remediationId], LockedBothRow, held.row), nowMs: held.nowMs };
  };
  const ticketIdOf = async (from: Kysely<Schema>, tenant: string, remediationId: string) => {
    const row = await from
      .selectFrom('remediations')
      .select('ticket_id')
      .where('tenant', '=', tenant)
      .where('remediation_id', '=', remediationId)
      .executeTakeFirst();
    return row?.ticket_id ?? null;
  };
  /** The ticket follows its latest remediation; null where that leaves it as it is. */
  const ticketChange = (
    transaction: Kysely<Schema>,
    { tenant, remediationId, ticketId }: RemediationKey,
    held: z.infer<typeof LockedBothRow> & { readonly nowMs: number },
    projection: Projection,
  ): Change | null => {
    // A row that comes late to an earlier remediation says nothing about the ticket any more.
    if (held.latest !== remediationId || held.by_person || held.status === 'closed') return null;
    const now = statusColumns({ ...held, lease_until_ms: held.analysed_until_ms }, projection, held.nowMs);
    const isAsItWas =
      now.status === held.status && now.resolved_at_ms === held.resolved_at_ms && now.wake_at_ms === held.wake_at_ms;
    return isAsItWas ? null : changeTicket(transaction, tenant, ticketId).set(now);
  };
  /** Stores a remediation with its first rows. */
  const insert = async (
    transaction: Kysely<Schema>,
    key: { readonly tenant: string; readonly remediationId: string; readonly ticketId: string },
    first: Pick<Opening, 'actor' | 'atMs' | 'events' | 'projection'>,
    nowMs: number,
  ) => {
    const { projection } = first;
    const rows = await writeRows(transaction, { ...key, version: 0, hash: '' }, { ...first, token: null });
    await transaction
      .insertInto('remediations')
      .values({
        tenant: key.tenant,
        remediation_id: key.remediationId,
        ticket_id: key.ticketId,
        created_at_ms: nowMs,
        version: rows.length,
        head_hash: rows.at(-1)?.hash ?? '',
        ...columnsOf(projection),
        ...UNCLAIMED,
        wake_at_ms: restsUntil(projection),
      })
      .execute();
    return rows;
  };

  return {
    async open(opening) {
      const { tenant, remediationId, ticketId, assessment, projection } = opening;
      return sql.write(async (transaction) => {
        const ticket = await lockTicket(sql, transaction, tenant, ticketId);
        const nowMs = await sql.now(transaction);
        if (ticket?.status !== 'analyzing' || !holds(ticket, opening.ticketToken, nowMs)) return { kind: 'fenced' };
        if (ticket.opted_in !== opening.optedIn) return { kind: 'opt_in_changed' };
        const unfinished = await blockingOf(transaction, tenant, ticketId);
        if (unfinished !== null) return { kind: 'unfinished', remediationId: unfinished };
        if ((await ticketIdOf(transaction, tenant, remediationId)) !== null) {
          throw new RemitError('internal', `Remediation ${remediationId} exists already.`, {
            nextStep: 'Give every remediation an id of its own.',
          });
        }
        const key = { tenant, remediationId, ticketId };
        const rows = await insert(transaction, key, opening, nowMs);
        if (projection.approval) {
          await approvalChange(transaction, key, projection.state, projection.approval).execute();
        }
        await writeSimilarTickets(transaction, key, assessment.similarTickets);
        await openTrial(transaction, opening);
        await changeTicket(transaction, tenant, ticketId)
          .set({ assessment: asJson(assessment), pattern_id: assessment.patternId, remediation_id: remediationId })
          .set({ figures: asJson(assessmentFigures(assessment)) })
          .set({ score: assessment.reliability.score, level: assessment.reliability.level })
          .set({ ...GIVEN_BACK, attempts: 0, ...statusColumns({ ...ticket, ...GIVEN_BACK }, projection, nowMs) })
          .execute();
        await toldOf(transaction, 'remediation_opened', { ...key, rows, projection, nowMs }).execute();
        await forgetDays(sql, transaction, tenant, { createdAtMs: [ticket.created_at_ms], nowMs });
        return { kind: 'opened', rows };
      });
    },

    async load(tenant, remediationId) {
      const ticketId = await ticketIdOf(db, tenant, remediationId);
      if (ticketId === null) return null;
      const rows = await rowsOfRemediation(db, tenant, remediationId);
      return { tenant, remediationId, ticketId, rows, version: rows.length };
    },

    async takeOver({ from, remediationId, events, projection }) {
      const { tenant, expectedVersion, actor, atMs } = from;
      return sql.write(async (transaction) => {
        const ticketId = await ticketIdOf(transaction, tenant, from.remediationId);
        if (ticketId === null) return { kind: 'stale', version: 0 };
        const ticket = await lockTicket(sql, transaction, tenant, ticketId);
        const held = await lock(transaction, tenant, from.remediationId);
        const old = held?.remediation;
        if (!held || !old || old.version !== expectedVersion) return { kind: 'stale', version: old?.version ?? 0 };
        const unfinished = await blockingOf(transaction, tenant, ticketId, from.remediationId);
        if (unfinished !== null) return { kind: 'unfinished', remediationId: unfinished };
        const { nowMs } = held;
        const oldKey = { tenant, remediationId: from.remediationId, ticketId };
        const head = { version: old.version, hash: old.head_hash };
        const oldRows = await writeRows(transaction, { ...oldKey, ...head }, { ...from, token: null });
        await change(transaction, tenant, from.remediationId)
          .set({ version: old.version + oldRows.length, head_hash: oldRows.at(-1)?.hash ?? old.head_hash })
          .set({ ...columnsOf(from.projection), wake_at_ms: restsUntil(from.projection) })
          .execute();
        const rows = await insert(
          transaction,
          { tenant, remediationId, ticketId },
          { actor, atMs, events, projection },
          nowMs,
        );
        await transaction
          .updateTable('target_locks')
          .set({ remediation_id: remediationId })
          .where('tenant', '=', tenant)
          .where('remediation_id', '=', from.remediationId)
          .execute();
        await changeTicket(transaction, tenant, ticketId)
          .set({ remediation_id: remediationId })
          .$if(ticket !== null && !ticket.is_resolved_by_person && ticket.status !== 'closed', (rest) =>
            ticket === null ? rest : rest.set(statusColumns(ticket, projection, nowMs)),
          )
          .execute();
        const left = { ...oldKey, rows: oldRows, projection: from.projection, nowMs };
        await toldOf(transaction, 'remediation_changed', left).execute();
        const opened = { tenant, remediationId, ticketId, rows, projection, nowMs };
        await toldOf(transaction, 'remediation_opened', opened).execute();
        const createdAtMs = ticket ? [ticket.created_at_ms] : [];
        await forgetDays(sql, transaction, tenant, { createdAtMs, nowMs });
        return { kind: 'taken_over', rows: [...oldRows, ...rows] };
      });
    },

    async tenantOf(remediationId) {
      const rows = await db
        .selectFrom('remediations')
        .select('tenant')
        .where('remediation_id', '=', remediationId)
        .limit(2)
        .execute();
      const [only, other] = rows;
      // Two tenants with one id: nobody can say whose it is, and guessing would cross the wall between them.
      return only && !other ? only.tenant : null;
    },

    async logOf(tenant, ticketId) {
      return rowsOfTicket(db, tenant, ticketId);
    },

    async claim(tenant, remediationId, request) {
      return sql.write(async (transaction) => {
        const held = await lock(transaction, tenant, remediationId);
        if (!held?.remediation.blocks_ticket) return { kind: 'stale' };
        const { remediation, nowMs } = held;
        if (remediation.version !== request.expectedVersion) return { kind: 'stale' };
        const { claim, set } = claimOf(remediation, request, nowMs);
        if (set) {
          const wake_at_ms = wakeAt(remediation.rests_until_ms, set.lease_until_ms);
          await change(transaction, tenant, remediationId)
            .set({ ...set, wake_at_ms })
            .execute();
        }
        return claim;
      });
    },

    async heartbeat(tenant, remediationId, { token, leaseMs }) {
      return sql.write(async (transaction) => {
        const held = await lock(transaction, tenant, remediationId);
        if (!held || !holds(held.remediation, token, held.nowMs)) return null;
        const { remediation, nowMs } = held;
        const untilMs = nowMs + leaseMs;
        const wake_at_ms = wakeAt(remediation.rests_until_ms, untilMs);
        await change(transaction, tenant, remediationId).set({ lease_until_ms: untilMs, wake_at_ms }).execute();
        return { untilMs };
      });
    },

    async release(tenant, remediationId, token) {
      await sql.write((transaction) =>
        change(transaction, tenant, remediationId)
          .set(GIVEN_BACK)
          .set('wake_at_ms', ({ ref }) => ref('rests_until_ms').$castTo<number | null>())
          .where('lease_token', '=', token)
          .where('lease_until_ms', 'is not', null)
          .execute(),
      );
    },

    async append(append) {
      const { tenant, remediationId, expectedVersion, token, projection, facts } = append;
      return sql.write(async (transaction) => {
        const held = await lockBoth(transaction, tenant, remediationId);
        if (!held) return { kind: 'stale', version: 0 };
        const { ticket_id: ticketId, version, head_hash: hash, nowMs } = held;
        if (token !== null && !holds(held, token, nowMs)) return { kind: 'fenced' };
        if (version !== expectedVersion) return { kind: 'stale', version };
        const key = { tenant, remediationId, ticketId };
        const rows = chained({ ...key, version, hash }, { ...append, atMs: append.atStoreTime ? nowMs : append.atMs });
        const lease = projection.ended ? GIVEN_BACK : {};
        const leaseUntilMs = projection.ended ? null : held.lease_until_ms;
        const moved = change(transaction, tenant, remediationId)
          .set({ version: version + rows.length, head_hash: rows.at(-1)?.columns.hash ?? hash })
          .set({ ...columnsOf(projection), ...lease, wake_at_ms: wakeAt(restsUntil(projection), leaseUntilMs) });
        const { approval, state, holdsLocks } = projection;
        const changes = [
          insertRows(transaction, rows),
          moved,
          approval ? approvalChange(transaction, key, state, approval) : null,
          holdsLocks ? null : locksReleased(transaction, tenant, remediationId),
          ticketChange(transaction, key, held, projection),
          toldOf(transaction, 'remediation_changed', { ...key, rows: rows.map(({ row }) => row), projection, nowMs }),
        ];
        await differences.together(
          transaction,
          changes.filter((part) => part !== null),
        );
        await storeFacts(sql, transaction, tenant, facts);
        await labelTrial(sql, transaction, append);
        await forgetDays(sql, transaction, tenant, { createdAtMs: [held.handed_in_at_ms], nowMs });
        return { kind: 'appended', rows: rows.map(({ row }) => row) };
      });
    },

    async awaitingApproval(tenant, page) {
      const { after, fetch } = sliceOf('approvals', page);
      const rows = await db
        .selectFrom('remediations')
        .select(['position', 'remediation_id', 'ticket_id', 'state'])
        .where('tenant', '=', tenant)
        .where('awaits_approval', '=', 1)
        .$if(after !== null, (rest) => rest.where('position', '>', after ?? 0))
        .orderBy('position')
        .limit(fetch)
        .execute();
      const placed = rows.map((row) => ({
        ...row,
        position: parseRow('remediations', [tenant, row.remediation_id], whole, row.position),
      }));
      return pageOf('approvals', placed, page.limit, ({ remediation_id, ticket_id, state }) => ({
        tenant,
        remediationId: remediation_id,
        ticketId: ticket_id,
        state: state as StateName,
      }));
    },
  };
}
