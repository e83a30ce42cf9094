import { type Opening, type RemediationStore, RemitError, type StateName } from '@remit/core';
import { assessmentFigures } from '@remit/core/adapter';
import { type Kysely, sql as raw } from 'kysely';

import { z } from 'zod';
import { appendsOf } from './appends.js';
import { approvalChange, writeSimilarTickets } from './approvals.js';
import { claimsOf } from './claims.js';
import { pageOf, sliceOf } from './cursor.js';
import { gatheredReads } from './gathered.js';
import { GIVEN_BACK, holds, LEASE_COLUMNS, leaseShape, UNCLAIMED, wakeAt } from './leases.js';
import { rowsOfRemediations, rowsOfTicket, writeRows } from './log.js';
import { tell, toldOf } from './outbox.js';
import { columnsOf, restsUntil, statusColumns } from './projected.js';
import { asJson, flag, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import type { Sql } from './sql.js';
import { forgetDays } from './statsDays.js';
import { blockingOf, lockTicket } from './tickets.js';
import { openTrial } from './trials.js';

const LockedRow = z.object({
  ...leaseShape,
  version: whole,
  head_hash: z.string(),
  blocks_ticket: flag,
  rests_until_ms: whole.nullable(),
});

interface RemediationPlace {
  readonly tenant: string;
  readonly remediationId: string;
}

/** Remediations and their logs in SQL. */
export function sqlRemediations(sql: Sql): RemediationStore {
  const { db } = sql;
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
  const ticketIdOf = async (from: Kysely<Schema>, tenant: string, remediationId: string) => {
    const row = await from
      .selectFrom('remediations')
      .select('ticket_id')
      .where('tenant', '=', tenant)
      .where('remediation_id', '=', remediationId)
      .executeTakeFirst();
    return row?.ticket_id ?? null;
  };
  /** Stores a remediation with its first rows. */
  const insert = async (
    transaction: Kysely<Schema>,
    key: { readonly tenant: string; readonly remediationId: string; readonly ticketId: string },
    first: Pick<Opening, 'actor' | 'atMs' | 'events' | 'projection'>,
    nowMs: number,
  ) => {
    const { projection } = first;
    const rows = await writeRows(sql, transaction, { ...key, version: 0, hash: '' }, { ...first, token: null });
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

  const rowsOf = gatheredReads((asked: readonly RemediationPlace[]) => rowsOfRemediations(sql, asked));
  const claim = claimsOf(sql);
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
        await tell(transaction, toldOf('remediation_opened', { ...key, rows, projection, nowMs })).execute();
        await forgetDays(sql, transaction, tenant, { createdAtMs: [ticket.created_at_ms], nowMs });
        return { kind: 'opened', rows };
      });
    },

    async load(tenant, remediationId) {
      const rows = await rowsOf({ tenant, remediationId });
      const ticketId = rows[0]?.ticketId ?? (await ticketIdOf(db, tenant, remediationId));
      return ticketId === null ? null : { tenant, remediationId, ticketId, rows, version: rows.length };
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
        const oldRows = await writeRows(sql, transaction, { ...oldKey, ...head }, { ...from, token: null });
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
        await tell(transaction, toldOf('remediation_changed', left)).execute();
        const opened = { tenant, remediationId, ticketId, rows, projection, nowMs };
        await tell(transaction, toldOf('remediation_opened', opened)).execute();
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

    claim: (tenant, remediationId, request) => claim({ tenant, remediationId, request }),

    async heartbeat(tenant, remediationId, { token, leaseMs }) {
      return sql.writeSwiftly(async (transaction) => {
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
      await sql.writeSwiftly((transaction) =>
        change(transaction, tenant, remediationId)
          .set(GIVEN_BACK)
          .set('wake_at_ms', ({ ref }) => ref('rests_until_ms').$castTo<number | null>())
          .where('lease_token', '=', token)
          .where('lease_until_ms', 'is not', null)
          .execute(),
      );
    },

    append: appendsOf(sql),

    async awaitingApproval(tenant, page) {
      const { after, fetch } = sliceOf('approvals', page);
      const rows = await db
        .selectFrom('remediations')
        .select(['position', 'remediation_id', 'ticket_id', 'state'])
        .where('tenant', '=', tenant)
        // Written out, so that the index of such remediations alone can be used.
        .where('awaits_approval', '=', raw.lit(1))
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
