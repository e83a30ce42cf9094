import { type AskedTerm, type LookedAt, SIMILARITY, type TermStatistics } from '@remit/core';
import { askedTerms, closest, highest } from '@remit/core/adapter';
import { type Expression, sql as raw } from 'kysely';
import { z } from 'zod';
import { json, parseRow, whole } from './rows.js';
import type { Sql } from './sql.js';

/** A term as it is counted. */
export interface CountedTerm {
  readonly term: string;
  readonly position: number;
  readonly texts: number;
}

/** A term that is asked for, with its place among the counted ones. */
interface PlacedTerm extends AskedTerm {
  readonly position: number;
  /** Whether all of its entries are read. */
  readonly whole: boolean;
}

// Thousands of numbers for one question: looked at by hand, a schema for each costs more than to read them.
const areWhole = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(Number.isSafeInteger);
const Numbers = json(z.custom<readonly number[]>(areWhole, 'not whole numbers'));
const ReadRow = z.object({ term: whole, exemplars: Numbers });
const LookedRows = json(
  z.custom<readonly (readonly number[])[]>(
    (value) => Array.isArray(value) && value.every(areWhole),
    'not whole numbers',
  ),
);

function placed(counted: readonly CountedTerm[], statistics: TermStatistics): readonly PlacedTerm[] {
  const known = new Map(counted.map((one) => [one.term, one]));
  return askedTerms([...known.keys()], statistics).map((one) => {
    const { position = 0, texts = 0 } = known.get(one.term) ?? {};
    return { ...one, position, whole: one.entries === texts };
  });
}

/** Which exemplars have the terms that are read: of a term that is too frequent the newest. */
async function entriesOf(
  { db, differences }: Sql,
  asked: readonly PlacedTerm[],
): Promise<readonly { readonly term: number; readonly exemplars: readonly number[] }[]> {
  const read = asked.filter(({ entries }) => entries > 0);
  const wholes = read.filter((one) => one.whole);
  const inPart = read.find((one) => !one.whole);
  let query = db
    .selectFrom('exemplar_entries')
    .select(({ ref }) => ['term', differences.numbersOf(ref('exemplar')).as('exemplars')])
    .where(({ ref }) =>
      differences.oneOfNumbers(
        ref('term'),
        wholes.map(({ position }) => position),
      ),
    )
    .groupBy('term');
  if (inPart) {
    const newest = db
      .selectFrom('exemplar_entries')
      .select(['term', 'exemplar'])
      .where('term', '=', inPart.position)
      .orderBy('exemplar', 'desc')
      .limit(inPart.entries);
    query = query.unionAll(
      db
        .selectFrom(newest.as('newest'))
        .select(({ ref }) => ['term', differences.numbersOf(ref('exemplar')).as('exemplars')])
        .groupBy('term'),
    );
  }
  return (await query.execute()).map((row) => parseRow('exemplar_entries', row.term, ReadRow, row));
}

/** What an exemplar's list of terms weighs by those that are looked for in it. A term has neither quotes nor escapes. */
function weightIn({ differences }: Sql, list: Expression<unknown>, terms: readonly PlacedTerm[]) {
  const weights = terms.map(
    ({ term, weight }) => raw`case when ${differences.hasIn(list, JSON.stringify(term))} then ${weight} else 0 end`,
  );
  return raw<number>`${raw.join([raw.lit(0), ...weights], raw` + `)}`;
}

/** Positions of the exemplars that are closest to a text with these terms, by `askedTerms` and `closest`, in that order. */
export async function closestOf(
  sql: Sql,
  counted: readonly CountedTerm[],
  { statistics, limit }: { readonly statistics: TermStatistics; readonly limit: number },
): Promise<readonly number[]> {
  const { db, differences } = sql;
  const asked = placed(counted, statistics);
  if (asked.length === 0) return [];
  const terms = new Map(asked.map((one) => [one.position, one]));
  const [sums, wholes] = [new Map<number, number>(), new Map<number, number>()];
  for (const { term, exemplars } of await entriesOf(sql, asked)) {
    const { weight = 0, whole: isWhole = false } = terms.get(term) ?? {};
    for (const exemplar of exemplars) {
      sums.set(exemplar, (sums.get(exemplar) ?? 0) + weight);
      if (isWhole) wholes.set(exemplar, (wholes.get(exemplar) ?? 0) + weight);
    }
  }
  const looked = highest(Float64Array.from(sums.keys()), Float64Array.from(sums.values()), SIMILARITY.lookedAt);
  const lookedFor = asked.filter((one) => !one.whole);
  const row = await db
    .selectFrom('pattern_exemplars')
    .select(({ ref }) => {
      const length = raw`json_array_length(${ref('terms')})`;
      return differences.listOf([ref('position'), weightIn(sql, ref('terms'), lookedFor), length]).as('looked');
    })
    .where(({ ref }) => differences.oneOfNumbers(ref('position'), [...looked]))
    .executeTakeFirst();
  const found = parseRow('pattern_exemplars', asked[0]?.term, LookedRows, row?.looked ?? []);
  return closest(
    found.map(
      ([exemplar = 0, weight = 0, length = 0]): LookedAt => ({
        exemplar,
        shared: weight + (wholes.get(exemplar) ?? 0),
        terms: length,
      }),
    ),
    limit,
  );
}
