import type { CountedFact, PatternStore, TrackFold } from '@remit/core';
import { heardOnce, sumsOf } from '@remit/core/adapter';
import { type Kysely, sql as raw } from 'kysely';
import { z } from 'zod';
import { factLocks } from './changes.js';
import { factOf, keyOf } from './factRows.js';
import { asJson, json, parseRow, whole } from './rows.js';
import type { Schema } from './schema.js';
import type { Sql } from './sql.js';
import { tallyInstead } from './tallies.js';

/** Checkpoints of one track that are kept: when the furthest is worth nothing any more, an earlier one still is. */
const KEPT = 12;

const fold: z.ZodType<TrackFold> = z.object({
  track: z.object({
    good: z.number(),
    bad: z.number(),
    supervisedSuccesses: z.number(),
    evidence: z.number(),
    strikes: z.number(),
    probationLeft: z.number(),
  }),
  supervisors: z.array(z.string()),
  heard: z.array(z.tuple([z.string(), z.number()])),
});
const CheckpointRow = z.object({ up_to_ms: whole, fold: json(fold) });

function isComplaint(fact: CountedFact): boolean {
  return fact.kind === 'vote' && fact.counted && fact.verdict === 'negative';
}

/** Facts of a pattern and action type, to be narrowed down. */
function factsOf(db: Kysely<Schema>, tenant: string, patternId: string, actionType: string) {
  return db
    .selectFrom('pattern_facts')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('pattern_id', '=', patternId)
    .where('action_type', '=', actionType);
}

async function parsed(query: ReturnType<typeof factsOf>): Promise<readonly CountedFact[]> {
  const rows = await query.orderBy('at_ms').orderBy('ticket_id').orderBy('kind').orderBy('source').execute();
  return rows.map((row) =>
    factOf([row.tenant, row.pattern_id, row.action_type, row.ticket_id, row.kind, row.source], row),
  );
}

/** The tickets whose fixes are called wrong by nobody but authors who were heard already, with all facts of them. */
async function unheard(db: Kysely<Schema>, tenant: string, patternId: string, actionType: string) {
  const of = () => factsOf(db, tenant, patternId, actionType);
  // Written out, so that the index of complaints alone can be used.
  const complaints = await parsed(of().where('verdict', '=', raw.lit('negative')).where('counted', '=', raw.lit(1)));
  const keys = new Set(heardOnce(complaints).flatMap((fact) => (fact.counted ? [] : [keyOf(fact)])));
  if (keys.size === 0) return { asStored: [], asHeard: [] };
  const tickets = new Set(complaints.filter((fact) => keys.has(keyOf(fact))).map(({ ticketId }) => ticketId));
  const asStored = await parsed(of().where('ticket_id', 'in', [...tickets]));
  return { asStored, asHeard: asStored.map((fact) => (keys.has(keyOf(fact)) ? { ...fact, counted: false } : fact)) };
}

async function revisionOf(
  db: Kysely<Schema>,
  tenant: string,
  { patternId, actionType }: { readonly patternId: string; readonly actionType: string },
): Promise<number> {
  const row = await db
    .selectFrom('pattern_tallies')
    .select('revision')
    .where('tenant', '=', tenant)
    .where('pattern_id', '=', patternId)
    .where('action_type', '=', actionType)
    .executeTakeFirst();
  return row ? parseRow('pattern_tallies', [tenant, patternId, actionType], whole, row.revision) : 0;
}

/** Tracks and their checkpoints in SQL. */
export function sqlTracks({
  db,
  differences,
  writeSwiftly,
}: Sql): Pick<PatternStore, 'heardTally' | 'readTrack' | 'keepTrack'> {
  return {
    async heardTally(tenant, patternId, actionType) {
      const { asStored, asHeard } = await unheard(db, tenant, patternId, actionType);
      const about = { patternId, actionType };
      return tallyInstead(db, tenant, about, { some: sumsOf(asStored), instead: sumsOf(asHeard) });
    },

    async readTrack(tenant, key) {
      const { patternId, actionType, alpha, folding } = key;
      const revision = await revisionOf(db, tenant, key);
      const row = await db
        .selectFrom('pattern_tracks')
        .select(['up_to_ms', 'fold'])
        .where('tenant', '=', tenant)
        .where('pattern_id', '=', patternId)
        .where('action_type', '=', actionType)
        .where('alpha', '=', alpha)
        .where('folding', '=', folding)
        .orderBy('up_to_ms', 'desc')
        .limit(1)
        .executeTakeFirst();
      const at = row && parseRow('pattern_tracks', [tenant, patternId, actionType, alpha], CheckpointRow, row);
      const from = at ? { upToMs: at.up_to_ms, fold: at.fold } : null;
      const of = () => factsOf(db, tenant, patternId, actionType);
      const facts = await parsed(of().$if(from !== null, (rest) => rest.where('at_ms', '>', from?.upToMs ?? 0)));
      const complainedOf = new Set(facts.filter(isComplaint).map(({ ticketId }) => ticketId));
      if (from === null || complainedOf.size === 0) return { from, facts, earlier: [], revision };
      const earlier = await parsed(
        of()
          .where('ticket_id', 'in', [...complainedOf])
          .where('kind', '=', 'outcome')
          .where('at_ms', '<=', from.upToMs),
      );
      return { from, facts, earlier, revision };
    },

    async keepTrack(tenant, key, { upToMs, fold: folded, revision }) {
      const { patternId, actionType, alpha, folding } = key;
      const of = { tenant, pattern_id: patternId, action_type: actionType, alpha };
      const content = { fold: asJson(folded), folding };
      await writeSwiftly(async (transaction) => {
        await differences.serialise(transaction, factLocks(tenant, [patternId]));
        if (revision !== (await revisionOf(transaction, tenant, key))) return;
        await transaction
          .insertInto('pattern_tracks')
          .values({ ...of, up_to_ms: upToMs, ...content })
          .onConflict((conflict) =>
            conflict.columns(['tenant', 'pattern_id', 'action_type', 'alpha', 'up_to_ms']).doUpdateSet(content),
          )
          .execute();
        const kept = transaction
          .selectFrom('pattern_tracks as kept')
          .select('kept.up_to_ms')
          .where('kept.tenant', '=', tenant)
          .where('kept.pattern_id', '=', patternId)
          .where('kept.action_type', '=', actionType)
          .where('kept.alpha', '=', alpha)
          .orderBy('kept.up_to_ms', 'desc')
          .limit(1)
          .offset(KEPT - 1);
        await transaction
          .deleteFrom('pattern_tracks')
          .where('tenant', '=', tenant)
          .where('pattern_id', '=', patternId)
          .where('action_type', '=', actionType)
          .where('alpha', '=', alpha)
          .where(({ eb, or }) => or([eb('up_to_ms', '<', kept), eb('folding', '!=', folding)]))
          .execute();
      });
    },
  };
}
