import { EMPTY_TALLY, type PatternTally } from '@remit/core';
import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import { parseRow, real, whole } from './rows.js';
import type { Schema } from './schema.js';

const TallyRow = z.object({
  pattern_id: z.string(),
  action_type: z.string(),
  occurrences: whole,
  executed: whole,
  succeeded: whole,
  approved_successes: whole,
  positive: whole,
  rated: whole,
  mean_confidence: real.nullable(),
  mean_similarity: real.nullable(),
  principals: whole,
});

type Fact = ExpressionBuilder<{ fact: Schema['pattern_facts'] } & Schema, 'fact'>;

/** A counted fact is behind every figure; `disputed` is 1 when a counted vote calls the ticket's fix wrong. */
function flaggedFacts(db: Kysely<Schema>, tenant: string) {
  return db
    .selectFrom('pattern_facts as fact')
    .selectAll('fact')
    .select(({ exists, selectFrom, case: when }: Fact) =>
      when()
        .when(
          exists(
            selectFrom('pattern_facts as vote')
              .select('vote.ticket_id')
              .whereRef('vote.tenant', '=', 'fact.tenant')
              .whereRef('vote.pattern_id', '=', 'fact.pattern_id')
              .whereRef('vote.action_type', '=', 'fact.action_type')
              .whereRef('vote.ticket_id', '=', 'fact.ticket_id')
              .where('vote.kind', '=', 'vote')
              .where('vote.verdict', '=', 'negative')
              .where('vote.counted', '=', 1),
          ),
        )
        .then(sql.lit(1))
        .else(sql.lit(0))
        .end()
        .as('disputed'),
    )
    .where('fact.tenant', '=', tenant);
}

function count(condition: ReturnType<typeof sql<SqlBool>>) {
  return sql`sum(case when counted = 1 and ${condition} then 1 else 0 end)`;
}

const OUTCOME = sql<SqlBool>`kind = 'outcome'`;
const SUCCEEDED = sql<SqlBool>`kind = 'outcome' and executed = 1 and succeeded = 1 and disputed = 0`;

/** The tallies of some patterns of a tenant, one per pattern and action type that was learned about. */
async function talliesWhere(
  db: Kysely<Schema>,
  tenant: string,
  patternIds: readonly string[],
  actionType: string | null,
): Promise<readonly { patternId: string; actionType: string; tally: PatternTally }[]> {
  if (patternIds.length === 0) return [];
  const rows = await db
    .selectFrom(
      flaggedFacts(db, tenant)
        .where('fact.pattern_id', 'in', [...patternIds])
        .$if(actionType !== null, (rest) => rest.where('fact.action_type', '=', actionType ?? ''))
        .as('facts'),
    )
    .select(['pattern_id', 'action_type'])
    .select([
      sql`count(distinct case when counted = 1 and ${OUTCOME} and resolved = 1 then ticket_id end)`.as('occurrences'),
      count(sql`${OUTCOME} and executed = 1`).as('executed'),
      count(SUCCEEDED).as('succeeded'),
      count(sql`${SUCCEEDED} and via = 'approval'`).as('approved_successes'),
      count(sql`verdict = 'positive'`).as('positive'),
      count(sql`verdict in ('positive', 'negative')`).as('rated'),
      sql`avg(case when counted = 1 and ${OUTCOME} then confidence end)`.as('mean_confidence'),
      sql`avg(case when counted = 1 and ${OUTCOME} then similarity end)`.as('mean_similarity'),
      sql`count(distinct case when counted = 1 and speaks = 1 then principal end)`.as('principals'),
    ])
    .groupBy(['pattern_id', 'action_type'])
    .execute();
  return rows.map((row) => {
    const parsed = parseRow('pattern_facts', [tenant, row.pattern_id, row.action_type], TallyRow, row);
    return {
      patternId: parsed.pattern_id,
      actionType: parsed.action_type,
      tally: {
        occurrences: parsed.occurrences,
        executed: parsed.executed,
        succeeded: parsed.succeeded,
        approvedSuccesses: parsed.approved_successes,
        failures: parsed.executed - parsed.succeeded,
        positive: parsed.positive,
        rated: parsed.rated,
        meanConfidence: parsed.mean_confidence ?? 0,
        meanSimilarity: parsed.mean_similarity ?? 0,
        principals: parsed.principals,
      },
    };
  });
}

/** The counted facts of a pattern and action type, added up by the database as `tallyOf` does. */
export async function tallyFor(
  db: Kysely<Schema>,
  tenant: string,
  patternId: string,
  actionType: string,
): Promise<PatternTally> {
  const [found] = await talliesWhere(db, tenant, [patternId], actionType);
  return found?.tally ?? EMPTY_TALLY;
}

/** The tallies of some patterns, by pattern and action type. */
export async function talliesOf(
  db: Kysely<Schema>,
  tenant: string,
  patternIds: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, PatternTally>>>> {
  const byPattern = new Map<string, Record<string, PatternTally>>();
  for (const { patternId, actionType, tally } of await talliesWhere(db, tenant, patternIds, null)) {
    byPattern.set(patternId, { ...byPattern.get(patternId), [actionType]: tally });
  }
  return byPattern;
}
