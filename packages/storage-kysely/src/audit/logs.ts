import type { PartRequest, StoredLog } from '@remit/core';
import { type Kysely, sql as raw } from 'kysely';
import { z } from 'zod';
import { flag, whole } from '../rows.js';
import type { Schema } from '../schema.js';
import { exactJson, placeShape, storedRow } from './exact.js';
import { entriesOf } from './seals.js';

/** Ids of which a row, a seal or a remediation is left, behind one, in order. */
async function idsOf(
  db: Kysely<Schema>,
  tenant: string,
  { after, limit }: PartRequest<string>,
): Promise<readonly string[]> {
  const behind = after ?? '';
  const kept = db
    .selectFrom('remediations')
    .select('remediation_id as id')
    .where('tenant', '=', tenant)
    .where('remediation_id', '>', behind)
    .orderBy('remediation_id')
    .limit(limit);
  const logged = db
    .selectFrom('remediation_logs')
    .select('remediation_id as id')
    .distinct()
    .where('tenant', '=', tenant)
    .where('remediation_id', '>', behind)
    .orderBy('remediation_id')
    .limit(limit);
  const sealed = db
    .selectFrom('audit_seal_entries')
    .select('log_id as id')
    .distinct()
    .where('tenant', '=', tenant)
    .where('log_id', '>', behind)
    .orderBy('log_id')
    .limit(limit);
  const rows = await db
    .selectFrom(
      db
        .selectFrom(kept.as('kept'))
        .select('id')
        .union(db.selectFrom(logged.as('logged')).select('id'))
        .union(db.selectFrom(sealed.as('sealed')).select('id'))
        .as('any'),
    )
    .select('id')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

const Row = z.object({
  ...placeShape,
  tenant: z.string(),
  remediation_id: z.string(),
  ticket_id: z.string(),
  token: whole.nullable(),
  actor: z.string(),
  at_ms: whole,
  event_type: z.string(),
  event: exactJson.pipe(z.looseObject({ type: z.string() })),
});

function contentOf(row: z.infer<typeof Row>) {
  const { remediation_id: remediationId, ticket_id: ticketId, seq, token, actor, at_ms: atMs, event } = row;
  const isNamed = row.event_type === event.type;
  return {
    content: { tenant: row.tenant, remediationId, ticketId, seq, token, actor, atMs, event },
    damage: isNamed ? null : 'column event_type is not the type of the event.',
  };
}

const KeptRow = z.object({
  version: whole.catch(-1),
  head_hash: z.string().catch(''),
  ticket_id: z.string().catch(''),
  state: z.string().catch(''),
  route: z.string().catch(''),
  ended: flag.catch(false),
  holds_locks: flag.catch(false),
});

function keptOf(row: unknown): StoredLog['kept'] {
  const { version, head_hash: hash, ticket_id: ticketId, state, route, ended, holds_locks } = KeptRow.parse(row);
  return { version, hash, standing: { ticketId, state, route, ended, holdsLocks: holds_locks } };
}

/** Logs of remediations behind an id, in order, each with all that vouches for it. */
export async function logsOf(
  db: Kysely<Schema>,
  tenant: string,
  part: PartRequest<string>,
): Promise<readonly StoredLog[]> {
  const ids = await idsOf(db, tenant, part);
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('remediation_logs')
    .select(['position', 'tenant', 'remediation_id', 'ticket_id', 'seq', 'token', 'actor', 'at_ms', 'event_type'])
    .select(['previous_hash', 'hash', raw<string>`cast(event as text)`.as('event')])
    .where('tenant', '=', tenant)
    .where('remediation_id', 'in', [...ids])
    .orderBy('remediation_id')
    .orderBy('seq')
    .execute();
  const kept = await db
    .selectFrom('remediations')
    .select(['remediation_id', 'ticket_id', 'version', 'head_hash', 'state', 'route', 'ended', 'holds_locks'])
    .where('tenant', '=', tenant)
    .where('remediation_id', 'in', [...ids])
    .execute();
  const entries = await entriesOf(db, tenant, ids);
  return ids.map((remediationId) => {
    const own = kept.find((row) => row.remediation_id === remediationId);
    return {
      tenant,
      remediationId,
      rows: rows.filter((row) => row.remediation_id === remediationId).map((row) => storedRow(Row, row, contentOf)),
      sealed: entries.filter(({ logId }) => logId === remediationId).map(({ entry }) => entry),
      kept: own === undefined ? null : keptOf(own),
    };
  });
}
