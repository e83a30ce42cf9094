import type { Append, Appended, LogRow, Projection, RemediationStore } from '@remit/core';
import { type CompiledQuery, type Kysely, sql as raw } from 'kysely';
import { z } from 'zod';
import { approvalChange } from './approvals.js';
import type { Change } from './differences.js';
import { storeFacts } from './facts.js';
import { gathered } from './gathered.js';
import { holds, leaseShape, wakeAt } from './leases.js';
import { chained, insertRows } from './log.js';
import { tellAll, toldColumns, toldOf } from './outbox.js';
import { prepared, preparedChanges } from './prepared.js';
import { columnsOf, restsUntil, statusColumns } from './projected.js';
import { flag, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import type { Sql } from './sql.js';
import { forgetDays } from './statsDays.js';
import { labelTrials } from './trials.js';

/* Appends of one process, written together: the rows are judged one by one, and stored in one commit. */

const HeldRow = z.object({
  ...leaseShape,
  tenant: z.string(),
  remediation_id: z.string(),
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

/** A remediation and its ticket as they are while both are locked. */
type Held = z.infer<typeof HeldRow> & { readonly nowMs: number };

/** An append that is in order, with all that it leads to. */
interface Accepted {
  readonly append: Append;
  readonly held: Held;
  readonly chained: ReturnType<typeof chained>;
}

type Judged = Accepted | Extract<Appended, { kind: 'stale' | 'fenced' }>;

const subjectOf = ({ tenant, remediationId }: Pick<Append, 'tenant' | 'remediationId'>): string =>
  JSON.stringify([tenant, remediationId]);
const rowsOf = (accepted: Accepted): readonly LogRow[] => accepted.chained.map(({ row }) => row);
const isAccepted = (judged: Judged): judged is Accepted => 'append' in judged;

/** Remediations that are to be locked. */
interface Wanted {
  readonly tenants: readonly string[];
  readonly remediations: readonly string[];
}

/** Remediations with their tickets. Tickets first and in one order, as everywhere: one order of locks has no deadlocks. */
function lockingAll(sql: Sql, waits: boolean) {
  const { oneOf, lockRows, lockFreeRows } = sql.differences;
  const query = (db: Kysely<Schema>, { tenants, remediations }: Wanted) =>
    db
      .selectFrom('tickets as ticket')
      .innerJoin('remediations as run', (join) =>
        join.onRef('run.tenant', '=', 'ticket.tenant').onRef('run.ticket_id', '=', 'ticket.ticket_id'),
      )
      .select(['run.tenant', 'run.remediation_id', 'run.ticket_id', 'run.version', 'run.head_hash'])
      .select(['run.lease_token', 'run.lease_until_ms'])
      .select(['ticket.status', 'ticket.resolved_at_ms', 'ticket.remediation_id as latest', 'ticket.wake_at_ms'])
      .select(['ticket.lease_until_ms as analysed_until_ms', 'ticket.created_at_ms as handed_in_at_ms'])
      .select(({ case: when }) => when().when('ticket.resolution', 'is', null).then(0).else(1).end().as('by_person'))
      .where(oneOf(raw.ref('run.tenant'), tenants))
      .where(oneOf(raw.ref('run.remediation_id'), remediations))
      .orderBy('ticket.tenant')
      .orderBy('ticket.ticket_id');
  const found = prepared(sql.db, (db, wanted: Wanted) => {
    const asked = query(db, wanted);
    const locking = sql.locking(waits ? lockRows(asked) : lockFreeRows(asked));
    return { compile: () => locking.compile(db) };
  });
  return async (transaction: Kysely<Schema>, appends: readonly Append[]): Promise<ReadonlyMap<string, Held>> => {
    const distinct = (of: (append: Append) => string): string[] => [...new Set(appends.map(of))];
    const tenants = distinct(({ tenant }) => tenant);
    const remediations = distinct(({ remediationId }) => remediationId);
    const rows = await found(transaction, { tenants, remediations });
    return new Map(
      sql.timed(rows).map(({ row, nowMs }) => {
        const held = parseRow('remediations', [row.tenant, row.remediation_id], HeldRow, row);
        return [subjectOf({ tenant: held.tenant, remediationId: held.remediation_id }), { ...held, nowMs }];
      }),
    );
  };
}
type LockAll = ReturnType<typeof lockingAll>;

/** Whether an append may be stored, and the rows that it is then. */
function judged(append: Append, held: Held): Judged {
  const { tenant, remediationId, expectedVersion, token, atStoreTime } = append;
  const { version, head_hash: hash, ticket_id: ticketId, nowMs } = held;
  if (token !== null && !holds(held, token, nowMs)) return { kind: 'fenced' };
  if (version !== expectedVersion) return { kind: 'stale', version };
  const stamped = { ...append, atMs: atStoreTime ? nowMs : append.atMs };
  return { append, held, chained: chained({ tenant, remediationId, ticketId, version, hash }, stamped) };
}

/** The columns of a remediation after its rows. */
function movedColumns({ append: { tenant, remediationId, projection }, held, chained: rows }: Accepted) {
  const leaseUntilMs = projection.ended ? null : held.lease_until_ms;
  return {
    tenant,
    remediation_id: remediationId,
    version: held.version + rows.length,
    head_hash: rows.at(-1)?.row.hash ?? held.head_hash,
    ...columnsOf(projection),
    wake_at_ms: wakeAt(restsUntil(projection), leaseUntilMs),
    lease_until_ms: leaseUntilMs,
  };
}

/** The ticket follows its latest remediation; null where that leaves it as it is. */
function followedColumns(held: Held, remediationId: string, projection: Projection) {
  // A row that comes late to an earlier remediation says nothing about the ticket any more.
  if (held.latest !== remediationId || held.by_person || held.status === 'closed') return null;
  const now = statusColumns({ ...held, lease_until_ms: held.analysed_until_ms }, projection, held.nowMs);
  const isAsItWas =
    now.status === held.status && now.resolved_at_ms === held.resolved_at_ms && now.wake_at_ms === held.wake_at_ms;
  return isAsItWas ? null : { tenant: held.tenant, ticket_id: held.ticket_id, ...now };
}

/** Moves remediations on. Each column is named: what is not here stays as it is. */
function remediationsMoved(
  { differences }: Sql,
  transaction: Kysely<Schema>,
  moved: readonly ReturnType<typeof movedColumns>[],
): Change {
  const columns = {
    tenant: 'text',
    remediation_id: 'text',
    version: 'whole',
    head_hash: 'text',
    state: 'text',
    route: 'text',
    reason: 'textOrNull',
    acts: 'whole',
    ended: 'whole',
    blocks_ticket: 'whole',
    holds_locks: 'whole',
    awaits_approval: 'whole',
    unsealed: 'whole',
    rests_until_ms: 'wholeOrNull',
    wake_at_ms: 'wholeOrNull',
    lease_until_ms: 'wholeOrNull',
  } as const;
  return transaction
    .updateTable('remediations')
    .from(differences.rowsOf(columns, moved).as('next'))
    .set(({ ref, eb }) => ({
      version: ref('next.version'),
      head_hash: ref('next.head_hash'),
      state: ref('next.state'),
      route: ref('next.route'),
      reason: ref('next.reason'),
      acts: ref('next.acts'),
      ended: ref('next.ended'),
      blocks_ticket: ref('next.blocks_ticket'),
      holds_locks: ref('next.holds_locks'),
      awaits_approval: ref('next.awaits_approval'),
      unsealed: ref('next.unsealed'),
      rests_until_ms: ref('next.rests_until_ms'),
      wake_at_ms: ref('next.wake_at_ms'),
      lease_until_ms: ref('next.lease_until_ms'),
      // What is over is nobody's any more.
      lease_owner: eb.case().when('next.ended', '=', 1).then(null).else(ref('remediations.lease_owner')).end(),
    }))
    .whereRef('remediations.tenant', '=', 'next.tenant')
    .whereRef('remediations.remediation_id', '=', 'next.remediation_id');
}

type Followed = NonNullable<ReturnType<typeof followedColumns>>;

function ticketsFollow({ differences }: Sql, transaction: Kysely<Schema>, followed: readonly Followed[]): Change {
  const columns = {
    tenant: 'text',
    ticket_id: 'text',
    status: 'text',
    updated_at_ms: 'whole',
    resolved_at_ms: 'wholeOrNull',
    wake_at_ms: 'wholeOrNull',
  } as const;
  return transaction
    .updateTable('tickets')
    .from(differences.rowsOf(columns, followed).as('next'))
    .set(({ ref }) => ({
      status: ref('next.status'),
      updated_at_ms: ref('next.updated_at_ms'),
      resolved_at_ms: ref('next.resolved_at_ms'),
      wake_at_ms: ref('next.wake_at_ms'),
    }))
    .whereRef('tickets.tenant', '=', 'next.tenant')
    .whereRef('tickets.ticket_id', '=', 'next.ticket_id');
}

/** A remediation whose locks are given back. */
interface Released {
  readonly tenant: string;
  readonly remediation_id: string;
}

/** The locks of those that hold none any more are given back. */
function locksGivenBack({ differences }: Sql, transaction: Kysely<Schema>, released: readonly Released[]): Change {
  const over = differences.rowsOf({ tenant: 'text', remediation_id: 'text' }, released).as('over');
  return transaction
    .deleteFrom('target_locks')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom(over)
          .select('over.tenant')
          .whereRef('over.tenant', '=', 'target_locks.tenant')
          .whereRef('over.remediation_id', '=', 'target_locks.remediation_id'),
      ),
    );
}

/** What is written for every append, as columns. */
interface Written {
  readonly rows: readonly ReturnType<typeof chained>[number]['columns'][];
  readonly moved: readonly ReturnType<typeof movedColumns>[];
  readonly released: readonly Released[];
  readonly followed: readonly Followed[];
  readonly told: readonly ReturnType<typeof toldColumns>[];
}

function writtenOf(accepted: readonly Accepted[]): Written {
  return {
    rows: accepted.flatMap((one) => one.chained.map(({ columns }) => columns)),
    moved: accepted.map(movedColumns),
    released: accepted
      .filter(({ append }) => !append.projection.holdsLocks)
      .map(({ append: { tenant, remediationId } }) => ({ tenant, remediation_id: remediationId })),
    followed: accepted.flatMap(
      ({ append, held }) => followedColumns(held, append.remediationId, append.projection) ?? [],
    ),
    told: accepted.map((one) => {
      const { tenant, remediationId, projection } = one.append;
      const { ticket_id: ticketId, nowMs } = one.held;
      const told = { tenant, remediationId, ticketId, rows: rowsOf(one), projection, nowMs };
      return toldColumns(toldOf('remediation_changed', told));
    }),
  };
}

/** The statements that write appends. What few of them need is left out where none does. */
function writingAll(sql: Sql): (written: Written) => readonly CompiledQuery<unknown>[] {
  const kinds = new Map<string, (written: Written) => readonly CompiledQuery<unknown>[]>();
  return (written) => {
    const [releases, follows] = [written.released.length > 0, written.followed.length > 0];
    const kind = `${releases} ${follows}`;
    const known = kinds.get(kind);
    const write =
      known ??
      preparedChanges(sql.db, sql.differences, (db, { rows, moved, released, followed, told }: Written) => [
        insertRows(sql, db, rows),
        remediationsMoved(sql, db, moved),
        ...(releases ? [locksGivenBack(sql, db, released)] : []),
        ...(follows ? [ticketsFollow(sql, db, followed)] : []),
        tellAll(sql, db, told),
      ]);
    if (!known) kinds.set(kind, write);
    return write(written);
  };
}
type WriteAll = ReturnType<typeof writingAll>;

/** What a few appends bring besides: answers to approvals, lessons, labels, days that are to be summed up anew. */
async function writeBesides(sql: Sql, transaction: Kysely<Schema>, accepted: readonly Accepted[]): Promise<void> {
  for (const { append, held } of accepted) {
    const { tenant, remediationId, projection } = append;
    const { approval, state } = projection;
    if (!approval) continue;
    await approvalChange(transaction, { tenant, remediationId, ticketId: held.ticket_id }, state, approval).execute();
  }
  // Each kind of lock for all of them, tenants in one order: two batches that want the same ones have no deadlocks.
  const tenants = [...new Set(accepted.map(({ append }) => append.tenant))]
    .sort()
    .map((tenant) => [tenant, accepted.filter(({ append }) => append.tenant === tenant)] as const);
  for (const [tenant, ofTenant] of tenants) {
    const facts = ofTenant.flatMap(({ append }) => append.facts);
    await storeFacts(sql, transaction, tenant, facts);
  }
  await labelTrials(
    sql,
    transaction,
    accepted.map(({ append }) => append),
  );
  for (const [tenant, ofTenant] of tenants) {
    const createdAtMs = ofTenant.map(({ held }) => held.handed_in_at_ms);
    const nowMs = Math.max(...ofTenant.map(({ held }) => held.nowMs));
    await forgetDays(sql, transaction, tenant, { createdAtMs, nowMs });
  }
}

/** Appends in one transaction; null for those whose rows somebody else has, where that is not waited for. */
async function appendAll(
  sql: Sql,
  appends: readonly Append[],
  { lockAll, writeAll, waits }: { readonly lockAll: LockAll; readonly writeAll: WriteAll; readonly waits: boolean },
): Promise<readonly (Appended | null)[]> {
  return sql.writeAndEnd(async (transaction) => {
    const held = await lockAll(transaction, appends);
    const answers = appends.map((append) => {
      const one = held.get(subjectOf(append));
      if (one) return judged(append, one);
      return waits ? ({ kind: 'stale', version: 0 } as const) : null;
    });
    const accepted = answers.filter((answer) => answer !== null).filter(isAccepted);
    await writeBesides(sql, transaction, accepted);
    const result = answers.map((answer) =>
      answer && isAccepted(answer) ? ({ kind: 'appended', rows: rowsOf(answer) } as const) : answer,
    );
    return { result, last: accepted.length > 0 ? writeAll(writtenOf(accepted)) : [] };
  });
}

/** A commit waits for the disk longer than this: to wait for others costs less than a commit of their own. */
const LINGERS_MS = 2;

function together(sql: Sql): (append: Append) => Promise<Appended> {
  const writeAll = writingAll(sql);
  const free = { lockAll: lockingAll(sql, false), writeAll, waits: false };
  const waiting = { lockAll: lockingAll(sql, true), writeAll, waits: true };
  return gathered<Append, Appended>({
    together: (appends) => appendAll(sql, appends, free),
    async alone(append) {
      const [answer] = await appendAll(sql, [append], waiting);
      return answer ?? { kind: 'stale', version: 0 };
    },
    about: subjectOf,
    lingersMs: LINGERS_MS,
  });
}

/** The verb that appends rows. What a pattern learns from takes longer to store: such rows do not hold up the others. */
export function appendsOf(sql: Sql): RemediationStore['append'] {
  const plain = together(sql);
  const teaching = together(sql);
  return (append) => (append.facts.length > 0 ? teaching : plain)(append);
}
