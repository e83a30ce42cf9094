import { SIMILARITY } from '@remit/core';
import { sql as raw } from 'kysely';
import { type Entered, entryOf } from './exemplarEntries.js';
import { json, parseRow, whole } from './rows.js';
import { textsShape } from './shapes.js';
import type { Sql } from './sql.js';

/** A text in the index. */
export interface IndexedText {
  readonly tenant: string;
  readonly category: string;
  /** Its position among the exemplars. */
  readonly exemplar: number;
  /** Each once. */
  readonly terms: readonly string[];
  /** How many terms its masked words have. */
  readonly maskedTerms: number;
}

function enteredOf({ exemplar, terms, maskedTerms }: IndexedText): Entered {
  return { exemplar, terms: terms.length, maskedTerms };
}

/** Files an exemplar under each of its terms and counts it. The caller has serialised the writers of the category. */
export async function indexExemplar(sql: Sql, transaction: Sql['db'], text: IndexedText): Promise<void> {
  const { tenant, category, terms } = text;
  const { textsOf, oneOf } = sql.differences;
  const { block, entry } = entryOf(enteredOf(text));
  await transaction
    .insertInto('exemplar_collections')
    .values({ tenant, category, texts: 1, terms: terms.length })
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'category']).doUpdateSet(({ ref }) => ({
        texts: raw<number>`${ref('exemplar_collections.texts')} + 1`,
        terms: raw<number>`${ref('exemplar_collections.terms')} + ${raw.lit(terms.length)}`,
      })),
    )
    .execute();
  await transaction
    .insertInto('exemplar_terms')
    .columns(['tenant', 'category', 'term', 'texts'])
    .expression(({ selectFrom, val }) =>
      selectFrom(textsOf(terms).as('own'))
        .select([val(tenant).as('tenant'), val(category).as('category'), 'own.value', raw.lit(1).as('texts')])
        // SQLite would take the "on" of what follows for a join.
        .where(raw<boolean>`1 = 1`),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'category', 'term']).doUpdateSet(({ ref }) => ({
        texts: raw<number>`${ref('exemplar_terms.texts')} + 1`,
      })),
    )
    .execute();
  await transaction
    .insertInto('exemplar_blocks')
    .columns(['term', 'block', 'entries'])
    .expression(({ selectFrom }) =>
      selectFrom('exemplar_terms')
        .select(['position', raw.lit(block).as('block'), raw.lit(entry).as('entries')])
        .where('tenant', '=', tenant)
        .where('category', '=', category)
        .where(({ ref }) => oneOf(ref('term'), terms)),
    )
    .onConflict((conflict) =>
      conflict.columns(['term', 'block']).doUpdateSet(({ ref }) => ({
        entries: raw<string>`${ref('exemplar_blocks.entries')} || ${ref('excluded.entries')}`,
      })),
    )
    .execute();
}

/** Takes an exemplar out of the index; its signature stays filed. */
export async function dropExemplar(sql: Sql, transaction: Sql['db'], text: IndexedText): Promise<void> {
  const { tenant, category, exemplar, terms } = text;
  const { oneOf } = sql.differences;
  const { block, entry } = entryOf(enteredOf(text));
  await transaction
    .updateTable('exemplar_blocks')
    // A comma is in front of entries and nowhere else: what is taken out is always a whole one.
    .set(({ ref }) => ({ entries: raw<string>`replace(${ref('entries')}, ${entry}, '')` }))
    .where('block', '=', block)
    .where('term', 'in', ({ selectFrom }) =>
      selectFrom('exemplar_terms')
        .select('position')
        .where('tenant', '=', tenant)
        .where('category', '=', category)
        .where(({ ref }) => oneOf(ref('term'), terms)),
    )
    .execute();
  await transaction
    .updateTable('exemplar_terms')
    .set(({ ref }) => ({ texts: raw<number>`${ref('texts')} - 1` }))
    .where('tenant', '=', tenant)
    .where('category', '=', category)
    .where(({ ref }) => oneOf(ref('term'), terms))
    .execute();
  await transaction
    .updateTable('exemplar_collections')
    .set(({ ref }) => ({
      texts: raw<number>`${ref('texts')} - 1`,
      terms: raw<number>`${ref('terms')} - ${raw.lit(terms.length)}`,
    }))
    .where('tenant', '=', tenant)
    .where('category', '=', category)
    .execute();
  await transaction.updateTable('pattern_exemplars').set({ indexed: 0 }).where('position', '=', exemplar).execute();
}

/** Of too many candidates of one pattern the oldest go; their signatures stay. */
export async function keepNewest(
  sql: Sql,
  db: Sql['db'],
  { tenant, category, patternId }: { readonly tenant: string; readonly category: string; readonly patternId: string },
): Promise<void> {
  const surplus = await db
    .selectFrom('pattern_exemplars')
    .select(['position', 'terms', 'masked_terms'])
    .where('tenant', '=', tenant)
    .where('pattern_id', '=', patternId)
    .where('indexed', '=', 1)
    .orderBy('position', 'desc')
    .offset(SIMILARITY.exemplarsPerPattern)
    .limit(SIMILARITY.exemplarsPerPattern)
    .execute();
  for (const row of surplus) {
    const exemplar = parseRow('pattern_exemplars', [tenant, patternId], whole, row.position);
    const terms = parseRow('pattern_exemplars', exemplar, json(textsShape), row.terms);
    const maskedTerms = parseRow('pattern_exemplars', exemplar, whole, row.masked_terms);
    await dropExemplar(sql, db, { tenant, category, exemplar, terms, maskedTerms });
  }
}
