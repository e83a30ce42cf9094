import type { PatternStore } from '@remit/core';
import { z } from 'zod';
import { candidateFixesOf } from './candidates.js';
import { pageOf, sliceOf } from './cursor.js';
import { factsFor, storeFacts } from './facts.js';
import { asJson, json, parseRow, whole } from './rows.js';
import { textsShape } from './shapes.js';
import type { Sql } from './sql.js';
import { talliesOf, tallyFor } from './tallies.js';
import { placedTicket } from './tickets.js';

const ExemplarRow = z.object({
  pattern_id: z.string(),
  signature_hash: z.string(),
  masked: z.string(),
  terms: json(textsShape),
});

const PatternRow = z.object({
  position: whole,
  pattern_id: z.string(),
  category: z.string(),
  title: z.string(),
  created_at_ms: whole,
});

/** Patterns and what they learned, in SQL. */
export function sqlPatterns(sql: Sql): PatternStore {
  const { db, differences } = sql;
  const filedUnder = async (from: Sql['db'], tenant: string, category: string, hash: string) => {
    const row = await from
      .selectFrom('pattern_exemplars')
      .select('pattern_id')
      .where('tenant', '=', tenant)
      .where('category', '=', category)
      .where('signature_hash', '=', hash)
      .executeTakeFirst();
    return row?.pattern_id ?? null;
  };

  return {
    async findBySignature(tenant, category, signatureHash) {
      return filedUnder(db, tenant, category, signatureHash);
    },

    async candidates(tenant, category, terms, limit) {
      if (terms.length === 0) return [];
      const rows = await db
        .with('best', (from) =>
          from
            .selectFrom('pattern_exemplar_terms')
            .select(({ fn }) => ['exemplar', fn.countAll().as('shared')])
            .where('tenant', '=', tenant)
            .where('category', '=', category)
            .where(({ ref }) => differences.oneOf(ref('term'), terms))
            .groupBy('exemplar')
            .orderBy('shared', 'desc')
            .orderBy('exemplar', 'desc')
            .limit(limit),
        )
        .selectFrom('best')
        .innerJoin('pattern_exemplars as filed', 'filed.position', 'best.exemplar')
        .select(['filed.pattern_id', 'filed.signature_hash', 'filed.masked', 'filed.terms'])
        .orderBy('best.shared', 'desc')
        .orderBy('best.exemplar', 'desc')
        .execute();
      return rows.map((row) => {
        const key = [tenant, category, row.signature_hash];
        const { pattern_id, signature_hash, masked, terms } = parseRow('pattern_exemplars', key, ExemplarRow, row);
        return { patternId: pattern_id, hash: signature_hash, masked, terms };
      });
    },

    async adopt(tenant, { patternId, category, signature, version }) {
      const { hash, masked, terms } = signature;
      const there = await filedUnder(db, tenant, category, hash);
      if (there !== null) return { patternId: there };
      return sql.write(async (transaction) => {
        const filed = await transaction
          .insertInto('pattern_exemplars')
          .values({
            tenant,
            category,
            pattern_id: patternId,
            signature_hash: hash,
            signature_version: version,
            masked,
            terms: asJson(terms),
          })
          .onConflict((conflict) => conflict.columns(['tenant', 'category', 'signature_hash']).doNothing())
          .returning('position')
          .executeTakeFirst();
        if (!filed) {
          const first = await filedUnder(transaction, tenant, category, hash);
          return { patternId: first ?? patternId };
        }
        const exemplar = parseRow('pattern_exemplars', [tenant, category, hash], whole, filed.position);
        await transaction
          .insertInto('pattern_exemplar_terms')
          .columns(['tenant', 'category', 'term', 'exemplar'])
          .expression(({ selectFrom, val }) =>
            selectFrom(differences.textsOf([...new Set(terms)]).as('own')).select([
              val(tenant).as('tenant'),
              val(category).as('category'),
              'own.value',
              val(exemplar).as('exemplar'),
            ]),
          )
          .execute();
        await transaction
          .insertInto('ticket_patterns')
          .values({
            tenant,
            pattern_id: patternId,
            category,
            title: masked,
            created_at_ms: await sql.now(transaction),
          })
          .onConflict((conflict) => conflict.columns(['tenant', 'pattern_id']).doNothing())
          .execute();
        return { patternId };
      });
    },

    async learn(tenant, facts) {
      await sql.write((transaction) => storeFacts(sql, transaction, tenant, facts));
    },

    async facts(tenant, patternId, actionType) {
      return factsFor(db, tenant, patternId, actionType);
    },
    async tally(tenant, patternId, actionType) {
      return tallyFor(db, tenant, patternId, actionType);
    },

    async find(tenant, patternId) {
      const row = await db
        .selectFrom('ticket_patterns')
        .select(['category', 'title'])
        .where('tenant', '=', tenant)
        .where('pattern_id', '=', patternId)
        .executeTakeFirst();
      return row ? { patternId, ...row } : null;
    },

    async candidateFixes(tenant, patternId, limit) {
      return candidateFixesOf(db, { tenant, patternId }, limit);
    },

    async ticketsOf(tenant, patternId, limit) {
      const rows = await db
        .selectFrom('tickets')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('pattern_id', '=', patternId)
        .orderBy('position', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => placedTicket(row).record);
    },

    async list(tenant, query) {
      const { after, fetch } = sliceOf('patterns', query);
      const { category, minOccurrences } = query;
      const rows = await db
        .selectFrom('ticket_patterns')
        .selectAll()
        .where('tenant', '=', tenant)
        .$if(category !== undefined, (rest) => rest.where('category', '=', category ?? ''))
        .$if(after !== null, (rest) => rest.where('position', '<', after ?? 0))
        .$if(minOccurrences > 0, (rest) =>
          rest.where(({ exists, selectFrom }) =>
            exists(
              selectFrom('pattern_facts as fact')
                .select('fact.action_type')
                .whereRef('fact.tenant', '=', 'ticket_patterns.tenant')
                .whereRef('fact.pattern_id', '=', 'ticket_patterns.pattern_id')
                .where('fact.kind', '=', 'outcome')
                .where('fact.counted', '=', 1)
                .where('fact.resolved', '=', 1)
                .groupBy('fact.action_type')
                .having(({ fn }) => fn.count('fact.ticket_id').distinct(), '>=', minOccurrences),
            ),
          ),
        )
        .orderBy('position', 'desc')
        .limit(fetch)
        .execute();
      const found = rows.map((row) => parseRow('ticket_patterns', [tenant, row.pattern_id], PatternRow, row));
      const shown = found.slice(0, query.limit).map((row) => row.pattern_id);
      const tallies = await talliesOf(db, tenant, shown);
      return pageOf('patterns', found, query.limit, ({ pattern_id, category, title, created_at_ms }) => ({
        patternId: pattern_id,
        category,
        title,
        createdAtMs: created_at_ms,
        tallies: tallies.get(pattern_id) ?? {},
      }));
    },
  };
}
