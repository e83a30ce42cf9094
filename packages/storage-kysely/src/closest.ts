import { type AskedTerm, type LookedAt, SIMILARITY, type Sought, type TermStatistics } from '@remit/core';
import { askedTerms, closeness, closest, highest } from '@remit/core/adapter';
import { type Expression, sql as raw } from 'kysely';
import { z } from 'zod';
import { BLOCK, ENTRY_LENGTH, eachEntry, splitEntries } from './exemplarEntries.js';
import { json, parseRow } from './rows.js';
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
const BlockRows = json(
  z.custom<readonly (readonly [term: number, block: number, entries: string])[]>(
    (value) =>
      Array.isArray(value) &&
      value.every(
        (row) =>
          Array.isArray(row) &&
          Number.isSafeInteger(row[0]) &&
          Number.isSafeInteger(row[1]) &&
          typeof row[2] === 'string',
      ),
    'not rows of term, block and entries',
  ),
);
const LookedRows = json(
  z.custom<readonly (readonly number[])[]>(
    (value) => Array.isArray(value) && value.every((row) => Array.isArray(row) && row.every(Number.isSafeInteger)),
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

type Blocks = z.output<typeof BlockRows>;

/** The blocks of the terms that are read whole, in any order. */
async function wholeBlocks({ db, differences }: Sql, terms: readonly PlacedTerm[]): Promise<Blocks> {
  if (terms.length === 0) return [];
  const positions = terms.map(({ position }) => position);
  const row = await db
    .selectFrom('exemplar_blocks')
    .select(({ ref }) => differences.listOf([ref('term'), ref('block'), ref('entries')]).as('blocks'))
    .where(({ ref }) => differences.oneOfNumbers(ref('term'), positions))
    .executeTakeFirst();
  return parseRow('exemplar_blocks', positions[0], BlockRows, row?.blocks ?? []);
}

/** The blocks that the newest entries of a term are in, cut to those. */
async function newestBlocks({ db, differences }: Sql, { position, entries }: PlacedTerm): Promise<Blocks> {
  const counted = db
    .selectFrom('exemplar_blocks')
    .select(({ ref }) => [
      'term',
      'block',
      'entries',
      raw<number>`sum(length(${ref('entries')})) over (order by ${ref('block')} desc) - length(${ref('entries')})`.as(
        'newer',
      ),
    ])
    .where('term', '=', position)
    .as('counted');
  const row = await db
    .selectFrom(counted)
    .select(({ ref }) => differences.listOf([ref('term'), ref('block'), ref('entries')]).as('blocks'))
    .where('newer', '<', entries * ENTRY_LENGTH)
    .executeTakeFirst();
  let left = entries;
  return [...parseRow('exemplar_blocks', position, BlockRows, row?.blocks ?? [])]
    .sort((a, b) => b[1] - a[1])
    .map(([term, block, all]) => {
      const newest = splitEntries(all).sort().reverse().slice(0, left);
      left -= newest.length;
      return [term, block, newest.join('')] as const;
    });
}

/** What an exemplar's list of terms weighs by those that are looked for in it. A term has neither quotes nor escapes. */
function weightIn({ differences }: Sql, list: Expression<unknown>, terms: readonly PlacedTerm[]) {
  const weights = terms.map(
    ({ term, weight }) => raw`case when ${differences.hasIn(list, JSON.stringify(term))} then ${weight} else 0 end`,
  );
  return raw<number>`${raw.join([raw.lit(0), ...weights], raw` + `)}`;
}

/** What is known of the exemplars in the blocks that were read: sums by their place, in the order of `numbers`. */
class Sums {
  readonly #slots = new Map<number, number>();
  readonly #blocks: readonly number[];
  readonly #shared: Uint32Array;
  /** 1 for those that have the term of which only a part was read. */
  readonly #inPart: Uint8Array;
  readonly #lengths: Uint8Array;
  readonly #of: Sought['of'];

  constructor(blocks: Blocks, of: Sought['of']) {
    for (const [, block] of blocks) if (!this.#slots.has(block)) this.#slots.set(block, this.#slots.size);
    this.#blocks = [...this.#slots.keys()];
    this.#shared = new Uint32Array(this.#slots.size * BLOCK);
    this.#inPart = new Uint8Array(this.#shared.length);
    this.#lengths = new Uint8Array(this.#shared.length);
    this.#of = of;
  }

  add(block: number, entries: string, { weight, whole }: PlacedTerm): void {
    const from = (this.#slots.get(block) ?? 0) * BLOCK;
    const [shared, inPart, lengths, byWords] = [this.#shared, this.#inPart, this.#lengths, this.#of === 'words'];
    eachEntry(entries, (place, words, masked) => {
      const at = from + place;
      shared[at] = (shared[at] ?? 0) + weight;
      lengths[at] = byWords ? words : masked;
      if (!whole) inPart[at] = 1;
    });
  }

  /** The closest, at most so many, in no order, with what they share by terms that were read whole. */
  closest(limit: number, inPart: number): readonly LookedAt[] {
    const [shared, lengths] = [this.#shared, this.#lengths];
    let count = 0;
    for (let at = 0; at < shared.length; at += 1) if ((shared[at] ?? 0) > 0) count += 1;
    const [numbers, close] = [new Float64Array(count), new Float64Array(count)];
    count = 0;
    for (let at = 0; at < shared.length; at += 1) {
      const sum = shared[at] ?? 0;
      if (sum === 0) continue;
      numbers[count] = (this.#blocks[Math.floor(at / BLOCK)] ?? 0) * BLOCK + (at % BLOCK);
      close[count] = closeness(sum, lengths[at] ?? 0);
      count += 1;
    }
    return [...highest(numbers, close, limit)].map((exemplar) => {
      const at = (this.#slots.get(Math.floor(exemplar / BLOCK)) ?? 0) * BLOCK + (exemplar % BLOCK);
      return { exemplar, shared: (shared[at] ?? 0) - inPart * (this.#inPart[at] ?? 0), length: lengths[at] ?? 0 };
    });
  }
}

/** Positions of the exemplars that are closest to a text with these terms, by `askedTerms` and `closest`, in that order. */
export async function closestOf(
  sql: Sql,
  counted: readonly CountedTerm[],
  { statistics, sought }: { readonly statistics: TermStatistics; readonly sought: Sought },
): Promise<readonly number[]> {
  const { db, differences } = sql;
  const asked = placed(counted, statistics);
  const [rarest] = asked;
  if (rarest === undefined) return [];
  const part = asked.find((one) => one.entries > 0 && !one.whole);
  const wholes = asked.filter((one) => one.whole);
  const blocks = [...(await wholeBlocks(sql, wholes)), ...(part ? await newestBlocks(sql, part) : [])];
  const sums = new Sums(blocks, sought.of);
  const terms = new Map(asked.map((one) => [one.position, one]));
  for (const [term, block, entries] of blocks) sums.add(block, entries, terms.get(term) ?? rarest);
  const looked = sums.closest(SIMILARITY.lookedAt, part?.weight ?? 0);
  const lookedFor = asked.filter((one) => !one.whole);
  if (lookedFor.length === 0) return closest(looked, sought.limit);
  const row = await db
    .selectFrom('pattern_exemplars')
    .select(({ ref }) => differences.listOf([ref('position'), weightIn(sql, ref('terms'), lookedFor)]).as('looked'))
    .where(({ ref }) =>
      differences.oneOfNumbers(
        ref('position'),
        looked.map(({ exemplar }) => exemplar),
      ),
    )
    .executeTakeFirst();
  const found = parseRow('pattern_exemplars', rarest.term, LookedRows, row?.looked ?? []);
  const more = new Map(found.map(([exemplar = 0, weight = 0]) => [exemplar, weight]));
  return closest(
    looked.map((one) => ({ ...one, shared: one.shared + (more.get(one.exemplar) ?? 0) })),
    sought.limit,
  );
}
