import type { Candidates, PatternStore } from '@remit/core';
import { livingPattern, termsOf } from '@remit/core/adapter';
import { z } from 'zod';
import { changesFor } from './changes.js';
import { type CountedTerm, closestOf } from './closest.js';
import { indexExemplar, keepNewest } from './exemplarIndex.js';
import { asFlag, asJson, flag, json, parseRow, real, whole } from './rows.js';
import { textsShape } from './shapes.js';
import type { Sql } from './sql.js';

const FiledRow = z.object({ pattern_id: z.string(), ticket_id: z.string(), similarity: real, known: flag });

const ExemplarRow = z.object({
  position: whole,
  pattern_id: z.string(),
  ticket_id: z.string(),
  source: z.string().nullable(),
  signature_hash: z.string(),
  masked: z.string(),
  words: z.string(),
  terms: json(textsShape),
});

const CountedTerms = json(z.array(z.tuple([z.string(), z.int(), z.int()])));

const NO_CANDIDATES: Candidates = {
  exemplars: [],
  statistics: { texts: 0, terms: 0, frequencies: new Map() },
  tellings: new Map(),
};

type Filed = Awaited<ReturnType<PatternStore['adopt']>>;

async function filedUnder(from: Sql['db'], tenant: string, category: string, hash: string): Promise<Filed | null> {
  const row = await from
    .selectFrom('pattern_exemplars')
    .select(['pattern_id', 'ticket_id', 'similarity', 'known'])
    .where('tenant', '=', tenant)
    .where('category', '=', category)
    .where('signature_hash', '=', hash)
    .executeTakeFirst();
  if (!row) return null;
  const filed = parseRow('pattern_exemplars', [tenant, category, hash], FiledRow, row);
  return { patternId: filed.pattern_id, ticketId: filed.ticket_id, similarity: filed.similarity, known: filed.known };
}

async function countedTerms(
  { db, differences }: Sql,
  tenant: string,
  category: string,
  terms: readonly string[],
): Promise<readonly CountedTerm[]> {
  // Thousands of terms for one question: one row of all costs less than a row of each.
  const row = await db
    .selectFrom('exemplar_terms')
    .select(({ ref }) => differences.listOf([ref('term'), ref('position'), ref('texts')]).as('counted'))
    .where('tenant', '=', tenant)
    .where('category', '=', category)
    .where(({ ref }) => differences.oneOf(ref('term'), terms))
    .executeTakeFirst();
  const counted = parseRow('exemplar_terms', [tenant, category], CountedTerms, row?.counted ?? []);
  return counted.map(([term, position, texts]) => ({ term, position, texts }));
}

async function collectionOf({ db }: Sql, tenant: string, category: string): Promise<{ texts: number; terms: number }> {
  const row = await db
    .selectFrom('exemplar_collections')
    .select(['texts', 'terms'])
    .where('tenant', '=', tenant)
    .where('category', '=', category)
    .executeTakeFirst();
  return row
    ? parseRow('exemplar_collections', [tenant, category], z.object({ texts: whole, terms: whole }), row)
    : { texts: 0, terms: 0 };
}

/** How tickets find their pattern, in SQL. */
export function sqlExemplars(sql: Sql): Pick<PatternStore, 'findBySignature' | 'candidates' | 'adopt'> {
  const { db, differences } = sql;
  return {
    findBySignature: (tenant, category, hash) => filedUnder(db, tenant, category, hash),

    async candidates(tenant, category, sought) {
      const { terms } = sought;
      const collection = await collectionOf(sql, tenant, category);
      if (collection.texts === 0 || terms.length === 0) {
        return { ...NO_CANDIDATES, statistics: { ...collection, frequencies: new Map() } };
      }
      const counted = await countedTerms(sql, tenant, category, terms);
      const frequencies = new Map(counted.map(({ term, texts }) => [term, texts]));
      const best = await closestOf(sql, counted, { statistics: { ...collection, frequencies }, sought });
      if (best.length === 0) return { ...NO_CANDIDATES, statistics: { ...collection, frequencies } };
      const rows = await db
        .selectFrom('pattern_exemplars')
        .select(['position', 'pattern_id', 'ticket_id', 'source', 'signature_hash', 'masked', 'words', 'terms'])
        .where(({ ref }) => differences.oneOfNumbers(ref('position'), best))
        .execute();
      const places = new Map(best.map((position, place) => [position, place]));
      const exemplars = rows
        .map((row) => parseRow('pattern_exemplars', row.position, ExemplarRow, row))
        .sort((a, b) => (places.get(a.position) ?? 0) - (places.get(b.position) ?? 0))
        .map(({ position: _, pattern_id, ticket_id, signature_hash, ...texts }) => ({
          patternId: pattern_id,
          ticketId: ticket_id,
          hash: signature_hash,
          ...texts,
        }));
      const further = [...new Set(exemplars.flatMap((exemplar) => exemplar.terms))].filter(
        (one) => !frequencies.has(one),
      );
      for (const { term, texts } of await countedTerms(sql, tenant, category, further)) frequencies.set(term, texts);
      const counts = await db
        .selectFrom('pattern_exemplars')
        .select(({ fn }) => ['pattern_id', fn.countAll().as('tellings')])
        .where('tenant', '=', tenant)
        .where('indexed', '=', 1)
        .where(({ ref }) => differences.oneOf(ref('pattern_id'), [...new Set(exemplars.map((one) => one.patternId))]))
        .groupBy('pattern_id')
        .execute();
      const tellings = new Map(
        counts.map((row) => [row.pattern_id, parseRow('pattern_exemplars', row.pattern_id, whole, row.tellings)]),
      );
      return { exemplars, statistics: { ...collection, frequencies }, tellings };
    },

    async adopt(tenant, { patternId: told, category, signature, version, first, source = null }) {
      const { hash, masked, words, terms } = signature;
      const there = await filedUnder(db, tenant, category, hash);
      if (there !== null) return there;
      return sql.write(async (transaction) => {
        await differences.serialise(transaction, [`exemplars ${JSON.stringify([tenant, category])}`]);
        const inForce = await changesFor(transaction, tenant, [told]);
        const patternId = livingPattern(told, { hash }, inForce);
        const maskedTerms = termsOf(masked).length;
        const filed = await transaction
          .insertInto('pattern_exemplars')
          .values({
            tenant,
            category,
            pattern_id: patternId,
            told_pattern_id: told,
            ticket_id: first.ticketId,
            similarity: first.similarity,
            known: asFlag(first.known),
            signature_hash: hash,
            signature_version: version,
            masked,
            words,
            terms: asJson(terms),
            masked_terms: maskedTerms,
            source,
            indexed: 1,
          })
          .onConflict((conflict) => conflict.columns(['tenant', 'category', 'signature_hash']).doNothing())
          .returning('position')
          .executeTakeFirst();
        if (!filed) return (await filedUnder(transaction, tenant, category, hash)) ?? { patternId, ...first };
        const exemplar = parseRow('pattern_exemplars', [tenant, category, hash], whole, filed.position);
        await indexExemplar(sql, transaction, { tenant, category, exemplar, terms, maskedTerms });
        await transaction
          .insertInto('ticket_patterns')
          .values({
            tenant,
            pattern_id: patternId,
            category,
            title: masked,
            founded_title: masked,
            merged_into: null,
            created_at_ms: await sql.now(transaction),
          })
          .onConflict((conflict) => conflict.columns(['tenant', 'pattern_id']).doNothing())
          .execute();
        await keepNewest(sql, transaction, { tenant, category, patternId });
        return { patternId, ...first };
      });
    },
  };
}
