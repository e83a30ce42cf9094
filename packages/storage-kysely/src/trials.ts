import {
  type Append,
  mergedLabel,
  type Opening,
  type Reopening,
  recalledLabel,
  type StratumState,
  type Trial,
  type TrialLabel,
  type TrialStore,
  trialIn,
} from '@remit/core';
import { type Kysely, sql as raw } from 'kysely';
import { z } from 'zod';
import type { SqlDifferences } from './differences.js';
import { asFlag, asFlagOrNull, asJson, flag, json, parseRow, real, whole } from './rows.js';
import type { Schema } from './schema.js';
import { textsShape } from './shapes.js';
import type { Sql } from './sql.js';

const LabelColumns = z.object({
  labelled_at_ms: whole.nullable(),
  loss: flag.nullable(),
  cause: z.string().nullable(),
});
const TrialRow = LabelColumns.extend({
  position: whole,
  remediation_id: z.string(),
  ticket_id: z.string(),
  stratum: z.string(),
  score: real.nullable(),
  route: z.enum(['auto', 'approval']),
  pattern_id: z.string(),
  action_types: json(textsShape),
  confidence: real,
  audited: flag,
  decided_at_ms: whole,
});
const CountsRow = z.object({ runs: whole, clean: whole });
const SpentRow = z.object({ autos: whole, known_wrong: whole });
const LabelRow = z.object({ confidence: real, score: real.nullable(), loss: flag });
const seen = z.object({ clean: z.number(), losses: z.number() });
const state: z.ZodType<StratumState> = z.object({
  gate: z.object({ epoch: z.number(), seen: z.array(seen) }),
  evidence: z.number(),
  knownMs: z.number().default(0),
  firedAtMs: z.number().nullable().default(null),
});
const CheckpointRow = z.object({ up_to: whole, state: json(state) });

function labelFrom({ labelled_at_ms: atMs, loss, cause }: z.infer<typeof LabelColumns>): Trial['label'] {
  return atMs === null ? null : { loss, cause: cause ?? '', atMs };
}

function trialOf(tenant: string, row: { readonly position: unknown }): Trial {
  const parsed = parseRow('guarantee_trials', [tenant, row.position], TrialRow, row);
  return {
    position: parsed.position,
    remediationId: parsed.remediation_id,
    ticketId: parsed.ticket_id,
    stratum: parsed.stratum,
    score: parsed.score,
    route: parsed.route,
    patternId: parsed.pattern_id,
    actionTypes: parsed.action_types,
    confidence: parsed.confidence,
    audited: parsed.audited,
    decidedAtMs: parsed.decided_at_ms,
    label: labelFrom(parsed),
  };
}

/** Keeps the trial that the first rows of a remediation open. */
export async function openTrial(transaction: Kysely<Schema>, opening: Opening): Promise<void> {
  const trial = trialIn(opening.events);
  if (!trial) return;
  await transaction
    .insertInto('guarantee_trials')
    .values({
      tenant: opening.tenant,
      remediation_id: opening.remediationId,
      ticket_id: opening.ticketId,
      stratum: trial.stratum,
      score: trial.score,
      route: trial.route,
      pattern_id: trial.patternId,
      action_types: asJson(trial.actionTypes),
      confidence: trial.confidence,
      audited: asFlag(trial.audited),
      decided_at_ms: opening.atMs,
      labelled_at_ms: null,
      loss: null,
      cause: null,
    })
    .execute();
}

function setLabel(
  transaction: Kysely<Schema>,
  tenant: string,
  remediationId: string,
  label: TrialLabel & { readonly atMs: number },
) {
  return transaction
    .updateTable('guarantee_trials')
    .set({ labelled_at_ms: label.atMs, loss: asFlagOrNull(label.loss), cause: label.cause })
    .where('tenant', '=', tenant)
    .where('remediation_id', '=', remediationId);
}

async function lockedLabel(
  differences: SqlDifferences,
  transaction: Kysely<Schema>,
  { tenant, remediationId }: { readonly tenant: string; readonly remediationId: string },
): Promise<Trial['label']> {
  const row = await transaction
    .selectFrom('guarantee_trials')
    .select(['labelled_at_ms', 'loss', 'cause'])
    .where('tenant', '=', tenant)
    .where('remediation_id', '=', remediationId)
    .$call(differences.lockRows)
    .executeTakeFirst();
  return row ? labelFrom(parseRow('guarantee_trials', [tenant, remediationId], LabelColumns, row)) : null;
}

/** Labels a remediation's trial as its end says. The remediation's row is locked: nobody else labels it meanwhile. */
export async function labelTrial({ differences }: Sql, transaction: Kysely<Schema>, append: Append): Promise<void> {
  const { tenant, remediationId, atMs, projection } = append;
  if (!projection.label) return;
  const before = await lockedLabel(differences, transaction, { tenant, remediationId });
  const merged = mergedLabel(before, projection.label);
  if (merged !== before) await setLabel(transaction, tenant, remediationId, { ...merged, atMs }).execute();
}

/** Calls the trial of the remediation wrong that had resolved a ticket which is reopened. Its ticket is locked. */
export async function recallTrial(
  { differences }: Sql,
  transaction: Kysely<Schema>,
  tenant: string,
  reopening: Reopening,
): Promise<void> {
  const { remediationId } = reopening;
  if (remediationId === null) return;
  const label = recalledLabel(
    { remediationId, label: await lockedLabel(differences, transaction, { tenant, remediationId }) },
    reopening,
  );
  if (label) await setLabel(transaction, tenant, remediationId, label).execute();
}

/** Trials in SQL. */
export function sqlTrials({ db, write }: Sql): TrialStore {
  const ofTenant = (tenant: string) => db.selectFrom('guarantee_trials').where('tenant', '=', tenant);
  return {
    async ofStratum(tenant, stratum, after) {
      const rows = await ofTenant(tenant)
        .selectAll()
        .where('stratum', '=', stratum)
        .where('position', '>', after)
        .orderBy('position')
        .execute();
      return rows.map((row) => trialOf(tenant, row));
    },
    async strata(tenant) {
      const rows = await ofTenant(tenant).select('stratum').distinct().orderBy('stratum').execute();
      return rows.map(({ stratum }) => stratum);
    },
    async runs(tenant, stratum) {
      const rows = await ofTenant(tenant)
        .select(({ fn }) => ['pattern_id', fn.countAll<number>().as('runs'), fn.sum<number>(raw`1 - loss`).as('clean')])
        .where('stratum', '=', stratum)
        .where('loss', 'is not', null)
        .groupBy('pattern_id')
        .orderBy('pattern_id')
        .execute();
      return rows.map((row) => parseRow('guarantee_trials', [tenant, row.pattern_id], CountsRow, row));
    },
    async spent(tenant, stratum, sinceMs) {
      const row = await ofTenant(tenant)
        .select(({ fn }) => [
          fn.countAll<number>().as('autos'),
          raw<number>`coalesce(sum(case when loss = 1 then 1 else 0 end), 0)`.as('known_wrong'),
        ])
        .where('stratum', '=', stratum)
        .where('route', '=', 'auto')
        .where('decided_at_ms', '>', sinceMs)
        .executeTakeFirst();
      const { autos, known_wrong: knownWrong } = parseRow('guarantee_trials', [tenant, stratum], SpentRow, row);
      return { autos, knownWrong };
    },
    async labels(tenant, limit) {
      const rows = await ofTenant(tenant)
        .select(['position', 'confidence', 'score', 'loss'])
        .where('loss', 'is not', null)
        .orderBy('position', 'desc')
        .limit(limit)
        .execute();
      return rows.reverse().map((row) => {
        const { confidence, score, loss } = parseRow('guarantee_trials', [tenant, row.position], LabelRow, row);
        return { confidence, score, worked: !loss };
      });
    },
    async checkpoint(tenant, stratum) {
      const row = await db
        .selectFrom('guarantee_checkpoints')
        .select(['up_to', 'state'])
        .where('tenant', '=', tenant)
        .where('stratum', '=', stratum)
        .executeTakeFirst();
      if (!row) return null;
      const parsed = parseRow('guarantee_checkpoints', [tenant, stratum], CheckpointRow, row);
      return { upTo: parsed.up_to, state: parsed.state };
    },
    async keep(tenant, stratum, { upTo, state: folded }) {
      const content = { up_to: upTo, state: asJson(folded) };
      await write((transaction) =>
        transaction
          .insertInto('guarantee_checkpoints')
          .values({ tenant, stratum, ...content })
          .onConflict((conflict) =>
            conflict
              .columns(['tenant', 'stratum'])
              .doUpdateSet(content)
              .where('guarantee_checkpoints.up_to', '<', upTo),
          )
          .execute(),
      );
    },
  };
}
