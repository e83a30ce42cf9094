import type { AuditKind, AuditSubject, Json, PartRequest } from '@remit/core';
import { resolutionsOf } from '@remit/core/adapter';
import { type Kysely, sql as raw } from 'kysely';
import { z } from 'zod';
import { ChangeRow, changeOf } from '../changes.js';
import { FeedbackRow, feedbackOf } from '../feedbackRow.js';
import { HaltRow, haltOf } from '../haltRow.js';
import { flag, whole } from '../rows.js';
import type { Schema } from '../schema.js';
import { patternEditShape } from '../shapes.js';
import { exactJson } from './exact.js';

/** One key of several parts; no two lists of parts share one. */
export function auditKey(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}

/** A value as records keep it. */
export function auditContent(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** The subject that a row is about, or a subject without content when the row is damaged. */
function subjectOf<Row>(
  shape: z.ZodType<Row>,
  row: unknown,
  key: string,
  contentOf: (row: Row) => unknown,
): AuditSubject {
  const parsed = shape.safeParse(row);
  return { key, content: parsed.success ? auditContent(contentOf(parsed.data)) : null };
}

/** Reads subjects behind a place; where there are few, the place is their number. */
type Read = (
  db: Kysely<Schema>,
  tenant: string,
  part: { readonly after: number; readonly limit: number },
) => Promise<readonly (AuditSubject & { readonly place?: number })[]>;

const PolicyRow = z.object({
  version: whole,
  policy: exactJson,
  changed_by: z.string(),
  at_ms: whole,
  reason: z.string().nullable(),
});

const policies: Read = async (db, tenant, { after, limit }) => {
  const rows = await db
    .selectFrom('auto_remediation_policies')
    .select(['category', 'version', 'changed_by', 'at_ms', 'reason', raw<string>`cast(policy as text)`.as('policy')])
    .where('tenant', '=', tenant)
    .orderBy('category')
    .orderBy('version')
    .offset(after)
    .limit(limit)
    .execute();
  return rows.map((row) =>
    subjectOf(
      PolicyRow,
      row,
      auditKey(row.category, Number(row.version)),
      ({ version, policy, changed_by: by, at_ms: atMs, reason }) => ({
        version,
        policy,
        by,
        atMs,
        reason,
      }),
    ),
  );
};

const halts: Read = async (db, tenant, { after, limit }) => {
  const rows = await db
    .selectFrom('halts')
    .selectAll()
    .where('tenant', '=', tenant)
    .orderBy('halt_id')
    .offset(after)
    .limit(limit)
    .execute();
  return rows.map((row) => subjectOf(HaltRow, row, row.halt_id, haltOf));
};

const PinsRow = z.object({ version: whole, pins: exactJson, accepted_by: z.string(), at_ms: whole });

const pins: Read = async (db, tenant, { after, limit }) => {
  const rows = await db
    .selectFrom('tool_pins')
    .select(['executor', 'version', 'accepted_by', 'at_ms', raw<string>`cast(pins as text)`.as('pins')])
    .where('tenant', '=', tenant)
    .orderBy('executor')
    .orderBy('version')
    .offset(after)
    .limit(limit)
    .execute();
  return rows.map((row) =>
    subjectOf(
      PinsRow,
      row,
      auditKey(row.executor, Number(row.version)),
      ({ pins: accepted, accepted_by: by, at_ms: atMs }) => ({
        pins: accepted,
        by,
        atMs,
      }),
    ),
  );
};

const feedback: Read = async (db, tenant, { after, limit }) => {
  const rows = await db
    .selectFrom('ticket_feedbacks')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...subjectOf(FeedbackRow, row, auditKey(row.ticket_id, row.author), feedbackOf),
    place: Number(row.position),
  }));
};

const ExactChangeRow = ChangeRow.extend({ edit: exactJson.pipe(patternEditShape) });

const patternChanges: Read = async (db, tenant, { after, limit }) => {
  const rows = await db
    .selectFrom('pattern_changes')
    .selectAll()
    .select(raw<string>`cast(edit as text)`.as('edit'))
    .where('tenant', '=', tenant)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...subjectOf(ExactChangeRow, row, row.change_id, changeOf),
    place: Number(row.position),
  }));
};

const OptInRow = z.object({ opted_in: flag, opt_in_by: z.string(), opt_in_at_ms: whole });

const optIns: Read = async (db, tenant, { after, limit }) => {
  const rows = await db
    .selectFrom('tickets')
    .select(['position', 'ticket_id', 'opted_in', 'opt_in_by', 'opt_in_at_ms'])
    .where('tenant', '=', tenant)
    .where('position', '>', after)
    .where('opt_in_at_ms', 'is not', null)
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...subjectOf(OptInRow, row, row.ticket_id, ({ opted_in: optedIn, opt_in_by: by, opt_in_at_ms: atMs }) => ({
      optedIn,
      by,
      atMs,
    })),
    place: Number(row.position),
  }));
};

const ResolvedRow = z.object({
  resolutions: whole,
  resolution: exactJson.nullable(),
  reopenings: exactJson.pipe(z.array(z.looseObject({ resolution: z.unknown() }))),
});

const resolutions: Read = async (db, tenant, { after, limit }) => {
  const rows = await db
    .selectFrom('tickets')
    .select(['position', 'ticket_id', 'resolutions'])
    .select([
      raw<string | null>`cast(resolution as text)`.as('resolution'),
      raw<string>`cast(reopenings as text)`.as('reopenings'),
    ])
    .where('tenant', '=', tenant)
    .where('position', '>', after)
    // Written out, so that the index of such tickets alone can be used.
    .where('resolutions', '>', raw.lit(0))
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.flatMap((row): readonly (AuditSubject & { readonly place: number })[] => {
    const place = Number(row.position);
    const parsed = ResolvedRow.safeParse(row);
    if (!parsed.success) return [{ key: auditKey(row.ticket_id, 1), content: null, place }];
    const all = resolutionsOf(parsed.data);
    // A part ends with fewer subjects than were asked for: a row of which nothing is left must show.
    if (all.length === 0) return [{ key: auditKey(row.ticket_id, parsed.data.resolutions), content: null, place }];
    // Those before were made when they were not recorded yet.
    return all.slice(Math.max(0, all.length - parsed.data.resolutions)).map(({ number, resolution }) => ({
      ...{ key: auditKey(row.ticket_id, number), content: auditContent(resolution), place },
    }));
  });
};

const READS: Readonly<Record<AuditKind, Read>> = {
  policy: policies,
  halt: halts,
  pins,
  feedback,
  pattern: patternChanges,
  opt_in: optIns,
  resolution: resolutions,
};

/** What the tables hold now of what records tell. */
export async function subjectsOf(
  db: Kysely<Schema>,
  { tenant, kind }: { readonly tenant: string; readonly kind: AuditKind },
  { after, limit }: PartRequest<string>,
): Promise<{ readonly subjects: readonly AuditSubject[]; readonly next: string | null }> {
  const from = Number(after ?? 0);
  const found = await READS[kind](db, tenant, { after: from, limit });
  const next = found.length < limit ? null : String(found.at(-1)?.place ?? from + limit);
  return { subjects: found.map(({ key, content }) => ({ key, content })), next };
}
