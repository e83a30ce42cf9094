import type { Append, Opening, Reopening, StratumState, Trial, TrialLabel, TrialStore } from '@remit/core';
import { mergedLabel, recalledLabel, trialIn } from '@remit/core/adapter';
import { type Kysely, sql as raw, type SqlBool } from 'kysely';
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
const LockedRow = LabelColumns.extend({ stratum: z.string(), pattern_id: z.string() });
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
const RatesRow = z.object({ patterns: whole, mean: real, spread: real, fewness: real });
const SpentRow = z.object({ autos: whole, known_wrong: whole });
const LabelRow = z.object({ confidence: real, score: real.nullable(), loss: flag });
const seen = z.object({ clean: z.number(), losses: z.number() });
const state: z.ZodType<StratumState> = z.object({
  gate: z.object({ epoch: z.number(), seen: z.array(seen) }),
  evidence: z.number(),
  knownMs: z.number().default(0),
  firedAtMs: z.number().nullable().default(null),
});
const folded = z.object({ upTo: z.number(), state });
const CheckpointRow = z.object({
  up_to: whole,
  state: json(state),
  read_ms: whole,
  recent: json(z.array(folded).nullable()),
});

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

/** Labels a trial whose row is locked, and keeps the counts of its pattern with it. */
async function setLabel(
  transaction: Kysely<Schema>,
  { tenant, remediationId }: { readonly tenant: string; readonly remediationId: string },
  trial: Pick<Trial, 'label' | 'stratum' | 'patternId'>,
  label: TrialLabel & { readonly atMs: number },
): Promise<void> {
  await transaction
    .updateTable('guarantee_trials')
    .set({ labelled_at_ms: label.atMs, loss: asFlagOrNull(label.loss), cause: label.cause })
    .where('tenant', '=', tenant)
    .where('remediation_id', '=', remediationId)
    .execute();
  const told = (of: TrialLabel | null): number => (of === null || of.loss === null ? 0 : 1);
  const good = (of: TrialLabel | null): number => (of?.loss === false ? 1 : 0);
  const [runs, clean] = [told(label) - told(trial.label), good(label) - good(trial.label)];
  if (runs === 0 && clean === 0) return;
  await transaction
    .insertInto('guarantee_runs')
    .values({ tenant, stratum: trial.stratum, pattern_id: trial.patternId, runs, clean })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'stratum', 'pattern_id']).doUpdateSet(({ eb, ref }) => ({
        runs: eb(ref('guarantee_runs.runs').$castTo<number>(), '+', runs),
        clean: eb(ref('guarantee_runs.clean').$castTo<number>(), '+', clean),
      })),
    )
    .execute();
}

async function lockedTrial(
  differences: SqlDifferences,
  transaction: Kysely<Schema>,
  { tenant, remediationId }: { readonly tenant: string; readonly remediationId: string },
): Promise<Pick<Trial, 'label' | 'stratum' | 'patternId'> | null> {
  const row = await transaction
    .selectFrom('guarantee_trials')
    .select(['labelled_at_ms', 'loss', 'cause', 'stratum', 'pattern_id'])
    .where('tenant', '=', tenant)
    .where('remediation_id', '=', remediationId)
    .$call(differences.lockRows)
    .executeTakeFirst();
  if (!row) return null;
  const parsed = parseRow('guarantee_trials', [tenant, remediationId], LockedRow, row);
  return { label: labelFrom(parsed), stratum: parsed.stratum, patternId: parsed.pattern_id };
}

type LockedTrial = NonNullable<Awaited<ReturnType<typeof lockedTrial>>>;

/** Labels the trials of remediations as their ends say. Their rows are locked: nobody else labels them meanwhile. */
export async function labelTrials(sql: Sql, transaction: Kysely<Schema>, appends: readonly Append[]): Promise<void> {
  const found: {
    readonly append: Append;
    readonly label: TrialLabel;
    readonly trial: LockedTrial;
    readonly place: string;
  }[] = [];
  for (const append of appends) {
    const { label } = append.projection;
    const trial = label && (await lockedTrial(sql.differences, transaction, append));
    if (!label || !trial) continue;
    found.push({ append, label, trial, place: JSON.stringify([append.tenant, trial.stratum, trial.patternId]) });
  }
  // Runs are counted in rows that others count in, too: one order for everybody.
  found.sort((a, b) => (a.place < b.place ? -1 : 1));
  for (const { append, label, trial } of found) {
    const merged = mergedLabel(trial.label, label);
    if (merged !== trial.label) await setLabel(transaction, append, trial, { ...merged, atMs: append.atMs });
  }
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
  const trial = await lockedTrial(differences, transaction, { tenant, remediationId });
  const label = trial && recalledLabel({ remediationId, label: trial.label }, reopening);
  if (trial && label) await setLabel(transaction, { tenant, remediationId }, trial, label);
}

/** Trials in SQL. */
export function sqlTrials({ db, writeSwiftly }: Sql): TrialStore {
  const ofTenant = (tenant: string) => db.selectFrom('guarantee_trials').where('tenant', '=', tenant);
  return {
    async ofStratum(tenant, stratum, after, limit) {
      const rows = await ofTenant(tenant)
        .selectAll()
        .where('stratum', '=', stratum)
        .where('position', '>', after)
        .orderBy('position')
        .$if(limit !== undefined, (rest) => rest.limit(limit ?? 0))
        .execute();
      return rows.map((row) => trialOf(tenant, row));
    },
    async relabelled(tenant, stratum, { upTo, sinceMs }) {
      const row = await ofTenant(tenant)
        .select(raw<number | null>`min(+ position)`.as('position'))
        .where('stratum', '=', stratum)
        .where('labelled_at_ms', '>=', sinceMs)
        // Not by the index of positions, in which everything that is folded already comes first.
        .where(raw<SqlBool>`+ position <= ${upTo}`)
        .executeTakeFirst();
      return parseRow('guarantee_trials', [tenant, stratum], whole.nullable(), row?.position ?? null);
    },
    async rates(tenant, stratum, runsAtLeast) {
      const row = await db
        .with('told', (all) =>
          all
            .selectFrom('guarantee_runs')
            .select(['runs', raw<number>`cast(clean as double precision) / runs`.as('rate')])
            .where('tenant', '=', tenant)
            .where('stratum', '=', stratum)
            .where('runs', '>=', runsAtLeast),
        )
        .with('middle', (all) => all.selectFrom('told').select(({ fn }) => fn.avg<number>('rate').as('mean')))
        .selectFrom(['told', 'middle'])
        .select(({ fn }) => fn.countAll<number>().as('patterns'))
        .select([
          raw<number>`coalesce(max(middle.mean), 0)`.as('mean'),
          raw<number>`coalesce(sum((told.rate - middle.mean) * (told.rate - middle.mean)), 0)`.as('spread'),
          raw<number>`coalesce(sum(cast(1 as double precision) / told.runs), 0)`.as('fewness'),
        ])
        .executeTakeFirst();
      return parseRow('guarantee_runs', [tenant, stratum], RatesRow, row);
    },
    async knownWrong(tenant, stratum, sinceMs) {
      const row = await ofTenant(tenant)
        .select(({ fn }) => fn.countAll<number>().as('wrong'))
        .where('stratum', '=', stratum)
        .where('decided_at_ms', '>', sinceMs)
        // Written out, so that the index of such trials alone can be used.
        .where('route', '=', raw.lit('auto' as const))
        .where('loss', '=', raw.lit(1))
        .executeTakeFirst();
      return parseRow('guarantee_trials', [tenant, stratum], whole, row?.wrong ?? 0);
    },
    async strata(tenant) {
      // From one to the next by the index: there are a handful, of any number of trials.
      const rows = await db
        .withRecursive('found(stratum)', (all) =>
          all
            .selectFrom('guarantee_trials')
            .select(({ fn }) => fn.min<string | null>('stratum').as('stratum'))
            .where('tenant', '=', tenant)
            .unionAll(
              all
                .selectFrom('found')
                .select(({ selectFrom }) =>
                  selectFrom('guarantee_trials as later')
                    .select(({ fn }) => fn.min<string | null>('later.stratum').as('next'))
                    .where('later.tenant', '=', tenant)
                    .whereRef('later.stratum', '>', 'found.stratum')
                    .as('stratum'),
                )
                .where('found.stratum', 'is not', null),
            ),
        )
        .selectFrom('found')
        .select('stratum')
        .where('stratum', 'is not', null)
        .orderBy('stratum')
        .execute();
      return rows.map(({ stratum }) => stratum ?? '');
    },
    async runs(tenant, stratum) {
      const rows = await db
        .selectFrom('guarantee_runs')
        .select(['pattern_id', 'runs', 'clean'])
        .where('tenant', '=', tenant)
        .where('stratum', '=', stratum)
        .where('runs', '>', 0)
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
    async checkpoint(tenant, { stratum, folding }) {
      const row = await db
        .selectFrom('guarantee_checkpoints')
        .select(['up_to', 'state', 'read_ms', 'recent'])
        .where('tenant', '=', tenant)
        .where('stratum', '=', stratum)
        .where('folding', '=', folding)
        .executeTakeFirst();
      if (!row) return null;
      const parsed = parseRow('guarantee_checkpoints', [tenant, stratum], CheckpointRow, row);
      const recent = parsed.recent && { readMs: parsed.read_ms, folds: parsed.recent };
      return { upTo: parsed.up_to, state: parsed.state, recent };
    },
    async keep(tenant, { stratum, folding }, { upTo, state: settled, recent }) {
      const readMs = recent?.readMs ?? 0;
      const content = {
        ...{ up_to: upTo, state: asJson(settled), folding },
        ...{ read_ms: readMs, recent: recent ? asJson(recent.folds) : null },
      };
      await writeSwiftly((transaction) =>
        transaction
          .insertInto('guarantee_checkpoints')
          .values({ tenant, stratum, ...content })
          .onConflict((conflict) =>
            conflict
              .columns(['tenant', 'stratum'])
              .doUpdateSet(content)
              .where(({ eb, or, and }) =>
                or([
                  eb('guarantee_checkpoints.folding', '!=', folding),
                  eb('guarantee_checkpoints.up_to', '<', upTo),
                  and([eb('guarantee_checkpoints.up_to', '=', upTo), eb('guarantee_checkpoints.read_ms', '<', readMs)]),
                ]),
              ),
          )
          .execute(),
      );
    },
  };
}
